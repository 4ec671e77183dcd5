import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createClock } from './wechat/clock.js'
import { createWorld, plain, STORAGE_KEY } from './world.js'

const PRIVATE = { url: '/private/cart', needs: 'login' }
const LIFE = 7200_000
const MARGIN = 60_000

/** A clock that can be put forward and back without anything becoming due. */
function adjustable() {
  const inner = createClock()
  const clock = Object.create(inner, { now: { value: () => inner.now() + clock.shift } })
  clock.shift = 0
  return clock
}

const stored = (world) => JSON.parse(world.control.storage.get(STORAGE_KEY))

describe('what a listener does counts for what was decided before', () => {
  const log = (run) => run.catch((error) => error.code)

  test('R3 after a log-out no request takes the session along that has just begun', async () => {
    const { backend, client, clock } = createWorld()
    client.onChange(({ type }) => {
      if (type === 'login') client.logout()
    })
    const all = ['/private/a', '/private/b'].map((url) => log(client.request({ url, needs: 'login' })))
    await clock.advance(1000)
    assert.deepEqual(await Promise.all(all), ['LOGGED_OUT', 'LOGGED_OUT'])
    for (const { headers } of backend.hits.filter(({ path }) => path.startsWith('/private'))) {
      assert.equal(headers.authorization, undefined)
    }
  })

  test('the login itself gives what it got', async () => {
    const world = createWorld()
    world.client.onChange(({ type }) => {
      if (type === 'login') world.client.logout()
    })
    assert.equal((await world.done(world.client.login())).token, 'token-1')
    assert.equal(await world.client.getSession(), null)
    assert.equal(world.control.storage.size, 0)
  })

  for (const again of [false, true]) {
    test(`L1 a log-out${again ? ' and a login' : ''} at a session’s end: no login for nobody`, async () => {
      const { client, clock, control, done } = createWorld()
      await done(client.login())
      clock.sleep(LIFE)
      control.delay('login', 50)
      const before = control.count('login')
      let login
      client.onChange(({ type }) => {
        if (type !== 'expired') return
        client.logout()
        if (again) login = client.login()
      })
      const request = log(client.request(PRIVATE))
      assert.equal(control.count('login') - before, again ? 1 : 0)
      await clock.advance(1000)
      assert.equal(await request, 'LOGGED_OUT')
      assert.equal((await login)?.token, again ? 'token-2' : undefined)
    })
  }

  test('L3 the code of a login that a log-out ended is not used', async () => {
    const { backend, client, clock } = createWorld()
    client.onTrace(({ step }) => {
      if (step === 'exchange-started') client.logout()
    })
    const login = log(client.login())
    await clock.advance(100)
    assert.equal(await login, 'LOGGED_OUT')
    assert.equal(backend.at('/login').length, 0)
  })

  test('A2 a need that is denied meanwhile shows no prompt', async () => {
    const shown = []
    const prompts = { badge: { ask: () => void shown.push('badge') } }
    const { client, clock, done, failure } = createWorld({ prompts })
    await done(client.login())
    clock.sleep(LIFE)
    client.onChange(() => client.deny('badge'))
    await failure(client.ensure('badge'), 'AUTH_DENIED')
    assert.deepEqual(shown, [])
  })
})

test('listeners that come or go while the client is made count from then on', async () => {
  const first = createWorld()
  await first.done(first.client.login())

  const crossings = async (listen) => {
    const { client, done, loader } = first.restart()
    listen(client)
    await done(client.getSession())
    const before = loader.callsOut
    await done(client.getSession())
    return loader.callsOut - before
  }
  const silent = await crossings(() => {})
  const gone = await crossings((client) => {
    const stop = client.onTrace(() => stop())
  })
  assert.equal(gone, silent)

  const heard = []
  const storage = {
    getItem() {
      client.onTrace(({ step }) => heard.push(step))
      return null
    },
    setItem() {},
    removeItem() {},
  }
  const { client, done } = createWorld({ storage })
  await done(client.request({ url: '/goods' }))
  assert.ok(heard.includes('requested'), String(heard))
})

