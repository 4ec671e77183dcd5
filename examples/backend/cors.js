/** Lets pages of one web origin call this service. Mini-programs need none of it. */
export function allowOrigin(app, origin) {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE, OPTIONS',
      'access-control-allow-headers': 'authorization, content-type, x-scan-secret',
      'access-control-expose-headers': 'retry-after, www-authenticate',
      'access-control-max-age': '600',
      vary: 'origin',
    })
  })
  app.options('*', (_request, reply) => reply.code(204).send())
}
