import { isLoginError, LoginError } from './error.js'
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

    /** What only the connection can do; in its own words. */
    const ask = (name, a, b) => {
      let commands
      try {
        commands = requests._connect()._commands
      } catch (error) {
        return Promise.reject(lost(error))
      }
      requests._loadWhenIdle()
      return commands[name](a, b)
    }

    const client = {
      request: (request) => requests._begin('request', request),
      upload: (request) => requests._begin('uploadFile', request),
      download: (request) => requests._begin('downloadFile', request),

      get session() {
        return requests._session()
      },
      getSession() {
        return requests._currentLease() ? requests._answer(requests._session()) : ask('getSession')
      },
      login(how) {
        const session = how ? null : requests._session()
        return session ? requests._answer(session) : ask('login', how)
      },

      onChange: (listener) => requests._listen(requests._changeListeners, listener),
      onTrace: (listener) => requests._listen(requests._traceListeners, listener),
    }
    for (const name of ['setSession', 'logout', 'ensure', 'provide', 'deny']) {
      client[name] = (a, b) => ask(name, a, b)
    }
    return client
  }
}
