import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { authorization, createWorld, NEVER, ORIGIN } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY
const FAILING = { fails: FOREVER }

/** A cold start with a session that stands and `phone` met, on a phone whose module is as `wasm` says. */
async function startWithSession(wasm, options) {
  const phone = createPrompt({})
  const all = { prompts: { phone: phone.prompt }, trustedOrigins: ['https://img.shop.example'], ...options }
  const first = createWorld(all)
  await first.done(first.client.ensure(['login', 'phone']))
  return first.restart(all, wasm)
}

for (const [kind, wasm] of [
  ['never comes', NEVER],
  ['can’t be loaded', FAILING],
]) {
  describe(`X6 with a session that stands, and a module that ${kind}`, () => {
    for (const [name, options] of [
      ['a plain request', { url: '/goods' }],
      ['one that needs a login', { url: '/goods', needs: 'login' }],
      ['one that needs what holds', { url: '/goods', needs: 'phone' }],
      ['one that needs both', { url: '/goods', needs: ['login', 'phone'] }],
      ['one that needs nothing', { url: '/goods', needs: [] }],
      ['a passive one', { url: '/goods', passive: true }],
      ['one by an absolute URL', { url: `${ORIGIN}/goods` }],
      ['one to a trusted origin', { url: 'https://img.shop.example/goods' }],
      ['a POST', { url: '/goods', method: 'POST', data: { a: 1 } }],
    ]) {
      test(`X6 ${name} is sent in the same turn, with the session, and settles`, async () => {
        const { backend, client, control, done, loader } = await startWithSession(wasm)
        const sends = control.count('request')
        const loads = loader.loads
        const pending = client.request(options)
        assert.equal(control.count('request') - sends, 1)
        assert.equal(loader.loads, loads)
        assert.equal((await done(pending)).statusCode, 200)
        assert.deepEqual(authorization(backend.at('/goods')), ['Bearer token-1'])
      })
    }

    test('X6 uploads and downloads the same', async () => {
      const { client, control, done } = await startWithSession(wasm)
      control.files.set('f', { bytes: Uint8Array.of(1), type: '' })
      const calls = [client.upload({ url: '/u', filePath: 'f', name: 'f' }), client.download({ url: '/d' })]
      assert.deepEqual([control.count('uploadFile'), control.count('downloadFile')], [1, 1])
      await done(Promise.all(calls))
    })

    test('X6 an anonymous request is sent in the same turn, without it', async () => {
      const { backend, client, control, done } = await startWithSession(wasm)
      const pending = client.request({ url: '/goods', anonymous: true })
      assert.equal(control.count('request'), 1)
      await done(pending)
      assert.deepEqual(authorization(backend.at('/goods')), [undefined])
    })

    test('X6 session, getSession() and login() are there', async () => {
      const { client, control } = await startWithSession(wasm)
      const { session } = client
      assert.equal(session.token, 'token-1')
      assert.deepEqual([...session.granted], ['phone'])
      assert.equal(await client.getSession(), session)
      assert.equal(await client.login(), session)
      assert.equal(await client.login({ prompt: false }), session)
      assert.equal(control.count('login'), 0)
    })

    test('X6 all after one look at storage', async () => {
      const { client, control, done } = await startWithSession(wasm)
      for (const url of ['/a', '/b']) client.request({ url })
      assert.ok(client.session)
      await client.getSession()
      await client.login()
      await done(client.request({ url: '/c', needs: 'login' }))
      assert.equal(control.count('getStorageSync'), 1)
    })
  })

  describe(`X6 a guest, and a module that ${kind}`, () => {
    test('X6 a plain request is sent in the same turn, and settles', async () => {
      const { backend, client, control, done } = createWorld({}, { wasm })
      const pending = client.request({ url: '/goods' })
      assert.equal(control.count('request'), 1)
      assert.equal((await done(pending)).statusCode, 200)
      assert.deepEqual(authorization(backend.at('/goods')), [undefined])
    })

    test('X6 there is no session', async () => {
      const { client } = createWorld({}, { wasm })
      assert.equal(client.session, null)
      assert.equal(await client.getSession(), null)
    })
  })
}

describe('X6 what a start calls', () => {
  test('X6 making a client calls nothing of the host', async () => {
    const { control } = await startWithSession(NEVER)
    assert.deepEqual(control.calls, [])
  })

  test('X6 the first look calls storage, and asks for the app’s name if no key is given', async () => {
    const { client, control } = await startWithSession(NEVER)
    assert.ok(client.session)
    const apis = control.calls.map(({ api }) => api)
    assert.deepEqual(apis, ['getAccountInfoSync', 'getStorageSync'])
  })

  test('X6 with a storageKey of the app’s own nothing but storage', async () => {
    const { client, control } = createWorld({ storageKey: 'mine' }, { wasm: NEVER })
    assert.equal(client.session, null)
    assert.deepEqual(
      control.calls.map(({ api }) => api),
      ['getStorageSync'],
    )
  })

  test('X6 a storage of the app’s own is read once too', async () => {
    let reads = 0
    const storage = {
      getItem() {
        reads += 1
        return null
      },
      setItem() {},
      removeItem() {},
    }
    const { client, done } = createWorld({ storage }, { wasm: NEVER })
    await done(client.request({ url: '/a' }))
    await done(client.request({ url: '/b' }))
    assert.equal(reads, 1)
  })

  test('X6 the file of the core is not evaluated in front of the first request', async () => {
    const { client, control, realm } = await startWithSession(NEVER)
    client.request({ url: '/goods' })
    assert.equal(control.count('request'), 1)
    assert.deepEqual(realm.required, [])
  })
})

