import { grantedTo, unionidOf } from './users.js'

const TOKEN = /^[\w-]+\.[\w-]+$/
const BEARER = /^Bearer +([\w-]+\.[\w-]+)$/i

const loginBody = {
  type: 'object',
  required: ['code'],
  properties: {
    code: {
      type: 'string',
      minLength: 1,
      maxLength: 512,
      description: 'the code of wx.login, a string of 1 to 512 characters',
    },
  },
}

const renewBody = {
  type: 'object',
  required: ['refresh_token'],
  properties: {
    refresh_token: {
      type: 'string',
      pattern: TOKEN.source,
      maxLength: 128,
      description: 'the refresh_token of the last login or renewal',
    },
  },
}

/** What the client gets of a session. The session_key is not among it. */
export function sessionReply(app, user, { token, refreshToken, expiresAt }) {
  const reply = { token, openid: user.openid }
  if (user.unionid) reply.unionid = user.unionid
  reply.expires_in = Math.round((expiresAt - app.now()) / 1000)
  if (refreshToken) reply.refresh_token = refreshToken
  const granted = grantedTo(user)
  if (granted.length > 0) reply.granted = granted
  return reply
}

/** `onRequest`: whoever has no session is asked to log in, before anything they sent is read. */
export async function needSession(request, reply) {
  const token = BEARER.exec(request.headers.authorization || '')?.[1]
  request.session = token ? await this.sessions.find(token) : null
  if (!request.session) {
    return reply.code(401).header('www-authenticate', 'Bearer').send({
      error: 'LOGIN_REQUIRED',
      need: 'login',
      message: 'authorization: expected Bearer <token> of a live session',
    })
  }
  request.user = await this.users.get(request.session.openid)
}

export async function loginRoutes(app) {
  const { perAddress } = app

  app.post('/login', { config: perAddress, schema: { body: loginBody } }, async (request) => {
    // A code is worth nothing after it was exchanged, and nothing is kept while the store is away.
    await app.store.ping()
    const { openid, unionid, session_key } = await app.wechat.code2Session(request.body.code)
    const user = await app.users.update(openid, () => unionidOf(unionid))
    await app.sessions.keepSessionKey(openid, session_key)
    return sessionReply(app, user, await app.sessions.create(openid))
  })

  app.post('/renew', { config: perAddress, schema: { body: renewBody } }, async (request, reply) => {
    const session = await app.sessions.renew(request.body.refresh_token)
    if (session) return sessionReply(app, await app.users.get(session.openid), session)
    return reply.code(401).send({
      error: 'RENEWAL_REFUSED',
      need: 'login',
      message: 'refresh_token: expected the newest of a live session, which is renewed once by it; log in',
    })
  })

  app.post('/logout', { onRequest: needSession }, async (request, reply) => {
    await app.sessions.end(request.session.id)
    return reply.code(204).send()
  })
}
