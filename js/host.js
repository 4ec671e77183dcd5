import { LoginError } from './error.js'
import { nativeOptions } from './native-options.js'
import { FOREIGN } from './routes.js'

const hasOwn = Object.prototype.hasOwnProperty

/** The mini-program API as the core uses it, and the app's own functions. */
export class Host {
  constructor(settings, connection, api) {
    this.settings = settings
    this.connection = connection
    this.api = api
    this.tasks = new Map()
    this.timer = undefined
    this.busy = false
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

  /** Calls `wx.<name>` with callbacks; the first one counts (law L7). False where there is none. */
  call(name, options, asked, flight, scope) {
    const path = name.split('.')
    const method = path.pop()
    let owner
    try {
      owner = path.reduce((object, key) => object?.[key], this.api)
      if (!owner || typeof owner[method] !== 'function') return false
    } catch (_) {
      return false // a host that throws at the mere look has none
    }
    let open = true
    const answer = (ok) => (value) => {
      if (!open) return
      open = false
      this.tasks.delete(flight)
      this.deliver(asked, flight, ok, value, scope)
    }
    const fail = answer(false)
    const native = Object.assign({}, options, { success: answer(true), fail })
    if (name === 'authorize') native.scope = scope
    try {
      const task = owner[method](native)
      if (open && task?.abort) this.tasks.set(flight, task)
      muted(task)
    } catch (error) {
      fail(error)
    }
    return true
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

  deliver(asked, flight, ok, value, scope) {
    if (this.closed) return
    this.connection.enter((machine) => machine.answered(asked, flight, ok, value, scope, Date.now()))
  }

  /** Runs a function of the app's own; what it returns, a promise or not, is the answer. */
  run(asked, flight, run) {
    new Promise((resolve) => resolve(run())).then(
      (value) => this.deliver(asked, flight, true, value),
      (error) => this.deliver(asked, flight, false, error),
    )
  }

  /** The request or cloud call that the exchange is; undefined where it is a function. */
  exchangeOptions(code) {
    const { exchange } = this.settings.options
    if (typeof exchange === 'function') return undefined
    if (exchange.cloud) return { name: exchange.cloud, data: exchange.data || {} }
    const { url, codeField = 'code', data, header, method = 'POST', timeout } = exchange
    return this.post(url, Object.assign({}, data, { [codeField]: code }), { method, header, timeout })
  }

  runExchange(code, asked, flight) {
    const request = (options) =>
      this.connection.calls.begin('request', Object.assign({}, options, { anonymous: true }))
    this.run(asked, flight, () => this.settings.options.exchange(code, { request }))
  }

  get readSession() {
    return this.settings.options.readSession
  }

  ask(need, reason, asked, flight) {
    this.run(asked, flight, () => this.settings.prompts[need].ask({ need, reason }))
  }

  submitOptions(need, detail, attach) {
    const { submit } = this.settings.prompts[need]
    if (typeof submit === 'function') return undefined
    const { calls, machine } = this.connection
    const options = this.post(submit, detail, {})
    const trusted = calls.routes.of(machine, submit) !== FOREIGN
    return nativeOptions(calls, machine, { options, url: submit, plain: true }, attach && trusted)
  }

  runSubmit(need, detail, asked, flight) {
    this.run(asked, flight, () => this.settings.prompts[need].submit(detail))
  }

  post(url, data, { method = 'POST', header, timeout }) {
    const options = {
      url: this.connection.calls.routes.resolve(this.connection.machine, url),
      method,
      data,
      header: Object.assign({ 'content-type': 'application/json' }, header),
    }
    if (timeout !== undefined) options.timeout = timeout
    return options
  }

  storage() {
    const { api } = this
    if (this.settings.options.storage) return this.settings.options.storage
    try {
      if (typeof api.getStorageSync !== 'function') return undefined
    } catch (_) {
      return undefined
    }
    return {
      getItem(key) {
        const value = api.getStorageSync(key)
        // '' is WeChat's word for "no such key"; what is no text is not ours.
        return value === '' || value === undefined || value === null ? null : String(value)
      },
      setItem: (key, value) => api.setStorageSync(key, value),
      removeItem: (key) => api.removeStorageSync(key),
    }
  }

  get hasLocalStorage() {
    return this.connection.hasLocalStorage
  }

  storageKey() {
    const { storageKey } = this.settings.options
    if (storageKey) return storageKey
    try {
      const { appId, envVersion } = this.api.getAccountInfoSync().miniProgram
      return `wxlogin:${appId || 'unknown'}:${envVersion || 'release'}`
    } catch (_) {
      return 'wxlogin:unknown:release' // not a mini-program: one name for all
    }
  }

  changed(type) {
    this.connection.changed(type)
  }

  trace(step) {
    this.connection.traced(step)
  }

  error(fields, cause) {
    return new LoginError(fields.code, fields.message, withoutMessage(fields), cause)
  }

  /** Node stays alive for its timers: not for this one while nothing waits. */
  hold(busy) {
    this.busy = busy
    const { timer } = this
    if (timer?.unref === undefined) return
    if (busy) timer.ref()
    else timer.unref()
  }

  arm(delay) {
    if (this.timer !== undefined) clearTimeout(this.timer)
    this.timer = undefined
    if (delay < 0) return
    this.timer = setTimeout(() => {
      this.timer = undefined
      this.connection.enter((machine) => machine.timerFired(Date.now()))
    }, delay)
    this.hold(this.busy)
  }

  retryAfter(header) {
    try {
      const name = Object.keys(header || {}).find((name) => name.toLowerCase() === 'retry-after')
      const text = name && header[name]
      const seconds = Number(text)
      if (seconds > 0) return seconds
      const date = Date.parse(text)
      return date > Date.now() ? (date - Date.now()) / 1000 : undefined
    } catch (_) {
      return undefined // not a header that a server could send
    }
  }

  own(object, key) {
    try {
      // Not Object.hasOwn: older phones have none.
      return hasOwn.call(object, key) ? object[key] : undefined
    } catch (_) {
      return undefined // undefined, null, or a getter that throws
    }
  }
}

function withoutMessage(fields) {
  const rest = Object.assign({}, fields)
  delete rest.message
  return rest
}

/** Some hosts return a promise beside calling back; its rejection is nobody's (law L7). */
export function muted(task) {
  if (typeof task?.catch === 'function') task.catch(() => {})
}
