import { ALONE, PASSIVE } from '../call.js'
import { Fault } from '../fault.js'
import { isFunction, isObject, isText, statusOf } from '../fields.js'
import { FOREIGN } from '../routes.js'
import { judge, run, unwrapped } from '../rules.js'
import { Flights } from './flights.js'
import { judgementOf } from './judgement.js'
import { callNative } from './native-call.js'
import { grantedBy, grantedIn } from './session-reader.js'
import { Detail, own, read, Said } from './values.js'

const LONGEST_TIMER = 0x7fffffff
/** What WeChat's functions resolve with if all went well: no detail of a step. */
const OK = /:ok$/
const JSON_BODY = { 'content-type': 'application/json' }

/** An exchange, a renewal or a submission, as `nativeOptions` and `judge` take a request. */
class Post {
  constructor(options, route) {
    this._api = 'request'
    this._options = Object.assign({ method: 'POST' }, options)
    this._route = route
    this._under = JSON_BODY
    this._hasOwn = this._passive = this._attached = false
    this._validateStatus = this._method = undefined
    this._timeout = 0
  }
}

/**
 * The mini-program API and the app's own functions, as the core asks them (`Host` in
 * `src/wasm/host.rs`): nothing here throws, and each answer is one value, or a `Said`.
 */
export class Host {
  constructor(connection, LoginError) {
    this._connection = connection
    this._settings = connection.settings
    this._LoginError = LoginError
    this._flights = new Flights()
    this._core = undefined
    this._timer = undefined
    this._armed = undefined
    connection.hold = (isBusy) => this._hold(isBusy)
  }

  /** The core is gone: nothing acts in its name, and what still comes back is nobody's. */
  _close() {
    this._flights._drop()
    this.arm(-1)
  }

  // WeChat.

  code(flight) {
    const said = (answer) => ({ code: codeIn(answer), said: new Said(answer) })
    return this._call(flight, 'login', undefined, said)
  }

  checkSession(flight) {
    return this._call(flight, 'checkSession')
  }

  authorize(scope, flight) {
    return this._call(flight, 'authorize', { scope })
  }

  requirePrivacyAuthorize(flight) {
    return this._call(flight, 'requirePrivacyAuthorize')
  }

  getPrivacySetting(flight) {
    const asks = (answer) => Boolean(own(answer, 'needAuthorization'))
    return this._call(flight, 'getPrivacySetting', undefined, asks)
  }

  getSetting(scope, flight) {
    const allowed = (answer) => {
      const is = own(own(answer, 'authSetting'), scope)
      return typeof is === 'boolean' ? is : undefined
    }
    return this._call(flight, 'getSetting', undefined, allowed)
  }

  _call(flight, name, options, reading = () => true) {
    return this._flights._begin(flight, () => this._native(flight, name, options, reading))
  }

  _native(flight, name, options, reading) {
    const failed = (said) => this._flights._failed(flight, said)
    return callNative(
      this._connection.api,
      name,
      options,
      (answer) => this._answer(flight, () => reading(answer)),
      failed,
    )
  }

  /** `reading` may throw a Fault. */
  _answer(flight, reading) {
    if (!this._flights._isOpen(flight)) return
    let value
    try {
      value = reading()
    } catch (fault) {
      this._flights._failed(flight, saidOf(fault))
      return
    }
    this._flights._done(flight, value)
  }

  // The app.

  exchange(code, flight) {
    const { exchange, readSession } = this._settings
    if (isFunction(exchange)) {
      const granted = (value) => grantedIn(value, 'login', readSession, true)
      return this._ask(flight, () => exchange(code, this._context(ALONE)), granted)
    }
    const {
      cloud,
      url,
      method,
      header,
      codeField = 'code',
      timeout,
      data,
    } = isText(exchange) ? { url: exchange } : exchange
    const body = () => (isFunction(data) ? run('data', data) : data)
    if (cloud === undefined) {
      const options = () => ({
        url,
        method,
        header,
        timeout,
        data: Object.assign({}, body(), { [codeField]: code }),
      })
      return this._post(flight, options, 'login', undefined)
    }
    return this._flights._begin(flight, () => {
      const granted = (answer) => grantedIn(read(answer, 'result'), 'login', readSession, false)
      try {
        return this._native(flight, 'cloud.callFunction', { name: cloud, data: body() || {} }, granted)
      } catch (fault) {
        return this._flights._failed(flight, saidOf(fault))
      }
    })
  }

  renew(refreshToken, flight) {
    const { renew, readSession } = this._settings
    if (!isFunction(renew)) {
      return this._post(flight, () => ({ url: renew, data: { refresh_token: refreshToken } }), 'login')
    }
    const granted = (value) => grantedIn(value, 'login', readSession, true)
    return this._ask(flight, () => renew(refreshToken, this._context(ALONE)), granted)
  }

  ask(need, reason, flight) {
    const given = Object.assign({ need, reason }, this._context(PASSIVE))
    return this._ask(flight, () => this._settings.prompts[need].ask(given), readAnswer)
  }

