/**
 * Run with `--expose-gc` and a number of requests: what ten thousand of them, and then that many,
 * leave behind, as JSON.
 */
import { createRealm } from './realm.js'
import { createClock } from './wechat/clock.js'
import { createWXWebAssembly } from './wechat/wxwebassembly.js'
import { compile, ORIGIN } from './world.js'

const total = Number(process.argv[2])
const AT_ONCE = 100

const clock = createClock()
const loader = createWXWebAssembly(compile)
let seen = 0
let store = ''

// An immediate host: one reply in a thousand asks for a login, one in a thousand gets lost.
const host = {
  login: ({ success }) => success({ code: `code-${seen}` }),
  request(options) {
    seen += 1
    if (options.url.endsWith('/login')) answer(options, 200, { token: `token-${seen}` })
    else if (seen % 1000 === 1) options.fail({ errMsg: 'request:fail', errno: 600001 })
    else answer(options, seen % 1000 === 2 ? 401 : 200, '')
    return task
  },
  getStorageSync: () => store,
  setStorageSync(_key, value) {
    store = value
  },
  removeStorageSync() {
    store = ''
  },
}
const task = { abort() {} }
const answer = ({ success }, statusCode, data) =>
  success({ statusCode, data, header: {}, errMsg: 'request:ok' })

const realm = createRealm({ clock, WXWebAssembly: loader.WXWebAssembly })
const { createClient } = realm.load('index')
const client = createClient({
  baseURL: ORIGIN,
  exchange: '/login',
  host,
  prompts: { phone: { ask: () => ({}) } },
})

async function send(count) {
  for (let sent = 0; sent < count; sent += AT_ONCE) {
    const stop = client.onChange(() => {})
    const calls = Array.from({ length: AT_ONCE }, (_, index) =>
      client.request({ url: `/goods/${index}?${sent}` }),
    )
    calls.push(client.getSession(), client.ensure(['login', 'phone']))
    calls[7].abort()
    await Promise.all(calls.map((call) => call.catch(() => {})))
    stop()
    if (sent % 10_000 === 0) {
      client.onTrace(() => {})()
      await client.logout()
    }
    await clock.advance(10)
  }
}

async function measure() {
  for (let i = 0; i < 3; i += 1) {
    global.gc()
    await new Promise(setImmediate)
  }
  return {
    wasm: loader.control.memory.buffer.byteLength,
    heap: process.memoryUsage().heapUsed,
    timers: clock.pending,
    seen,
  }
}

await send(10_000)
const before = await measure()
await send(total)
const after = await measure()
console.log(JSON.stringify({ before, after }))
