import { Call } from './call.js'
import { fieldsOf, isObject, muted } from './fields.js'
import { fresh, holds } from './lease.js'
import { check, needNames } from './needs.js'

/** What the app wants beside requests, and the lease alone does not give. */
export class Commands {
  constructor(connection, requests) {
    this._connection = connection
    this._requests = requests
  }

  /** `run` is its way into the core. Rejects if its arguments are bad. */
  _command(name, run, survives) {
    const requests = this._requests
    const call = requests._enter(new Call(name, requests._epoch))
    call._isCommand = true
    this._connection._decide(
      call,
      (core) => {
        call._isKnown = true
        run(core, call._ticket)
      },
      survives,
    )
    return call._pending
  }

  /** What `read` says of the arguments goes on to `use`. */
  _checked(name, read, use) {
    let given
    try {
      given = read()
    } catch (error) {
      return Promise.reject(this._connection._explained(error, name))
    }
    return use(given)
  }

  getSession() {
    return this._command('getSession', (core, ticket) => core.getSession(ticket))
  }

  login(how) {
    const read = () => (isObject(how) ? fieldsOf(how) : {})
    return this._checked('login', read, ({ force, prompt }) => {
      const session = force ? null : this._requests._session()
      if (session) return Promise.resolve(session)
      return this._command('login', (core, ticket) => core.login(ticket, Boolean(force), prompt !== false))
    })
  }

  setSession(reply) {
    const { _connection: connection } = this
    connection.calls._handOverLent() // sent for whom there was before
    return this._command('setSession', (core, ticket) =>
      core.setSession(ticket, connection._loader.fields(reply)),
    )
  }

  /** From this call on nobody is logged in, whether the core is there or not (law S7). */
  logout() {
    const { _connection: connection, _requests: requests } = this
    const had = requests._session()
    requests._epoch += 1
    connection._logOut()
    const left = this._command('logout', (core, ticket) => core.logout(ticket), true)
    if (!connection._core) connection._forget(had)
    return left
  }

  ensure(needs) {
    const requests = this._requests
    return this._checked(
      'ensure',
      () => needNames(needs, 'needs'),
      (names) => {
        const lease = requests._currentLease()
        if (lease?.lends && holds(fresh(lease, Date.now()), names)) return Promise.resolve()
        return this._command('ensure', (core, ticket) => core.ensure(ticket, names))
      },
    )
  }

  provide(need, detail) {
    const { _connection: connection } = this
    const read = () => {
      const [name] = needNames([need], 'need')
      const isEvent = isObject(detail) && isObject(detail.detail) && typeof detail.type === 'string'
      check(isObject(detail) && !isEvent, 'detail')
      return name
    }
    const given = this._checked('provide', read, (name) =>
      this._command('provide', (core, ticket) =>
        core.provide(ticket, name, connection._loader.detail(detail)),
      ),
    )
    muted(given) // a tap's handler rarely looks; whoever waits for the need is told
    return given
  }

  deny(need, reason) {
    const { _connection: connection } = this
    let name
    try {
      ;[name] = needNames([need], 'need')
    } catch (error) {
      throw connection._explained(error, 'deny')
    }
    // With nothing under way there is nothing to be denied: no reason to load anything.
    if (!connection._core && connection._waiting.length === 0) return
    const run = (core, ticket) => {
      core.deny(name, typeof reason === 'string' ? reason : undefined)
      connection.calls.settleWith(ticket)
    }
    muted(this._command('deny', run))
  }
}
