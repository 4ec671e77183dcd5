import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRealm } from '../realm.js'
import { createClock } from '../wechat/clock.js'
import { createWorld, ORIGIN, unhandledDuring, WASM_PATH } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY
const PRIVATE = { url: '/private/cart', needs: 'login' }

describe('X1 calls that need the module wait for it', () => {
  for (const shape of ['instance', 'result']) {
    test(`X1 WXWebAssembly resolving with the ${shape}`, async () => {
      const { client, done, loader } = createWorld({}, { wasm: { shape } })
      assert.equal((await done(client.request(PRIVATE))).statusCode, 200)
      assert.deepEqual(loader.paths, [WASM_PATH])
    })
  }

  test('X1 nothing is loaded before the first call, and one load serves all', async () => {
    const { client, createClient, clock, done, loader } = createWorld()
    await clock.advance(60_000)
    assert.equal(loader.loads, 0)
    const other = createClient({ storageKey: 'other' })
    await done(
      Promise.all([client.request(PRIVATE), client.login(), client.getSession(), other.request(PRIVATE)]),
    )
    assert.equal(loader.loads, 1)
  })

  test('X1 calls are carried out in their order', async () => {
    const { backend, client, done } = createWorld({}, { wasm: { delay: 20 } })
    const paths = ['/1', '/2', '/3', '/4']
    await done(Promise.all(paths.map((url) => client.request({ url, needs: 'login' }))))
    assert.deepEqual(
      backend.hits.map(({ path }) => path),
      ['/login', ...paths],
    )
  })

  test('X1 deny() waits for it as the others do', async () => {
    const asked = []
    const prompts = { badge: { ask: ({ need }) => void asked.push(need) } }
    const { client, failure } = createWorld({ prompts })
    const wanted = client.ensure('badge')
    client.deny('badge', 'not now')
    await failure(wanted, 'AUTH_DENIED')
    assert.ok(asked.length <= 1)
  })

  test('X1 no wx: createClient does not throw, the first call says HOST_UNSUPPORTED', async () => {
    const clock = createClock()
    const { createClient } = createRealm({ clock }).load('index')
    const client = createClient({ baseURL: ORIGIN, exchange: '/login' })
    await assert.rejects(client.request({ url: '/a' }), { code: 'HOST_UNSUPPORTED' })
  })
})

describe('X1 a load that fails', () => {
  test('X1 once is tried once more', async () => {
    const { client, done, loader } = createWorld()
    loader.fail()
    await done(client.request(PRIVATE))
    assert.equal(loader.loads, 2)
  })

  test('X1 twice comes to the fallback', async () => {
    const { client, done, loader } = createWorld({}, { fallback: true })
    loader.fail(2)
    assert.equal((await done(client.request(PRIVATE))).statusCode, 200)
    assert.equal(loader.loads, 2)
    assert.equal(loader.memory, undefined)
  })

  test('X1 without a fallback all reject with LOAD_FAILED, and the next call tries again', async () => {
    const { client, createClient, done, loader } = createWorld()
    const other = createClient({ storageKey: 'other' })
    loader.fail(2)
    const calls = [client.request(PRIVATE), client.login(), client.ensure('badge'), other.request(PRIVATE)]
    for (const error of await done(Promise.all(calls.map((call) => call.catch((reason) => reason))))) {
      assert.equal(error.code, 'LOAD_FAILED')
      assert.equal(error.retryable, true)
      assert.match(error.message, /invalid wasm file/)
      assert.ok(error.message.includes(WASM_PATH), error.message)
    }
    assert.equal(loader.loads, 2)
    await done(client.request(PRIVATE))
    assert.equal(loader.loads, 3)
  })

  test('X1 three times: the next call’s second try loads', async () => {
    const { client, done, failure, loader } = createWorld()
    loader.fail(3)
    await failure(client.request(PRIVATE), 'LOAD_FAILED')
    await done(client.request(PRIVATE))
    assert.equal(loader.loads, 4)
  })

  test('X1 is told in the trace, each time, and so is the use of the fallback', async () => {
    const { client, done, loader } = createWorld({}, { fallback: true })
    const steps = []
    client.onTrace((step) => steps.push(step))
    loader.fail(2)
    await done(client.request(PRIVATE))
    const failures = steps.filter(({ step }) => /fail/.test(step))
    assert.equal(failures.length, 2, JSON.stringify(steps))
    assert.match(JSON.stringify(steps), /fallback/)
  })

  test('X1 by never settling fails too', async () => {
    const { client, done, loader } = createWorld()
    loader.hang()
    await done(client.request(PRIVATE), 20_000)
    assert.equal(loader.loads, 2)
    const second = createWorld()
    second.loader.hang(2)
    await second.failure(second.client.request(PRIVATE), 'LOAD_FAILED', 40_000)
    await second.done(second.client.request(PRIVATE))
  })

  for (const gives of ['nothing', 'traps']) {
    test(`X1 an instance that gives ${gives} is one: the fallback serves`, async () => {
      const { client, done, loader } = createWorld({}, { wasm: { gives }, fallback: true })
      assert.equal((await done(client.request(PRIVATE))).statusCode, 200)
      assert.equal(loader.loads, 2)
    })

    test(`X1 an instance that gives ${gives}, without a fallback: LOAD_FAILED until one is sound`, async () => {
      const { client, done, failure, loader } = createWorld({}, { wasm: { gives } })
      await failure(client.request(PRIVATE), 'LOAD_FAILED')
      loader.mend()
      assert.equal((await done(client.request(PRIVATE))).statusCode, 200)
    })
  }

  test('X1 a fallback that is broken is LOAD_FAILED', async () => {
    const fallback = {
      instantiate() {
        throw new Error('broken')
      },
    }
    const { client, failure } = createWorld({ fallback }, { wasm: null })
    assert.match((await failure(client.login(), 'LOAD_FAILED')).message, /broken/)
  })

  test('X1 no WebAssembly: the fallback, or HOST_UNSUPPORTED', async () => {
    const without = createWorld({}, { wasm: null })
    assert.match((await without.failure(without.client.login(), 'HOST_UNSUPPORTED')).message, /fallback/)
    const { client, done } = createWorld({}, { wasm: null, fallback: true })
    await done(client.ensure('login'))
    assert.equal((await done(client.request(PRIVATE))).statusCode, 200)
  })
})

