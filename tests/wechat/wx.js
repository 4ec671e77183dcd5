/**
 * A simulated WeChat client: the `wx` object of a mini-program, as documented and as reported from
 * devices. Runs in Node, in a browser page, and with its objects handed into a bare realm; it
 * imports nothing from its environment.
 *
 * `createWx(options)` returns `{ wx, control }`.
 *
 * Every API is callback style only (`success`, `fail`, `complete`) and returns undefined, but for
 * `request`, `uploadFile` and `downloadFile`, which return their task, and the `…Sync` ones.
 *
 * ## wx
 * login, checkSession, request, uploadFile, downloadFile, get/set/removeStorage(Sync),
 * getAccountInfoSync, getApiCategory, requestIdleCallback (if asked for), cloud.init, cloud.callFunction, getSetting, authorize, openSetting,
 * getPrivacySetting, requirePrivacyAuthorize, onNeedPrivacyAuthorization, getUserInfo,
 * getUserProfile, saveImageToPhotosAlbum, showModal, showToast. Delete one to play an old base
 * library.
 *
 * ## options (all optional)
 * - `fetch`, `now`, `setTimeout`, `clearTimeout`: the environment. Default: the globals, looked up
 *   at each call, so that a virtual clock put there later still counts; `clock.js` has one.
 * - `accounts`: WeChat's ledger of codes and session keys: `createAccounts()` (the default, alone
 *   in the world), `platform.accounts`, or `connectAccounts(url)` for one in another process.
 * - `appId`, `envVersion` ('develop'), `version` ('').
 * - `user`: `{ openid, unionid?, unionidAtLogin?: false, phoneNumber, countryCode? }`.
 * - `storage`: a Map; `storageLimit` in bytes. `files`: a Map from path to `{ bytes, type }`.
 * - `settings`: `{ 'scope.…': boolean }`, what was asked before. `privacy`: `{ state }`, one of
 *   'agreed' (default), 'unasked', 'undeclared'. Both are changed in place.
 * - `domains`: the origins that network APIs may reach; default any.
 * - `headerCase`: how header names arrive: 'title' (default), 'lower', 'upper'. Fetch has lost the
 *   server's spelling, so one is chosen.
 * - `cloudFunctions`: `{ name: (data, { OPENID, APPID, UNIONID }) => result }`.
 * - `apiCategory`: what `getApiCategory()` says: 'default', or 'browseOnly' for single-page mode, in
 *   which `login` fails.
 * - `idleCallbacks`: true for a base library with `requestIdleCallback`; see `control.idle`.
 * - `callbacks`: the mode to begin with, see `control.mode`. `log`: false keeps no `control.calls`.
 * - `answers`: what the user says to every pop-up without a script: see `control.answer`.
 * - `onPopup(popup)`: told of each pop-up shown, `{ kind, title, answer(choice) }`.
 *
 * ## control: the record
 * - `calls`: `[{ api, at, options, outcome?, errMsg? }]`, in order; `calls.length = 0` clears it.
 *   The options of a `…Sync` call are the array of its arguments.
 * - `count(api)`: how often it was called, whatever came of it.
 * - `underWay()`: `{ running, waiting }`, the network calls.
 * - `idle()`: the phone has nothing to do: what waits for that is run. Returns how many that were.
 *
 * ## control: trouble, per API name ('login', 'cloud.callFunction' …)
 * - `fail(api, { errMsg, errno }, times = 1)`: the next calls fail so. A `…Sync` API throws it.
 * - `succeed(api, result, times = 1)`: the next calls succeed with that instead.
 * - `silent(api, times = 1)`: the next calls never call back, not even when aborted.
 * - `throws(api, error, times = 1)`: the next calls throw it synchronously.
 * - `delay(api, ms)`: callbacks come that much later, until set to 0.
 * - `mode(mode, api = all)`: 'async' (setTimeout 0, the default), 'soon' (microtask), 'sync',
 *   'twice', 'both' (success, then fail), 'never'.
 * - `rateLimit(api, perSecond)`: more calls than that within a second fail. 0 ends it.
 * - `calm()`: forgets all of the above.
 * - `offline(is = true)`: connections fail, errno 600001. `switchNetwork()`: all that is under way
 *   fails so, as when Wi-Fi gives way to cellular.
 * - `background()`, `foreground()`: five seconds in the background end unfinished network calls.
 * - `expireSessionKey()`: the session_key dies; returns a promise with a remote ledger.
 *
 * ## control: the user
 * - `answer(choice, times = 1)`: what the user will say to the next pop-ups: 'accept', 'refuse',
 *   'abandon' (it vanishes unanswered), 'wait' (it stays until `popup.answer(choice)`). For the
 *   page of `openSetting`, 'accept' switches everything on and `{ 'scope.…': boolean }` just that.
 * - `popup`: the pop-up on screen or null. `popups`: `[{ kind, title }]`, all shown so far; `kind`
 *   is 'authorize' (the title is the scope), 'privacy', 'openSetting' or 'modal'.
 * - `tap(action)`: runs it as from a tap, synchronously, and returns its result.
 * - `phoneButton(outcome)`: a promise of getPhoneNumber's `e.detail`: 'accept' (new `code`, with
 *   encryptedData and iv), 'old' (no code), 'refuse-ios', 'refuse-android', 'quota'. The privacy
 *   contract comes first, as it does on the phone.
 * - `avatarButton('accept' | 'refuse')`: a promise of chooseAvatar's `e.detail`, its file in place.
 * - `nicknameInput(value)`: the nickname input's `e.detail`.
 * - `settings`, `privacy`, `storage`, `files`: the live state of the phone.
 * - `restart(more)`: a cold start: a new `{ wx, control }` on the same phone, options overridden by
 *   `more`.
 */
