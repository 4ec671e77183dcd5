import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRealm } from '../realm.js'
import { createClock } from '../wechat/clock.js'
import { createWorld, ORIGIN, WASM_PATH } from '../world.js'

describe('X1 calls made before the module is loaded wait for it', () => {
  for (const shape of ['instance', 'result']) {
    test(`X1 WXWebAssembly resolving with the ${shape}`, async () => {
      const { client, done, loader } = createWorld({}, { wasm: { shape } })
      assert.equal((await done(client.request({ url: '/private/cart' }))).statusCode, 200)
      assert.deepEqual(loader.paths, [WASM_PATH])
    })
  }

  test('X1 nothing is loaded before the first call, and one load serves all', async () => {
    const { client, createClient, clock, done, loader } = createWorld()
    await clock.advance(1000)
    assert.equal(loader.loads, 0)
    const other = createClient({ storageKey: 'other' })
    await done(
      Promise.all([
        client.request({ url: '/a' }),
        client.login(),
        client.getSession(),
        other.request({ url: '/b' }),
      ]),
    )
    assert.equal(loader.loads, 1)
  })

  test('X1 calls are carried out in their order', async () => {
    const { backend, client, done } = createWorld()
    await done(Promise.all(['/1', '/2', '/3', '/4'].map((url) => client.request({ url }))))
    assert.deepEqual(
      backend.hits.map(({ path }) => path),
      ['/1', '/2', '/3', '/4'],
    )
  })

  test('X1 a load that fails once is tried once more', async () => {
    const { client, done, loader } = createWorld()
    loader.fail()
    await done(client.request({ url: '/a' }))
    assert.equal(loader.loads, 2)
  })

  test('X1 a load that fails twice comes to the fallback', async () => {
    const { client, done, loader } = createWorld({}, { fallback: true })
    loader.fail(2)
    assert.equal((await done(client.request({ url: '/private/cart' }))).statusCode, 200)
    assert.equal(loader.loads, 2)
    assert.equal(loader.memory, undefined)
  })

  test('X1 without a fallback all reject with LOAD_FAILED, and the next call tries again', async () => {
    const { client, createClient, done, loader } = createWorld()
    const other = createClient({ storageKey: 'other' })
    loader.fail(2)
    const calls = [
      client.request({ url: '/a' }),
      client.login(),
      client.logout(),
      other.request({ url: '/b' }),
    ]
    for (const error of await done(Promise.all(calls.map((call) => call.catch((reason) => reason))))) {
      assert.equal(error.code, 'LOAD_FAILED')
      assert.equal(error.retryable, true)
      assert.match(error.message, /invalid wasm file/)
    }
    assert.equal(loader.loads, 2)
    await done(client.request({ url: '/a' }))
    assert.equal(loader.loads, 3)
  })

  test('X1 three failures: the next call’s second try loads', async () => {
    const { client, done, failure, loader } = createWorld()
    loader.fail(3)
    await failure(client.request({ url: '/a' }), 'LOAD_FAILED')
    await done(client.request({ url: '/a' }))
    assert.equal(loader.loads, 4)
  })

  test('X1 a load that never settles fails too', async () => {
    const { client, done, loader } = createWorld()
    loader.hang()
    await done(client.request({ url: '/a' }), 20_000)
    assert.equal(loader.loads, 2)
    const second = createWorld()
    second.loader.hang(2)
    await second.failure(second.client.request({ url: '/a' }), 'LOAD_FAILED', 40_000)
    await second.done(second.client.request({ url: '/a' }))
  })

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
    assert.equal((await done(client.request({ url: '/private/cart' }))).statusCode, 200)
  })

  test('X1 a client whose ways differ from those of the load under way tries its own', async () => {
    const { api, client, createClient, done, failure, realm } = createWorld({}, { wasm: null })
    assert.equal(typeof api.createClient, 'function')
    const other = createClient({ storageKey: 'other', fallback: realm.load('fallback') })
    const [first, second] = [client.getSession(), other.getSession()]
    await failure(first, 'HOST_UNSUPPORTED')
    assert.equal(await done(second), null)
  })

  test('X1 and so does one that names another place', async () => {
    const { client, createClient, done, failure, loader } = createWorld({ wasm: '/nowhere/x.wasm.br' })
    const other = createClient({ storageKey: 'other', wasm: undefined })
    const [first, second] = [client.getSession(), other.getSession()]
    await failure(first, 'LOAD_FAILED')
    assert.equal(await done(second), null)
    assert.deepEqual(loader.paths.slice(2), [WASM_PATH])
  })

  test('X1 deny() waits for it as the others do', async () => {
    const asked = []
    const prompts = { badge: { ask: ({ need }) => void asked.push(need) } }
    const { client, failure } = createWorld({ prompts })
    const wanted = client.ensure('badge')
    client.deny('badge', 'not now')
    await failure(wanted, 'AUTH_DENIED')
    assert.deepEqual(asked, ['badge'])
  })

  test('X1 with nothing under way deny() loads nothing', async () => {
    const { client, clock, loader } = createWorld()
    client.deny('badge')
    await clock.advance(100)
    assert.equal(loader.loads, 0)
  })

  test('X1 no wx: createClient does not throw, the first call says HOST_UNSUPPORTED', async () => {
    const clock = createClock()
    const { createClient } = createRealm({ clock }).load('index')
    const client = createClient({ baseURL: ORIGIN, exchange: '/login' })
    await assert.rejects(client.request({ url: '/a' }), { code: 'HOST_UNSUPPORTED' })
  })

  test('X1 the wasm option names another place', async () => {
    const { client, failure, loader } = createWorld({ wasm: '/miniprogram_npm/elsewhere/wxlogin.wasm.br' })
    await failure(client.login(), 'LOAD_FAILED')
    assert.deepEqual(new Set(loader.paths), new Set(['/miniprogram_npm/elsewhere/wxlogin.wasm.br']))
  })
})
