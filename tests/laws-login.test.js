import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createClock } from './wechat/clock.js'
import { createWorld } from './world.js'

const PRIVATE = { url: '/private/cart', needs: 'login' }
const FOREVER = Number.POSITIVE_INFINITY

describe('L1 one login at a time', () => {
  test('L1 one login for 10,000 requests', async () => {
    const { backend, client, control, done } = createWorld()
    control.mode('soon')
    const all = Array.from({ length: 10_000 }, () => client.request(PRIVATE))
    const replies = await done(Promise.all(all), 2000)
    assert.ok(replies.every(({ statusCode }) => statusCode === 200))
    assert.equal(control.count('login'), 1)
    assert.equal(backend.at('/login').length, 1)
    assert.equal(backend.at('/private/cart').length, 10_000)
  })

  test('L1 one login for everyone who is told 401', async () => {
    const { backend, client, control, done } = createWorld()
    await done(client.login())
    backend.forget()
    await done(Promise.all(Array.from({ length: 200 }, () => client.request({ url: '/private/cart' }))))
    assert.equal(control.count('login'), 2)
    assert.equal(backend.at('/private/cart').length, 400)
  })

  test('L1 all settle with its failure, the same one', async () => {
    const { client, control, done } = createWorld()
    control.fail('login', { errMsg: 'login:fail' })
    const calls = [
      client.login(),
      client.request(PRIVATE),
      client.ensure('login'),
      client.login({ force: true }),
    ]
    const failures = await done(Promise.all(calls.map((call) => call.catch((error) => error))))
    assert.deepEqual(new Set(failures.map(({ code }) => code)), new Set(['LOGIN_FAILED']))
    assert.equal(control.count('login'), 1)
  })

  test('L1 two clients share nothing but the module', async () => {
    const world = createWorld()
    const other = world.createClient({ storageKey: 'other' })
    await world.done(Promise.all([world.client.request(PRIVATE), other.request(PRIVATE)]))
    assert.equal(world.control.count('login'), 2)
    assert.equal(world.loader.loads, 1)
    await world.done(other.logout())
    assert.ok(await world.client.getSession())
  })
})

describe('L2 a fresh cached session', () => {
  test('L2 makes no call', async () => {
    const first = createWorld()
    await first.done(first.client.login())
    const { backend, client, control, done } = first.restart()
    assert.equal((await done(client.login())).token, 'token-1')
    await done(client.ensure('login'))
    assert.equal((await done(client.getSession())).token, 'token-1')
    assert.equal(backend.hits.length, 1)
    const forbidden = ['login', 'checkSession', 'request', 'setStorageSync', 'removeStorageSync']
    for (const api of forbidden) assert.equal(control.count(api), 0, api)
  })

  test('L2 is sent along at once', async () => {
    const first = createWorld()
    await first.done(first.client.login())
    const { backend, client, control, done } = first.restart()
    await done(client.request(PRIVATE))
    assert.deepEqual(
      backend.hits.slice(1).map((hit) => [hit.path, hit.headers.authorization]),
      [['/private/cart', 'Bearer token-1']],
    )
    assert.equal(control.count('login'), 0)
  })

  test('L2 waits for no login that somebody forces meanwhile', async () => {
    const { client, clock, control, done } = createWorld()
    await done(client.login())
    control.silent('login')
    client.login({ force: true }).catch(() => {})
    await clock.advance(1)
    assert.equal((await done(client.request(PRIVATE))).statusCode, 200)
    assert.equal((await done(client.login())).token, 'token-1')
  })
})

