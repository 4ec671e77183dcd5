/**
 * `node load.js`: how many logins and session checks a second, on each store that there is: SQLite, Redis
 * if STORE names one, and for comparison a Map, which forgets everybody. The service is a process of
 * its own; WeChat, which answers at once, and the clients are this one. As many a second of the clock
 * as got through, and a second of one core that the service had: the latter is the same on a busy machine.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { Agent, createServer, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildApp } from './app.js'
import { openStore } from './store.js'

const WARM_UP = 4
const SECONDS = 8
const CLIENTS = 32
const USERS = 10_000

const host = '127.0.0.1'
const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS })

/** What the store used to be. */
function openMap() {
  const kept = new Map()
  const is = (key, text) => kept.get(key) === text
  const set = (key, value) => kept.set(key, JSON.stringify(value))
  return {
    get: async (key) => JSON.parse(kept.get(key) ?? 'null'),
    put: async (key, value) => void set(key, value),
    add: async (key, value) => !kept.has(key) && Boolean(set(key, value)),
    replace: async (key, was, value) => is(key, JSON.stringify(was)) && Boolean(set(key, value)),
    delete: async (key) => kept.delete(key),
    ping: async () => {},
    close() {},
  }
}

async function serve(address, wechatBase) {
  const store = address === 'map' ? openMap() : await openStore(address)
  const app = buildApp({ store, wechatBase, appid: 'wx', secret: 's', rateLimit: 1e9 })
  process.send(await app.listen({ host, port: 0 }))
  process.on('message', async (message) => {
    if (message === 'usage') return process.send(process.cpuUsage())
    await app.close()
    process.exit()
  })
}

async function startWeChat() {
  let calls = 0
  const server = createServer((_request, response) => {
    calls += 1
    response.end(JSON.stringify({ openid: `user-${calls % USERS}`, session_key: 'tQY+38pdTVnAIWCBNiM1+A==' }))
  })
  await once(server.listen(0, host), 'listening')
  return { url: `http://${host}:${server.address().port}`, close: () => server.close() }
}

function ask(url, { method = 'GET', token, body } = {}) {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    }
    const sent = request(url, { method, headers, agent }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part) => {
        text += part
      })
      response.once('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text))
        else reject(new Error(`${method} ${url}: ${response.statusCode} ${text}`))
      })
    })
    sent.once('error', reject).end(body && JSON.stringify(body))
  })
}

/** How often in so many seconds, with all clients at it. */
async function often(act, seconds) {
  let done = 0
  const begin = performance.now()
  const client = async () => {
    while (performance.now() - begin < seconds * 1000) {
      await act(done)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: CLIENTS }, client))
  return done
}

async function measure(address, wechat) {
  const service = fork(fileURLToPath(import.meta.url), ['serve', address, wechat.url])
  const [url] = await once(service, 'message')
  const sessions = []
  const login = async () => {
    sessions.push(await ask(`${url}/login`, { method: 'POST', body: { code: 'code' } }))
  }
  const check = (n) => ask(`${url}/favourites`, { token: sessions[n % sessions.length].token })
  /** Core seconds that the service has had. */
  async function usage() {
    service.send('usage')
    const [{ user, system }] = await once(service, 'message')
    return (user + system) / 1e6
  }
  async function rates(act) {
    await often(act, WARM_UP)
    const before = await usage()
    const done = await often(act, SECONDS)
    return [done / SECONDS, done / ((await usage()) - before)]
  }
  const figures = [...(await rates(login)), ...(await rates(check))]
  service.send('close')
  await once(service, 'exit')
  return figures
}

async function main() {
  const folder = mkdtempSync(join(tmpdir(), 'wxlogin-load-'))
  const wechat = await startWeChat()
  const stores = { Map: 'map', SQLite: `sqlite:${join(folder, 'load.db')}` }
  if (process.env.STORE?.startsWith('redis')) stores.Redis = process.env.STORE
  const row = (name, ...cells) =>
    console.log(name.padEnd(8) + cells.map((cell) => String(cell).padStart(14)).join(''))
  row('store', 'logins/s', 'a core second', 'checks/s', 'a core second')
  for (const [name, address] of Object.entries(stores)) {
    row(name, ...(await measure(address, wechat)).map(Math.round))
  }
  agent.destroy()
  wechat.close()
  rmSync(folder, { recursive: true })
}

const [, , role, ...given] = process.argv
await (role === 'serve' ? serve(...given) : main())
