/**
 * What WeChat remembers about the users of mini-programs: one-time codes, session keys, phone
 * codes. Runs anywhere; `wx.js` and the server share one ledger, in process or over `/sim`.
 *
 * Every method takes one plain object and returns one, so that `remote.js` can offer the same
 * methods over HTTP.
 */

/** WeChat docs, wx.login and getPhoneNumber: a code lives five minutes and works once. */
export const CODE_LIFE = 5 * 60 * 1000

const CODE_ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

/**
 * @param {object} [options]
 * @param {() => number} [options.now] milliseconds; default `Date.now`, looked up at each use
 * @param {() => number} [options.random] in [0, 1); give a seeded one for reproducible codes
 * @param {(data: object, sessionKey: string) => object} [options.seal] makes
 *   `{ rawData, signature, encryptedData, iv }`; the default is opaque and decrypts to nothing
 */
export function createAccounts(options = {}) {
  const now = () => (options.now ? options.now() : Date.now())
  const random = options.random || Math.random
  const users = new Map()
  const codes = new Map()
  const counts = { codes: 0, phoneCodes: 0, sealed: 0 }

  const text = (length) =>
    Array.from({ length }, () => CODE_ALPHABET[Math.floor(random() * CODE_ALPHABET.length)]).join('')
  const base64 = (bytes) =>
    btoa(String.fromCharCode(...Array.from({ length: bytes }, () => Math.floor(random() * 256))))
  const seal = options.seal || (() => ({ encryptedData: base64(48), iv: base64(16), signature: text(40) }))

  function userOf({ appid, openid }) {
    const id = `${appid} ${openid}`
    if (!users.has(id)) users.set(id, { openid, sessionKey: null, alive: false, blocked: false })
    return users.get(id)
  }

  function issue(kind, appid, content) {
    forgetOldCodes()
    const code = `0${text(31)}`
    codes.set(code, { kind, appid, content, issuedAt: now(), used: false })
    return code
  }

  // Spent codes stay as long as WeChat could still tell "used" from "never issued".
  function forgetOldCodes() {
    for (const [code, entry] of codes) {
      if (now() - entry.issuedAt < 2 * CODE_LIFE) return
      codes.delete(code)
    }
  }

  function redeem(kind, appid, code) {
    const entry = codes.get(code)
    if (entry?.kind !== kind || entry.appid !== appid) return { errcode: 40029 }
    if (entry.used) return { errcode: 40163 }
    if (now() - entry.issuedAt >= CODE_LIFE) return { errcode: 40029 }
    entry.used = true
    return entry.content
  }

  return {
    counts,

    /** One `wx.login`: a fresh code, and a new session_key in place of the old one. */
    issueCode({ appid, openid, unionid }) {
      counts.codes += 1
      const user = userOf({ appid, openid })
      user.sessionKey = base64(16)
      user.alive = true
      return { code: issue('login', appid, { openid, unionid, session_key: user.sessionKey }) }
    },

    /** `{ openid, unionid?, session_key }`, or `{ errcode }`. */
    redeemCode({ appid, code }) {
      const content = redeem('login', appid, code)
      if (content.errcode) return content
      return userOf({ appid, openid: content.openid }).blocked ? { errcode: 40226 } : content
    },

    /** Whether the key of the latest code still lives; before any login it does not. */
    checkSessionKey({ appid, openid }) {
      return { alive: userOf({ appid, openid }).alive }
    },
    expireSessionKey({ appid, openid }) {
      userOf({ appid, openid }).alive = false
      return {}
    },
    /** The live session_key, for the server's own checks; null where there is none. */
    sessionKey({ appid, openid }) {
      const user = userOf({ appid, openid })
      return { session_key: user.alive ? user.sessionKey : null }
    },

    /** What a tap on a getPhoneNumber button yields on the server's side. */
    issuePhoneCode({ appid, phoneNumber, countryCode = '86' }) {
      counts.phoneCodes += 1
      return { code: issue('phone', appid, phoneInfo(phoneNumber, countryCode)) }
    },
    redeemPhoneCode({ appid, code }) {
      const content = redeem('phone', appid, code)
      // getuserphonenumber knows one answer for every dead code.
      return content.errcode ? { errcode: 40029 } : content
    },

    /** Open data, encrypted and signed under the user's session_key, watermark included. */
    sealData({ appid, openid, data }) {
      counts.sealed += 1
      const user = userOf({ appid, openid })
      const watermark = { timestamp: Math.floor(now() / 1000), appid }
      return seal({ ...data, watermark }, user.sessionKey || base64(16))
    },

    blockUser({ appid, openid, blocked = true }) {
      userOf({ appid, openid }).blocked = blocked
      return {}
    },
  }
}

/** The part of `phone_info` that says the number: foreign ones carry their prefix. */
export function phoneInfo(number, countryCode) {
  const phoneNumber = String(countryCode) === '86' ? number : `+${countryCode}${number}`
  return { phoneNumber, purePhoneNumber: number, countryCode }
}