describe('L3 a code is used once and fresh', () => {
  for (const trouble of ['drop', { status: 500 }, { status: 200, data: 'not json' }]) {
    test(`L3 an exchange that ends with ${JSON.stringify(trouble)} has spent its code`, async () => {
      const { backend, client, done } = createWorld()
      backend.answer('/login', trouble)
      await assert.rejects(done(client.login()))
      await done(client.login({ force: true }))
      const codes = backend.at('/login').map((hit) => hit.data.code)
      assert.equal(codes.length, 2)
      assert.equal(new Set(codes).size, 2)
    })
  }

  for (const [seconds, logins] of [
    [269, 1],
    [271, 2],
  ]) {
    test(`L3 a code that took ${seconds} s is ${logins === 1 ? 'used' : 'thrown away'}`, async () => {
      const { backend, client, clock, control, done } = createWorld({ loginTimeout: 600_000 })
      control.delay('login', seconds * 1000)
      const session = client.login()
      await clock.advance(1)
      control.delay('login', 0)
      await clock.advance(seconds * 1000)
      assert.equal((await done(session)).token, 'token-1')
      assert.equal(control.count('login'), logins)
      assert.equal(backend.at('/login').length, 1)
    })
  }
})

describe('L4 a code that WeChat refuses', () => {
  for (const errcode of [40029, 40163]) {
    for (const [shape, reply] of [
      ['HTTP 400', { status: 400, data: { errcode } }],
      ['HTTP 200', { data: { errcode } }],
      ['a wrapped reply', { data: { data: { errcode } } }],
    ]) {
      test(`L4 ${errcode} as ${shape} gets one more login`, async () => {
        const { backend, client, control, done } = createWorld()
        backend.answer('/login', reply)
        assert.equal((await done(client.login())).token, 'token-1')
        assert.equal(control.count('login'), 2)
        assert.equal(new Set(backend.at('/login').map((hit) => hit.data.code)).size, 2)
      })
    }
  }

  test('L4 twice in a row is CODE_INVALID', async () => {
    const { backend, client, control, failure } = createWorld()
    backend.answer('/login', { status: 400, data: { errcode: 40163, errmsg: 'code been used' } }, FOREVER)
    const error = await failure(client.login(), 'CODE_INVALID')
    assert.equal(error.errcode, 40163)
    assert.equal(error.errMsg, 'code been used')
    assert.equal(error.statusCode, 400)
    assert.equal(control.count('login'), 2)
  })
})

describe('L5 a login that takes too long', () => {
  test('L5 a wx.login that never answers ends after loginTimeout', async () => {
    const { client, clock, control, failure } = createWorld()
    control.silent('login')
    const login = client.login()
    let settled = false
    login.catch(() => {
      settled = true
    })
    await clock.advance(14_999)
    assert.equal(settled, false)
    await failure(login, 'LOGIN_TIMEOUT', 1)
  })

  test('L5 time slept through in the background makes it no longer', async () => {
    // There the clock goes on and timers do not, so that an older one is overdue.
    let slept = 0
    const clock = createClock()
    const phone = { ...clock, now: () => clock.now() + slept }
    const { client, control, done, failure } = createWorld({ loginTimeout: 1000 }, { clock: phone })
    await done(client.request({ url: '/items', needs: 'login' }))
    slept = 3 * 3_600_000
    control.silent('login')
    await failure(client.request({ url: '/items', needs: 'login' }), 'LOGIN_TIMEOUT', 1001)
  })

  test('L5 a code that comes after it is not exchanged', async () => {
    const { backend, client, clock, control, failure } = createWorld({ loginTimeout: 1000 })
    control.delay('login', 5000)
    await failure(client.login(), 'LOGIN_TIMEOUT', 1001)
    await clock.advance(10_000)
    assert.equal(backend.at('/login').length, 0)
    assert.equal(await client.getSession(), null)
  })

  test('L5 an exchange that answers after it counts for nothing, and is aborted', async () => {
    const { backend, client, clock, control, failure } = createWorld({ loginTimeout: 1000 })
    const held = backend.hold('/login')
    await failure(client.login(), 'LOGIN_TIMEOUT', 1001)
    assert.equal(control.underWay().running, 0)
    held.release()
    await clock.advance(1000)
    assert.equal(await client.getSession(), null)
  })

  test('L5 an exchange function that never settles ends too', async () => {
    const { client, failure } = createWorld({ exchange: () => new Promise(() => {}), loginTimeout: 500 })
    await failure(client.login(), 'LOGIN_TIMEOUT', 501)
  })

  test('L5 the second login after a refused code has no time of its own', async () => {
    const { backend, client, clock, control, failure } = createWorld({ loginTimeout: 1000 })
    backend.answer('/login', { status: 400, data: { errcode: 40029 } })
    control.delay('login', 600)
    const login = client.login()
    await clock.advance(999)
    await failure(login, 'LOGIN_TIMEOUT', 2)
    assert.equal(control.count('login'), 2)
  })
})

