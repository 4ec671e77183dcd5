import { Connection } from './connection.js'
import { configInvalid } from './error.js'
import { Loader } from './load.js'
import { checkOptions, needLines } from './options.js'

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

      getSession: () => calls.other((machine, ticket, now) => machine.peek(ticket, now)),
      login(how) {
        const force = Boolean(how?.force)
        return calls.other((machine, ticket, now) => machine.login(ticket, force, now))
      },
      logout: () => calls.other((machine, ticket, now) => machine.logout(ticket, now)),

      ensure: (needs) =>
        checked(() => {
          const lines = needLines(needs)
          return calls.other((machine, ticket, now) => machine.ensure(ticket, lines, now))
        }),
      provide: (need, detail) =>
        checked(() => {
          const name = needLines(need, 'need')
          const isEvent = typeof detail?.detail === 'object' && typeof detail.type === 'string'
          if (typeof detail !== 'object' || detail === null || isEvent) {
            throw configInvalid('detail', 'an object: the e.detail of a tap, not e')
          }
          const given = calls.other((machine, ticket, now) => machine.provide(ticket, name, detail, now))
          given.catch(ignore) // a tap's handler rarely looks; whoever waits for the need is told
          return given
        }),
      deny(need, reason) {
        const name = needLines(need, 'need')
        const text = typeof reason === 'string' ? reason : undefined
        connection.enter((machine) => machine.deny(name, text, Date.now()))
      },

      onChange: (listener) => connection.listen(connection.changeListeners, listener),
      onTrace: (listener) => connection.listen(connection.traceListeners, listener),
    }
  }
}
