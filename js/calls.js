import { ALONE, NOTHING } from './call.js'
import { judgementOf } from './core/judgement.js'
import { abortTask, isFunction } from './fields.js'
import { FOREIGN } from './routes.js'
import { copyOf } from './rules.js'
import { messageOf, put, withWords } from './words.js'

/** Files and streams may well take longer than the core waits for a reply. ms. */
const STREAM_LIMIT = 3_600_000

/**
 * The app's calls as the core knows them, by ticket, and the way of those that can't be decided about by
 * the lease. What the core calls here comes at once, and throws nothing.
 */
export class Calls {
  constructor(connection, requests) {
    this._connection = connection
    this._requests = requests
  }

  // What the core asks for.

  send(ticket, attempt, attach) {
    const call = this._requests._slots[ticket]
    const { session } = this._requests._lease
    if (!this._requests._send(call, attempt, attach ? session : undefined))
      this._sendAgain(call, attempt, session)
  }

  cancel(ticket) {
    const call = this._requests._slots[ticket]
    call._attempt = -1
    call._isCancelled = true
    abortTask(call._task)
  }

  settle(ticket) {
    const call = this._requests._slots[ticket]
    this._requests._settle(call)
  }

  settleWith(ticket, value) {
    const call = this._requests._slots[ticket]
    this._requests._finish(call, this._connection._sessionLike(value))
  }

  fail(ticket, error, showsReply) {
    const call = this._requests._slots[ticket]
    if (showsReply && call._reply) put(error, 'response', call._reply)
    this._fail(call, error)
  }

  publish(lease) {
    this._connection._publish(lease)
  }

  // What the lease does not decide.

  /** A request begins. */
  _begin(call) {
    const connection = this._connection
    const { api } = connection
    if (call._isOver) return
    if (this._isOthers(call)) this._fail(call, connection._loggedOut())
    else if (!api || lacks(api, call._api)) this._fail(call, connection._unsupported(call._api))
    else {
      connection._decide(call, (core) => {
        if (this._isOthers(call)) return this._fail(call, connection._loggedOut())
        call._isKnown = true
        call._route = connection.route(call._options.url)
        if (!call._isOver) core.request(call._ticket, this._traits(call), call._needs)
      })
    }
  }

  /** Did it begin before a log-out, or before another user came (law S7)? */
  _isOthers(call) {
    return call._epoch !== this._requests._epoch
  }

  /** The arguments are bad. */
  _refuse(call, error) {
    this._fail(call, this._connection._explained(error, call._api))
  }

  /** A response that is not plainly good, or about whose request the core knows. */
  _judged(call, attempt, verdict) {
    let judgement
    try {
      judgement = judgementOf(verdict, call, call._reply)
    } catch (fault) {
      this._failed(call, attempt, fault)
      return
    }
    const { asks, refused, invalid } = judgement
    // Nobody does anything about what a passive response asks for, unless it is about a session that was sent.
    if (call._lease && call._passive && !call._attached && !refused && !invalid) {
      this._requests._settle(call)
      return
    }
    const report = (core) => core.replied(call._ticket, attempt, judgement)
    this._report(call, report, asks.length === 0)
  }

  /** The native request failed, or the app's function of that name. */
  _failed(call, attempt, fault) {
    const connection = this._connection
    const { rule, error } = faultOf(fault)
    if (rule !== undefined && (!call._isKnown || rule === 'unwrap')) {
      const { statusCode } = call._reply || {}
      const said = messageOf(error)
      const fields = { errMsg: said, response: call._reply, statusCode }
      const message = said === undefined ? `${rule} failed` : `${rule} failed: ${said}`
      this._fail(call, connection._error('CALLBACK_FAILED', message, fields, error))
    } else if (rule === undefined && lacks(connection.api, call._api)) {
      this._give(call, connection._unsupported(call._api))
    } else {
      const repeatable = this._isRepeatable(call)
      const report = (core) => {
        const said = connection._loader.said(error)
        if (rule === undefined) core.failed(call._ticket, attempt, said, repeatable)
        else core.callbackFailed(call._ticket, attempt, rule, said)
      }
      this._report(call, report, true)
    }
  }

  /** What came of a request; `survives`: also if the user logs out before the core can be told. */
  _report(call, report, survives) {
    const run = (core) => {
      this._adopt(call, core)
      if (!call._isOver) report(core)
    }
    this._connection._decide(call, run, survives)
  }