describe('L6 after a failed login the next one waits', () => {
  test('L6 1 s, doubling to 60 s, with jitter, and nobody is called inside the wait', async () => {
    const { client, clock, control, failure } = createWorld()
    control.fail('login', { errMsg: 'login:fail' }, FOREVER)
    const waits = []
    for (const full of [1, 2, 4, 8, 16, 32, 60, 60]) {
      const { retryAfter } = await failure(client.login(), 'LOGIN_FAILED')
      assert.ok(retryAfter > full / 2 && retryAfter <= full, `${retryAfter} s of ${full}`)
      waits.push(retryAfter / full)
      const before = control.count('login')
      await clock.advance(retryAfter * 500)
      const inside = await failure(client.request(PRIVATE), 'LOGIN_FAILED', 0)
      assert.ok(inside.retryAfter > 0 && inside.retryAfter <= retryAfter / 2 + 0.001)
      assert.equal(control.count('login'), before)
      await clock.advance(inside.retryAfter * 1000 + 1)
    }
    assert.ok(new Set(waits).size > 1, 'no jitter')
  })

  test('L6 a success ends it', async () => {
    const { client, clock, control, done, failure } = createWorld()
    control.fail('login', {}, 3)
    for (let i = 0; i < 3; i += 1) {
      const { retryAfter } = await failure(client.login(), 'LOGIN_FAILED')
      await clock.advance(retryAfter * 1000 + 1)
    }
    await done(client.login())
    control.fail('login', {})
    const { retryAfter } = await failure(client.login({ force: true }), 'LOGIN_FAILED')
    assert.ok(retryAfter <= 1)
  })

  for (const [reply, least] of [
    [{ status: 429, data: { errcode: 45011 }, header: { 'retry-after': '5' } }, 60],
    [{ status: 429, header: { 'retry-after': '600' } }, 600],
    [{ data: { errcode: 45009 } }, 60],
  ]) {
    for (const headerCase of ['title', 'lower', 'upper']) {
      test(`L6 RATE_LIMITED waits ${least} s at least: ${JSON.stringify(reply)}, ${headerCase}`, async () => {
        const { backend, client, clock, control, done, failure } = createWorld({}, { phone: { headerCase } })
        backend.answer('/login', reply)
        const { retryAfter } = await failure(client.login(), 'RATE_LIMITED')
        assert.ok(retryAfter >= least, `${retryAfter} s`)
        await clock.advance(least * 1000 - 200)
        await failure(client.login(), 'RATE_LIMITED')
        assert.equal(control.count('login'), 1)
        await clock.advance((retryAfter - least) * 1000 + 200)
        await done(client.login())
      })
    }
  }

  test('L6 LOGIN_BLOCKED holds until logout', async () => {
    const { backend, client, clock, control, done, failure } = createWorld()
    backend.answer('/login', { status: 403, data: { errcode: 40226 } })
    const error = await failure(client.login(), 'LOGIN_BLOCKED')
    assert.equal(error.retryable, false)
    await clock.advance(86_400_000)
    await failure(client.login(), 'LOGIN_BLOCKED')
    assert.equal(control.count('login'), 1)
    await done(client.logout())
    await done(client.login())
  })

  test('L6 force skips the block and the wait, but not L1', async () => {
    const { backend, client, control, done, failure } = createWorld()
    backend.answer('/login', { status: 403, data: { errcode: 40226 } })
    await failure(client.login(), 'LOGIN_BLOCKED')
    await done(Promise.all([client.login({ force: true }), client.login({ force: true }), client.login()]))
    assert.equal(control.count('login'), 2)
  })

  test('L6 logout alone lifts no wait but the block', async () => {
    const { client, control, done, failure } = createWorld()
    control.fail('login', {})
    await failure(client.login(), 'LOGIN_FAILED')
    await done(client.logout())
    await failure(client.login(), 'LOGIN_FAILED')
    assert.equal(control.count('login'), 1)
  })
})

