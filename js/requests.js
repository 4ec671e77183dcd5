import { Call, NOTHING } from './call.js'
import { isLoginError, LoginError } from './error.js'
import { Fault } from './fault.js'
import { abortTask, assign, hasThen, isFunction, muted } from './fields.js'
import { fresh, GUEST, holds, isOver, leaseOf } from './lease.js'
import { nativeOptions, UNDECIDED } from './native-options.js'
import { FOREIGN, plainRoute } from './routes.js'
import { judge, unwrapped } from './rules.js'
import { usualKey } from './storage-key.js'

/** The attempt of a request that is sent by the lease. */
const BY_LEASE = 0
/** After this at the latest the core hears of such a request, so that its time limit is kept. ms. */
const LENT_FOR = 1000
/** Without an idle moment of the host's: the first answer is on its way by then. ms. */
const IDLE_AFTER = 200
const IDLE_AT_LAST = 2000

/**
 * What every start runs. By the lease a plain request is sent with the session or without one,
 * and is over when the reply is plainly good (law X6). All else is for the connection: the second
 * file, and the core behind it.
 */
export class Requests {
  constructor(platform, settings) {
    this._platform = platform
    this._settings = settings
    this._host = settings.host
    this._changeListeners = new Set()
    this._traceListeners = new Set()
    /** Everything else: see `connection.js`. */
    this._connection = undefined

    this._lease = undefined
    /** How many commands that change the session are still on their way to the core; how often the app has logged out. */
    this._changing = this._epoch = 0

    /** The calls under way, by ticket. */
    this._slots = []
    this._free = []
    this._sends = 0
    /** When the timer was set that looks after what is lent. */
    this._watched = 0
  }

  /** The mini-program API; `undefined` if there is none, or not now. */
  _api() {
    try {
      if (!this._host) this._host = this._platform.host()
    } catch {
      // The next call looks again.
    }
    return this._host
  }

  /** The second file, at first need. @throws if it is not there */
  _connect() {
    if (!this._connection)
      this._connection = this._platform.loadCore().connect(this, LoginError, isLoginError)
    return this._connection
  }

  /** Leaves a call to the connection. */
  _leave(use, call) {
    let connection
    try {
      connection = this._connect()
    } catch (error) {
      if (call) {
        this._take(call)
        call._reject(lost(error))
      }
      return
    }
    use(connection.calls, connection)
  }

  /** What a listener on traces hears. */
  _tell(call, step) {
    if (this._traceListeners.size > 0) this._leave((_, connection) => connection._tell(call, step))
  }

  _listen(listeners, _listener) {
    const entry = { _listener }
    const changed = () => this._connection && this._connection._setTracing()
    listeners.add(entry)
    changed()
    return () => {
      listeners.delete(entry)
      changed()
    }
  }

  /** Calls a function of the app's that nothing depends on. */
  _run(name, callback, a, b) {
    try {
      if (isFunction(callback)) callback(a, b)
    } catch (error) {
      this._leave((_, connection) => connection._listenerFailed(name, error))
    }
  }

  // The lease.

  /** What may be gone by, after one read of storage; `undefined` while another session is on
   * its way, or the core has not noticed that its time has passed. */
  _currentLease() {
    // Without a host nothing is stored under a name that it gives.
    if (!this._lease && (this._api() || this._settings.storageKey)) this._open()
    const { _lease: lease } = this
    return lease && (this._changing > 0 || isOver(lease, Date.now())) ? undefined : lease
  }

  _open() {
    const { _settings: settings, _host: api } = this
    const { storage } = settings
    let text
    this._lease = GUEST
    this._key = settings.storageKey || usualKey(api)
    try {
      text = storage ? storage.getItem(this._key) : this._platform.stored(api, this._key)
    } catch {
      this._tell(undefined, 'storage-failed')
    }
    muted(text)
    if (typeof text !== 'string' || text === '') return
    let lease
    try {
      lease = leaseOf(text, settings)
    } catch {
      // Cut off, or not ours.
    }
    /** For the core, when it comes. */
    this._record = lease && lease.record
    if (!lease) this._leave((_, connection) => connection._removeStored())
    else if (fresh(lease, Date.now())) this._lease = lease
  }

  /** The fresh session, or null. */
  _session() {
    const lease = this._currentLease()
    return (lease && fresh(lease, Date.now())) || null
  }

  // Calls.

  /** `request`, `upload` and `download`: `api` is the native function's name. */
  _begin(api, options, mode) {
    const call = this._enter(new Call(api, this._epoch, mode))
    const { _pending: pending } = call
    pending.abort = () => call._isOver || this._leave((calls) => calls._abort(call), call)
    try {
      call._read(options)
      this._tell(call, 'requested')
    } catch (error) {
      this._leave((calls) => calls._refuse(call, error), call)
    }
    if (!call._isOver && !this._lend(call)) this._leave((calls) => calls._begin(call), call)
    this._loadWhenIdle()
    return pending
  }

  /** What needs no core. */
  _answer(value) {
    this._loadWhenIdle()
    return Promise.resolve(value)
  }

  _enter(call) {
    const { _free: free, _slots: slots } = this
    call._isSilent = this._isTelling
    call._ticket = free.length > 0 ? free.pop() : slots.length
    slots[call._ticket] = call
    return call
  }

