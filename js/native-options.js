import { Fault } from './fault.js'
import { assign, fieldsOf, has, isFunction, isObject, isRecord, isText, keys } from './fields.js'
import { FOREIGN, resolve } from './routes.js'
import { copyOf, run } from './rules.js'

/** Options that are this package's own and never reach the host; `success` and `fail` do, as ours. */
export const OWN = [
  'needs',
  'anonymous',
  'passive',
  'validateStatus',
  'onTask',
  'success',
  'fail',
  'complete',
]

/** Where a URL of `attach` leads only the core can say, and it is not there. */
export const UNDECIDED = {}

const NONE = fieldsOf({})

const isSame = (one, other) => one.length === other.length && one.toLowerCase() === other.toLowerCase()

/** Names of headers are compared without case; `over` wins. */
function merge(...headers) {
  const merged = {}
  for (const header of headers) {
    const fields = isObject(header) ? fieldsOf(header) : {}
    for (const name in fields) {
      for (const known in merged) if (known !== name && isSame(known, name)) delete merged[known]
      merged[name] = fields[name]
    }
  }
  return merged
}

const headerIn = (header, name) => header[keys(header).find((known) => isSame(known, name))]

const differ = (one, other) =>
  isRecord(one) && isRecord(other) ? keys(one).some((name) => one[name] !== other[name]) : one !== other

/** Under a body that is an object, under the query of a GET, under the form of an upload. */
function putUnder(native, data, field) {
  const body = native[field]
  const isOpen = body === undefined && (field === 'formData' || /^get$/i.test(native.method || 'get'))
  if (isObject(data) && (isOpen || isRecord(body)))
    native[field] = assign({}, fieldsOf(data), fieldsOf(body || {}))
}

/** What one of the app's functions says to merge. @throws Fault */
function fieldsFrom(name, call, a, b) {
  const said = run(name, call, a, b)
  try {
    if (said == null || isObject(said)) return fieldsOf(said || {})
  } catch (error) {
    throw new Fault(name, error)
  }
  throw new Fault(name, new Error('returned no object'))
}

/**
 * What the host's function is called with: built afresh for every attempt from the options that
 * the call came with, the app's `defaults`, and the session of that moment (laws R3, R4).
 *
 * `send` is told what became of it: `_attached` (the session really goes along), `_validateStatus`,
 * `_method` and `_timeout`. @throws Fault, or UNDECIDED
 */
export function nativeOptions(settings, routeOf, send, session) {
  const { _api: api, _options: options, _route: route } = send
  const { attach } = settings
  const body = api === 'uploadFile' ? 'formData' : 'data'
  const native = {}
  for (const name in options) if (!OWN.includes(name)) native[name] = options[name]
  native.url = resolve(options.url, route, settings)

  let defaults = (route !== FOREIGN && settings.defaults) || NONE
  if (isFunction(defaults)) defaults = fieldsFrom('defaults', defaults, copyOf(options))
  let under = send._under
  if (defaults.header) {
    under = merge(under, defaults.header)
    // The form of an upload has a type of its own.
    if (api === 'uploadFile') for (const name in under) if (isSame(name, 'content-type')) delete under[name]
  }
  if (api !== 'downloadFile') putUnder(native, defaults.data, body)
  if (options.timeout === undefined && defaults.timeout !== undefined) native.timeout = defaults.timeout
  send._validateStatus = options.validateStatus || defaults.validateStatus
  send._attached = false

  const { header: own } = options
  let header
  if (session && isFunction(attach)) {
    const given = { url: options.url, header: merge(under, own) }
    const extra = fieldsFrom('attach', attach, copyOf(assign({}, options, native, given)), session)
    for (const name in extra) {
      const value = extra[name]
      if (name === 'header') header = value
      else if (name === 'url') {
        if (value === options.url) continue
        const to = isText(value) ? routeOf(value) : FOREIGN
        if (to === undefined) throw UNDECIDED
        if (to === FOREIGN) throw new Fault('attach', new Error('a foreign url'))
        native.url = resolve(value, to, settings)
        send._attached = true
      } else if (!OWN.includes(name)) {
        if (differ(value, native[name])) send._attached = true
        native[name] = value
      }
    }
    if (extra[body]) putUnder(native, defaults.data, body)
  } else if (session && has(session, 'token')) {
    // Its own, since an app without tokens must not send one that stands on a prototype.
    header = { [attach.header]: attach.scheme + session.token }
    if (!under && !own) {
      native.header = header
      header = undefined
      send._attached = true
    }
  }
  if (isObject(header)) putHeader(send, native, under, header, own, session)
  else if (under) native.header = merge(under, own)

  send._method = native.method
  send._timeout = native.timeout
  return native
}

/** The caller's own header wins over the session's, and that over what goes under every request (law R4). */
function putHeader(send, native, under, given, own, { token }) {
  const header = merge(given)
  const before = merge(under, own)
  const merged = merge(under, header, own)
  const names = keys(header)
  const isToken = (value) => token && String(value).includes(token)
  const isByToken = names.some((name) => isToken(header[name]))
  const carries = (name) => {
    const value = headerIn(merged, name)
    return value === header[name] && (isByToken ? isToken(value) : value !== headerIn(before, name))
  }
  native.header = merged
  if (names.some(carries)) send._attached = true
}
