import { createAccessToken } from './access-token.js'

/** Milliseconds; the mini-program waits a little longer for its login. */
const DEFAULT_TIMEOUT = 5000

/** WeChat docs, global error codes: the access token is wrong or at its end. */
const TOKEN_ERRORS = [40001, 40014, 42001]

/** WeChat said no (`errcode`, `errmsg`), or could not be asked (neither). */
export class WeChatError extends Error {
  name = 'WeChatError'
  constructor(message, { errcode, errmsg, cause } = {}) {
    super(message, { cause })
    this.errcode = errcode
    this.errmsg = errmsg
  }
}

/**
 * WeChat's server API, as far as this service needs it. Every method throws a `WeChatError`.
 *
 * @param {object} config
 * @param {string} config.appid
 * @param {string} config.secret
 * @param {string} [config.wechatBase]
 * @param {number} [config.wechatTimeout] milliseconds
 * @param {object} config.store of `openStore`, to share the access token in
 * @param {() => number} config.now milliseconds
 */
export function createWeChat({
  appid,
  secret,
  wechatBase = 'https://api.weixin.qq.com',
  wechatTimeout = DEFAULT_TIMEOUT,
  store,
  now,
}) {
  const accessToken = createAccessToken({ store, fetchToken, now })

  /**
   * WeChat answers HTTP 200 to everything; what failed has a non-zero errcode in the body. `wanted`
   * is the field without which an answer is none.
   */
  async function call(path, wanted, query, body) {
    const url = new URL(path, wechatBase)
    url.search = new URLSearchParams(query)
    const post = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }
    let reply
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(wechatTimeout), ...(body && post) })
      if (!response.ok) throw new Error(`HTTP ${response.status}`)
      reply = await response.json()
    } catch (cause) {
      // The URL holds the secret: name the path alone.
      throw new WeChatError(`${path} could not be asked: ${cause.message}`, { cause })
    }
    if (reply?.errcode) throw new WeChatError(`${path}: ${reply.errcode} ${reply.errmsg}`, reply)
    if (!reply?.[wanted]) throw new WeChatError(`${path} answered without ${wanted}`)
    return reply
  }

  async function fetchToken() {
    const body = { grant_type: 'client_credential', appid, secret, force_refresh: false }
    const { access_token, expires_in } = await call('/cgi-bin/stable_token', 'access_token', {}, body)
    return { token: access_token, expiresIn: expires_in }
  }

  /** Calls with the access token; one that WeChat no longer takes is replaced, once. */
  async function callWithToken(path, wanted, body) {
    const token = await accessToken.get()
    try {
      return await call(path, wanted, { access_token: token }, body)
    } catch (error) {
      if (!TOKEN_ERRORS.includes(error.errcode)) throw error
      return call(path, wanted, { access_token: await accessToken.get(token) }, body)
    }
  }

  return {
    appid,

    /** A `wx.login` code for `{ openid, session_key, unionid? }`. */
    code2Session(code) {
      const query = { appid, secret, js_code: code, grant_type: 'authorization_code' }
      return call('/sns/jscode2session', 'openid', query)
    },

    /** A getPhoneNumber button's code for `{ phoneNumber, purePhoneNumber, countryCode }`. */
    async phoneNumber(code) {
      const path = '/wxa/business/getuserphonenumber'
      const { phone_info } = await callWithToken(path, 'phone_info', { code })
      return phone_info
    },
  }
}
