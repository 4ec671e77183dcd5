import { configInvalid, isLoginError, LoginError } from './error.js'
import { muted } from './host.js'
import { nativeOptions } from './native-options.js'
import { needLines } from './options.js'
import { FOREIGN, Routes } from './routes.js'

/** Traits of a request, as the core reads them. */
const TRUSTED = 1
const ANONYMOUS = 2
const REPEATABLE = 4

/** Files and streams may well take longer than the core waits for a reply. ms. */
const STREAM_LIMIT = 3_600_000

/** What a call that went well ends with, as the core says it. */
const REPLY = 0
const SESSION = 1
const NOTHING = 3

// Handed out by the promise constructor, without a closure for each promise.
let resolveNew
let rejectNew
const capture = (resolve, reject) => {
  resolveNew = resolve
  rejectNew = reject
}

/** What stands between a scheme and a host. */
const USER_INFO = /^([a-z][\w+.-]*:[/\\]*|[/\\]{2,})[^/\\]*@/i

const ignore = () => {}

/** Has options that the host does not know, named one by one: this is on every request's way. */
const isPlain = ({ needs, anonymous, validateStatus, onTask, success, fail, complete }) =>
  needs === undefined &&
  anonymous === undefined &&
  validateStatus === undefined &&
  onTask === undefined &&
  success === undefined &&
  fail === undefined &&
  complete === undefined

/** One call of the app, from its beginning to its one end. */
class Call {
  constructor(api, options) {
    this.pending = new Promise(capture)
    this.resolve = resolveNew
    this.reject = rejectNew
    this.api = api
    this.options = options
    this.url = ''
    this.method = undefined
    this.needs = ''
    this.traits = 0
    this.limit = 0
    this.plain = true
    this.ticket = -1
    this.attempt = 0
    this.task = undefined
    this.reply = undefined
    this.over = false
  }

  /** Once: what the app writes into its object later must not take the session elsewhere. */
  read({ url, method, timeout, anonymous, needs, enableChunked }) {
    if (typeof url !== 'string') throw configInvalid('url', 'a string')
    this.url = url
    this.method = method
    if (needs !== undefined && needs.length !== 0) this.needs = needLines(needs)
    const streams = this.api !== 'request' || Boolean(enableChunked)
    const repeats = !streams && (method === undefined || /^(?:get|head)$/i.test(String(method)))
    this.traits = (anonymous ? ANONYMOUS : 0) | (repeats ? REPEATABLE : 0)
    if (timeout > 0) this.limit = Number(timeout)
    else if (streams) this.limit = STREAM_LIMIT
  }
}

/**
 * The app's calls, by ticket: their options, native tasks and promises. The core knows them by
 * number only; what is here carries out what it decides about them.
 */
export class Calls {
  constructor(settings, connection) {
    this.settings = settings
    this.connection = connection
    this.routes = new Routes(settings.options.baseURL)
    this.slots = []
    this.free = []
    this.session = undefined
    this.sessionHeader = undefined
  }

  /** `request`, `upload` and `download`: `api` is the native function's name. */
  begin(api, options) {
    const call = new Call(api, options)
    const { pending } = call
    pending.abort = () => this.abort(call)
    try {
      if (typeof options !== 'object' || options === null) throw configInvalid('options', 'an object')
      call.plain = isPlain(options)
      if (!call.plain) {
        // Law R8: who takes callbacks does not look at the promise.
        if (options.success || options.fail || options.complete) pending.catch(ignore)
        checkOwn(options)
      }
      call.read(options)
    } catch (error) {
      this.end(call, isLoginError(error) ? error : unreadable(error))
      return pending
    }
    if (!this.connection.request(call)) this.connection.whenReady(call, () => this.connection.request(call))
    return pending
  }

  /** Every other call: `start(machine, ticket, now)` hands it to the core. */
  other(start) {
    const call = new Call(undefined, undefined)
    const go = () => this.connection.start(call, start)
    if (!go()) this.connection.whenReady(call, go)
    return call.pending
  }

  ticketFor(call) {
    const { free, slots } = this
    if (free.length === slots.length) this.connection.host.hold(true)
    const ticket = free.length > 0 ? free.pop() : slots.length
    slots[ticket] = call
    call.ticket = ticket
    return ticket
  }

  /** Hands a request to the core. */
  request(machine, call) {
    if (this.connection.host.lacks(call.api)) {
      this.end(call, new LoginError('HOST_UNSUPPORTED', `the host has no ${call.api}`))
      return
    }
    let { traits } = call
    if (this.routes.of(machine, call.url) !== FOREIGN) traits |= TRUSTED
    const ticket = this.ticketFor(call)
    if (call.needs === '') {
      const send = machine.request(ticket, traits, call.limit, Date.now())
      if (send !== 0) this.send(ticket, send >>> 1, (send & 1) !== 0)
    } else {
      machine.requestNeeding(ticket, traits, call.limit, call.needs, Date.now())
    }
  }

  // What the core asks for.

