import { decryptOpenData } from './crypto.js'
import { needSession } from './login.js'
import { grantedTo } from './users.js'

// A button's whole detail may come: what is not named here is not looked at.
const detail = {
  type: 'object',
  description: 'the e.detail of a getPhoneNumber button: code, or encryptedData and iv',
  anyOf: [{ required: ['code'] }, { required: ['encryptedData', 'iv'] }],
  properties: {
    code: {
      type: 'string',
      minLength: 1,
      maxLength: 512,
      description: 'the code of a getPhoneNumber button',
    },
    encryptedData: { type: 'string', minLength: 1, maxLength: 4096, description: 'base64 text' },
    iv: { type: 'string', minLength: 24, maxLength: 24, description: '16 bytes in base64' },
  },
}

/** `+86 138****1234`: enough for its owner to recognise. */
export function masked({ purePhoneNumber, countryCode }) {
  const { length } = purePhoneNumber
  const start = length > 7 ? 3 : 0
  const end = length - Math.min(4, Math.floor(length / 2))
  return `+${countryCode} ${purePhoneNumber.slice(0, start)}${'*'.repeat(end - start)}${purePhoneNumber.slice(end)}`
}

export async function phoneRoutes(app) {
  app.post('/phone', { onRequest: needSession, schema: { body: detail } }, async (request) => {
    const { body } = request
    const { openid } = request.user
    const info = body.code
      ? await app.wechat.phoneNumber(body.code)
      : decryptOpenData(body, {
          sessionKey: await app.sessions.sessionKey(openid),
          appid: app.wechat.appid,
        })
    // WeChat docs, getPhoneNumber: countryCode comes as a string or a number.
    const phone = { purePhoneNumber: String(info.purePhoneNumber), countryCode: String(info.countryCode) }
    const user = await app.users.update(openid, () => ({ phone }))
    return { phone: masked(phone), granted: grantedTo(user) }
  })
}
