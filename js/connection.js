import { Calls, NO_SESSION } from './calls.js'
import { isLoginError, LoginError } from './error.js'
import { Host } from './host.js'

/** One client's way to its machine: waits for the module (law X1), survives its defects (law X5). */
export class Connection {
  constructor(settings, loader) {
    this.settings = settings
    this.loader = loader
    this.calls = new Calls(settings, this)
    this.module = undefined
    /** The ways into the module; `undefined` while there is none. */
    this.core = undefined
    this.client = 0
    /** How often the module has been entered and not been left yet. */
    this.depth = 0
    this.host = undefined
    this.waiting = []
    this.changeListeners = []
    this.traceListeners = []
  }

  /** Every way in but `create`, `restore`, `route` and that of a call that begins. */
  enter(way, ...given) {
    const { core } = this
    if (core === undefined) return
    this.depth += 1
    try {
      core[way](this.client, ...given, Date.now())
    } catch (error) {
      this.broke(core, error)
    }
    this.depth -= 1
  }

  isInUse() {
    return this.core !== undefined || this.waiting.length > 0
  }

  /** Starts a call. False while there is no module. */
  start(call) {
    let { core } = this
    if (core === undefined) return false
    const { depth } = this
    try {
      if (call.api !== undefined && this.calls.lend(call)) return true
      core = this.core
      if (core === undefined) return false // it broke in what the host did meanwhile
      this.depth += 1
      const ticket = this.calls.ticketFor(call)
      core.wish(this.client, call.wish, ticket, call.traits, call.limit, call.needs, call.value, Date.now())
    } catch (error) {
      this.calls.end(call, isLoginError(error) ? error : this.broke(core, error))
    }
    this.depth = depth
    return true
  }

  /** The core's word on a URL (law R4). */
  route(url) {
    const { core } = this
    try {
      return core.route(this.client, url)
    } catch (error) {
      throw this.broke(core, error)
    }
  }

  /** Starts the call once the module is there; a load that fails rejects it. */
  whenReady(call) {
    this.waiting.push(call)
    if (this.waiting.length > 1) return
    const api = this.settings.options.host || this.loader.platform.host()
    const loaded = api
      ? this.loader.load(this.settings.options)
      : Promise.reject(new LoginError('HOST_UNSUPPORTED', 'there is no wx here: name the API object as host'))
    loaded
      .then((module) => {
        // Another client may have broken it already; then these calls wait for the next one.
        if (module === this.loader.module) this.connect(module, api)
        // In the same turn, so that no later call overtakes these.
        for (const call of this.takeWaiting()) this.begin(call)
      })
      .catch((error) => {
        for (const call of this.takeWaiting()) this.calls.end(call, error)
      })
  }

  /** Where a call breaks the module, those after it wait for the next one. */
  begin(call) {
    if (!call.over && !this.start(call)) this.whenReady(call)
  }

  takeWaiting() {
    const { waiting } = this
    this.waiting = []
    return waiting
  }

  connect(module, api) {
    if (this.core !== undefined) return
    this.module = module
    this.host = new Host(this.settings, this, api)
    this.calls.lease = NO_SESSION
    const { forCore, tracing } = this.settings
    try {
      this.client = module.core.create(this.calls, this.host, ...forCore, tracing, Date.now())
      const stored = this.host.stored()
      if (stored) module.core.restore(this.client, ...stored)
    } catch (cause) {
      const error = this.loader.discard(module, cause)
      this.disconnect(error)
      throw error
    }
    this.core = module.core
    module.connections.push(this)
    // Listeners may have come or gone while it was made.
    if (this.settings.tracing !== tracing) this.enter('setTracing', this.settings.tracing)
  }

  /** An exception out of the module: it must not be entered again, by no client. */
  broke(core, cause) {
    return this.loader.discard(this.core === core ? this.module : undefined, cause)
  }

  disconnect(error) {
    this.core = undefined
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
    this.enter('setTracing', tracing)
    this.calls.handOverAll() // a listener hears of what is under way, too
  }

  changed(type) {
    const change = { type, session: this.calls.lease.session || null }
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
      } catch {
        // Nobody left to tell.
      }
    }
  }

  listenerFailed(name, error) {
    let message
    try {
      message = String(error?.message)
    } catch {
      message = 'unreadable'
    }
    this.traced({ step: 'listener-failed', name, message })
  }
}
