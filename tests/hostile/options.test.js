/** What callers hand over may be anything; what comes back is a LoginError or works. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, ORIGIN, plain, unhandledDuring } from '../world.js'

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

const unreadable = () =>
  new Proxy(
    {},
    {
      get() {
        throw new Error('no')
      },
      has: () => true,
      ownKeys: () => ['url', 'force'],
      getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true, value: 1 }),
    },
  )

describe('R6 calls with what can’t be read reject with a LoginError', () => {
  const calls = {
    request: (client, value) => client.request(value),
    upload: (client, value) => client.upload(value),
    download: (client, value) => client.download(value),
    login: (client, value) => client.login(value),
    setSession: (client, value) => client.setSession(value),
    ensure: (client, value) => client.ensure(value),
    'ensure of several': (client, value) => client.ensure([value]),
    'provide of the need': (client, value) => client.provide(value, {}),
    'provide of the detail': (client, value) => client.provide('phone', value),
    'request with such needs': (client, value) => client.request({ url: '/a', needs: value }),
    'request with such a header': (client, value) => client.request({ url: '/a', header: value }),
  }
  for (const [name, call] of Object.entries(calls)) {
    for (const [kind, make] of [
      ['a revoked proxy', revoked],
      ['a proxy that throws', unreadable],
    ]) {
      test(`R6 ${name}: ${kind}`, async () => {
        const { client, done, isLoginError } = createWorld({
          prompts: { phone: { ask() {}, submit: '/phone' } },
        })
        const unhandled = await unhandledDuring(async () => {
          const outcome = await done(call(client, make()), 1000).then(
            () => 'fine',
            (error) => error,
          )
          if (outcome !== 'fine') assert.ok(isLoginError(outcome), String(outcome?.stack))
        })
        assert.deepEqual(unhandled, [])
        assert.equal((await done(client.request({ url: '/goods', needs: 'login' }))).statusCode, 200)
      })
    }
  }

  for (const value of [undefined, null, 7, Symbol('s'), '', 'a\nb']) {
    test(`R6 ensure(${String(value)}) is CONFIG_INVALID`, async () => {
      const { client, failure } = createWorld()
      await failure(client.ensure(value), 'CONFIG_INVALID')
    })
  }

  test('R6 deny throws nothing but a LoginError', async () => {
    const { client, clock, isLoginError } = createWorld()
    for (const value of [revoked(), unreadable(), undefined, Symbol('s')]) {
      try {
        client.deny(value)
        client.deny('phone', value)
      } catch (error) {
        assert.ok(isLoginError(error), String(error))
      }
    }
    await clock.advance(1000)
  })

  for (const [kind, make] of [
    ['a revoked proxy', revoked],
    ['a proxy that throws', unreadable],
    [
      'a getter that throws',
      () => Object.defineProperty({}, 'baseURL', { enumerable: true, get: () => unreadable().x }),
    ],
    ['a revoked exchange', () => ({ baseURL: ORIGIN, exchange: revoked() })],
    ['revoked prompts', () => ({ baseURL: ORIGIN, exchange: '/login', prompts: revoked() })],
    ['a revoked prompt', () => ({ baseURL: ORIGIN, exchange: '/login', prompts: { phone: revoked() } })],
    ['revoked origins', () => ({ baseURL: ORIGIN, exchange: '/login', trustedOrigins: revoked() })],
  ]) {
    test(`R6 createClient with ${kind} throws CONFIG_INVALID`, () => {
      const { api } = createWorld()
      assert.throws(
        () => api.createClient(make()),
        (error) => api.isLoginError(error) && error.code === 'CONFIG_INVALID',
      )
    })
  }
})

describe('R6 what is asynchronous and should not be leaves no unhandled rejection', () => {
  const fails = async () => {
    throw new Error('of the promise')
  }
  const sources = {
    attach: { attach: fails },
    needs: { needs: fails },
    readSession: { readSession: fails },
    onError: { onError: fails },
    storage: { storage: { getItem: () => null, setItem: fails, removeItem: fails } },
    'storage that reads': { storage: { getItem: fails, setItem: fails, removeItem: fails } },
  }
  for (const [name, options] of Object.entries(sources)) {
    test(`R6 ${name}`, async () => {
      const { client, clock, control } = createWorld(options, { report() {} })
      const unhandled = await unhandledDuring(async () => {
        client.login().catch(() => {})
        client.request({ url: '/a', needs: 'login' }).catch(() => {})
        client.request({ url: '/b' }).catch(() => {})
        await clock.advance(100)
        control.offline()
        client.request({ url: '/c' }).catch(() => {})
        await clock.advance(1000)
        client.logout().catch(() => {})
        await clock.advance(100)
      })
      assert.deepEqual(unhandled, [])
    })
  }

  for (const [name, options] of [
    ['validateStatus', { validateStatus: fails }],
    ['success', { success: fails }],
    ['onTask', { onTask: fails }],
  ]) {
    test(`R6 ${name} of a request`, async () => {
      const { client, clock } = createWorld({}, { report() {} })
      const unhandled = await unhandledDuring(async () => {
        client.request({ url: '/a', ...options }).catch(() => {})
        await clock.advance(1000)
      })
      assert.deepEqual(unhandled, [])
    })
  }

  for (const detail of [undefined, null, 7, 'text']) {
    test(`R6 provide with ${detail}`, async () => {
      const { client, clock } = createWorld({ prompts: { phone: { ask() {} } } })
      const unhandled = await unhandledDuring(async () => {
        client.provide('phone', detail)
        await clock.advance(1000)
      })
      assert.deepEqual(unhandled, [])
    })
  }
})

describe('R3 one rule for what is read of options', () => {
  test('R3 an own __proto__ plants neither method nor data', async () => {
    const { client, done, native } = createWorld()
    const options = JSON.parse(
      '{"url":"/goods","__proto__":{"method":"DELETE","data":"planted","needs":"login","header":{"x-planted":"1"}}}',
    )
    await done(client.request(options))
    const [{ method, data, header }] = native()
    assert.deepEqual([method, data, header], [undefined, undefined, undefined])
    assert.equal(Object.getPrototypeOf(native()[0])?.method, undefined)
  })

  test('R3 nor does one in the header, or in what attach and defaults return', async () => {
    const planted = () => JSON.parse('{"__proto__":{"method":"DELETE","x-planted":"1"}}')
    const { client, done, native } = createWorld({ attach: planted, defaults: planted })
    await done(client.login())
    await done(client.request({ url: '/goods', header: planted() }))
    const [{ method, header }] = native()
    assert.equal(method, undefined)
    assert.equal(header?.['x-planted'], undefined)
  })

  test('R3 options with a prototype of the app’s own go out whole, or not at all', async () => {
    const { client, done, native } = createWorld()
    const shared = { method: 'POST', data: { a: 1 }, header: { 'x-a': '1' } }
    const options = Object.assign(Object.create(shared), { url: '/goods' })
    const outcome = await done(client.request(options)).catch(({ code }) => code)
    if (outcome === 'CONFIG_INVALID') return assert.deepEqual(native(), [])
    const [{ method, data, header }] = native()
    assert.deepEqual(plain([method, data, header]), ['POST', { a: 1 }, { 'x-a': '1' }])
  })

  test('R3 those of a class with getters the same', async () => {
    class Options {
      get url() {
        return '/goods'
      }
      get method() {
        return 'POST'
      }
    }
    const { client, done, native } = createWorld()
    const outcome = await done(client.request(new Options())).catch(({ code }) => code)
    if (outcome === 'CONFIG_INVALID') return assert.deepEqual(native(), [])
    assert.deepEqual(plain(native()), [{ url: `${ORIGIN}/goods`, method: 'POST' }])
  })
})
