import { needLines } from './options.js'

// What the core wants to know of values from outside. Own properties only: what somebody put on
// `Object.prototype` is no backend's word. A getter that throws has nothing.

const hasOwn = Object.prototype.hasOwnProperty

/** A control character, which no text of a session may hold: here is something, but not what it should be. */
const MISFIT = '\x7f'

/** `undefined` for `null` as well. */
export function own(object, name) {
  if (object === undefined || object === null) return undefined // an exception costs as much as all the rest
  try {
    // Not Object.hasOwn: older phones have none.
    const value = hasOwn.call(object, name) ? object[name] : undefined
    return value === null ? undefined : value
  } catch {
    return undefined // a getter that throws
  }
}

/** A status that can't be read is 0: it must not keep the reply from its call. */
export function statusOf(reply) {
  try {
    return reply ? reply.statusCode >>> 0 : 0
  } catch {
    return 0
  }
}

/** NaN where it is no number. */
export function number(object, name) {
  const value = own(object, name)
  return typeof value === 'number' ? value : NaN
}

/** The first of these fields that is a text. */
export function text(object, ...names) {
  return names.map((name) => own(object, name)).find((value) => typeof value === 'string')
}

/** What a failure or a detail says: as the host's errors do, as an `Error`, or as a text alone. */
export function said(value) {
  if (typeof value === 'string') return value
  // wx.showModal succeeds where the user tapped "cancel".
  if (own(value, 'confirm') === false) return 'showModal:fail cancel'
  return text(value, 'errMsg', 'message')
}

/** The host's number for a failure, or NaN. */
export function errno(value) {
  const given = number(value, 'errno')
  return Number.isNaN(given) ? number(value, 'errCode') : given
}

/** Seconds, from a `Retry-After` in whatever case; NaN for none. */
export function retryAfter(header) {
  try {
    for (const name of Object.keys(header)) {
      if (name.toLowerCase() !== 'retry-after') continue
      const text = header[name]
      const wait = text > 0 ? text * 1000 : Date.parse(text) - Date.now()
      if (wait > 0) return wait / 1000
    }
  } catch {
    // No header, or not one that a server could send.
  }
  return NaN
}

/** `token`, `openid` and `unionid`, one a line, and the names of `granted` after them. */
export function sessionTexts(session) {
  const texts = ['token', 'openid', 'unionid'].map((name) => {
    const value = own(session, name)
    if (value === undefined) return ''
    return typeof value === 'string' && !value.includes('\n') ? value : MISFIT
  })
  const granted = own(session, 'granted')
  try {
    texts.push(granted === undefined ? '' : Array.isArray(granted) ? needLines(granted) : MISFIT)
  } catch {
    texts.push(MISFIT) // not all of them are names
  }
  return texts.join('\n')
}

/** A number of a session: NaN where there is none, below 0 where there is something else. */
export function sessionNumber(object, name) {
  const value = own(object, name)
  if (value === undefined) return NaN
  return typeof value === 'number' && !Number.isNaN(value) ? value : -1
}

/** The session that the app sees: the other way round, from what the core has made of it. */
export function sessionFrom(texts, expiresAt) {
  const [token, openid, unionid, ...granted] = texts.split('\n')
  const session = {}
  if (token) session.token = token
  if (openid) session.openid = openid
  if (unionid) session.unionid = unionid
  session.expiresAt = expiresAt
  session.granted = Object.freeze(granted.filter(Boolean))
  return Object.freeze(session)
}
