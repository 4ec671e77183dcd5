import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { brotliDecompressSync } from 'node:zlib'
import { createBackend, ORIGIN } from './backend.js'
import { createRealm, dist } from './realm.js'
import { createAccounts } from './wechat/accounts.js'
import { createClock } from './wechat/clock.js'
import { createWx } from './wechat/wx.js'
import { createWXWebAssembly } from './wechat/wxwebassembly.js'

export { ORIGIN }
export const WASM_PATH = '/miniprogram_npm/wxlogin/wxlogin.wasm.br'
const APP_ID = 'wx5a1ad0c0ffee0001'
export const STORAGE_KEY = `wxlogin:${APP_ID}:develop`
/** Options of `createWXWebAssembly` for a module that never comes. */
export const NEVER = { hangs: Number.POSITIVE_INFINITY }

let compiled

/** The module as it is shipped, at the place where the developer tools put it. */
export function compile(path) {
  if (!path.startsWith('/miniprogram_npm/wxlogin/')) throw new Error(`no such file: ${path}`)
  compiled ??= new WebAssembly.Module(
    brotliDecompressSync(readFileSync(`${dist}/miniprogram/${path.split('/').pop()}`)),
  )
  return compiled
}

/**
 * One user with one phone, WeChat, a backend, and a client of the built package, all on one virtual
 * clock.
 *
 * @param {object} [options] those of `createClient`; `baseURL` and `exchange` have defaults
 * @param {object} [around]
 * @param {object} [around.phone] options of `createWx`
 * @param {object | null} [around.wasm] options of `createWXWebAssembly`; null for a runtime without
 * @param {object} [around.clock] one that others share
 * @param {object} [around.timers] `{ setTimeout, clearTimeout }` of the realm, if not the clock's
 * @param {object} [around.routes] of `createBackend`
 * @param {object} [around.backend] one that knows sessions already
 * @param {boolean} [around.fallback] whether the client is given the fallback
 * @param {(error: unknown) => void} [around.report] gets what callbacks and listeners threw; without it
 *   the test fails with that
 */
export function createWorld(
  options = {},
  { phone = {}, wasm = {}, clock = createClock(), timers, routes, fallback, backend: known, report } = {},
) {
  const accounts = phone.accounts || createAccounts({ now: clock.now })
  const backend = known || createBackend({ accounts, appid: APP_ID, now: clock.now, routes })
  const { fetch } = backend
  const { now, setTimeout, clearTimeout } = clock
  const { wx, control } = createWx({ accounts, fetch, now, setTimeout, clearTimeout, ...phone })
  const loader = wasm && createWXWebAssembly(compile, { setTimeout, ...wasm })
  const realm = createRealm({ clock, wx, WXWebAssembly: loader?.WXWebAssembly, timers, report })
  const api = realm.load('index')
  const standard = { baseURL: ORIGIN, exchange: '/login' }
  if (fallback) standard.fallback = realm.load('fallback')

  /** Lets time pass until the promise settles, and passes on how. */
  async function done(promise, within = 100) {
    let outcome
    promise.then(
      (value) => {
        outcome = { value }
      },
      (error) => {
        outcome = { error }
      },
    )
    await clock.advance(0)
    for (let passed = 0; !outcome; ) {
      assert.ok(passed < within, `nothing came of it within ${within} ms`)
      const step = Math.min(passed < 100 ? 1 : 100, within - passed)
      await clock.advance(step)
      passed += step
    }
    if ('error' in outcome) throw outcome.error
    return outcome.value
  }

  return {
    ...api,
    api,
    realm,
    clock,
    accounts,
    backend,
    wx,
    control,
    loader: loader?.control,
    client: api.createClient({ ...standard, ...options }),
    createClient: (more) => api.createClient({ ...standard, ...options, ...more }),
    done,
    /** The LoginError that the promise rejects with, and nothing else. */
    async failure(promise, code, within) {
      const failed = await done(promise, within).then(
        (value) => assert.fail(`expected ${code}, got ${JSON.stringify(value)}`),
        (error) => error,
      )
      assert.equal(failed.code, code, failed.stack)
      assert.ok(api.isLoginError(failed))
      return failed
    },
    /** What the host was given by the app's own calls of an API, in order: without exchanges. */
    native: (api = 'request') =>
      control.calls
        .filter((call) => call.api === api && !String(call.options.url).endsWith('/login'))
        .map(({ options }) => options),
    /** What is stored now, for another phone's `storage`. */
    copyOfStorage: () => new Map(control.storage),
    /** A cold start on the same phone at the same time: a new realm, storage as it was left. */
    restart: (more = options, wasmOptions = wasm) =>
      createWorld(more, {
        phone: {
          ...phone,
          accounts,
          storage: control.storage,
          files: control.files,
          settings: control.settings,
          privacy: control.privacy,
        },
        wasm: wasmOptions,
        clock,
        timers,
        fallback,
        backend,
        report,
      }),
  }
}

/** The `Authorization` that each hit of a backend came with. */
export const authorization = (hits) => hits.map(({ headers }) => headers.authorization)

/** What was rejected with nobody to look at it while `run` ran. */
export async function unhandledDuring(run) {
  const unhandled = []
  const note = (error) => unhandled.push(error)
  process.on('unhandledRejection', note)
  await run()
  await new Promise(setImmediate)
  process.off('unhandledRejection', note)
  return unhandled
}

/** Values of another realm have other prototypes; this one's compare. */
export const plain = (value) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))
