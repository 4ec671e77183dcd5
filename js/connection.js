import { Calls } from './calls.js'
import { LoginError } from './error.js'
import { Host } from './host.js'

/** One client's way to its machine: waits for the module (law X1), survives its defects (law X5). */
export class Connection {
  constructor(settings, loader) {
    this.settings = settings
    this.loader = loader
    this.calls = new Calls(settings, this)
    this.module = undefined
    this.machine = undefined
    this.host = undefined
    this.waiting = []
    this.changeListeners = []
    this.traceListeners = []
  }

  get hasLocalStorage() {
    return this.loader.platform.hasLocalStorage()
  }

  // The hot path has ways in of its own, so that it takes no closure for each.

  /** Hands a request to the core. False while there is no machine. */
  request(call) {
    const { machine } = this
    if (machine === undefined) return false
    try {
      this.calls.request(machine, call)
    } catch (error) {
      this.calls.end(call, this.broke(machine, error))
    }
    return true
  }

  /** True where the reply is the answer to the call, and nothing else is to be done. */
  replied(ticket, attempt, status, valid) {
    const { machine } = this
    if (machine === undefined) return false
    try {
      if (valid && machine.settles(ticket, attempt, status)) return true
      machine.replied(ticket, attempt, status, valid, Date.now())
    } catch (error) {
      this.broke(machine, error)
    }
    return false
  }

  /** Hands any other call to the core. False while there is no machine. */
  start(call, run) {
    const { machine } = this
    if (machine === undefined) return false
    try {
      run(machine, this.calls.ticketFor(call), Date.now())
    } catch (error) {
      this.calls.end(call, this.broke(machine, error))
    }
    return true
  }

  /** Every other way in. */
  enter(run) {
    const { machine } = this
    if (machine === undefined) return
    try {
      run(machine)
    } catch (error) {
      this.broke(machine, error)
    }
  }

  /** Runs `go` once the machine is there; a load that fails rejects the call. */
  whenReady(call, go) {
    this.waiting.push({ call, go })
    if (this.waiting.length > 1) return
    const api = this.settings.options.host || this.loader.platform.host()
    const loaded = api
      ? this.loader.load(this.settings.options)
      : Promise.reject(new LoginError('HOST_UNSUPPORTED', 'there is no wx here: name the API object as host'))
    loaded
      .then((module) => {
        this.connect(module, api)
        // In the same turn, so that no later call overtakes these.
        this.carryOn()
      })
      .catch((error) => {
        for (const { call } of this.takeWaiting()) this.calls.end(call, error)
      })
  }

  /** Where one of them breaks the module, the rest wait for the next one. */
  carryOn() {
    for (const { call, go } of this.takeWaiting()) if (!call.over && !go()) this.whenReady(call, go)
  }

  takeWaiting() {
    const { waiting } = this
    this.waiting = []
    return waiting
  }

  connect(module, api) {
    if (this.machine !== undefined) return
    this.module = module
    this.host = new Host(this.settings, this, api)
    try {
      this.machine = new module.Client(this.calls, this.host, this.settings, Date.now())
    } catch (error) {
      throw this.loader.discard(module, error)
    }
    module.connections.push(this)
  }

  /** An exception out of the module: it must not be entered again, by no client. */
  broke(machine, cause) {
    return this.loader.discard(this.machine === machine ? this.module : undefined, cause)
  }

  disconnect(error) {
    this.machine = undefined
    this.host.close()
    this.calls.failAll(error)
  }

  // Listeners. Whoever throws harms nobody (law R6).

  listen(listeners, listener) {
    listeners.push(listener)
    this.setTracing()
    let subscribed = true
    return () => {
      if (subscribed) listeners.splice(listeners.indexOf(listener), 1)
      subscribed = false
      this.setTracing()
    }
  }

  setTracing() {
    const tracing = this.traceListeners.length > 0
    if (tracing === this.settings.tracing) return
    this.settings.tracing = tracing
    this.enter((machine) => machine.setTracing(tracing))
  }

  changed(type) {
    const change = { type, session: this.calls.session || null }
    for (const listener of this.changeListeners.slice()) {
      try {
        listener(change)
      } catch (error) {
        this.listenerFailed('onChange', error)
      }
    }
  }

  traced(step) {
    if (this.traceListeners.length === 0) return
    const described = Object.assign({ at: Date.now() }, step, this.calls.describe(step.ticket))
    for (const listener of this.traceListeners.slice()) {
      try {
        listener(described)
      } catch (_) {
        // Nobody left to tell.
      }
    }
  }

  listenerFailed(name, error) {
    let message
    try {
      message = String(error?.message)
    } catch (_) {
      message = 'unreadable'
    }
    this.traced({ step: 'listener-failed', name, message })
  }
}
