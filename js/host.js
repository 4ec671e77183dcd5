import { LoginError } from './error.js'
import { nativeOptions } from './native-options.js'
import { needLines } from './options.js'
import { FOREIGN } from './routes.js'
import { FAILURE, named, STEP } from './rows.js'
import { Storage } from './storage.js'

const hasOwn = Object.prototype.hasOwnProperty

/** How something was answered, as the core reads it. */
const FAILED = 0
const SUCCEEDED = 1
const LACKED = 2
const THREW = 3

/** What the core calls a submission that the session does not go with (`Asked`). */
const SUBMIT_ELSEWHERE = 12

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

  lacks(name) {
    try {
      return typeof this.api[name] !== 'function'
    } catch {
      return false // the call itself will say
    }
  }

  call(name, scope, asked, flight) {
    const asks = name === 'authorize' ? { scope } : undefined
    this.native(name, asks, asked, flight, (answer) =>
      name === 'getSetting' ? this.own(this.own(answer, 'authSetting'), scope) : answer,
    )
  }

  /** Calls `wx.<name>` with callbacks; the first one counts (law L7). */
  native(name, options, asked, flight, read = (answer) => answer) {
    const path = name.split('.')
    const method = path.pop()
    let owner
    try {
      owner = path.reduce((object, key) => object?.[key], this.api)
      if (typeof owner[method] !== 'function') owner = undefined
    } catch (_) {
      owner = undefined // a host that throws at the mere look has none
    }
    if (!owner) {
      this.deliver(asked, flight, LACKED, name)
      return
    }
    let open = true
    const answer = (how, value) => {
      if (!open) return
      open = false
      this.tasks.delete(flight)
      this.deliver(asked, flight, how, value)
    }
    const success = (value) => answer(SUCCEEDED, read(value))
    const fail = (error) => answer(FAILED, error)
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
    } catch (_) {
      // Nobody waits for it any more.
    }
  }

  deliver(asked, flight, how, value) {
    if (!this.closed) this.connection.enter('answered', asked, flight, how, value)
  }

  /** Runs a function of the app's own; what it returns, a promise or not, is the answer. */
  run(asked, flight, run) {
    new Promise((resolve) => resolve(run())).then(
      (value) => this.deliver(asked, flight, SUCCEEDED, value),
      (error) => this.deliver(asked, flight, FAILED, error),
    )
  }

  exchange(code, asked, flight) {
    const { exchange } = this.settings.options
    if (typeof exchange === 'function') {
      const request = (options) =>
        this.connection.calls.begin('request', Object.assign({}, options, { anonymous: true }))
      this.run(asked, flight, () => exchange(code, { request }))
      return
    }
    try {
      const { cloud, url, codeField = 'code', data } = exchange
      if (cloud) this.native('cloud.callFunction', { name: cloud, data: data || {} }, asked, flight)
      else {
        const body = Object.assign({}, data, { [codeField]: code })
        this.native('request', this.post(url, body, exchange), asked, flight)
      }
    } catch (error) {
      this.deliver(asked, flight, FAILED, error)
    }
  }

  ask(need, reason, asked, flight) {
    this.run(asked, flight, () => this.settings.prompts[need].ask({ need, reason }))
  }

  submit(need, detail, attach, asked, flight) {
    const prompt = this.settings.prompts[need]
    const { calls } = this.connection
    try {
      const url = prompt.submit
      if (typeof url === 'function') {
        this.run(asked, flight, () => prompt.submit(detail))
        return
      }
      const route = calls.routes.of(this.connection, url)
      const isForeign = route === FOREIGN
      const call = { options: this.post(url, detail, {}), url, route, plain: true }
      const native = nativeOptions(calls, call, attach && !isForeign)
      this.native('request', native, isForeign ? SUBMIT_ELSEWHERE : asked, flight)
    } catch (error) {
      this.deliver(asked, flight, THREW, error)
    }
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

  stored() {
    const stored = this.storage.load()
    return stored === undefined ? undefined : Object(stored)
  }

  store(v, savedAt) {
    this.storage.save({ v, session: this.connection.calls.lease.session, savedAt })
  }

  forget() {
    this.storage.remove()
  }

  changed(type) {
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

  /** Picks the session out of a reply; what the app's own rule throws is the core's to judge. */
  pick(reply) {
    const { readSession } = this.settings.options
    if (readSession) return readSession(reply)
    const inner = this.own(reply, 'data')
    const holds = (name) => this.own(inner, name) !== undefined
    return holds('token') || holds('openid') ? inner : reply
  }

  retryAfter(header) {
    try {
      const name = Object.keys(header).find((name) => name.toLowerCase() === 'retry-after')
      const text = header[name]
      if (text > 0) return Number(text)
      const wait = Date.parse(text) - Date.now()
      return wait > 0 ? wait / 1000 : NaN
    } catch (_) {
      return NaN // no header, or not one that a server could send
    }
  }

  own(object, key) {
    try {
      // Not Object.hasOwn: older phones have none.
      const value = hasOwn.call(object, key) ? object[key] : undefined
      return value === null ? undefined : value
    } catch (_) {
      return undefined // undefined, null, or a getter that throws
    }
  }

  text(object, key) {
    const value = this.own(object, key)
    return typeof value === 'string' ? value : undefined
  }

  number(object, key) {
    const value = this.own(object, key)
    return typeof value === 'number' ? value : NaN
  }

  lines(value) {
    try {
      return Array.isArray(value) ? needLines(value) : undefined
    } catch (_) {
      return undefined // not all of them are names
    }
  }
}

/** Some hosts return a promise beside calling back; its rejection is nobody's (law L7). */
export function muted(task) {
  try {
    if (typeof task?.catch === 'function') task.catch(() => {})
  } catch (_) {
    // No promise, then.
  }
}
