/**
 * The built package in the bare realm under a host that does anything.
 *
 * `node tests/random-schedules.js <first seed> <how many> [traps]` stops at the first schedule that
 * breaks a law, and says its seed. A program of its own, since promises are slow inside `node:test`.
 */
import { createDice } from './dice.js'
import { ODD_VALUES } from './odd-values.js'
import { createRandomHost } from './random-host.js'
import { randomOptions } from './random-options.js'
import { createRealm } from './realm.js'
import { createClock } from './wechat/clock.js'
import { createWXWebAssembly } from './wechat/wxwebassembly.js'
import { compile, ORIGIN } from './world.js'

const [first, count, mode] = process.argv.slice(2)
/** Schedules share a realm, so that most meet a module that has seen others. */
const PER_REALM = 50
const LONGEST = 4 * 3_600_000

const NEEDS = ['login', 'phone', 'profile', 'badge', 'scope.camera', 'privacy', 'sessionKey', 'unknown']
const SECRETS = /refresh-\d|token-\d|KEY/
const CODES = new Set(
  (
    'CONFIG_INVALID LOGIN_FAILED LOGIN_TIMEOUT EXCHANGE_FAILED EXCHANGE_INVALID CODE_INVALID RATE_LIMITED ' +
    'LOGIN_BLOCKED LOGIN_REJECTED LOGGED_OUT AUTH_DENIED AUTH_TIMEOUT AUTH_UNAVAILABLE NETWORK TIMEOUT ABORTED ' +
    'STATUS REFUSED CALLBACK_FAILED'
  ).split(' '),
)

function createStage() {
  const inner = createClock()
  const clock = Object.create(inner, { now: { value: () => inner.now() + clock.shift } })
  clock.shift = 0
  clock.leaps = 0
  clock.elapsed = () => inner.now() + clock.leaps
  const { WXWebAssembly, control: loader } = createWXWebAssembly(compile)
  const reported = []
  const realm = createRealm({ clock, WXWebAssembly, report: (error) => reported.push(error) })
  return { clock, loader, reported, ...realm.load('index') }
}

/** What a client stores of a session at this moment. */
async function storedText({ clock, createClient }, session) {
  let stored = ''
  const storage = {
    getItem: () => null,
    setItem(_key, text) {
      stored = text
    },
    removeItem() {},
  }
  const options = { baseURL: ORIGIN, exchange: () => null, storage, storageKey: 'k', host: { request() {} } }
  createClient(options)
    .setSession(session)
    .catch(() => {})
  await clock.advance(0)
  return stored
}