import { createAccounts } from './accounts.js'
import { createCalls } from './calls.js'
import { createConsent } from './consent.js'
import { createIdentity } from './identity.js'
import { createIdle } from './idle.js'
import { createNetwork } from './network.js'
import { createScreen } from './screen.js'
import { createStorage } from './storage.js'

const DEFAULT_USER = {
  openid: 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M',
  phoneNumber: '13812341234',
}

export function createWx(options = {}) {
  const clock = clockOf(options)
  const fetch = (...given) => (options.fetch || globalThis.fetch)(...given)
  const appId = options.appId || 'wx5a1ad0c0ffee0001'
  const user = { ...DEFAULT_USER, ...options.user }
  const phone = {
    storage: options.storage || new Map(),
    files: options.files || new Map(),
    settings: options.settings || {},
    privacy: options.privacy || { state: 'agreed' },
    accounts: options.accounts || createAccounts({ now: clock.now }),
  }

  const calls = createCalls(clock, options)
  const screen = createScreen(clock, options)
  const consent = createConsent(calls, screen, phone)
  const network = createNetwork(calls, clock, { ...options, fetch, files: phone.files })
  const idle = createIdle(calls, clock, options)
  const identity = createIdentity(calls, screen, consent, {
    appId,
    apiCategory: options.apiCategory || 'default',
    user,
    envVersion: options.envVersion || 'develop',
    version: options.version || '',
    cloudFunctions: options.cloudFunctions || {},
    accounts: phone.accounts,
    files: phone.files,
  })

  const wx = {
    ...identity.api,
    ...network.api,
    ...createStorage(calls, phone.storage, options.storageLimit),
    ...consent.api,
    ...idle.api,
  }
  const control = {
    ...calls.control,
    ...network.control,
    ...identity.control,
    ...consent.control,
    ...idle.control,
    answer: screen.control.answer,
    popups: screen.control.popups,
    tap: screen.control.tap,
    get popup() {
      return screen.control.popup
    },
    storage: phone.storage,
    files: phone.files,
    restart: (more) => createWx({ ...options, ...phone, ...more }),
  }
  return { wx, control }
}

function clockOf(options) {
  return {
    now: () => (options.now ? options.now() : Date.now()),
    setTimeout: (task, ms) => (options.setTimeout || globalThis.setTimeout)(task, ms),
    clearTimeout: (timer) => (options.clearTimeout || globalThis.clearTimeout)(timer),
  }
}