  send(ticket, attempt, attach) {
    const call = this.slots[ticket]
    const { connection } = this
    call.attempt = attempt
    call.reply = undefined
    call.task = undefined
    let native
    try {
      native = nativeOptions(this, connection.machine, call, attach)
    } catch (error) {
      connection.enter((machine) => machine.callbackFailed(ticket, attempt, 'attach', error, Date.now()))
      return
    }
    if (call.attempt !== attempt) return // the app's attach gave it up
    native.success = (reply) => {
      if (call.attempt === attempt) this.replied(call, attempt, reply)
    }
    native.fail = (error) => {
      if (call.attempt === attempt) this.sendFailed(call, attempt, error)
    }
    let task
    try {
      task = connection.host.api[call.api](native)
    } catch (error) {
      if (call.attempt === attempt) this.sendFailed(call, attempt, error)
      return
    }
    if (call.attempt !== attempt) return // answered at once
    call.task = task
    muted(task)
    if (!call.plain) this.tell('onTask', call.options, task)
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
    else if (outcome === SESSION) this.end(call, undefined, this.session)
    else this.end(call, undefined, outcome === NOTHING ? null : undefined)
  }

  fail(ticket, error, showsReply) {
    const call = this.take(ticket)
    if (showsReply && call.reply) error.response = call.reply
    this.end(call, error)
  }

  publish(session) {
    const { header, scheme } = this.settings.attach
    if (session) Object.freeze(session.granted)
    this.session = session && Object.freeze(session)
    const token = this.connection.host.own(session, 'token')
    this.sessionHeader = header && token ? { [header]: scheme + token } : undefined
  }

  // What comes back.

  replied(call, attempt, reply) {
    call.attempt = 0
    call.reply = reply
    const { connection } = this
    const { ticket } = call
    const status = statusOf(reply)
    let asked
    let valid = true
    if (!call.plain || this.settings.options.needs !== undefined) {
      let rule = 'needs'
      try {
        asked = this.askedBy(reply, call.options)
        rule = 'validateStatus'
        const { validateStatus } = call.options
        if (validateStatus) valid = Boolean(validateStatus(status))
      } catch (error) {
        connection.enter((machine) => machine.callbackFailed(ticket, attempt, rule, error, Date.now()))
        return
      }
    }
    if (asked !== undefined) {
      connection.enter((machine) => machine.repliedAsking(ticket, attempt, status, asked, valid, Date.now()))
    } else if (connection.replied(ticket, attempt, status, valid)) {
      this.settle(ticket, REPLY)
    }
  }

  /** The needs that the app's rule reads in a reply, one a line; undefined: it has no opinion. */
  askedBy(reply, { anonymous }) {
    const { needs } = this.settings.options
    if (!needs || anonymous) return undefined
    const asked = needs(reply)
    if (asked === undefined || asked === false) return undefined
    return asked === null || asked.length === 0 ? '' : needLines(asked)
  }

  sendFailed(call, attempt, error) {
    call.attempt = 0
    this.connection.enter((machine) => machine.sendFailed(call.ticket, attempt, error, Date.now()))
  }

  abort(call) {
    if (call.over) return
    if (call.ticket < 0) this.end(call, new LoginError('ABORTED', 'abort() was called'))
    else this.connection.enter((machine) => machine.abort(call.ticket, Date.now()))
  }

  take(ticket) {
    const call = this.slots[ticket]
    this.slots[ticket] = undefined
    this.free.push(ticket)
    if (this.free.length === this.slots.length) this.connection.host.hold(false)
    call.ticket = -1
    return call
  }

  /** The one end of a call (laws R6 and R8). */
  end(call, error, value) {
    if (call.over) return
    call.over = true
    call.attempt = 0
    call.task = undefined
    if (error) call.reject(error)
    else call.resolve(value)
    if (call.plain) return
    const { options } = call
    if (error) {
      // Never before request() has returned, as wx does: who tries again in fail would spin.
      setTimeout(() => {
        this.tell('fail', options, error)
        this.tell('complete', options, error)
      }, 0)
    } else {
      this.tell('success', options, value)
      this.tell('complete', options, value)
    }
  }

  tell(name, options, result) {
    try {
      const callback = options[name]
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
    this.session = undefined
    for (const call of calls) {
      call.ticket = -1
      this.end(call, error)
    }
  }
}

function unreadable(cause) {
  return new LoginError('CONFIG_INVALID', 'options: expected fields that can be read', {}, cause)
}

function checkOwn({ needs, anonymous, validateStatus, onTask }) {
  const needsLogin = needs !== undefined && /^(?:login|sessionKey)$/m.test(needLines(needs))
  if (needsLogin && anonymous) throw configInvalid('needs', 'no login for an anonymous request')
  checkFunction(validateStatus, 'validateStatus')
  checkFunction(onTask, 'onTask')
}

/** A status that can't be read is none: it must not keep the reply from its call. */
function statusOf(reply) {
  try {
    return reply ? reply.statusCode >>> 0 : 0
  } catch {
    return 0
  }
}

function checkFunction(value, name) {
  if (value !== undefined && typeof value !== 'function') throw configInvalid(name, 'a function')
}