async function play(seed, stage, { traps }) {
  const { clock, loader, reported, createClient, isLoginError } = stage
  const dice = createDice(seed)
  const limits = { loginTimeout: 15_000, promptTimeout: 180_000, retries: dice.below(3) }
  const host = createRandomHost(dice, clock, { ...limits, traps })
  const codes = new Set(CODES)
  const sprungBefore = loader.sprung
  if (traps) for (const code of ['INTERNAL', 'LOAD_FAILED']) codes.add(code)

  const odd = () => !host.calm && dice.chance(0.02)
  const mayThrow = (name) => {
    if (!host.calm && dice.chance(0.05)) throw new Error(name)
  }
  const client = createClient({
    ...limits,
    ...randomOptions(dice, host, mayThrow),
    storageKey: `k${dice.below(2)}`,
  })
  for (const key of ['k0', 'k1']) {
    if (!dice.chance(0.3)) continue
    const shift = dice.pick([0, 0, 1e6])
    clock.shift += shift
    const life = dice.pick([1, 100, 10_000])
    const session = { token: 'token-0', refresh_token: 'refresh-0', expires_in: life, granted: ['badge'] }
    const text = await storedText(stage, session)
    clock.shift -= shift
    host.store.set(key, dice.pick([text, text, text, text.slice(5), text.slice(0, -5), 'x', '{}', 'null']))
  }

  const calls = []
  let requests = 0
  function note(promise, { id, callbacks, kind }) {
    const call = { id, kind, callbacks, abort: promise.abort, outcome: undefined, aborted: false }
    calls.push(call)
    const settle = (outcome) => {
      if (call.outcome !== undefined) host.broken.push(`R6: ${kind} settled twice`)
      call.outcome = outcome
      if (id) host.ended.add(id)
    }
    promise.then(
      () => settle('fine'),
      (error) => {
        settle(isLoginError(error) ? error.code : String(error))
        if (!codes.has(call.outcome)) host.broken.push(`an error of another kind: ${error?.stack}`)
        else if (typeof error.errMsg !== 'string') host.broken.push(`R6: ${error} has no errMsg`)
      },
    )
  }

  const someNeeds = () =>
    dice.pick([undefined, undefined, 'login', dice.pick(NEEDS), [dice.pick(NEEDS), dice.pick(NEEDS)], []])

  function request(method) {
    requests += 1
    const id = String(requests)
    const callbacks = []
    const place = dice.pick(['', '', '', ORIGIN, 'https://evil.example', 'https://shop.example:444'])
    const options = { url: `${place}/r/${id}`, filePath: 'f', name: 'f', needs: someNeeds() }
    if (dice.chance(0.4)) options.method = dice.pick(['GET', 'POST', 'HEAD'])
    else if (method !== 'request') options.method = 'POST'
    if (dice.chance(0.1)) options.anonymous = true
    if (options.needs === undefined && dice.chance(0.2)) options.passive = true
    if (dice.chance(0.1)) options.timeout = dice.pick([1, 1000])
    if (dice.chance(0.1)) options.validateStatus = (status) => (odd() ? options.no.thing : status < 400)
    const wanted = dice.chance(0.5) ? ['success', 'fail', 'complete'] : []
    for (const name of wanted) {
      options[name] = () => {
        callbacks.push(name)
        mayThrow('callback')
      }
    }
    host.begin(id, options.passive || options.anonymous)
    note(client[method](options), { id, kind: method, callbacks: wanted.length > 0 ? callbacks : undefined })
  }

  const actions = {
    request: () => request('request'),
    upload: () => request('upload'),
    download: () => request('download'),
    odd() {
      const name = dice.pick(['request', 'upload', 'download', 'ensure', 'login'])
      note(client[name](dice.pick(ODD_VALUES)()), { kind: `odd ${name}` })
    },
    login: () =>
      note(client.login({ force: dice.chance(0.3), prompt: dice.pick([undefined, true, false]) }), {
        kind: 'login',
      }),
    logout() {
      host.logOut()
      note(client.logout(), { kind: 'logout' })
    },
    setSession() {
      const reply = dice.chance(0.7) ? host.sessionReply() : dice.pick(ODD_VALUES)()
      host.forgetLogin()
      note(client.setSession(reply), { kind: 'setSession' })
    },
    ensure: () => note(client.ensure(someNeeds() || 'login'), { kind: 'ensure' }),
    peek() {
      note(client.getSession(), { kind: 'getSession' })
      const { session } = client
      if (session !== null && !Object.isFrozen(session)) host.broken.push('S3: a session is not frozen')
      if (/refresh-|KEY/.test(JSON.stringify(session))) host.broken.push('S3: a secret is shown')
    },
    provide() {
      const need = dice.pick(NEEDS)
      const given = [{ code: 'x' }, { errMsg: 'fail:user deny' }, { errno: 1400001 }, { encryptedData: 'e' }]
      const detail = dice.chance(0.8) ? dice.pick([...given, host.sessionReply()]) : dice.pick(ODD_VALUES)()
      host.promptOver(need)
      note(client.provide(need, detail), { kind: 'provide' })
    },
    deny() {
      const need = dice.pick(NEEDS)
      host.promptOver(need)
      client.deny(need, dice.pick([undefined, 'later']))
    },
    abort() {
      const call = calls.length > 0 && dice.pick(calls)
      if (!call?.abort || call.outcome !== undefined) return
      call.abort()
      call.aborted = true
      if (call.id) host.ended.add(call.id)
    },
    back: () => {
      clock.shift -= dice.pick([1, 1000, 100_000, 10_000_000])
    },
    leap: () => {
      const ms = dice.pick([1, 1000, 100_000])
      clock.shift += ms
      clock.leaps += ms
    },
    storage: () => host.setStorage(dice.pick(['fine', 'broken', 'full'])),
    rewrite: () => host.store.set('k0', dice.pick(['', 'x', '{"v":1}'])),
    listen() {
      const throwing = dice.chance(0.5)
      const listener = (told) => {
        if (told.step && SECRETS.test(JSON.stringify(told))) host.broken.push(`S3: ${JSON.stringify(told)}`)
        if (throwing) throw new Error('listener')
      }
      const stop = dice.chance(0.5) ? client.onChange(listener) : client.onTrace(listener)
      if (dice.chance(0.5)) stop()
    },
    trap() {
      if (!traps) return
      if (dice.chance(0.5)) loader.trap(1 + dice.below(40))
      else loader.poison(1 + dice.below(150))
    },
  }
  const weights = {
    ...{ request: 30, upload: 3, download: 3, login: 8, logout: 3, ensure: 10, peek: 3, provide: 6, deny: 3 },
    ...{ abort: 6, back: 1, leap: 1, storage: 1, rewrite: 1, listen: 2, trap: 3, setSession: 3, odd: 3 },
  }

  const length = 5 + dice.below(30)
  for (let step = 0; step < length; step += 1) {
    const sprung = loader.sprung
    actions[dice.weigh(weights)]()
    if (loader.sprung > sprung) host.forgetAll()
    await clock.advance(dice.pick([0, 0, 0, 1, 10, 1000, 10_000, 100_000]))
    if (loader.sprung > sprung) host.forgetAll()
    if (traps && loader.sprung > sprungBefore)
      host.broken = host.broken.filter((text) => !/^(?:L1|A1|A8|S7)/.test(text))
  }

  await clock.advance(LONGEST)
  for (const call of calls) {
    const { kind, outcome, callbacks } = call
    if (outcome === undefined) host.broken.push(`R6: ${kind} ${call.id || ''} never settled`)
    // A time limit that a leap of the clock ended comes first.
    const aborted = outcome === 'ABORTED' || /TIMEOUT$/.test(outcome) || (traps && outcome === 'INTERNAL')
    if (call.aborted && !aborted) host.broken.push(`R7: aborted, yet ${outcome}`)
    const expected = [outcome === 'fine' ? 'success' : 'fail', 'complete'].join()
    if (callbacks && callbacks.join() !== expected) host.broken.push(`R8: ${callbacks} for ${outcome}`)
  }
  if (clock.pending > 0) host.broken.push(`X4: ${clock.pending} timers are left`)
  for (const error of reported.splice(0)) {
    if (!/^(?:callback|listener|close|onError)$/.test(error?.message))
      host.broken.push(`R6: the host’s report got ${error?.stack}`)
  }

  // What happened once must not matter any more.
  loader.trap(Number.POSITIVE_INFINITY)
  loader.poison(Number.POSITIVE_INFINITY)
  host.calm = true
  host.setStorage('fine')
  host.forgetAll()
  // No clock tells that one was put back while nothing happened, so that a wait may begin only now.
  client.logout().catch(() => {})
  await clock.advance(100_000)
  let after = 'nothing'
  client.request({ url: '/after', needs: ['login', 'badge'] }).then(
    () => {
      after = 'fine'
    },
    (error) => {
      after = error.code
    },
  )
  await clock.advance(LONGEST)
  if (after !== 'fine') host.broken.push(`afterwards a request comes to ${after}`)
  if ([...host.store.values()].some((text) => text.includes('KEY')))
    host.broken.push('S3: a session_key is stored')
  return { broken: host.broken, calls: calls.length }
}

process.on('unhandledRejection', (error) => {
  console.error(`an unhandled rejection at or before seed ${seed}:`, error)
  process.exit(1)
})

let stage
let settled = 0
let seed = Number(first)
for (let played = 0; played < Number(count); played += 1, seed += 1) {
  if (played % PER_REALM === 0) stage = createStage()
  const { broken, calls } = await play(seed, stage, { traps: mode === 'traps' })
  settled += calls
  if (broken.length > 0) {
    console.error([...broken, `replay: node tests/random-schedules.js ${seed} 1 ${mode || ''}`].join('\n'))
    process.exit(1)
  }
}
console.log(JSON.stringify({ schedules: Number(count), calls: settled }))