describe('X1 clients that differ in how they load', () => {
  test('X1 one whose ways differ from those of the load under way tries its own', async () => {
    const { client, createClient, done, failure, realm } = createWorld({}, { wasm: null })
    const other = createClient({ storageKey: 'other', fallback: realm.load('fallback') })
    const [first, second] = [client.login(), other.login()]
    await failure(first, 'HOST_UNSUPPORTED')
    assert.equal((await done(second)).token, 'token-1')
  })

  test('X1 and so does one that names another place', async () => {
    const { client, createClient, done, failure, loader } = createWorld({ wasm: '/nowhere/x.wasm.br' })
    const other = createClient({ storageKey: 'other', wasm: undefined })
    const [first, second] = [client.login(), other.login()]
    await failure(first, 'LOAD_FAILED')
    assert.equal((await done(second)).token, 'token-1')
    assert.ok(loader.paths.includes(WASM_PATH))
  })

  test('X1 the wasm option names another place, and the error says it', async () => {
    const wasm = '/miniprogram_npm/elsewhere/wxlogin.wasm.br'
    const { client, failure, loader } = createWorld({ wasm })
    assert.ok((await failure(client.login(), 'LOAD_FAILED')).message.includes(wasm))
    assert.deepEqual(new Set(loader.paths), new Set([wasm]))
  })
})

describe('X1 a global that throws when it is looked at', () => {
  for (const name of ['wx', 'WXWebAssembly']) {
    test(`X1 ${name}, once: no call throws, and later ones work`, async () => {
      const world = createWorld()
      const kept = world.realm.run(name)
      let looks = 0
      const get = () => {
        looks += 1
        if (looks === 1) throw new Error('not yet')
        return kept
      }
      Object.defineProperty(world.realm.run('this'), name, { get, configurable: true })
      const unhandled = await unhandledDuring(async () => {
        await world.done(
          world.client.request(PRIVATE).catch(() => {}),
          40_000,
        )
        assert.ok(looks > 0)
        assert.equal((await world.done(world.client.request(PRIVATE), 40_000)).statusCode, 200)
      })
      assert.deepEqual(unhandled, [])
    })
  }

  test('X1 wx, always: HOST_UNSUPPORTED for every call, and none hangs', async () => {
    const clock = createClock()
    const realm = createRealm({ clock })
    realm.run(`Object.defineProperty(this, 'wx', { get() { throw new Error('never') } })`)
    const client = realm.load('index').createClient({ baseURL: ORIGIN, exchange: '/login' })
    for (let nth = 0; nth < 2; nth += 1) {
      await assert.rejects(client.request({ url: '/a' }), { code: 'HOST_UNSUPPORTED' })
      await assert.rejects(client.login(), { code: 'HOST_UNSUPPORTED' })
    }
    assert.equal(client.session, null)
  })
})

describe('X1 the file of the core', () => {
  test('X1 is required when the module is wanted, and nothing else is', async () => {
    const { client, done, realm } = createWorld()
    await done(client.request({ url: '/goods' }))
    await done(client.request(PRIVATE))
    await done(client.login({ force: true }))
    assert.deepEqual(new Set(realm.required), new Set(['./core.js']))
  })

  test('X1 calls that fail for the want of a module settle however many there are', async () => {
    const { client, clock, loader } = createWorld()
    loader.fail(FOREVER)
    const outcomes = []
    for (let nth = 0; nth < 50; nth += 1)
      client.request({ url: `/private/${nth}` }).catch(({ code }) => outcomes.push(code))
    await clock.advance(1000)
    assert.deepEqual(outcomes, new Array(50).fill('LOAD_FAILED'))
  })
})
