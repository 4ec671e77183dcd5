import { configInvalid, isLoginError, LoginError } from './error.js'
import { muted } from './host.js'
import { nativeOptions } from './native-options.js'
import { needLines } from './options.js'
import { own, sessionFrom, statusOf } from './reading.js'
import { FOREIGN, Routes } from './routes.js'
import { ABORT, REQUEST } from './wish.js'

/** Traits of a request, as the core reads them. */
const TRUSTED = 1
const ANONYMOUS = 2
const REPEATABLE = 4

/** Files and streams may well take longer than the core waits for a reply. ms. */
const STREAM_LIMIT = 3_600_000

/** What a call that went well ends with, as the core says it. */
const REPLY = 0
const CURRENT_SESSION = 1
const NOTHING = 3

/** The attempt of a request that is sent by the lease: none of the core's own is as high. */
const LENT = 2 ** 31
/** After this at the latest the core hears of such a request, so that its time limit is kept. ms. */
const LENT_FOR = 1000

/** The lease of a core that has published none. */
export const NO_SESSION = {
  session: undefined,
  header: undefined,
  moment: 0,
  from: -Infinity,
  until: Infinity,
}
/** The one while there is no core. */
const NO_LEASE = Object.assign({}, NO_SESSION, { until: -Infinity })

// Handed out by the promise constructor, without a closure for each promise.
let resolveNew
let rejectNew
const capture = (resolve, reject) => {
  resolveNew = resolve
  rejectNew = reject
}

const GET_OR_HEAD = /^(?:get|head)$/i

/** What stands between a scheme and a host. */
const USER_INFO = /^([a-z][\w+.-]*:[/\\]*|[/\\]{2,})[^/\\]*@/i

const ignore = () => {}

/** One call of the app, from its beginning to its one end. */
class Call {
  constructor(wish, api, options) {
    this.pending = new Promise(capture)
    this.accept = resolveNew
    this.refuse = rejectNew
    this.wish = wish
    this.api = api
    this.options = options
    this.url = ''
    this.route = 0
    this.method = undefined
    /** The app's functions; none where there is no option that is this package's own either. */
    this.callbacks = undefined
    this.needs = ''
    this.value = undefined
    this.traits = 0
    this.limit = 0
    this.ticket = -1
    this.attempt = 0
    /** The lease that it was sent by, while the core does not know of it. */
    this.lease = undefined
    this.attached = false
    this.task = undefined
    this.reply = undefined
    this.over = false
  }

  /** Once: what the app writes into its object later must not take the session elsewhere. */
  read({
    url,
    method,
    timeout,
    enableChunked,
    needs,
    anonymous,
    validateStatus,
    onTask,
    success,
    fail,
    complete,
  }) {
    const calledBack = success || fail || complete
    // Law R8: who takes callbacks does not look at the promise.
    if (calledBack) this.pending.catch(ignore)
    const isOwn = needs !== undefined || anonymous !== undefined || complete !== undefined
    if (isOwn || calledBack || validateStatus || onTask) {
      this.callbacks = { validateStatus, onTask, success, fail, complete }
    }
    if (typeof url !== 'string') throw configInvalid('url', 'a string')
    this.url = url
    this.method = method
    if (needs !== undefined) this.needs = needLines(needs)
    if (anonymous && /^(?:login|sessionKey)$/m.test(this.needs)) {
      throw configInvalid('needs', 'no login for an anonymous request')
    }
    checkFunction(validateStatus, 'validateStatus')
    checkFunction(onTask, 'onTask')
    const streams = this.api !== 'request' || Boolean(enableChunked)
    const isRepeatable = method === undefined || method === 'GET' || GET_OR_HEAD.test(String(method))
    this.traits = (anonymous ? ANONYMOUS : 0) | (isRepeatable && !streams ? REPEATABLE : 0)
    if (timeout > 0) this.limit = Number(timeout)
    else if (streams) this.limit = STREAM_LIMIT
  }
}

/**
 * The app's calls, by ticket: their options, native tasks and promises. The core knows them by
 * number only; what is here carries out what it decides about them.
 *
 * It need not decide about most: by the lease that it publishes, a plain request is sent with
 * the session or without one, and is over when the reply is plainly good. Of all others the
 * core is told first (`handOver`).
 */
