import { isObject, statusOf } from '../fields.js'
import { run } from '../rules.js'
import { unjudged } from './judgement.js'
import { backendSays, Fields, Granted, isRefusal, own, Said } from './values.js'

const holdsSession = (value) => own(value, 'token') !== undefined || own(value, 'openid') !== undefined

/** By the usual rule: the value itself, or its `data`. */
function pick(value) {
  const inner = own(value, 'data')
  return holdsSession(inner) && !holdsSession(value) ? inner : value
}

/**
 * The session in what an exchange, a renewal or a submission came to, by the app's rule or the usual
 * one; `null` for nobody's. Submissions for other needs need not hold one, nor be known to the rule.
 * @throws Fault
 */
function sessionIn(value, need, readSession, isApps) {
  const forLogin = need === 'login'
  if (!forLogin && !isObject(value)) return undefined
  if (value === null) return null
  if (!readSession) return new Fields(pick(value), isApps)
  let session
  try {
    session = run('readSession', readSession, value)
  } catch (fault) {
    if (forLogin) throw fault
    return undefined
  }
  if (session === null) return forLogin ? null : undefined
  return new Fields(session, true)
}

/** What a backend said in a reply that it may have meant as a failure. */
function saidIn(data, more) {
  const said = new Said(undefined, backendSays(data))
  return Object.assign(said, more)
}

const isFailure = (said) => typeof said.errcode === 'number' && said.errcode !== 0

/** Of a response. `open()` is what its session is looked for in: called if nothing stands against it. */
export function grantedBy(response, judgement, need, readSession, open) {
  const data = own(response, 'data')
  const { statusCode, retryAfter } = new Said(response)
  const said = saidIn(data, { statusCode, retryAfter })
  const { status, refused, invalid } = judgement
  const isGood = status < 400 && !refused && !invalid && !isFailure(said) && open
  const session = isGood ? sessionIn(open(), need, readSession, false) : undefined
  return new Granted(judgement, session, said, response)
}

/** Of what a function of the app's came to, or a cloud function. */
export function grantedIn(value, need, readSession, isApps) {
  if (isApps && isRefusal(value)) {
    return new Granted(unjudged(statusOf(value)), undefined, new Said(value, { cause: undefined }), value)
  }
  const said = saidIn(value)
  const session = isFailure(said) ? undefined : sessionIn(value, need, readSession, isApps)
  return new Granted(unjudged(undefined), session, said, undefined)
}
