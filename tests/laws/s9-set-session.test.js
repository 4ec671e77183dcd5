import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { authorization, createWorld, NEVER, plain } from '../world.js'

const GIVEN = { token: 'given', openid: 'o' }

describe('S9 setSession begins a session', () => {
  test('S9 it resolves with it, shows it and stores it', async () => {
    const world = createWorld({ readSession: () => ({ token: 'not asked' }) })
    const session = await world.done(
      world.client.setSession({ ...GIVEN, expires_in: 100, granted: ['phone'] }),
    )
    assert.deepEqual([session.token, session.openid, [...session.granted]], ['given', 'o', ['phone']])
    assert.ok(Object.isFrozen(session))
    assert.equal(world.client.session, session)
    assert.deepEqual(plain(world.restart({}, NEVER).client.session), plain(session))
  })

  test('S9 it is told once', async () => {
    const { client, clock, done } = createWorld()
    const changes = []
    client.onChange(({ type, session }) => changes.push([type, session.token]))
    await done(client.setSession(GIVEN))
    await clock.advance(1000)
    assert.deepEqual(changes, [['login', 'given']])
  })

  test('S9 requests carry it from the call on', async () => {
    const { backend, client, clock, control } = createWorld()
    client.setSession(GIVEN)
    client.request({ url: '/a' })
    client.request({ url: '/b', needs: 'login' })
    await clock.advance(100)
    assert.deepEqual(authorization(backend.hits), ['Bearer given', 'Bearer given'])
    assert.equal(control.count('login'), 0)
  })

  test('S9 in place of the one that stood, before the module is there', async () => {
    const first = createWorld()
    await first.done(first.client.login())
    const { backend, client, clock } = first.restart({}, { delay: 200 })
    client.setSession(GIVEN)
    client.request({ url: '/after' })
    await clock.advance(500)
    assert.deepEqual(authorization(backend.at('/after')), ['Bearer given'])
  })

  test('S9 with the module at hand the session is there with the call', async () => {
    const { client, done } = createWorld()
    await done(client.ensure('login'))
    client.setSession(GIVEN)
    assert.equal(client.session.token, 'given')
  })

  test('S9 after a log-out a new one may be set', async () => {
    const { client, done } = createWorld()
    await done(client.login())
    client.logout()
    assert.equal((await done(client.setSession(GIVEN))).token, 'given')
    assert.equal(client.session.token, 'given')
  })
})

describe('S9 whoever waits for a login goes on with it', () => {
  test('S9 a silent login under way is dropped: its code is not exchanged', async () => {
    const { backend, client, clock, control, done } = createWorld()
    control.delay('login', 50)
    const calls = [client.request({ url: '/orders', needs: 'login' }), client.ensure('login')]
    const login = client.login()
    await clock.advance(20)
    await done(client.setSession(GIVEN))
    await done(Promise.all(calls))
    assert.equal((await done(login)).token, 'given')
    await clock.advance(1000)
    assert.deepEqual(authorization(backend.at('/orders')), ['Bearer given'])
    assert.equal(backend.at('/login').length, 0)
    assert.equal(client.session.token, 'given')
  })

  test('S9 an exchange under way counts for nothing any more', async () => {
    const { backend, client, clock, done } = createWorld()
    const held = backend.hold('/login')
    const login = client.login()
    await clock.advance(20)
    await done(client.setSession(GIVEN))
    held.release()
    await clock.advance(1000)
    assert.equal((await done(login)).token, 'given')
    assert.equal(client.session.token, 'given')
  })

  test('S9 an open prompts.login is over, and closed', async () => {
    const login = createPrompt()
    const { backend, client, clock, done } = createWorld({
      exchange: undefined,
      prompts: { login: login.prompt },
    })
    const wanted = client.request({ url: '/orders', needs: 'login' })
    await clock.advance(20)
    await done(client.setSession(GIVEN))
    await done(wanted)
    assert.deepEqual([login.asked, login.closed], [1, 1])
    assert.deepEqual(authorization(backend.at('/orders')), ['Bearer given'])
  })

  test('S9 what that prompt still answers changes nothing', async () => {
    let answer
    const ask = () =>
      new Promise((resolve) => {
        answer = resolve
      })
    const { client, clock, done } = createWorld({ exchange: undefined, prompts: { login: { ask } } })
    client.login().catch(() => {})
    await clock.advance(20)
    await done(client.setSession(GIVEN))
    answer({ token: 'late' })
    await clock.advance(100)
    assert.equal(client.session.token, 'given')
  })

  test('S9 it ends the wait after failed logins', async () => {
    const { client, control, done, failure } = createWorld()
    control.fail('login', { errMsg: 'login:fail' })
    await failure(client.login(), 'LOGIN_FAILED')
    await done(client.setSession(GIVEN))
    await done(client.request({ url: '/orders', needs: 'login' }))
    assert.equal(control.count('login'), 1)
  })

  test('S9 its refresh token is what renew gets', async () => {
    const { backend, client, done } = createWorld({ renew: '/renew' })
    backend.answer('/renew', { data: { token: 'renewed' } })
    await done(client.setSession({ ...GIVEN, refresh_token: 'r' }))
    assert.equal((await done(client.login({ force: true }))).token, 'renewed')
    assert.deepEqual(backend.at('/renew')[0].data, { refresh_token: 'r' })
  })
})

describe('S9 what does not fit is EXCHANGE_INVALID, and changes nothing', () => {
  const throwing = Object.defineProperty({}, 'token', {
    enumerable: true,
    get() {
      throw new Error('mine')
    },
  })
  for (const [kind, reply] of [
    ['nothing', undefined],
    ['null', null],
    ['a text', 'token'],
    ['an empty object', {}],
    ['a token that is no text', { token: 7 }],
    ['a token that ends its header', { token: 'a\r\nX-Admin: 1' }],
    ['a getter that throws', throwing],
    [
      'a response instead of its data',
      { statusCode: 200, data: { token: 't' }, header: {}, errMsg: 'request:ok' },
    ],
  ]) {
    test(`S9 ${kind}`, async () => {
      const { client, done, failure } = createWorld()
      const session = await done(client.login())
      const changes = []
      client.onChange(({ type }) => changes.push(type))
      // A session stands, so that less than a whole one would do; what is no object never does.
      if (kind === 'an empty object') await done(client.logout())
      const { message } = await failure(client.setSession(reply), 'EXCHANGE_INVALID')
      if (kind.startsWith('a response')) assert.match(message, /data|response/)
      if (kind !== 'an empty object') assert.equal(client.session, session)
      assert.ok(!changes.includes('renewed') && !changes.includes('login'))
    })
  }
})