describe('X6 what has to be decided waits for the module', () => {
  test('X6 a first reply that asks for a login', async () => {
    const { backend, client, clock, control, done } = await startWithSession({ delay: 500 })
    backend.answer('/orders', { status: 401 })
    const order = client.request({ url: '/orders' })
    await clock.advance(100)
    assert.equal(control.count('login'), 0)
    assert.equal((await done(order, 1000)).statusCode, 200)
    assert.deepEqual(authorization(backend.at('/orders')), ['Bearer token-1', 'Bearer token-2'])
  })

  test('X6 one that asks for a step by the app’s rule', async () => {
    const terms = createPrompt({})
    const { backend, client, done } = await startWithSession(
      { delay: 500 },
      { needs: ({ data }) => data.need, prompts: { phone: { ask: () => ({}) }, terms: terms.prompt } },
    )
    backend.answer('/orders', { data: { need: 'terms' } })
    await done(client.request({ url: '/orders' }), 1000)
    assert.deepEqual([terms.asked, backend.at('/orders').length], [1, 2])
  })

  test('X6 a transport failure, and its retries', async () => {
    const { client, control, done } = await startWithSession({ delay: 500 }, { retries: 1 })
    control.fail('request', { errMsg: 'request:fail' })
    assert.equal((await done(client.request({ url: '/goods' }), 5000)).statusCode, 200)
    assert.equal(control.count('request'), 2)
  })

  test('X6 a failure settles though the module never comes', async () => {
    const { client, clock, control, isLoginError } = await startWithSession(NEVER)
    control.fail('request', { errMsg: 'request:fail' })
    let failed
    client.request({ url: '/goods' }).catch((error) => {
      failed = error
    })
    await clock.advance(120_000)
    assert.ok(isLoginError(failed))
  })

  test('X6 one that the app’s rules refuse is REFUSED in the end', async () => {
    const { client, failure } = await startWithSession(
      { delay: 500 },
      { accept: () => 'no', exchange: () => ({ token: 't', granted: ['phone'] }) },
    )
    assert.equal((await failure(client.request({ url: '/goods' }), 'REFUSED', 1000)).errMsg, 'no')
  })

  test('X6 a need that does not hold', async () => {
    const { client, clock, control, done } = await startWithSession({ delay: 500 })
    const pending = client.request({ url: '/goods', needs: 'scope.camera' })
    await clock.advance(100)
    assert.equal(control.count('request'), 0)
    await done(pending, 1000)
    assert.equal(control.count('authorize'), 1)
  })

  for (const url of [
    'HTTPS://SHOP.EXAMPLE/goods',
    `${ORIGIN}:443/goods`,
    '//shop.example/goods',
    'https://else.example/x',
  ]) {
    test(`X6 a URL that is not plainly at home: ${url}`, async () => {
      const { client, clock, control } = await startWithSession({ delay: 500 })
      client.request({ url }).catch(() => {})
      await clock.advance(100)
      for (const { options } of control.calls.filter(({ api }) => api === 'request'))
        assert.ok(!JSON.stringify(options).includes('token-1'))
    })
  }

  test('X6 the silence of a host', async () => {
    const { client, control, failure } = await startWithSession({ delay: 5000 })
    control.silent('request')
    await failure(client.request({ url: '/goods', timeout: 1000 }), 'TIMEOUT', 70_000)
  })

  test('X6 a request that is slow when the module comes late is the module’s from then on', async () => {
    const { backend, client, clock, done } = await startWithSession({ delay: 3000 })
    const held = backend.hold('/orders')
    const order = client.request({ url: '/orders' })
    await clock.advance(5000)
    held.release({ status: 401 })
    assert.equal((await done(order)).statusCode, 200)
    assert.equal(backend.at('/orders').length, 2)
  })

  test('X6 a session that ends before the module has come is not sent', async () => {
    const { backend, client, clock, done } = await startWithSession({ delay: 5000 })
    await clock.advance(7200_000)
    const pending = client.request({ url: '/orders', needs: 'login' })
    assert.equal(client.session, null)
    await done(pending, 6000)
    assert.deepEqual(authorization(backend.at('/orders')), ['Bearer token-2'])
  })
})
