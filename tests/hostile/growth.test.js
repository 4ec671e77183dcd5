import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRealm } from '../realm.js'
import { createClock } from '../wechat/clock.js'
import { createWXWebAssembly } from '../wechat/wxwebassembly.js'
import { compile, ORIGIN } from '../world.js'

/** A client over a host that answers at once, and how much it holds. */
function measured(options, host) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  const loader = createWXWebAssembly(compile)
  const clock = createClock()
  const realm = createRealm({ clock, WXWebAssembly: loader.WXWebAssembly })
  const client = realm.load('index').createClient({
    baseURL: ORIGIN,
    exchange: '/login',
    host: {
      login: ({ success }) => success({ code: 'c' }),
      request: ({ success, data }) => success({ statusCode: 200, data }),
      ...host,
    },
    ...options,
  })
  return {
    client,
    clock,
    memory: () => loader.control.memory.buffer.byteLength,
    heap() {
      collect()
      return process.memoryUsage().heapUsed
    },
  }
}

const quietly = (call) => call.catch(() => {})

describe('X4 what never comes back is not remembered', () => {
  const long = 'x'.repeat(5000)

  for (const [kind, open] of [
    ['with nothing open', false],
    ['while a prompt is open', true],
  ]) {
    test(`X4 URLs and needs, ${kind}`, async () => {
      const prompts = { terms: { ask() {} } }
      const { client, clock, heap, memory } = measured({
        needs: ({ data }) => data,
        prompts,
        promptTimeout: 1e9,
      })
      quietly(client.ensure('nothing'))
      if (open) quietly(client.ensure('terms'))
      await clock.advance(10)
      let serial = 0
      async function odd(count) {
        for (const last = serial + count; serial < last; serial += 1) {
          await quietly(client.request({ url: `https://${serial}${long}.example/`, anonymous: true }))
          await quietly(client.request({ url: '/goods', data: `${serial}${long}` }))
        }
        return [heap(), memory()]
      }
      const [heapBefore, before] = await odd(300)
      const [heapAfter, after] = await odd(1200)
      assert.ok(heapAfter - heapBefore < 3e6, `${heapAfter - heapBefore} bytes of heap`)
      assert.equal(after, before)
    })
  }

  test('X4 calls that a host has never answered', async () => {
    const { client, clock, heap } = measured({}, { request() {} })
    quietly(client.ensure('nothing'))
    await clock.advance(10)
    const before = heap()
    for (let nth = 0; nth < 500; nth += 1)
      quietly(
        client.request({
          url: '/goods',
          method: 'POST',
          data: { text: `${nth}${'x'.repeat(1e5)}` },
          timeout: 1000,
        }),
      )
    await clock.advance(300_000)
    const after = heap()
    assert.ok(after - before < 5e6, `${after - before} bytes of heap`)
  })

  for (const url of ['/goods?', 'https://elsewhere.example/?', 'goods?']) {
    test(`X4 a URL of 20 MB behind ${url}`, async () => {
      const { client, clock, memory } = measured()
      quietly(client.ensure('nothing'))
      await clock.advance(10)
      const before = memory()
      await quietly(client.request({ url: `${url}${'x'.repeat(20e6)}` }))
      await quietly(client.request({ url: `${url}${'y'.repeat(20e6)}`, needs: 'nothing' }))
      await clock.advance(10)
      assert.ok(memory() - before < 3e6, `${memory() - before} bytes of wasm memory`)
    })
  }
})

/** How many times longer eight times as much takes. */
async function growthOf(run) {
  const timed = async (count) => {
    const began = process.hrtime.bigint()
    await run(count)
    return Number(process.hrtime.bigint() - began) / 1e6
  }
  await timed(500)
  const few = Math.min(await timed(1500), await timed(1500))
  const many = Math.min(await timed(12_000), await timed(12_000))
  return many / Math.max(few, 5)
}

describe('X4 twice as much takes twice as long', () => {
  const waiting = {
    'requests that wait for a login': (client, url) => client.request({ url, needs: 'login' }),
    'downloads that wait for a login': (client, url) => client.download({ url, needs: 'login' }),
    'uploads that wait for a login': (client, url) =>
      client.upload({ url, filePath: 'f', name: 'f', needs: 'login' }),
    'long requests that wait for a login': (client, url) =>
      client.request({ url, needs: 'login', timeout: 1e6 }),
  }
  for (const [kind, call] of Object.entries(waiting)) {
    test(`X4 ${kind}, and their end`, async () => {
      let login
      const host = {
        login(options) {
          login = options
        },
        downloadFile: ({ success }) => success({ statusCode: 200, tempFilePath: 'f' }),
        uploadFile: ({ success }) => success({ statusCode: 200, data: '' }),
      }
      const growth = await growthOf(async (count) => {
        const { client, clock } = measured({ exchange: () => ({ token: 't' }) }, host)
        const calls = Array.from({ length: count }, (_, nth) => quietly(call(client, `/r/${nth}`)))
        await clock.advance(10)
        login.success({ code: 'c' })
        await clock.advance(10)
        await Promise.all(calls)
      })
      assert.ok(growth < 25, `eight times as many took ${growth.toFixed(1)} times as long`)
    })

    test(`X4 aborting ${kind}`, async () => {
      const growth = await growthOf(async (count) => {
        const { client, clock } = measured({}, { login() {} })
        const calls = Array.from({ length: count }, (_, nth) => call(client, `/r/${nth}`))
        await clock.advance(10)
        for (const pending of calls) {
          quietly(pending)
          pending.abort()
        }
        await clock.advance(10)
        await Promise.all(calls.map(quietly))
      })
      assert.ok(growth < 25, `eight times as many took ${growth.toFixed(1)} times as long`)
    })
  }

  for (const [kind, options, reply] of [
    ['needs', { needs: ({ data }) => data.names }, (names) => ({ statusCode: 200, data: { names } })],
    ['grants', { exchange: '/login' }, (granted) => ({ statusCode: 200, data: { token: 't', granted } })],
  ]) {
    test(`X4 a reply that names 100,000 ${kind} blocks nobody`, async () => {
      const names = Array.from({ length: 100_000 }, (_, nth) => `need-${nth}`)
      const { client, clock } = measured(options, { request: ({ success }) => success(reply(names)) })
      const began = Date.now()
      let settled = false
      const note = () => {
        settled = true
      }
      client.request({ url: '/goods', needs: kind === 'grants' ? 'login' : undefined }).then(note, note)
      await clock.advance(60_000)
      assert.ok(settled)
      assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`)
    })
  }
})
