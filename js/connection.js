import { Calls } from './calls.js'
import { Commands } from './commands.js'
import { explain } from './explain.js'
import { fieldsOf, ignore, isFunction, statusOf } from './fields.js'
import { sessionOf } from './lease.js'
import { FOREIGN, plainRoute } from './routes.js'
import { storageOf } from './storage.js'
import { describe } from './trace.js'

/** How long a load that failed leaves silent requests alone. ms. */
const LOAD_AGAIN_AFTER = 60000

const DEFAULTS = {
  expiryMargin: 60,
  renewAhead: 0,
  defaultExpiresIn: 7200,
  loginTimeout: 15000,
  promptTimeout: 180000,
  retries: 0,
}
const NO_HOST = 'there is no wx here: name the API object as host'
/** Everything in front of the path, which is all that the core reads of a URL; it looks past white space. */
const BEGINNING = /^[^/\\?#]*(?:[/\\][^!-\uffff]*[/\\][^/\\?#]*|\\)?/
/** No origin is as long, and a URL without end is not handed over. */
const LONGEST_BEGINNING = 512

/** Makes connections, which share the loader and its module. */
export function connectFor(createLoader, platform) {
  let loader
  return function connect(requests, LoginError, isLoginError) {
    if (!loader) loader = createLoader({ LoginError, isLoginError, platform })
    return new Connection(requests, platform, loader, LoginError, isLoginError)
  }
}

/** The app's options, complete; prompts are called on the app's own objects, which may be of a class. */
function completed(options) {
  const settings = Object.assign(Object.create(null), DEFAULTS)
  for (const name of Object.keys(options)) if (options[name] !== undefined) settings[name] = options[name]
  settings.prompts = Object.create(null)
  for (const need of Object.keys(options.prompts)) {
    const of = options.prompts[need]
    const prompt = fieldsOf(of)
    for (const name of Object.keys(prompt)) if (isFunction(prompt[name])) prompt[name] = prompt[name].bind(of)
    settings.prompts[need] = prompt
  }
  return settings
}

/**
 * One client's way to its core: loads it at first need or when there is time (laws X1, X7), has what must
 * be decided wait for it in its order, and survives its defects (law X5).
 */
export class Connection {
  constructor(requests, platform, loader, LoginError, isLoginError) {
    this.settings = completed(requests._settings)
    this.calls = new Calls(this, requests)
    this._commands = new Commands(this, requests)
    this._requests = requests
    this._platform = platform
    this._loader = loader
    this._LoginError = LoginError
    this._isLoginError = isLoginError
    this._hold = undefined
    this._stored = undefined
    /** The session that the app has seen: one like it is the same. */
    this._shown = undefined
    /** The ways into the module; `undefined` while there is none. */
    this._core = undefined
    /** The load under way. */
    this._loading = undefined
    /** What waits for the core, in its order; how many of them log out. */
    this._waiting = []
    this._leaving = 0
    /** A log-out that nobody has been told of, a session used that is to be renewed (law L11). */
    this._hasLeft = this._isUsed = false
    /** Tickets that are not used again. */
    this._dropped = 0
  }

  get api() {
    return this._requests._api()
  }

  get isTracing() {
    return this._requests._traceListeners.size > 0
  }

  /** What lay in storage, for `core.restore`. */
  get record() {
    return this._requests._record
  }

  get isBusy() {
    const { _slots: slots, _free: free } = this._requests
    return slots.length - free.length > this._dropped
  }

  /** `hold(isBusy)` is told when calls begin to be under way, and when none is any more: in Node, for its timers. */
  set hold(hold) {
    const requests = this._requests
    const isHeld = this._hold
    this._hold = hold
    const timer = setTimeout(ignore, 0)
    clearTimeout(timer)
    if (isHeld || !timer || !timer.unref) return
    const { _enter: enter, _take: take } = requests
    requests._enter = (call) => {
      this._hold(true)
      return enter.call(requests, call)
    }
    requests._take = (call) => {
      take.call(requests, call)
      this._hold(this.isBusy)
    }
  }

  get storage() {
    if (!this._stored) {
      const failed = () => this.traced({ step: 'storage-failed' })
      this._stored = storageOf(
        this.settings,
        this.api,
        this._requests._key,
        this._platform.webStorage(),
        failed,
      )
    }
    return this._stored
  }

  _removeStored() {
    const { place, key } = this.storage
    try {
      if (place) place.removeItem(key)
    } catch {
      this.traced({ step: 'storage-failed' })
    }
  }

  // What the host takes.

  /** One of the app's functions' own requests. */
  request(options, mode) {
    return this._requests._begin('request', options, mode)
  }

  build(send, attach) {
    return this._requests._build(send, attach ? this._requests._lease.session : undefined)
  }

  /** The core's word on a URL that is not plain, if it can be had (law R4). */
  route(url) {
    const plain = plainRoute(url, this._requests._settings)
    if (plain !== undefined) return plain
    const [beginning] = BEGINNING.exec(url)
    if (beginning.length > LONGEST_BEGINNING) return FOREIGN
    let route
    this._enter((core) => {
      route = core.route(beginning)
    })
    return route
  }

  // The session.

  _publish(lease) {
    // Whoever has called logout() sees nothing of what the core is only about to forget.
    if (this._leaving > 0) return
    const session = this._sessionLike(lease.session)
    if (session) this._shown = session
    this._requests._lease = Object.assign({}, lease, { session })
  }

  /** That session as the app sees it: the very object that it has seen, if nothing has changed. */
  _sessionLike(given) {
    const session = given && sessionOf(given)
    return session && JSON.stringify(session) === JSON.stringify(this._shown) ? this._shown : session
  }

  _sessionUsed() {
    this._isUsed = !this._core
    this._enter((core) => core.sessionUsed())
    this._load()
  }

  // The core.

  /** Every way in. What throws has been dealt with (law X5). */
  _enter(run) {
    const core = this._core
    try {
      if (core) run(core)
    } catch (cause) {
      if (this._core === core) this.broke(this._error('INTERNAL', String(cause), { retryable: true }, cause))
    }
  }

  /** `run` gets the core: now, or in its turn when that is there. `survives`: whoever logs out meanwhile. */
  _decide(call, run, survives) {
    const changes = call._api === 'setSession'
    if (this._core && this._requests._changing === 0) return this._enter(run)
    if (changes) this._requests._changing += 1
    if (call._api === 'logout') this._leaving += 1
    this._waiting.push({ _call: call, _run: run, _survives: survives })
    this._load()
  }

  /** What waited waits no longer. */
  _leave(entry) {
    const { _api: api } = entry._call
    if (!entry._isLeft && api === 'setSession') this._requests._changing -= 1
    if (!entry._isLeft && api === 'logout') this._leaving -= 1
    entry._isLeft = true
  }

  /** Nobody who waits for the core goes on, and it is to know of what was sent (law S7). */
  _logOut() {
    for (const entry of this._waiting) {
      const { _call: call } = entry
      if (call._isOver || entry._survives) continue
      this._leave(entry)
      if (call._api === 'getSession') this._requests._finish(call, null)
      else this.calls._fail(call, this._loggedOut())
    }
    this.calls._handOverLent()
  }

  /** The core is not there: what it would forget is forgotten here. */
  _forget(had) {
    const requests = this._requests
    const guest = { session: undefined, moment: this._leaving, renewFrom: Infinity, lends: true }
    this._hasLeft = this._hasLeft || had !== null
    if (requests._lease) requests._lease = Object.assign({}, requests._lease, guest)
    this._removeStored()
  }

  _load() {
    if (this._core || this._loading) return
    const mine = {}
    this._loading = mine
    new Promise((resolve) => {
      if (!this.api) throw this._error('HOST_UNSUPPORTED', NO_HOST)
      const lease = this._requests._currentLease()
      this._shown = lease && lease.session
      resolve(this._loader.connect(this))
    }).then(
      (core) => {
        if (this._loading === mine) this._ready(core)
      },
      (error) => {
        if (this._loading === mine) this._notReady(error)
      },
    )
  }

  /** In the same turn, so that no later call overtakes those that waited. */
  _ready(core) {
    const { _waiting: waiting } = this
    let done = 0
    this._core = core
    this._loading = undefined
    this._hasLeft = false
    this._requests._record = undefined
    this._setTracing()
    while (done < waiting.length && this._core === core) {
      const entry = waiting[done++]
      this._leave(entry)
      if (!entry._call._isOver) this._enter(entry._run)
    }
    this._waiting = waiting.slice(done)
    if (this._isUsed) this._sessionUsed()
    // It broke on the way: those after it wait for the next one.
    if (this._waiting.length > 0) this._load()
  }

  /** What waits rejects; the next call tries again. What was sent already goes on. */
  _notReady(error) {
    const { _waiting: waiting, _requests: requests } = this
    this._loading = undefined
    this._waiting = []
    for (const entry of waiting) {
      const call = entry._call
      this._leave(entry)
      if (call._isOver) continue
      if (this.calls._isSilent(call, LOAD_AGAIN_AFTER)) requests._watchLent(Date.now(), LOAD_AGAIN_AFTER)
      else this.calls._fail(call, error)
    }
    if (this._hasLeft) {
      this._hasLeft = false
      requests._record = undefined
      this.changed('logout', null)
    }
  }

  /** The module broke: everything that the core knew of is over, and the next call loads another (law X5). */
  broke(error) {
    const requests = this._requests
    const { _loading: isConnecting } = this
    this._core = this._loading = undefined
    requests._lease = requests._record = undefined
    for (const call of requests._slots.slice()) {
      if (call && (call._lease || call._isKnown)) this.calls._fail(call, error)
    }
    this._dropped += requests._free.length
    requests._free = []
    if (isConnecting && this._waiting.length > 0) this._load()
  }

  // Listeners. Whoever throws harms nobody (law R6).

  _setTracing() {
    this._enter((core) => core.setTracing(this.isTracing))
  }

  changed(type, session) {
    const shown = this._sessionLike(session) || null
    for (const { _listener } of Array.from(this._requests._changeListeners)) {
      this.run('onChange', _listener, Object.freeze({ type, session: shown }))
    }
  }

  /** A step of a request. */
  _tell(call, step) {
    const fields = { step }
    if (step === 'sent') {
      fields.attempt = this._requests._sends
      if (call._attached) fields.session = this._requests._lease.generation
    }
    if (step === 'replied') fields.status = statusOf(call._reply)
    if (!call || call._options.url !== undefined) this.traced(fields, call)
  }

  _tellFailed(call, { code, need }) {
    if (this.isTracing && call._options.url !== undefined) this.traced({ step: 'failed', code, need }, call)
  }

  /** Any step; calls begun by a listener are not told of, else it would feed itself for ever. */
  traced(step, call = this._requests._slots[step.ticket]) {
    const requests = this._requests
    if (requests._isTelling || (call && call._isSilent)) return
    const told = Object.assign(
      { at: Date.now() },
      step,
      call && call._options.url !== undefined && describe(call),
    )
    for (const name of Object.keys(told)) if (told[name] === undefined) delete told[name]
    requests._isTelling = true
    for (const { _listener } of Array.from(requests._traceListeners)) {
      this.run('onTrace', _listener, Object.assign({}, told))
    }
    requests._isTelling = false
  }

  run(name, callback, a, b) {
    this._requests._run(name, callback, a, b)
  }

  _listenerFailed(name, error) {
    this.traced({ step: 'listener-failed', name })
    this.rethrow(error)
  }

  /** On its own, so that the host's error report sees it. */
  rethrow(error) {
    setTimeout(() => {
      throw error
    }, 0)
  }

  // Errors.

  _error(code, message, fields, cause) {
    return new this._LoginError(code, message, fields, cause)
  }

  _loggedOut() {
    return this._error('LOGGED_OUT', 'logout() was called')
  }

  _unsupported(name) {
    return this._error('HOST_UNSUPPORTED', this.api ? `the host has no ${name}` : NO_HOST)
  }

  _explained(error, api) {
    return explain(error, api, this._LoginError, this._isLoginError)
  }
}
