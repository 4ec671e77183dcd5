/**
 * The launch path from its sources, with a host that notes what is asked of it and a core that notes
 * what it is told. Nothing is loaded; `connect()` or `refuse()` say how a load ends.
 */
import { createClientFor } from '../../js/client.js'
import { connectFor } from '../../js/connection.js'
import { isLoginError, LoginError } from '../../js/error.js'
import { explain } from '../../js/explain.js'

export { isLoginError, LoginError }
export const ORIGIN = 'https://shop.example'
export const KEY = 'k'
export const turn = () => new Promise((resolve) => setTimeout(resolve, 0))

/** What the core writes into storage of a session that began now. */
export const recordOf = (session, more) => ({
  v: 2,
  session: { expiresAt: Date.now() + 7_200_000, granted: [], ...session },
  savedAt: Date.now(),
  from: Date.now() - 60_000,
  until: Date.now() + 7_140_000,
  ...more,
})

/** @param {object} [stored] the record, or a text, that lies in storage */
export function createLaunch(options, stored) {
  const storage = new Map()
  if (stored !== undefined) storage.set(KEY, typeof stored === 'string' ? stored : JSON.stringify(stored))
  const sent = []
  const told = []
  const loads = []
  const send = (api) => (native) => {
    const task = { api, native, aborted: 0, abort: () => (task.aborted += 1) }
    sent.push(task)
    return task
  }
  const host = {
    request: send('request'),
    uploadFile: send('uploadFile'),
    downloadFile: send('downloadFile'),
    getStorageSync: (key) => storage.get(key) ?? '',
    setStorageSync: (key, value) => storage.set(key, value),
    removeStorageSync: (key) => storage.delete(key),
  }
  let connection
  const note =
    (name) =>
    (...given) =>
      told.push([name, ...given])
  const ways =
    'request adopt login ensure getSession logout setSession provide deny abort replied failed callbackFailed sessionUsed setTracing'
  const core = { route: (url) => (url.startsWith('HTTPS://SHOP') ? 1 : 2) }
  for (const name of ways.split(' ')) core[name] = note(name)
  const createLoader = () => ({
    connect(given) {
      connection = given
      return new Promise((resolve, reject) => loads.push({ connect: () => resolve(core), refuse: reject }))
    },
    said: (error) => ({ errMsg: error?.errMsg ?? error?.message, cause: error }),
    fields: (reply) => ({ reply }),
    detail: (detail) => ({ detail }),
  })
  const module = { connect: connectFor(createLoader, { webStorage: () => undefined }), explain }
  let opened = 0
  const createClient = createClientFor({
    host: () => host,
    stored: (api, key) => api.getStorageSync?.(key),
    loadCore() {
      opened += 1
      return module
    },
  })
  const client = createClient({ baseURL: ORIGIN, exchange: '/login', storageKey: KEY, ...options })
  return {
    client,
    createClient,
    core,
    host,
    sent,
    storage,
    told,
    loads,
    get connection() {
      return connection
    },
    /** How often the second file has been asked for. */
    get opened() {
      return opened
    },
    /** The names of what the core was told, but for tracing. */
    heard: () => told.map(([name]) => name).filter((name) => name !== 'setTracing'),
    async connect() {
      loads.at(-1).connect()
      await turn()
    },
    async refuse(error = new LoginError('LOAD_FAILED', 'x did not load')) {
      loads.at(-1).refuse(error)
      await turn()
    },
    answer(index, response) {
      sent.at(index).native.success({ statusCode: 200, data: {}, header: {}, ...response })
    },
  }
}

/** How a promise ended, once it has. */
export const ended = (promise) =>
  promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  )