describe('S1 a session is fresh until the margin before its end', () => {
  async function loggedIn(options) {
    const world = createWorld(options)
    const { expiresAt } = await world.done(world.client.login())
    const until = (instant) => world.clock.advance(instant - world.clock.now())
    return { ...world, expiresAt, until }
  }

  test('S1 to the millisecond', async () => {
    const { client, done, expiresAt, until } = await loggedIn()
    await until(expiresAt - MARGIN - 1)
    assert.equal((await client.getSession()).token, 'token-1')
    await until(expiresAt - MARGIN)
    assert.equal(await done(client.getSession()), null)
  })

  test('S1 with a margin of its own', async () => {
    const { client, expiresAt, until } = await loggedIn({ expiryMargin: 600 })
    await until(expiresAt - 600_001)
    assert.ok(await client.getSession())
    await until(expiresAt - 600_000)
    assert.equal(await client.getSession(), null)
  })

  test('S1 an expired session is not sent after a hot start, with or without needs', async () => {
    const { backend, client, done, clock, control } = await loggedIn()
    await clock.advance(LIFE)
    await done(client.request({ url: '/goods' }))
    assert.equal(backend.at('/goods')[0].headers.authorization, undefined)
    await done(client.request(PRIVATE))
    assert.deepEqual(
      backend.at('/private/cart').map((hit) => hit.headers.authorization),
      ['Bearer token-2'],
    )
    assert.equal(control.count('login'), 2)
  })

  test('S1 an expired session is not sent after a cold start', async () => {
    const first = await loggedIn()
    await first.clock.advance(LIFE)
    const world = first.restart()
    await world.done(world.client.request({ url: '/goods' }))
    assert.equal(world.backend.at('/goods')[0].headers.authorization, undefined)
  })

  test('S1 a reply without an end lives for defaultExpiresIn', async () => {
    const world = createWorld({ defaultExpiresIn: 100 })
    world.backend.answer('/login', { data: { token: 't' } })
    const session = await world.done(world.client.login())
    assert.equal(session.expiresAt, stored(world).savedAt + 100_000)
    assert.ok(world.clock.now() - stored(world).savedAt < 10)
  })
})

describe('S2 a session from the future is not trusted', () => {
  for (const [back, fresh] of [
    [MARGIN, true],
    [MARGIN + 1, false],
  ]) {
    test(`S2 with the clock ${back} ms before the moment it was saved`, async () => {
      const clock = adjustable()
      const world = createWorld({}, { clock })
      await world.done(world.client.login())
      const { savedAt } = stored(world)
      clock.shift = savedAt - back - clock.now()
      assert.equal(Boolean(await world.client.getSession()), fresh)
      const cold = world.restart()
      assert.equal(Boolean(await cold.done(cold.client.getSession())), fresh)
    })
  }
})

describe('S3 what is kept of a reply', () => {
  test('S3 a version, the named fields and the moment are stored, nothing else', async () => {
    const world = createWorld({}, { phone: { user: { openid: 'o1', unionid: 'u1' } } })
    const session = await world.done(world.client.login())
    const { savedAt } = stored(world)
    const expected = { token: 'token-1', openid: 'o1', unionid: 'u1', expiresAt: savedAt + LIFE, granted: [] }
    assert.deepEqual(stored(world), { v: 1, session: expected, savedAt })
    assert.deepEqual(plain(session), expected)
    assert.ok(Object.isFrozen(session) && Object.isFrozen(session.granted))
  })

  for (const [kind, reply] of [
    ['good', { token: 't', session_key: 'KEY', data: { session_key: 'KEY' } }],
    ['empty', { session_key: 'KEY' }],
    ['refusing', { errcode: 40125, errmsg: 'no', session_key: 'KEY' }],
  ]) {
    test(`S3 the session_key of a ${kind} reply reaches no one`, async () => {
      const world = createWorld()
      const seen = []
      world.client.onTrace((step) => seen.push(step))
      world.client.onChange((change) => seen.push(change))
      world.backend.answer('/login', { data: reply })
      await world.done(world.client.login()).then(
        (session) => seen.push(session),
        (error) => {
          for (const key of [...Object.getOwnPropertyNames(error), 'cause', 'response']) seen.push(error[key])
        },
      )
      seen.push([...world.control.storage])
      assert.ok(seen.length > 3)
      assert.doesNotMatch(JSON.stringify(seen), /KEY/)
    })
  }
})

