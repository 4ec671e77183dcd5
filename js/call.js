import { fieldsOf, isFunction, isObject, muted } from './fields.js'
import { check, needNames } from './needs.js'
import { FOREIGN } from './routes.js'

/** Whose request it is: the app's, one of the app's functions', one of its exchange's or renewal's. */
export const PASSIVE = 1
export const ALONE = 2

export const NOTHING = []

// Handed out by the promise constructor, without a closure for each promise.
let resolveNew
let rejectNew
const capture = (resolve, reject) => {
  resolveNew = resolve
  rejectNew = reject
}

/** One call of the app, from its beginning to its one end. */
export class Call {
  /** `api`: the native function's name, or the command's. `epoch` counts log-outs: a call belongs to one user (law S7). */
  constructor(api, epoch, mode) {
    this._pending = new Promise(capture)
    this._resolve = resolveNew
    this._reject = rejectNew
    this._api = api
    this._epoch = epoch
    this._mode = mode
    this._options = this._needs = NOTHING
    this._route = FOREIGN
    /** The lease that it was sent by. */
    this._lease = undefined
    /** The attempt whose answer is waited for; -1 for none. */
    this._attempt = -1
  }

  /** Once: what the app writes into its object later must not take the session elsewhere. @throws Fault */
  _read(given) {
    check(isObject(given), 'options')
    const options = fieldsOf(given)
    const { url, needs, anonymous, passive, validateStatus, success, fail, complete } = options
    const { _mode: mode } = this
    this._options = options
    this._passive = Boolean(passive || mode)
    this._anonymous = Boolean(anonymous) || mode === ALONE
    // Law R8: who takes callbacks does not look at the promise.
    if (success || fail || complete) muted(this._pending)
    check(typeof url === 'string', 'url')
    if (needs !== undefined) {
      this._needs = needNames(needs, 'needs')
      const isLogin = (need) => need === 'login' || need === 'sessionKey'
      check(!this._passive && !(anonymous && this._needs.some(isLogin)), 'needs')
    }
    check(validateStatus === undefined || isFunction(validateStatus), 'validateStatus')
  }
}
