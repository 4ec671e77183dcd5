import { createHmac, randomBytes } from 'node:crypto'
import { createAccounts } from './accounts.js'
import { sealOpenData } from './opendata.js'

const MESSAGES = {
  [-1]: 'system error',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40013: 'invalid appid',
  40029: 'invalid code',
  40125: 'invalid appsecret',
  40163: 'code been used',
  40226: 'code blocked',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  42001: 'access_token expired',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit  mustslower  retry next minute',
  87009: 'invalid signature',
}

const TOKEN_LIFE = 7200 * 1000
/** WeChat docs, getAccessToken: the old token works for five minutes beside the new one. */
const OLD_TOKEN_GRACE = 5 * 60 * 1000

/**
 * WeChat's side of the server API, without HTTP: each endpoint is a function from what was sent to
 * the body of the answer. `server.js` puts it on loopback.
 *
 * @param {object} [options]
 * @param {string} [options.appid]
 * @param {string} [options.secret]
 * @param {() => number} [options.now] milliseconds; default `Date.now`, looked up at each use
 * @param {() => number} [options.random] for codes and session keys
 */
export function createPlatform(options = {}) {
  const appid = options.appid || 'wx5a1ad0c0ffee0001'
  const secret = options.secret || '5ec2e75ec2e75ec2e75ec2e75ec2e700'
  const now = () => (options.now ? options.now() : Date.now())
  const accounts = createAccounts({ now, random: options.random, seal: sealOpenData })
  const counts = { exchanges: 0, sessions: 0, tokenFetches: 0, tokens: 0, phoneNumbers: 0, sessionChecks: 0 }
  const troubles = new Map()
  // WeChat docs, getStableAccessToken: its tokens and getAccessToken's do not touch each other.
  const plainTokens = []
  const stableTokens = []

  function refusal(errcode) {
    const rid = `${Math.floor(now() / 1000).toString(16)}-${randomBytes(4).toString('hex')}-${randomBytes(4).toString('hex')}`
    return { errcode, errmsg: `${MESSAGES[errcode] || 'error'}, rid: ${rid}` }
  }

  /** The next trouble scripted for an endpoint, used up by being taken. */
  function takeTrouble(endpoint) {
    const queue = troubles.get(endpoint)
    if (!queue?.length) return null
    const trouble = queue[0]
    trouble.times -= 1
    if (trouble.times <= 0) queue.shift()
    return trouble
  }

  function wrongCaller({ appid: givenAppid, secret: givenSecret }) {
    if (!givenAppid) return 41002
    if (!givenSecret) return 41004
    if (givenAppid !== appid) return 40013
    if (givenSecret !== secret) return 40125
    return 0
  }

  function newToken(list) {
    counts.tokens += 1
    const token = { text: randomBytes(384).toString('base64url'), endsAt: now() + TOKEN_LIFE }
    list.push(token)
    return token
  }
  const tokenReply = (token) => ({
    access_token: token.text,
    expires_in: Math.floor((token.endsAt - now()) / 1000),
  })

  function wrongToken(text) {
    if (!text) return 41001
    const token = [...plainTokens, ...stableTokens].find((candidate) => candidate.text === text)
    if (!token) return 40001
    return token.endsAt > now() ? 0 : 42001
  }

  const endpoints = {
    /** GET /sns/jscode2session */
    jscode2session(query) {
      counts.exchanges += 1
      const wrong = wrongCaller(query)
      if (wrong) return refusal(wrong)
      if (!query.js_code) return refusal(41008)
      if (query.grant_type !== 'authorization_code') return refusal(40002)
      const found = accounts.redeemCode({ appid, code: query.js_code })
      if (found.errcode) return refusal(found.errcode)
      counts.sessions += 1
      const { session_key, openid, unionid } = found
      return unionid ? { session_key, openid, unionid } : { session_key, openid }
    },

    /** GET /cgi-bin/token */
    token(query) {
      counts.tokenFetches += 1
      if (query.grant_type !== 'client_credential') return refusal(40002)
      const wrong = wrongCaller(query)
      if (wrong) return refusal(wrong)
      for (const token of plainTokens) token.endsAt = Math.min(token.endsAt, now() + OLD_TOKEN_GRACE)
      return tokenReply(newToken(plainTokens))
    },

    /** POST /cgi-bin/stable_token */
    stable_token(body) {
      counts.tokenFetches += 1
      if (body?.grant_type !== 'client_credential') return refusal(40002)
      const wrong = wrongCaller(body)
      if (wrong) return refusal(wrong)
      const current = stableTokens.find((token) => token.endsAt > now())
      if (current && !body.force_refresh) return tokenReply(current)
      stableTokens.length = 0
      return tokenReply(newToken(stableTokens))
    },

    /** POST /wxa/business/getuserphonenumber */
    getuserphonenumber(query, body) {
      const wrong = wrongToken(query.access_token)
      if (wrong) return refusal(wrong)
      if (!body?.code) return refusal(41008)
      const found = accounts.redeemPhoneCode({ appid, code: body.code })
      if (found.errcode) return refusal(found.errcode)
      counts.phoneNumbers += 1
      const watermark = { timestamp: Math.floor(now() / 1000), appid }
      return { errcode: 0, errmsg: 'ok', phone_info: { ...found, watermark } }
    },

    /** GET /wxa/checksession */
    checksession(query) {
      counts.sessionChecks += 1
      const wrong = wrongToken(query.access_token)
      if (wrong) return refusal(wrong)
      const { session_key } = accounts.sessionKey({ appid, openid: query.openid })
      const signature = session_key && createHmac('sha256', session_key).update('').digest('hex')
      if (query.sig_method !== 'hmac_sha256' || query.signature !== signature) return refusal(87009)
      return { errcode: 0, errmsg: 'ok' }
    },
  }

  function answer(endpoint, ...sent) {
    const trouble = takeTrouble(endpoint)
    if (trouble?.errcode !== undefined) {
      if (endpoint === 'jscode2session') counts.exchanges += 1
      if (endpoint.endsWith('token')) counts.tokenFetches += 1
      return { body: refusal(trouble.errcode), trouble }
    }
    return { body: endpoints[endpoint](...sent), trouble }
  }

  return {
    appid,
    secret,
    accounts,
    counts,
    /** Answers one call: `{ body, trouble }`, the trouble being HTTP's to act out. */
    answer,

    /**
     * Scripts trouble for the next calls of an endpoint, named by the last part of its path:
     * `{ errcode }` answers with that code; `{ status }` with that HTTP status; `{ drop: true }`
     * cuts the connection after the work is done; `{ hang: true }` never answers; `{ delay }` answers so
     * many milliseconds later.
     */
    fail(endpoint, trouble, times = 1) {
      if (!endpoints[endpoint]) {
        throw new TypeError(`endpoint: expected one of ${Object.keys(endpoints).join(', ')}, got ${endpoint}`)
      }
      troubles.set(endpoint, [...(troubles.get(endpoint) || []), { ...trouble, times }])
    },
    /** Forgets all scripted trouble. */
    calm: () => troubles.clear(),
    /** Makes every access token invalid, as a reset secret would. */
    revokeTokens() {
      plainTokens.length = 0
      stableTokens.length = 0
    },
    /** Everything counted, the ledger's included. */
    count: () => ({ ...accounts.counts, ...counts }),
  }
}
