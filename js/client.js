import { isLoginError, LoginError } from './error.js'
import { fresh, isOver } from './lease.js'
import { checkOptions } from './options.js'
import { lost, Requests } from './requests.js'

/** `createClient` for one platform. All clients of a platform share one module. */
export function createClientFor(platform) {
  return function createClient(options) {
    let settings
    try {
      settings = checkOptions(options)
    } catch (fault) {
      throw platform.loadCore().explain(fault, 'createClient', LoginError, isLoginError)
    }
    const requests = new Requests(platform, settings)

    /** A promise of what a command comes to. */
    const ask = (command) => {
      try {
        return command(requests._connect()._commands)
      } catch (error) {
        return Promise.reject(lost(error))
      } finally {
        requests._loadWhenIdle()
      }
    }

    return {
      request: (request) => requests._begin('request', request),
      upload: (request) => requests._begin('uploadFile', request),
      download: (request) => requests._begin('downloadFile', request),

      get session() {
        return requests._session()
      },
      getSession() {
        const lease = requests._currentLease()
        const now = Date.now()
        if (lease && !isOver(lease, now)) return requests._answer(fresh(lease, now) || null)
        return ask((commands) => commands._getSession())
      },
      login(how) {
        const session = how ? null : requests._session()
        return session ? requests._answer(session) : ask((commands) => commands._login(how))
      },
      setSession: (reply) => ask((commands) => commands._setSession(reply)),
      logout: () => ask((commands) => commands._logout()),

      ensure: (needs) => ask((commands) => commands._ensure(needs)),
      provide: (need, detail) => ask((commands) => commands._provide(need, detail)),
      deny: (need, reason) => requests._connect()._commands._deny(need, reason),

      onChange: (listener) => requests._listen(requests._changeListeners, listener),
      onTrace: (listener) => requests._listen(requests._traceListeners, listener),
    }
  }
}
