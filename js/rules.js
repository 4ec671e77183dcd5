import { Fault } from './fault.js'
import { assign, fieldsOf, hasThen, isFunction, isRecord, muted, statusOf } from './fields.js'
import { FOREIGN } from './routes.js'

/** The default rule: what this status asks for is a login. */
const UNAUTHORIZED = 401

/** Runs a function of the app's that has to answer at once. @throws Fault */
export function run(rule, call, a, b) {
  let result
  try {
    result = call(a, b)
    if (!hasThen(result) || !isFunction(result.then)) return result
    muted(result)
  } catch (error) {
    throw new Fault(rule, error)
  }
  throw new Fault(rule, new Error('returned a promise'))
}

/** A copy of a request's options for the app's functions: what they write into it changes nothing. */
export function copyOf(options) {
  const copy = assign({ header: {} }, options)
  for (const name of ['header', 'data', 'formData']) {
    if (isRecord(copy[name])) copy[name] = assign({}, fieldsOf(copy[name]))
  }
  return copy
}

/** An upload's response is a text, which the rules want to look into. */
function shown(send, response) {
  if (send._api !== 'uploadFile') return response
  try {
    return assign({}, response, { data: JSON.parse(response.data) })
  } catch {
    return response
  }
}

const asksNothing = (said) => !said || said.length === 0
const isYes = (said) => said === undefined || said === null || said === true

/**
 * What the app's rules say of a response (law R10); `undefined` if it is plainly good. Without `asks`
 * what it asks for is nobody's business. @throws Fault
 */
export function judge({ needs, accept }, send, response, asks) {
  const { _options: options, _validateStatus: validate } = send
  const status = statusOf(response)
  if (send._api === 'downloadFile' && status < 400) return undefined
  const isTrusted = send._route !== FOREIGN
  const isRuled = isTrusted && (needs || accept)
  const view = isRuled && shown(send, response)
  const request = isRuled && copyOf(options)
  let said
  let verdict
  let invalid = false
  if (isTrusted && asks) {
    if (needs) said = run('needs', needs, view, request)
    if (status === UNAUTHORIZED && (said === undefined || said === false)) said = 'login'
  }
  if (asksNothing(said) || send._passive) {
    if (accept && isTrusted) verdict = run('accept', accept, view, request)
    if (validate && isYes(verdict)) invalid = !run('validateStatus', validate, status)
    if (asksNothing(said) && isYes(verdict) && !invalid) return undefined
  }
  return { status, said, verdict: isYes(verdict) ? undefined : verdict, invalid }
}

/** What the call comes to. @throws Fault */
export function unwrapped({ unwrap }, send, response) {
  if (!unwrap || send._route === FOREIGN || send._api === 'downloadFile') return response
  return run('unwrap', unwrap, shown(send, response), copyOf(send._options))
}
