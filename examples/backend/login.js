import { grantedTo } from './users.js'

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

/** What the client gets of a session. The session_key is not among it. */
export function sessionReply(app, user, { token, expiresAt }) {
  const reply = { token, openid: user.openid }
  if (user.unionid) reply.unionid = user.unionid
  reply.expires_in = Math.round((expiresAt - app.now()) / 1000)
  const granted = grantedTo(user)
  if (granted.length > 0) reply.granted = granted
  return reply
}

/** `onRequest`: whoever has no session is asked to log in, before anything they sent is read. */
export async function needSession(request, reply) {
  const token = BEARER.exec(request.headers.authorization || '')?.[1]
  request.session = token ? this.sessions.find(token) : null
  if (!request.session) {
    return reply.code(401).header('www-authenticate', 'Bearer').send({
      error: 'LOGIN_REQUIRED',
      need: 'login',
      message: 'authorization: expected Bearer <token> of a live session',
    })
  }
  request.user = this.users.get(request.session.openid)
}

export async function loginRoutes(app) {
  app.post('/login', { schema: { body: loginBody } }, async (request) => {
    const { openid, unionid, session_key } = await app.wechat.code2Session(request.body.code)
    const user = app.users.get(openid)
    if (unionid) user.unionid = unionid
    app.sessions.keepSessionKey(openid, session_key)
    return sessionReply(app, user, app.sessions.create(openid))
  })

  app.post('/logout', { onRequest: needSession }, async (request, reply) => {
    app.sessions.end(request.session.id)
    return reply.code(204).send()
  })
}