describe('S4 storage that does not serve', () => {
  const session = { token: 't', expiresAt: Number.MAX_SAFE_INTEGER, granted: [] }
  for (const [kind, text] of [
    ['of another version', JSON.stringify({ v: 2, session, savedAt: 1 })],
    ['cut off', JSON.stringify({ v: 1, session, savedAt: 1 }).slice(0, -9)],
    ['not ours', 'hello'],
    ['a number', '7'],
    ['null', 'null'],
    ['without a session', JSON.stringify({ v: 1, savedAt: 1 })],
    [
      'with a session of wrong fields',
      JSON.stringify({ v: 1, session: { ...session, token: 7 }, savedAt: 1 }),
    ],
  ]) {
    test(`S4 a text that is ${kind} counts as none and is removed`, async () => {
      const world = createWorld({}, { phone: { storage: new Map([[STORAGE_KEY, text]]) } })
      assert.equal(await world.done(world.client.getSession()), null)
      assert.equal(world.control.storage.size, 0)
    })
  }

  for (const [api, error] of [
    ['setStorageSync', new Error('setStorageSync:fail exceed storage max size 10Mb')],
    ['setStorageSync', { errMsg: 'setStorageSync:fail' }],
    ['getStorageSync', 'broken'],
    ['removeStorageSync', null],
  ]) {
    test(`S4 ${api} throwing ${JSON.stringify(error)} fails no call, and the trace says so`, async () => {
      const phone = { storage: new Map([[STORAGE_KEY, 'hello']]) }
      const world = createWorld({}, { phone })
      const steps = []
      world.client.onTrace(({ step }) => steps.push(step))
      world.control.throws(api, error, Number.POSITIVE_INFINITY)
      assert.equal((await world.done(world.client.request(PRIVATE))).statusCode, 200)
      assert.equal((await world.client.getSession()).token, 'token-1')
      await world.done(world.client.logout())
      assert.equal(await world.client.getSession(), null)
      assert.ok(steps.includes('storage-failed'), steps.join(' '))
    })
  }
})

describe('S5 a new session is a new generation', () => {
  test('S5 a late 401 of the old session costs a resend, no login', async () => {
    const { backend, client, clock, control, done } = createWorld()
    await done(client.login())
    const held = backend.hold('/private/late')
    const late = client.request({ url: '/private/late' })
    await clock.advance(1)
    backend.forget()
    await done(client.request({ url: '/private/soon' }))
    assert.equal(control.count('login'), 2)
    held.release({ status: 401 })
    assert.equal((await done(late)).statusCode, 200)
    assert.equal(control.count('login'), 2)
    assert.deepEqual(
      backend.at('/private/late').map((hit) => hit.headers.authorization),
      ['Bearer token-1', 'Bearer token-2'],
    )
    assert.equal((await client.getSession()).token, 'token-2')
  })

  test('S5 a late 401 while the new login is under way joins it', async () => {
    const { backend, client, clock, control, done } = createWorld()
    await done(client.login())
    backend.forget()
    const held = backend.hold('/private/late')
    const late = client.request({ url: '/private/late' })
    control.delay('login', 100)
    const soon = client.request({ url: '/private/soon' })
    await clock.advance(50)
    held.release({ status: 401 })
    assert.equal((await done(soon, 200)).statusCode, 200)
    assert.equal((await done(late)).statusCode, 200)
    assert.equal(control.count('login'), 2)
  })
})

describe('S6 only the server and logout end a session early', () => {
  for (const [trouble, cause] of [
    ['a failed wx.login', ({ control }) => control.fail('login', { errMsg: 'login:fail' })],
    ['a failed exchange', ({ backend }) => backend.answer('/login', { status: 500 })],
    ['a dropped exchange', ({ backend }) => backend.answer('/login', 'drop')],
    ['a blocked user', ({ backend }) => backend.answer('/login', { data: { errcode: 40226 } })],
  ]) {
    test(`S6 ${trouble} leaves the fresh session alone`, async () => {
      const world = createWorld()
      await world.done(world.client.login())
      cause(world)
      await assert.rejects(world.done(world.client.login({ force: true })))
      assert.equal((await world.client.getSession()).token, 'token-1')
      assert.equal(stored(world).session.token, 'token-1')
    })
  }

  test('S6 nor do a lost network and a backend in trouble end it', async () => {
    const { backend, client, control, done, failure } = createWorld()
    await done(client.login())
    control.offline()
    await failure(client.request(PRIVATE), 'NETWORK')
    control.offline(false)
    backend.answer('/private/cart', { status: 503 })
    await done(client.request(PRIVATE))
    assert.equal((await client.getSession()).token, 'token-1')
  })

  test('S6 logout ends it, here and in storage', async () => {
    const { client, control, done } = createWorld()
    await done(client.login())
    const changes = []
    client.onChange(({ type, session }) => changes.push([type, session]))
    await done(client.logout())
    assert.equal(await client.getSession(), null)
    assert.equal(control.storage.size, 0)
    assert.deepEqual(changes, [['logout', null]])
  })
})