  /** The core is to know of a request that was sent by the lease. */
  _adopt(call, core) {
    const { _lease: lease } = call
    if (!lease) return
    call._lease = undefined
    call._isKnown = true
    core.adopt(call._ticket, this._traits(call), call._needs, lease.moment, call._attached)
  }

  _handOverLent() {
    for (const call of this._requests._slots.slice()) {
      if (call?._lease && !call._isHanded) {
        call._isHanded = true
        this._connection._decide(call, (core) => this._adopt(call, core), true)
      }
    }
  }

  /** Is it one that the host has still not answered, and may be waited for a while longer? */
  _isSilent(call, ms) {
    call._misses = (call._misses || 0) + 1
    call._isHanded = false
    return call._lease && call._attempt >= 0 && call._misses * ms <= (this._traits(call).timeout || ms) + ms
  }

  _traits(call) {
    const { _options: options, _route: route } = call
    const { defaults } = this._requests._settings
    const byDefault = route !== FOREIGN && !isFunction(defaults) && defaults ? defaults.timeout : undefined
    const timeout = Number(call._timeout || options.timeout || byDefault)
    return {
      trusted: route !== FOREIGN,
      anonymous: call._anonymous,
      passive: call._passive,
      repeatable: this._isRepeatable(call),
      timeout: timeout > 0 ? timeout : isStream(call) ? STREAM_LIMIT : 0,
    }
  }

  /** By its method, also by what `attach` has made of that. */
  _isRepeatable(call) {
    const isSafe = (method) => method === undefined || /^(?:get|head)$/i.test(method)
    return call._mode !== ALONE && !isStream(call) && isSafe(call._options.method) && isSafe(call._method)
  }

  /** Another session began while the request was built; for the same user it goes out with that. */
  _sendAgain(call, attempt, before) {
    const requests = this._requests
    const session = requests._session()
    const isSame = session && before && !isOther(session, before) && !this._isOthers(call)
    if (!isSame || !requests._send(call, attempt, session)) this._give(call, this._connection._loggedOut())
  }

  // The end.

  _abort(call) {
    this._give(call, this._connection._error('ABORTED', 'abort() was called'))
  }

  /** Ends a call for a reason that is known here. */
  _give(call, error) {
    const { _attempt: attempt, _task: task } = call
    call._attempt = -1
    call._isCancelled = true
    if (call._isKnown) {
      call._verdict = error
      this._connection._enter((core) => core.abort(call._ticket))
    } else {
      if (attempt >= 0) abortTask(task)
      this._fail(call, error)
    }
  }

  /** The bad end of a call (laws R6, R8, R12). */
  _fail(call, failure) {
    const requests = this._requests
    const { _options: options, _api: api } = call
    if (call._isOver) return
    const error = withWords(call._verdict || failure, api)
    const { onError } = requests._settings
    const isTold = onError && !call._isCommand && !call._passive && error.code !== 'ABORTED'
    requests._take(call)
    this._connection._tellFailed(call, error)
    call._reject(error)
    if (options.fail || options.complete || isTold) {
      // Never before request() has returned, as wx does: who tries again in fail would spin.
      setTimeout(() => {
        requests._run('fail', options.fail, error)
        requests._run('complete', options.complete, error)
        if (isTold) requests._run('onError', onError, error, copyOf(options))
      }, 0)
    }
    call._options = NOTHING
    call._reply = call._task = undefined
  }
}

/** Do both sessions name their users, and not the same (law S10)? */
function isOther(one, other) {
  const id = one.openid && other.openid ? 'openid' : 'unionid'
  return Boolean(one[id] && other[id] && one[id] !== other[id])
}

/** Was it a function of the app's, or the host? Whatever else was thrown while a request was built is of its options. */
function faultOf(fault) {
  try {
    if ('_name' in fault) return { rule: fault._name, error: fault._error }
  } catch {
    // Not one of ours.
  }
  return { rule: 'options', error: fault }
}

const isStream = ({ _api: api, _options: { enableChunked } }) => api !== 'request' || Boolean(enableChunked)

function lacks(api, name) {
  try {
    return !isFunction(api[name])
  } catch {
    return false // the call itself says
  }
}
