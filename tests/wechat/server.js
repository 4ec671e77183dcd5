import { setTimeout as pause } from 'node:timers/promises'
import Fastify from 'fastify'
import { createPlatform } from './platform.js'

/** The ledger's methods that `POST /sim/<method>` offers, JSON in and out. */
const LEDGER = ['issueCode', 'checkSessionKey', 'expireSessionKey', 'issuePhoneCode', 'sealData', 'blockUser']

/**
 * WeChat's server side on loopback.
 *
 * The real endpoints: `GET /sns/jscode2session`, `GET /cgi-bin/token`, `POST /cgi-bin/stable_token`,
 * `POST /wxa/business/getuserphonenumber`, `GET /wxa/checksession`.
 *
 * The simulation's own, JSON in and out, open to any origin:
 * - `POST /sim/<method>` calls the ledger of `accounts.js`: issueCode, checkSessionKey,
 *   expireSessionKey, issuePhoneCode, sealData, blockUser.
 * - `POST /sim/fail` `{ endpoint, errcode | status | drop | hang, times? }` scripts trouble.
 * - `POST /sim/calm` forgets it. `GET /sim/counts` says what was done.
 *
 * @param {object} [options] those of `createPlatform`, and
 * @param {object} [options.platform] a platform made already
 * @param {number} [options.port] default 0: any free one
 * @returns {Promise<{ url: string, platform: object, close: () => Promise<void> }>}
 */
export async function startWeChat(options = {}) {
  const platform = options.platform || createPlatform(options)
  const app = Fastify({ forceCloseConnections: true })

  app.addHook('onRequest', async (request, reply) => {
    if (!request.url.startsWith('/sim/')) return
    reply.headers({ 'access-control-allow-origin': '*', 'access-control-allow-headers': 'content-type' })
  })
  app.options('/sim/*', (_request, reply) => reply.code(204).send())
  app.post('/sim/:method', async (request, reply) => {
    const { method } = request.params
    if (!LEDGER.includes(method)) return reply.code(404).send({ error: `no such method: ${method}` })
    return platform.accounts[method](request.body)
  })
  app.post('/sim/fail', async (request) => {
    const { endpoint, times, ...trouble } = request.body
    platform.fail(endpoint, trouble, times)
    return {}
  })
  app.post('/sim/calm', async () => {
    platform.calm()
    return {}
  })
  app.get('/sim/counts', async () => platform.count())

  function serve(method, path, endpoint) {
    app.route({
      method,
      url: path,
      async handler(request, reply) {
        const sent = endpoint === 'stable_token' ? [request.body] : [request.query, request.body]
        const { body, trouble } = platform.answer(endpoint, ...sent)
        if (trouble?.drop || trouble?.hang) {
          reply.hijack()
          if (trouble.drop) request.raw.destroy()
          return
        }
        if (trouble?.delay) await pause(trouble.delay)
        return reply.code(trouble?.status || 200).send(trouble?.status ? 'error' : body)
      },
    })
  }
  serve('GET', '/sns/jscode2session', 'jscode2session')
  serve('GET', '/cgi-bin/token', 'token')
  serve('POST', '/cgi-bin/stable_token', 'stable_token')
  serve('POST', '/wxa/business/getuserphonenumber', 'getuserphonenumber')
  serve('GET', '/wxa/checksession', 'checksession')

  const url = await app.listen({ host: '127.0.0.1', port: options.port || 0 })
  return { url, platform, close: () => app.close() }
}
