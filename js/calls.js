import { configInvalid, LoginError } from './error.js'
import { needLines } from './options.js'

const TRUSTED = 1
const ANONYMOUS = 2
const REPEATABLE = 4

const JOIN = 0
const FOREIGN = 2
const SLASH = 47
const BACKSLASH = 92
/** Distinct URL beginnings to remember; a mini-program has a handful. */
const MOST_ROUTES = 64

const ROUTE_PREFIX = /^[^/\\?#]*(?:[/\\]{2}[^/\\?#]*)?/

/** Options that are this package's own and never reach the host. `success` and `fail` do, as ours. */
const OWN = ['needs', 'anonymous', 'validateStatus', 'onTask', 'complete']

/** Names them one by one: this is on the way of every request. */
const isAdorned = ({ needs, anonymous, validateStatus, onTask, complete }) =>
  needs !== undefined ||
  anonymous !== undefined ||
  validateStatus !== undefined ||
  onTask !== undefined ||
  complete !== undefined

// Handed out by the promise constructor, without a closure for each promise.
let resolveNew
let rejectNew
const capture = (resolve, reject) => {
  resolveNew = resolve
  rejectNew = reject
}

const ignore = () => {}

/** One call of the app, from its beginning to its one end. */
class Call {
  constructor(api, options) {
    this.pending = new Promise(capture)
    this.resolve = resolveNew
    this.reject = rejectNew
    this.api = api
    this.options = options
    this.ticket = -1
    this.attempt = 0
    this.task = undefined
    this.reply = undefined
    this.over = false
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
    this.slots = []
    this.free = []
    this.session = undefined
    this.sessionHeader = undefined
    this.routes = new Map()
  }

  /** `request`, `upload` and `download`: `api` is the native function's name. */
  begin(api, options) {
    const call = new Call(api, options)
    const { pending } = call
    pending.abort = () => this.abort(call)
    try {
      checkRequest(options)
    } catch (error) {
      this.end(call, error)
      return pending
    }
    if (options.success || options.fail || options.complete) pending.catch(ignore) // law R8
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
    const { options } = call
    const { method, needs, timeout } = options
    let traits = options.anonymous ? ANONYMOUS : 0
    if (this.route(machine, options.url) !== FOREIGN) traits |= TRUSTED
    if (call.api === 'request' && (method === undefined || /^(?:get|head)$/i.test(method)))
      traits |= REPEATABLE
    const limit = Math.max(timeout, 0)
    const ticket = this.ticketFor(call)
    if (needs === undefined || needs.length === 0) {
      const send = machine.request(ticket, traits, limit, Date.now())
      if (send !== 0) this.send(ticket, send >>> 1, (send & 1) !== 0)
    } else {
      machine.requestNeeding(ticket, traits, limit, needLines(needs), Date.now())
    }
  }

  /** What the core says of a URL; it reads the beginning only, so that is what is remembered. */
  route(machine, url) {
    const second = url.charCodeAt(1)
    const isPath = url.charCodeAt(0) === SLASH && second > 32 && second !== SLASH && second !== BACKSLASH
    if (isPath) return JOIN
    const prefix = ROUTE_PREFIX.exec(url)[0]
    let route = this.routes.get(prefix)
    if (route === undefined) {
      route = machine.route(url)
      if (this.routes.size === MOST_ROUTES) this.routes.clear()
      this.routes.set(prefix, route)
    }
    return route
  }

  /** `baseURL` in front of a relative URL, with exactly one slash before a path. */
  resolve(machine, url) {
    if (this.route(machine, url) !== JOIN) return url
    const base = this.settings.options.baseURL
    const first = url.charAt(0)
    if (first === '' || first === '?' || first === '#') return base + url
    const slashed = base.charAt(base.length - 1) === '/'
    if (first === '/') return slashed ? base + url.slice(1) : base + url
    return slashed ? base + url : `${base}/${url}`
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
      native = this.nativeOptions(call.options, attach)
    } catch (error) {
      connection.enter((machine) => machine.callbackFailed(ticket, attempt, 'attach', error, Date.now()))
      return
    }
    native.success = (reply) => {
      if (call.attempt === attempt) this.replied(call, attempt, reply)
    }
    native.fail = (error) => {
      if (call.attempt === attempt) this.sendFailed(call, attempt, error)
    }
    try {
      const task = connection.host.api[call.api](native)
      if (call.attempt !== attempt) return // answered at once
      call.task = task
      const { onTask } = call.options
      if (onTask) onTask(task)
    } catch (error) {
      if (call.attempt === attempt && call.task === undefined) this.sendFailed(call, attempt, error)
      else this.connection.listenerFailed('onTask', error)
    }
  }

  cancel(ticket) {
    const { task } = this.slots[ticket]
    this.slots[ticket].attempt = 0
    try {
      if (task) task.abort()
    } catch (_) {
      // The call is over; a host that can't abort changes nothing about that.
    }
  }

  settle(ticket, outcome) {
    const call = this.take(ticket)
    if (outcome === 0) this.end(call, undefined, call.reply)
    else this.end(call, undefined, outcome === 1 ? this.session : outcome === 3 ? null : undefined)
  }

  fail(ticket, error, showsReply) {
    const call = this.take(ticket)
    if (showsReply && call.reply) error.response = call.reply
    this.end(call, error)
  }

  publish(session) {
    const { header, scheme = '' } = this.settings.attach
    if (session) Object.freeze(session.granted)
    this.session = session && Object.freeze(session)
    const token = session?.token
    this.sessionHeader = header && token ? { [header]: scheme + token } : undefined
  }

  // What comes back.

  replied(call, attempt, reply) {
    call.attempt = 0
    call.reply = reply
    const { options } = call
    const { needs } = this.settings.options
    const status = reply.statusCode
    let name
    let asked
    let valid = true
    try {
      if (needs && !options.anonymous) {
        name = 'needs'
        asked = needs(reply)
        if (asked !== undefined) asked = asked === null || asked.length === 0 ? '' : needLines(asked)
      }
      name = 'validateStatus'
      if (options.validateStatus) valid = Boolean(options.validateStatus(status))
    } catch (error) {
      this.connection.enter((machine) =>
        machine.callbackFailed(call.ticket, attempt, name, error, Date.now()),
      )
      return
    }
    const { ticket } = call
    if (asked !== undefined) {
      this.connection.enter((machine) =>
        machine.repliedAsking(ticket, attempt, status, asked, valid, Date.now()),
      )
    } else if (this.connection.replied(ticket, attempt, status, valid)) {
      this.settle(ticket, 0)
    }
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

  // What a send is made of.

  /** Built afresh from the caller's options and the session of this moment (law R3). */
  nativeOptions(options, attach) {
    const native = Object.assign({}, options)
    if (isAdorned(options)) for (const name of OWN) delete native[name]
    const { machine } = this.connection
    native.url = this.resolve(machine, options.url)
    if (!attach || !this.session) return native
    if (typeof this.settings.attach === 'function') {
      const copy = Object.assign({}, options, { header: Object.assign({}, options.header) })
      const extra = this.settings.attach(copy, this.session) || {}
      const header = extra.header && mergeHeader(extra.header, options.header)
      Object.assign(native, extra)
      if (header) native.header = header
      if (extra.url !== undefined) {
        if (this.route(machine, extra.url) === FOREIGN)
          throw new Error('url: expected one of a trusted origin')
        native.url = this.resolve(machine, extra.url)
      }
    } else if (this.sessionHeader) {
      native.header = mergeHeader(this.sessionHeader, options.header)
    }
    return native
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
    const { options } = call
    if (error) call.reject(error)
    else call.resolve(value)
    if (!options) return
    this.tell(error ? 'fail' : 'success', options, error || value)
    this.tell('complete', options, error || value)
  }

  tell(name, options, result) {
    const callback = options[name]
    if (typeof callback !== 'function') return
    try {
      callback(result)
    } catch (error) {
      this.connection.listenerFailed(name, error)
    }
  }

  /** What a trace says of a call. A query may hold a secret, so it is left out. */
  describe(ticket) {
    const options = ticket && this.slots[ticket]?.options
    return (
      options && { api: this.slots[ticket].api, url: options.url.split(/[?#]/)[0], method: options.method }
    )
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

function checkRequest(options) {
  if (typeof options !== 'object' || options === null) throw configInvalid('options', 'an object')
  if (typeof options.url !== 'string') throw configInvalid('url', 'a string')
  const needsLogin = options.needs !== undefined && /^(?:login|sessionKey)$/m.test(needLines(options.needs))
  if (needsLogin && options.anonymous) throw configInvalid('needs', 'no login for an anonymous request')
  checkFunction(options.validateStatus, 'validateStatus')
  checkFunction(options.onTask, 'onTask')
}

function checkFunction(value, name) {
  if (value !== undefined && typeof value !== 'function') throw configInvalid(name, 'a function')
}

/** The caller's own header of the same name wins, whatever its case (law R4). */
function mergeHeader(session, own) {
  const merged = Object.assign({}, session, own)
  for (const name in session) {
    const lower = name.toLowerCase()
    for (const given in own) {
      if (given !== name && given.length === name.length && given.toLowerCase() === lower) delete merged[name]
    }
  }
  return merged
}
