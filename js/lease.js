import { assign, fieldsOf, freeze, isObject, isRecord, isText } from './fields.js'

/** What is stored, as `session.rs` writes it. */
const VERSION = 2
const MOST_GRANTED = 256
/** Bytes of JSON. */
const MOST_EXTRA = 65536
/** What a header field can carry (RFC 9110), as the core has it. */
const FIELD_VALUE = /^[!-~]([ -~]*[!-~])?$/
/** Control characters, line separators, halves of a pair and what stands for one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
const UNCLEAN = /[\0-\x1f\x7f-\x9f\u2028\u2029\ufffd\ud800-\udfff]/u
/** Needs that a session says nothing about. */
const NO_STEP = /^(sessionKey$|privacy$|scope\.)/

/**
 * What may be gone by without the core: `session` from `from` until `until`. See `Lease` in
 * `sessions.rs`; this one says that nobody is logged in.
 */
export const GUEST = { from: 0, until: 0, generation: 0, moment: 0, renewFrom: Infinity, lends: true }

/** The lease's session, if it is fresh. */
export const fresh = ({ session, from, until }, now) => (now >= from && now < until ? session : undefined)

/** Has its time passed without the core having noticed? */
export const isOver = (lease, now) => lease.session && lease.from < lease.until && !fresh(lease, now)

/** Does the session say that these needs hold? */
export const holds = (session, needs) =>
  needs.every(
    (need) => session && (need === 'login' || (!NO_STEP.test(need) && session.granted.includes(need))),
  )

/** The session as the app sees it, its fields always in the same order; `extra` is frozen already. */
export function sessionOf({ token, openid, unionid, expiresAt, granted, extra }) {
  const session = {}
  if (token) session.token = token
  if (openid) session.openid = openid
  if (unionid) session.unionid = unionid
  session.expiresAt = expiresAt
  session.granted = freeze((granted || []).filter(Boolean))
  if (extra) session.extra = extra
  return freeze(session)
}

const bytesOf = (value) => encodeURIComponent(JSON.stringify(value)).replace(/%../g, '.').length

/**
 * What the last run decided, as it stands in storage, with the record. `undefined` for what the core
 * would not take either (law S4): it checks the same when it comes.
 */
export function leaseOf(text, { renew, renewAhead }) {
  const record = JSON.parse(text, (_, value) => freeze(value))
  const { v, session, refreshToken, from, until, savedAt } = fieldsOf(record)
  const fields = fieldsOf(isObject(session) ? session : {})
  const { token, openid, unionid, expiresAt } = fields
  const granted = fields.granted == null ? [] : fields.granted
  const extra = fields.extra == null ? {} : fields.extra
  const isClean = (text) => text == null || text === '' || (isText(text) && !UNCLEAN.test(text))
  const fits =
    v === VERSION &&
    (token || openid) &&
    [token, openid, unionid, refreshToken].every(isClean) &&
    (!token || FIELD_VALUE.test(token)) &&
    [from, until, savedAt, expiresAt].every(Number.isFinite) &&
    Array.isArray(granted) &&
    granted.length <= MOST_GRANTED &&
    granted.every((name) => typeof name === 'string') &&
    isRecord(extra) &&
    bytesOf(extra) <= MOST_EXTRA
  if (!fits) return undefined
  const renewFrom = renew && renewAhead && refreshToken ? expiresAt - renewAhead * 1000 : Infinity
  return assign({}, GUEST, {
    session: sessionOf(fields),
    from,
    until,
    generation: 1,
    renewFrom,
    record,
  })
}
