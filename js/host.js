import { LoginError } from './error.js'
import { nativeOptions } from './native-options.js'
import {
  errno,
  number,
  own,
  retryAfter,
  said,
  sessionNumber,
  sessionTexts,
  statusOf,
  text,
} from './reading.js'
import { FOREIGN } from './routes.js'
import { FAILURE, named, STEP } from './rows.js'
import { Storage } from './storage.js'

/** How something was answered, as the core reads it. */
const FAILED = 0
const SUCCEEDED = 1
const LACKED = 2
const THREW = 3

/** What the core calls these two (`Asked`); it names the others itself. */
const EXCHANGE = 1
const SUBMIT = 8

/** What the core wants to know of the answers that are not a mere yes. */
const ANSWERS = {
  login(answer) {
    const code = own(answer, 'code')
    return typeof code === 'string' ? code : ''
  },
  getPrivacySetting: (answer) => Boolean(own(answer, 'needAuthorization')),
  getSetting: (answer, scope) => own(own(answer, 'authSetting'), scope),
}

/** The mini-program API as the core uses it, and the app's own functions. */
export class Host {
  constructor(settings, connection, api) {
    this.settings = settings
    this.connection = connection
    this.api = api
    const local = connection.loader.platform.webStorage()
    this.storage = new Storage(settings.options, api, local, () =>
      connection.traced({ step: 'storage-failed' }),
    )
    this.tasks = new Map()
    this.timer = undefined
    /** Timers keep the process alive, unless they are told not to: in Node. */
    this.holds = false
    this.closed = false
  }

  /** The machine is gone: what still comes back is nobody's. */
  close() {
    this.closed = true
    this.arm(-1)
  }

  /** A module that broke goes on in the frames further out; it must not act any more (law X5). */
  assertOpen() {
    if (this.closed) throw new Error('the module broke')
  }

  lacks(name) {
    try {
      return typeof this.api[name] !== 'function'
    } catch {
      return false // the call itself will say
    }
  }

  call(name, scope, asked, flight) {
    this.assertOpen()
    const asks = name === 'authorize' ? { scope } : undefined
    const read = ANSWERS[name]
    const answered = (answer) => this.deliver(asked, flight, SUCCEEDED, read?.(answer, scope))
    const failed = (error) => this.deliver(asked, flight, FAILED, error)
    this.native(name, asks, asked, flight, answered, failed)
  }

  /** Calls `wx.<name>` with callbacks; the first one counts (law L7). */
  native(name, options, asked, flight, answered, failed) {
    const path = name.split('.')
    const method = path.pop()
    let owner
    try {
      owner = path.reduce((object, key) => object?.[key], this.api)
      if (typeof owner[method] !== 'function') owner = undefined
    } catch {
      owner = undefined // a host that throws at the mere look has none
    }
    if (!owner) {
      this.deliver(asked, flight, LACKED, name)
      return
    }
    let open = true
    const first = (tell) => (value) => {
      if (!open) return
      open = false
      this.tasks.delete(flight)
      tell(value)
    }
    const success = first(answered)
    const fail = first(failed)
    try {
      const task = owner[method](Object.assign({}, options, { success, fail }))
      if (open && task?.abort) this.tasks.set(flight, task)
      muted(task)
    } catch (error) {
      fail(error)
    }
  }

  cancel(flight) {
    const task = this.tasks.get(flight)
    this.tasks.delete(flight)
    try {
      if (task) task.abort()
    } catch {
      // Nobody waits for it any more.
    }
  }

  deliver(asked, flight, how, value) {
    this.tell('answered', asked, flight, how, value)
  }

  tell(way, ...given) {
    if (!this.closed) this.connection.enter(way, ...given)
  }

  exchange(code, flight) {
    this.assertOpen()
    const { exchange } = this.settings.options
    const failed = (error) => this.exchangeFailed(flight, error)
    if (typeof exchange === 'function') {
      const request = (options) =>
        this.connection.calls.begin('request', Object.assign({}, options, { anonymous: true }))
      const answered = (reply) => this.exchanged(flight, 200, undefined, reply)
      run(() => exchange(code, { request }), answered, failed)
      return
    }
    try {
      const { cloud, url, codeField = 'code', data } = exchange
      if (cloud) {
        const answered = (answer) => this.exchanged(flight, 200, undefined, own(answer, 'result'))
        const options = { name: cloud, data: data || {} }
        this.native('cloud.callFunction', options, EXCHANGE, flight, answered, failed)
      } else {
        const answered = (answer) =>
          this.exchanged(flight, statusOf(answer), own(answer, 'header'), own(answer, 'data'))
        const body = Object.assign({}, data, { [codeField]: code })
        this.native('request', this.post(url, body, exchange), EXCHANGE, flight, answered, failed)
      }
    } catch (error) {
      failed(error)
    }
  }

  /** Only a reply that reports no error is asked for a session. */
  exchanged(flight, status, header, reply) {
    if (this.closed) return
    const inner = own(reply, 'data')
    const code = number(reply, 'errcode')
    const errcode = Number.isNaN(code) ? number(inner, 'errcode') : code
    let texts
    let expiresIn
    if (status < 400 && !errcode) {
      try {
        const session = this.pick(reply)
        texts = sessionTexts(session)
        expiresIn = sessionNumber(session, 'expires_in')
      } catch (error) {
        this.deliver(EXCHANGE, flight, THREW, error)
        return
      }
    }
    // A backend's reason, under the names in use. No other part of the reply is shown: it may hold
    // a session_key (law S3).
    const names = ['errmsg', 'message', 'msg']
    const reason = text(reply, ...names) || text(inner, ...names)
    this.tell(
      'exchanged',
      flight,
      status,
      errcode,
      retryAfter(header),
      texts,
      expiresIn,
      reason,
      NaN,
      undefined,
    )
  }