export class Calls {
  constructor(settings, connection) {
    this.settings = settings
    this.connection = connection
    this.routes = new Routes(settings.options.baseURL)
    this.slots = []
    this.free = []
    this.sweep = undefined
    this.lease = NO_LEASE
    /** The session that was got last: somebody may have ended it since. */
    this.got = undefined
  }

  areUnderWay() {
    return this.free.length < this.slots.length
  }

  /** `request`, `upload` and `download`: `api` is the native function's name. */
  begin(api, options) {
    const call = new Call(REQUEST, api, options)
    const { pending } = call
    pending.abort = () => this.abort(call)
    try {
      if (typeof options !== 'object' || options === null) throw configInvalid('options', 'an object')
      call.read(options)
    } catch (error) {
      this.end(call, isLoginError(error) ? error : unreadable(error))
      return pending
    }
    this.connection.begin(call)
    return pending
  }

  /** Every other call. */
  command(wish, needs = '', value = undefined) {
    const call = new Call(wish)
    call.needs = needs
    call.value = value
    this.connection.begin(call)
    return call.pending
  }

  ticketFor(call) {
    const { free, slots } = this
    const { host } = this.connection
    if (host.holds && !this.areUnderWay()) host.hold(true)
    const ticket = free.length > 0 ? free.pop() : slots.length
    slots[ticket] = call
    call.ticket = ticket
    return ticket
  }

  /** Sends a request by the lease, where that holds. False leaves it to the core. */
  lend(call) {
    const { connection } = this
    if (connection.host.lacks(call.api)) {
      this.end(call, new LoginError('HOST_UNSUPPORTED', `the host has no ${call.api}`))
      return true
    }
    if (connection.core === undefined) return false // it broke in that look
    call.route = this.routes.of(connection, call.url)
    if (call.route !== FOREIGN) call.traits |= TRUSTED
    const { lease } = this
    const now = Date.now()
    const holds = now >= lease.from && now < lease.until
    // While the core performs what it decided, the next lease may still be on its way.
    if (!holds || call.needs !== '' || connection.depth > 0 || connection.settings.tracing) return false
    call.lease = lease
    const attach = lease.session !== undefined && (call.traits & (TRUSTED | ANONYMOUS)) === TRUSTED
    this.send(this.ticketFor(call), LENT, attach)
    if (this.sweep === undefined && !call.over) {
      this.sweep = connection.host.after(LENT_FOR, () => {
        this.sweep = undefined
        this.handOverAll()
      })
    }
    return true
  }

  /** Tells the core of a request that was sent by the lease, once. */
  handOver(call) {
    const { lease, ticket, traits, limit, attached } = call
    call.lease = undefined
    if (lease) this.connection.enter('adopt', ticket, traits, limit, LENT, lease.moment, attached)
  }

  handOverAll() {
    for (const call of this.slots.slice()) if (call) this.handOver(call)
  }

  // What the core asks for.

  send(ticket, attempt, attach) {
    const call = this.slots[ticket]
    const { host } = this.connection
    call.attempt = attempt
    call.attached = attach
    call.reply = undefined
    call.task = undefined
    let native
    try {
      native = nativeOptions(this, call, attach)
    } catch (error) {
      this.onFailure(call, attempt, error, 'attach')
      return
    }
    if (call.attempt !== attempt) return // the app's attach gave it up
    native.success = (reply) => {
      if (call.attempt === attempt) this.onReply(call, attempt, reply)
    }
    native.fail = (error) => {
      if (call.attempt === attempt) this.onFailure(call, attempt, error)
    }
    let task
    try {
      task = host.api[call.api](native)
    } catch (error) {
      if (call.attempt === attempt) this.onFailure(call, attempt, error)
      return
    }
    if (call.attempt !== attempt) return // answered at once
    call.task = task
    muted(task)
    if (call.callbacks) this.tell('onTask', call.callbacks, task)
  }

  cancel(ticket) {
    const call = this.slots[ticket]
    call.attempt = 0
    try {
      if (call.task) call.task.abort()
    } catch {
      // The call is over; a host that can't abort changes nothing about that.
    }
  }

  settle(ticket, outcome) {
    const call = this.take(ticket)
    if (outcome === REPLY) this.end(call, undefined, call.reply)
    else if (outcome === CURRENT_SESSION) this.end(call, undefined, this.got)
    else this.end(call, undefined, outcome === NOTHING ? null : undefined)
  }

  fail(ticket, error, showsReply) {
    const call = this.take(ticket)
    if (showsReply && call.reply) error.response = call.reply
    this.end(call, error)
  }

