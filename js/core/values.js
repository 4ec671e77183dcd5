import { has, isObject } from '../fields.js'
import { isLoginError } from '../is-login-error.js'
import { messageOf } from '../words.js'
import { bytesOf } from './text-codec.js'

// What the core wants to know of values from outside. Own properties only: what somebody put on
// `Object.prototype` is no backend's word. A getter that throws has nothing.

/** More names than this no reply may grant. */
const MOST_NAMES = 256
const MOST_EXTRA = 65536
/** As WeChat's own failures begin. */
const FAILED = /^[\w.]+:fail/
/** Under which a backend says why. */
const WORDS = ['errmsg', 'message', 'msg']

export function read(object, name) {
  try {
    return isObject(object) && has(object, name) ? object[name] : undefined
  } catch {
    return undefined
  }
}

/** `undefined` for `null` as well. */
export function own(object, name) {
  const value = read(object, name)
  return value === null ? undefined : value
}

const textOf = (value) => (typeof value === 'string' ? value : undefined)
const numberOf = (value) => (typeof value === 'number' ? value : undefined)

/** Seconds, from a `Retry-After` in whatever case: a number of them, or a date. */
function retryAfterOf(header) {
  try {
    const name = Object.keys(header).find((name) => name.toLowerCase() === 'retry-after')
    const value = header[name]
    const seconds = value > 0 ? Number(value) : (Date.parse(value) - Date.now()) / 1000
    return seconds > 0 ? seconds : undefined
  } catch {
    return undefined // no header, or not one that a server could send
  }
}

/** What a reply's data says, under the names in use or one level deeper: no other part of it is shown (law S3). */
export function backendSays(data) {
  const parts = [data, own(data, 'data')]
  const words = parts.map((part) => WORDS.map((name) => textOf(own(part, name))).find(Boolean)).find(Boolean)
  const codes = parts.map((part) => own(part, 'errcode'))
  const errcode = codes.find((code) => (numberOf(code) || textOf(code)) && Number(code) !== 0)
  return { errMsg: words, errcode }
}

/** A response, which backends' functions pass on as they got it. */
export const isRefusal = (value) => numberOf(own(value, 'statusCode')) >= 400

/** What a failure says of itself: as the host's errors do, as an `Error`, as a response, or as a text alone. */
export class Said {
  constructor(value, more) {
    const errcode = own(value, 'errcode')
    this.errMsg = textOf(own(value, 'errMsg')) || messageOf(value)
    this.errno = numberOf(own(value, 'errno'))
    this.errcode = typeof errcode === 'string' ? errcode : numberOf(errcode)
    this.statusCode = numberOf(own(value, 'statusCode'))
    this.retryAfter = numberOf(own(value, 'retryAfter')) || retryAfterOf(own(value, 'header'))
    /** The call that the host has not. */
    this.lacks = undefined
    /** The app's rule that threw. */
    this.rule = undefined
    this.code = isLoginError(value) ? textOf(own(value, 'code')) : undefined
    this.cause = value
    if (isRefusal(value) && !this.code) assignDefined(this, backendSays(own(value, 'data')))
    Object.assign(this, more)
  }
}

function assignDefined(object, fields) {
  for (const name of Object.keys(fields)) if (fields[name] !== undefined) object[name] = fields[name]
}

/** A reply as the core reads it: a field is read once. */
export class Fields {
  /** `isOwn`: it came through a function of the app's own, whose word counts for `extra` as well. */
  constructor(reply, isOwn) {
    this._reply = reply
    this._isOwn = isOwn
    this._read = Object.create(null)
  }

  /** A text, a number, a list of texts, or an object in place of all that is none of these. */
  field(name) {
    if (!(name in this._read)) this._read[name] = this._look(name)
    return this._read[name]
  }

  _look(name) {
    const value = own(this._reply, name)
    if (name === 'extra') return value === undefined || !this._isOwn ? undefined : kept(value)
    if (value === undefined || typeof value === 'string' || typeof value === 'number') return value
    return namesOf(value) || {}
  }
}

/** A list of texts; one more of them than may be, if it is longer. */
function namesOf(value) {
  try {
    if (!Array.isArray(value)) return undefined
    const names = Array.from({ length: Math.min(value.length, MOST_NAMES + 1) }, (_, at) => value[at])
    return names.every((name) => typeof name === 'string') ? names : undefined
  } catch {
    return undefined
  }
}

/** A frozen copy of a JSON object, or in words what it is instead. */
function kept(value) {
  try {
    const text = JSON.stringify(value)
    if (!/^\{/.test(text)) return /^\[/.test(text) ? 'an array' : 'no object'
    const bytes = text.length > MOST_EXTRA ? text.length : bytesOf(text).length
    return bytes > MOST_EXTRA ? `${Math.ceil(bytes / 1024)} KB of JSON` : frozen(JSON.parse(text))
  } catch {
    return 'what JSON can not hold'
  }
}

function frozen(value) {
  if (!isObject(value)) return value
  for (const name of Object.keys(value)) frozen(value[name])
  return Object.freeze(value)
}

/** What a tap, or a prompt itself, gave. Of a failure only what WeChat writes into its own details counts. */
export class Detail {
  constructor(value) {
    const errMsg = textOf(own(value, 'errMsg'))
    const failed = FAILED.test(errMsg) || numberOf(own(value, 'errno'))
    this.value = value
    this.error = failed ? new Said(value) : undefined
    this.encrypted = own(value, 'encryptedData') !== undefined
    /** The session that it is, for a login whose prompt submits nothing. */
    this.session = new Fields(value, true)
  }
}

/** What an exchange, a renewal or a submission came to. */
export class Granted {
  /** `session`: its fields; `null` if the app said "nobody"; `undefined` if there is none. */
  constructor(judgement, session, said, response) {
    this.judgement = judgement
    this.session = session
    this.said = said
    this.response = response
  }
}