  /** A call is over. */
  _take(call) {
    const { _ticket: ticket } = call
    call._isOver = true
    call._attempt = -1
    this._slots[ticket] = undefined
    this._free.push(ticket)
  }

  /** Sends a request by the lease. False: that does not hold for it, or not plainly. */
  _lend(call) {
    const { _options: options, _needs: needs } = call
    const lease = this._currentLease()
    const now = Date.now()
    const route = plainRoute(options.url, this._settings)
    if (!lease || !lease.lends) return false
    const session = fresh(lease, now)
    if (!holds(session, needs) || route === undefined) return false
    const takesSession = session && route !== FOREIGN && !call._anonymous
    call._route = route
    call._lease = lease
    if (!this._send(call, BY_LEASE, takesSession ? session : undefined)) {
      call._lease = undefined
      return false
    }
    if (!call._isOver && !(now >= this._watched && now <= this._watched + 2 * LENT_FOR)) this._watchLent(now)
    if (takesSession && now >= lease.renewFrom) this._leave((_, connection) => connection._sessionUsed())
    return true
  }

  /** Timers get lost, and clocks are set: one that is overdue is no longer counted on. */
  _watchLent(now, delay = LENT_FOR) {
    this._watched = now
    setTimeout(() => {
      if (this._watched !== now) return
      this._watched = 0
      this._leave((calls) => calls._handOverLent())
    }, delay)
  }

  /** Once, beside the first answer (law X7). */
  _loadWhenIdle() {
    if (this._isIdleSet || !this._host) return
    this._isIdleSet = true
    const load = () => this._leave((_, connection) => connection._load())
    try {
      this._host.requestIdleCallback(load, { timeout: IDLE_AT_LAST })
    } catch {
      const timer = setTimeout(load, IDLE_AFTER)
      if (timer?.unref) timer.unref() // else it would keep a process alive
    }
  }

  /** Native options of one attempt; see `nativeOptions`. */
  _build(send, session) {
    const { _connection: connection, _settings: settings } = this
    const routeOf = (url) => (connection ? connection.route(url) : plainRoute(url, settings))
    return nativeOptions(settings, routeOf, send, session)
  }

  _judge(send, response, asks) {
    return judge(this._settings, send, response, asks)
  }

  _unwrap(send, response) {
    return unwrapped(this._settings, send, response)
  }

  /** Makes the native call. False: not as things are now; for whom, the connection knows. */
  _send(call, attempt, session) {
    call._attempt = attempt
    call._isCancelled = false
    call._reply = call._task = undefined
    let native
    try {
      native = this._build(call, session)
    } catch (error) {
      if (error === UNDECIDED) return false
      if (call._attempt === attempt) this._failed(call, attempt, error)
      return true
    }
    if (call._attempt !== attempt) return true // the app's attach gave it up
    // The app's functions may have logged out, or set another session.
    if (call._epoch !== this._epoch || (session && (this._changing > 0 || this._lease.session !== session)))
      return false
    native.success = (response) => {
      if (call._attempt === attempt) this._replied(call, attempt, response)
    }
    native.fail = (error) => {
      if (call._attempt === attempt) this._failed(call, attempt, new Fault(undefined, error))
    }
    this._sends += 1
    this._tell(call, 'sent')
    if (call._attempt !== attempt) return true
    let task
    try {
      task = this._host[call._api](native)
    } catch (error) {
      native.fail(error)
      return true
    }
    muted(task)
    if (call._isCancelled) abortTask(task)
    if (call._attempt === attempt) {
      call._task = task
      this._run('onTask', call._options.onTask, task)
    }
    return true
  }

  _replied(call, attempt, response) {
    call._attempt = -1
    call._reply = response
    this._tell(call, 'replied')
    let verdict
    try {
      verdict = this._judge(call, response, !call._anonymous)
    } catch (fault) {
      this._failed(call, attempt, fault)
      return
    }
    if (call._isOver) return // by what the app's rules did
    if (call._lease && !verdict) this._settle(call)
    else this._leave((calls) => calls._judged(call, attempt, verdict), call)
  }

  /** The native request failed, or the app's function of that name. */
  _failed(call, attempt, fault) {
    call._attempt = -1
    this._leave((calls) => calls._failed(call, attempt, fault), call)
  }

  _settle(call) {
    try {
      this._finish(call, this._unwrap(call, call._reply))
    } catch (fault) {
      this._leave((calls) => calls._failed(call, 0, fault), call)
    }
  }

  /** The good end of a call (laws R6 and R8). */
  _finish(call, value) {
    const { _options: options, _reply: response } = call
    if (call._isOver) return
    this._take(call)
    this._tell(call, 'settled')
    call._resolve(hasThen(value) ? withoutThen(value) : value)
    this._run('success', options.success, response)
    this._run('complete', options.complete, response)
    call._options = NOTHING // whoever still holds the call holds nothing else
    call._reply = undefined
  }
}

export const lost = (cause) =>
  new LoginError('LOAD_FAILED', `core.js did not load: ${cause}`, { retryable: true }, cause)

/** What a promise would wait for, as a value. */
function withoutThen(value) {
  try {
    // biome-ignore lint/suspicious/noThenProperty: it takes the place of one
    return assign({}, value, { then: undefined })
  } catch {
    return undefined // what can't be read is not passed on
  }
}