  publish(texts, expiresAt, moment, from, until) {
    this.connection.host.assertOpen()
    const { header, scheme } = this.settings.attach
    const session = texts === undefined ? undefined : sessionFrom(texts, expiresAt)
    this.got = session || this.got
    // Its own, since an app without tokens must not send one that stands on a prototype.
    const token = own(session, 'token')
    this.lease = {
      session,
      header: header && token ? { [header]: scheme + token } : undefined,
      moment,
      from,
      until,
    }
  }

  // What comes back.

  onReply(call, attempt, reply) {
    call.attempt = 0
    call.reply = reply
    const status = statusOf(reply)
    let asked
    let valid = true
    if (call.callbacks || this.settings.options.needs) {
      let rule = 'needs'
      try {
        asked = this.askedBy(reply, call)
        rule = 'validateStatus'
        const { validateStatus } = call.callbacks || {}
        if (validateStatus) valid = Boolean(validateStatus(status))
      } catch (error) {
        this.onFailure(call, attempt, error, rule)
        return
      }
    }
    if (call.over) return // by what the app's rules did
    if (call.lease !== undefined && status < 400 && valid && asked === undefined) {
      this.end(this.take(call.ticket), undefined, reply)
      return
    }
    this.handOver(call)
    this.connection.enter('replied', call.ticket, attempt, status, valid, asked)
  }

  /** The needs that the app's rule reads in a reply, one a line; undefined: it has no opinion. */
  askedBy(reply, { traits }) {
    const { needs } = this.settings.options
    if (!needs || traits & ANONYMOUS) return undefined
    const asked = needs(reply)
    if (asked === undefined || asked === false) return undefined
    return asked === null || asked.length === 0 ? '' : needLines(asked)
  }

  /** The native request failed, or the app's function of that name. */
  onFailure(call, attempt, error, rule) {
    call.attempt = 0
    this.handOver(call)
    this.connection.enter('failed', call.ticket, attempt, error, rule)
  }

  abort(call) {
    if (call.over) return
    if (call.ticket < 0) this.end(call, new LoginError('ABORTED', 'abort() was called'))
    else {
      call.attempt = 0 // at once: it may be just about to be sent
      this.handOver(call)
      this.connection.enter('wish', ABORT, call.ticket, 0, 0, '', undefined)
    }
  }

  take(ticket) {
    const call = this.slots[ticket]
    call.ticket = -1 // throws where a module that broke speaks of a call that is over
    this.slots[ticket] = undefined
    this.free.push(ticket)
    const { host } = this.connection
    if (host.holds && !this.areUnderWay()) host.hold(false)
    return call
  }

  /** The one end of a call (laws R6 and R8). */
  end(call, error, value) {
    if (call.over) return
    call.over = true
    call.lease = undefined
    call.attempt = 0
    call.task = undefined
    if (error) call.refuse(error)
    else call.accept(value)
    const { callbacks } = call
    if (!callbacks) return
    if (error) {
      // Never before request() has returned, as wx does: who tries again in fail would spin.
      setTimeout(() => {
        this.tell('fail', callbacks, error)
        this.tell('complete', callbacks, error)
      }, 0)
    } else {
      this.tell('success', callbacks, value)
      this.tell('complete', callbacks, value)
    }
  }

  tell(name, callbacks, result) {
    try {
      const callback = callbacks[name]
      if (typeof callback === 'function') callback(result)
    } catch (error) {
      this.connection.listenerFailed(name, error)
    }
  }

  /** What a trace says of a call. A query and user-info may hold secrets, so they are left out. */
  describe(ticket) {
    const call = this.slots[ticket]
    if (!call?.options) return undefined
    const url = call.url.split(/[?#]/)[0].replace(USER_INFO, '$1')
    return { api: call.api, url, method: call.method }
  }

  /** Law X5: nothing waits for a module that broke. */
  failAll(error) {
    const calls = this.slots.filter(Boolean)
    this.slots = []
    this.free = []
    this.lease = NO_LEASE
    for (const call of calls) {
      call.ticket = -1
      this.end(call, error)
    }
  }
}

function unreadable(cause) {
  return new LoginError('CONFIG_INVALID', 'options: expected fields that can be read', {}, cause)
}

function checkFunction(value, name) {
  if (value !== undefined && typeof value !== 'function') throw configInvalid(name, 'a function')
}
