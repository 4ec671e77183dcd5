import { Connection } from './connection.js'
import { configInvalid } from './error.js'
import { Loader } from './load.js'
import { checkOptions, needLines } from './options.js'
import { DENY, ENSURE, FORCED_LOGIN, LOGIN, LOGOUT, PEEK, PROVIDE } from './wish.js'

const ignore = () => {}

/** `createClient` for one platform. All clients of a platform share one module. */
export function createFace(platform) {
  const loader = new Loader(platform)

  return function createClient(options) {
    const connection = new Connection(checkOptions(options), loader)
    const { calls } = connection

    /** A promise that rejects where `run` throws on bad arguments. */
    const checked = (run) => {
      try {
        return run()
      } catch (error) {
        return Promise.reject(error)
      }
    }

    return {
      request: (request) => calls.begin('request', request),
      upload: (request) => calls.begin('uploadFile', request),
      download: (request) => calls.begin('downloadFile', request),

      getSession: () => calls.command(PEEK),
      login: (how) => calls.command(how?.force ? FORCED_LOGIN : LOGIN),
      logout: () => calls.command(LOGOUT),

      ensure: (needs) => checked(() => calls.command(ENSURE, needLines(needs))),
      provide: (need, detail) =>
        checked(() => {
          const name = needLines(need, 'need')
          const isEvent = typeof detail?.detail === 'object' && typeof detail.type === 'string'
          if (typeof detail !== 'object' || detail === null || isEvent) {
            throw configInvalid('detail', 'an object: the e.detail of a tap, not e')
          }
          const given = calls.command(PROVIDE, name, detail)
          given.catch(ignore) // a tap's handler rarely looks; whoever waits for the need is told
          return given
        }),
      deny(need, reason) {
        const name = needLines(need, 'need')
        // With nothing under way there is nothing to be denied: no reason to load anything.
        if (connection.isInUse()) calls.command(DENY, name, reason).catch(ignore)
      },

      onChange: (listener) => connection.listen(connection.changeListeners, listener),
      onTrace: (listener) => connection.listen(connection.traceListeners, listener),
    }
  }
}
