import { randomBytes } from 'node:crypto'
import { decryptOpenData, isSigned, OpenDataError } from './crypto.js'
import { needSession, sessionReply } from './login.js'
import { masked } from './phone.js'
import { grantedTo, unionidOf } from './users.js'

/** What getUserProfile calls everybody since 2022-11-08. It is nobody's name. */
const ANONYMOUS = '微信用户'

const profile = {
  type: 'object',
  required: ['nickname'],
  properties: {
    nickname: {
      type: 'string',
      pattern: '\\S',
      minLength: 1,
      maxLength: 32,
      not: { const: ANONYMOUS },
      description: `a name of 1 to 32 characters that is not ${ANONYMOUS}`,
    },
  },
}

const userInfo = {
  type: 'object',
  required: ['rawData', 'signature', 'encryptedData', 'iv'],
  properties: {
    rawData: { type: 'string', maxLength: 8192, description: 'rawData of wx.getUserInfo' },
    signature: { type: 'string', pattern: '^[0-9a-f]{40}$', description: '40 hexadecimal digits' },
    encryptedData: { type: 'string', minLength: 1, maxLength: 8192, description: 'base64 text' },
    iv: { type: 'string', minLength: 24, maxLength: 24, description: '16 bytes in base64' },
  },
}

const AVATAR_LIMIT = 1024 * 1024
const SIGNATURES = [
  { type: 'image/png', start: Buffer.from([0x89, 0x50, 0x4e, 0x47]) },
  { type: 'image/jpeg', start: Buffer.from([0xff, 0xd8, 0xff]) },
]

const keyOfAvatar = (path) => `avatar:${path}`

export async function profileRoutes(app) {
  function profileOf(user) {
    const { openid, unionid, nickname, avatar, phone } = user
    const granted = grantedTo(user)
    return { openid, unionid, nickname, avatar, phone: phone && masked(phone), granted }
  }

  app.get('/profile', { onRequest: needSession }, async ({ user }) => profileOf(user))

  app.post('/profile', { onRequest: needSession, schema: { body: profile } }, async ({ user, body }) => {
    const nickname = body.nickname.trim()
    return profileOf(await app.users.update(user.openid, () => ({ nickname })))
  })

  // WeChat docs, UnionID: accounts bound late get theirs from decrypted data, not from the login.
  app.post('/unionid', { onRequest: needSession, schema: { body: userInfo } }, async (request) => {
    const { body, session } = request
    const { openid } = session
    const sessionKey = await app.sessions.sessionKey(openid)
    if (!isSigned(body, sessionKey)) {
      throw new OpenDataError('signature: expected sha1 of rawData and the latest session_key')
    }
    const data = decryptOpenData(body, { sessionKey, appid: app.wechat.appid })
    if (data.openId !== openid) throw new OpenDataError('openId: expected the one of this session')
    const user = await app.users.update(openid, () => unionidOf(data.unionId))
    return sessionReply(app, user, session)
  })

  app.addContentTypeParser(
    'multipart/form-data',
    { parseAs: 'buffer', bodyLimit: AVATAR_LIMIT },
    async (request, body) => {
      const headers = { 'content-type': request.headers['content-type'] }
      try {
        return Object.fromEntries(await new Response(body, { headers }).formData())
      } catch (cause) {
        throw Object.assign(new Error('body: expected multipart/form-data', { cause }), { statusCode: 400 })
      }
    },
  )

  app.post('/avatar', { onRequest: needSession }, async (request, reply) => {
    const file = request.body?.avatar
    const bytes = file instanceof Blob ? Buffer.from(await file.arrayBuffer()) : Buffer.alloc(0)
    const kind = SIGNATURES.find(({ start }) => bytes.subarray(0, start.length).equals(start))
    if (!kind) {
      const expected = 'a PNG or JPEG file of at most 1 MB'
      return reply
        .code(400)
        .send({ error: 'INVALID', field: 'avatar', expected, message: `avatar: expected ${expected}` })
    }
    // Its name tells nothing of its owner.
    const avatar = `/avatars/${randomBytes(12).toString('hex')}`
    await app.store.put(keyOfAvatar(avatar), { type: kind.type, base64: bytes.toString('base64') })
    let old
    await app.users.update(request.user.openid, (user) => {
      old = user.avatar
      return { avatar }
    })
    if (old) await app.store.delete(keyOfAvatar(old))
    return { avatar }
  })

  app.get('/avatars/:name', async (request, reply) => {
    const avatar = await app.store.get(keyOfAvatar(request.url))
    if (!avatar) return reply.callNotFound()
    const bytes = Buffer.from(avatar.base64, 'base64')
    return reply.type(avatar.type).header('x-content-type-options', 'nosniff').send(bytes)
  })
}