  exchangeFailed(flight, error) {
    const [status, errcode, wait] = ['statusCode', 'errcode', 'retryAfter'].map((name) => number(error, name))
    this.tell('exchanged', flight, status, errcode, wait, undefined, NaN, said(error), errno(error), error)
  }

  ask(need, reason, asked, flight) {
    this.assertOpen()
    run(
      () => this.settings.prompts[need].ask({ need, reason }),
      // Where it returns nothing, provide() or deny() will come.
      (detail) => {
        if (typeof detail === 'object' && detail !== null) this.deliver(asked, flight, SUCCEEDED, detail)
      },
      (error) => this.deliver(asked, flight, FAILED, error),
    )
  }

  submit(need, detail, attach, flight) {
    this.assertOpen()
    const prompt = this.settings.prompts[need]
    const { calls } = this.connection
    const threw = (error) => this.deliver(SUBMIT, flight, THREW, error)
    try {
      const { submit: url } = prompt
      if (typeof url === 'function') {
        run(
          () => prompt.submit(detail),
          (reply) => this.submitted(flight, NaN, false, () => reply),
          threw,
        )
        return
      }
      const route = calls.routes.of(this.connection, url)
      const attached = attach && route !== FOREIGN
      const call = { options: this.post(url, detail, Object.create(null)), url, route }
      const native = nativeOptions(calls, call, attached)
      this.assertOpen() // the app's attach has been called
      const failed = (error) => this.deliver(SUBMIT, flight, FAILED, error)
      const answered = (answer) => {
        const status = statusOf(answer)
        if (status === 0) failed(answer)
        else this.submitted(flight, status, attached, () => this.pick(own(answer, 'data')))
      }
      this.native('request', native, SUBMIT, flight, answered, failed)
    } catch (error) {
      threw(error)
    }
  }

  /** The reply may hold a session; where it does not, the detail has been taken all the same. */
  submitted(flight, status, attached, pick) {
    if (this.closed) return
    let texts
    let expiresIn
    try {
      const session = status >= 400 ? undefined : pick()
      texts = sessionTexts(session)
      expiresIn = sessionNumber(session, 'expires_in')
    } catch {
      // The app's rule does not know this kind of reply.
    }
    this.tell('submitted', flight, status, attached, texts, expiresIn)
  }

  post(url, data, { method = 'POST', header, timeout }) {
    const { routes } = this.connection.calls
    const options = {
      url: routes.resolve(url, routes.of(this.connection, url)),
      method,
      data,
      header: Object.assign({ 'content-type': 'application/json' }, header),
    }
    if (timeout !== undefined) options.timeout = timeout
    return options
  }

  /** What `restore` is told of what storage holds; undefined where that is nothing. */
  stored() {
    const stored = this.storage.load()
    const session = own(stored, 'session')
    return stored === undefined
      ? undefined
      : [
          sessionTexts(session),
          sessionNumber(stored, 'v'),
          sessionNumber(session, 'expiresAt'),
          sessionNumber(stored, 'savedAt'),
        ]
  }

  store(v, savedAt) {
    this.assertOpen()
    this.storage.save({ v, session: this.connection.calls.lease.session, savedAt })
  }

  forget() {
    this.assertOpen()
    this.storage.remove()
  }

  changed(type) {
    this.assertOpen()
    this.connection.changed(type)
  }

  trace(step) {
    this.connection.traced(named(STEP, step))
  }

  error(failure, cause) {
    const fields = named(FAILURE, failure)
    const { code, message } = fields
    delete fields.message
    return new LoginError(code, message, fields, cause)
  }

  /** Node stays alive for its timers: not for these while nothing waits. */
  hold(busy) {
    for (const timer of [this.timer, this.connection.calls.sweep]) {
      if (timer === undefined || !this.holds) continue
      if (busy) timer.ref()
      else timer.unref()
    }
  }

  arm(delay) {
    if (this.timer !== undefined) clearTimeout(this.timer)
    this.timer = undefined
    if (delay < 0 || this.closed) return
    this.timer = this.after(delay, () => {
      this.timer = undefined
      this.connection.enter('timerFired')
    })
    this.hold(this.connection.calls.areUnderWay())
  }

  after(delay, run) {
    const timer = setTimeout(run, delay)
    this.holds = typeof timer?.unref === 'function'
    return timer
  }

  said(value) {
    return said(value)
  }

  errno(value) {
    return errno(value)
  }

  /** Picks the session out of a reply: by the app's own rule, which may throw, or by the usual one. */
  pick(reply) {
    const { readSession } = this.settings.options
    if (readSession) return readSession(reply)
    const inner = own(reply, 'data')
    const holds = (name) => own(inner, name) !== undefined
    return holds('token') || holds('openid') ? inner : reply
  }
}

/** Runs a function of the app's own; what it returns, a promise or not, is the answer. */
function run(asked, answered, failed) {
  new Promise((resolve) => resolve(asked())).then(answered, failed)
}

/** Some hosts return a promise beside calling back; its rejection is nobody's (law L7). */
export function muted(task) {
  try {
    if (typeof task?.catch === 'function') task.catch(() => {})
  } catch {
    // No promise, then.
  }
}