describe('L7 wx.login is called with callbacks', () => {
  for (const mode of ['async', 'soon', 'sync', 'twice', 'both']) {
    test(`L7 a host in mode ${mode} settles once`, async () => {
      const { backend, client, control, done } = createWorld()
      control.mode(mode, 'login')
      await done(client.login())
      assert.equal(backend.at('/login').length, 1)
      assert.equal(control.count('login'), 1)
    })
  }

  test('L7 the promise that a host might return is not looked at', async () => {
    const world = createWorld()
    const host = {
      ...world.wx,
      login(options) {
        world.wx.login(options)
        return {
          // biome-ignore lint/suspicious/noThenProperty: a host that pretends to be asynchronous
          then() {
            throw new Error('awaited')
          },
        }
      },
    }
    assert.equal((await world.done(world.createClient({ host }).login())).token, 'token-1')
  })

  for (const [kind, result] of [
    ['without a code', { errMsg: 'login:ok' }],
    ['with an empty code', { errMsg: 'login:ok', code: '' }],
    ['with a code that is no text', { errMsg: 'login:ok', code: {} }],
  ]) {
    test(`L7 a success ${kind} is LOGIN_FAILED`, async () => {
      const { backend, client, control, failure } = createWorld()
      control.succeed('login', result)
      await failure(client.login(), 'LOGIN_FAILED')
      assert.equal(backend.at('/login').length, 0)
    })
  }

  for (const thrown of [new Error('boom'), 'boom', null, { errMsg: 'login:fail boom' }]) {
    test(`L7 a host that throws ${JSON.stringify(thrown)} is LOGIN_FAILED`, async () => {
      const { client, control, failure } = createWorld()
      control.throws('login', thrown)
      const { cause } = await failure(client.login(), 'LOGIN_FAILED')
      assert.equal(cause, thrown)
    })
  }

  test('L7 a host without wx.login is HOST_UNSUPPORTED', async () => {
    const { client, wx, failure } = createWorld()
    delete wx.login
    await failure(client.login(), 'HOST_UNSUPPORTED')
  })
})

describe('L8 the exchange never asks for a login', () => {
  test('L8 a 401 from it is EXCHANGE_FAILED', async () => {
    const { backend, client, control, failure } = createWorld({ needs: () => 'login' })
    backend.answer('/login', { status: 401 }, FOREVER)
    const error = await failure(client.login(), 'EXCHANGE_FAILED')
    assert.equal(error.statusCode, 401)
    assert.equal(control.count('login'), 1)
    assert.equal(backend.at('/login').length, 1)
  })

  test('L8 the request of an exchange function is anonymous', async () => {
    const seen = []
    const { backend, client, control, done } = createWorld({
      async exchange(code, { request }) {
        const reply = await request({ url: '/private/exchange', method: 'POST', data: { code } })
        seen.push(reply.statusCode)
        return { token: 'own' }
      },
    })
    await done(client.login())
    await done(client.login({ force: true }))
    assert.deepEqual(seen, [401, 401])
    assert.equal(control.count('login'), 2)
    for (const hit of backend.at('/private/exchange')) assert.equal(hit.headers.authorization, undefined)
  })

  for (const [kind, exchange, code] of [
    [
      'throws',
      () => {
        throw new Error('no')
      },
      'EXCHANGE_FAILED',
    ],
    ['rejects', () => Promise.reject(new Error('no')), 'EXCHANGE_FAILED'],
    ['gives no session', async () => ({}), 'EXCHANGE_INVALID'],
    ['gives nothing', async () => undefined, 'EXCHANGE_INVALID'],
  ]) {
    test(`L8 an exchange function that ${kind} is ${code}`, async () => {
      const { client, failure } = createWorld({ exchange })
      await failure(client.login(), code)
    })
  }
})