  submit(need, detail, attach, flight) {
    const prompt = this._settings.prompts[need]
    const { submit } = prompt
    if (!isFunction(submit)) return this._post(flight, () => ({ url: submit, data: detail }), need, attach)
    const granted = (value) => grantedIn(value, need, this._settings.readSession, true)
    return this._ask(flight, () => prompt.submit(detail, this._context(PASSIVE)), granted)
  }

  /** Asks a function of the app's: what it returns, a promise or not, is the answer. */
  _ask(flight, call, reading) {
    return this._flights._begin(flight, () => {
      new Promise((resolve) => resolve(call())).then(
        (value) => this._answer(flight, () => reading(value)),
        (error) => this._flights._failed(flight, new Said(error)),
      )
    })
  }

  /** What such a function has to work with: nothing that could wait for what waits for it. */
  _context(mode) {
    return {
      request: (options) => this._connection.request(options, mode),
      code: () => this._freshCode(),
    }
  }

  /** Nobody else's, not even a login's that is under way. */
  _freshCode() {
    return new Promise((resolve, reject) => {
      const { _LoginError: LoginError } = this
      const failed = ({ lacks, errMsg, errno, cause }) => {
        const fields = { retryable: true, errMsg, errno }
        if (lacks) reject(new LoginError('HOST_UNSUPPORTED', `the host has no ${lacks}`))
        else reject(new LoginError('LOGIN_FAILED', 'wx.login gave no code', fields, cause))
      }
      const done = (answer) => {
        const code = codeIn(answer)
        if (code) resolve(code)
        else failed(new Said(answer))
      }
      callNative(this._connection.api, 'login', undefined, done, failed)
    })
  }

  /** A request of this package's own, which the app's rules hold for as for any other (law A9). */
  _post(flight, options, need, attach = false) {
    return this._flights._begin(flight, () => {
      const connection = this._connection
      const { _epoch: epoch } = connection._requests
      let send
      let native
      try {
        const given = options()
        send = new Post(defined(given), connection.route(given.url))
        native = connection.build(send, attach && send._route !== FOREIGN)
      } catch (fault) {
        return this._flights._failed(flight, saidOf(fault))
      }
      // The app's functions may have given it up, or logged out, before it was built.
      if (!this._flights._isOpen(flight)) return undefined
      if (connection._requests._epoch !== epoch) return this._flights._failed(flight, new Said())
      return this._native(flight, 'request', native, (response) => this._granted(send, response, need))
    })
  }

  /** A login's own requests have no login to wait for, so nobody is asked what they ask for (law L8). */
  _granted(send, response, need) {
    const settings = this._settings
    if (statusOf(response) === 0) throw new Fault(undefined, response)
    const asks = need !== 'login'
    const judgement = judgementOf(judge(settings, send, response, asks), send, response)
    // A foreign server gives no session in answer to a detail; the exchange may be at home elsewhere.
    if (send._route === FOREIGN && asks) return grantedBy(response, judgement, need, settings.readSession)
    const open = () =>
      settings.unwrap && send._route !== FOREIGN
        ? unwrapped(settings, send, response)
        : read(response, 'data')
    return grantedBy(response, judgement, need, settings.readSession, open)
  }

  // What needs no answer.

  cancel(flight) {
    this._flights._cancel(flight)
  }

  closePrompt(need) {
    const prompt = this._settings.prompts[need]
    this._connection.run('close', () => isFunction(prompt.close) && prompt.close())
  }

  changed(kind, session) {
    this._connection.changed(kind, session)
  }

  trace(step) {
    this._connection.traced(step)
  }

  storageFailed() {
    this._connection.traced({ step: 'storage-failed' })
  }

  error(failure, cause, response, isPassedOn) {
    if (isPassedOn) return cause
    const { code, message } = failure
    const fields = Object.assign({}, failure, { message: undefined, response })
    return new this._LoginError(code, message, fields, cause)
  }

  // The one timer. Those who clear timers may clear none, or all of them: only the one set last counts.

  arm(delay) {
    clearTimeout(this._timer)
    const armed = {}
    this._armed = armed
    if (delay < 0) return
    const fire = () => {
      if (this._armed === armed) this._fire()
    }
    this._timer = setTimeout(fire, Math.min(delay, LONGEST_TIMER))
    this._hold(this._connection.isBusy)
  }

  _fire() {
    this._armed = undefined
    try {
      this._core.timerFired()
    } catch {
      // It broke, and everyone has been told (law X5).
    }
  }

  /** Node stays alive for its timers: not for this one while nothing waits. */
  _hold(isBusy) {
    const { _timer: timer } = this
    if (!timer || !isFunction(timer.unref)) return
    if (isBusy) timer.ref()
    else timer.unref()
  }
}

const defined = (options) =>
  Object.keys(options).reduce((kept, name) => {
    if (options[name] !== undefined) kept[name] = options[name]
    return kept
  }, {})

function codeIn(answer) {
  const code = own(answer, 'code')
  return typeof code === 'string' && code !== '' ? code : undefined
}

const saidOf = ({ _name, _error }) => new Said(_error, { rule: _name })

/** What a prompt came to: a detail, a refusal, or nothing, and then `provide` or `deny` will come. */
function readAnswer(value) {
  if (value === false) return false
  if (value === true) return new Detail({})
  if (!isObject(value) || OK.test(own(value, 'errMsg'))) return undefined
  return new Detail(value)
}
