import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { createWorld } from '../world.js'

const PRIVATE = { url: '/private/cart', needs: 'login' }

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

describe('L1 whoever asks with prompt: false', () => {
  const ways = {
    'that finds nobody': { exchange: () => null },
    'that is none': { exchange: undefined },
  }
  for (const [way, options] of Object.entries(ways)) {
    test(`L1 waits for the silent way ${way}, and nobody is asked`, async () => {
      const login = createPrompt()
      const { client, control, failure } = createWorld({ ...options, prompts: { login: login.prompt } })
      const error = await failure(client.login({ prompt: false }), 'AUTH_UNAVAILABLE')
      assert.equal(error.retryAfter, undefined)
      assert.equal(login.asked, 0)
      // Nobody to ask is no failure, so that nothing waits after it.
      await failure(client.login({ prompt: false }), 'AUTH_UNAVAILABLE')
      assert.equal(control.count('login'), options.exchange ? 2 : 0)
    })
  }

  test('L1 gets the session that a silent way comes to', async () => {
    const login = createPrompt()
    const { client, done } = createWorld({ prompts: { login: login.prompt } })
    assert.equal((await done(client.login({ prompt: false }))).token, 'token-1')
    assert.equal((await done(client.login({ prompt: false }))).token, 'token-1')
  })

  test('L1 gives up when the same login goes on to ask the user, for somebody else', async () => {
    const login = createPrompt()
    const { client, clock, control, done, failure } = createWorld({
      exchange: () => null,
      prompts: { login: login.prompt },
    })
    const [silent, patient] = [client.login({ prompt: false }), client.request(PRIVATE)]
    await failure(silent, 'AUTH_UNAVAILABLE')
    assert.equal(login.asked, 1)
    const late = client.login({ prompt: false })
    await failure(late, 'AUTH_UNAVAILABLE')
    await clock.advance(10)
    client.provide('login', { token: 't' })
    await done(patient)
    assert.deepEqual([login.asked, control.count('login')], [1, 1])
  })
})

describe('L1 one login over all its ways', () => {
  test('L1 a renewal, an exchange and a prompt once each, for fifty calls', async () => {
    const login = createPrompt()
    let asked = false
    const { backend, client, clock, control, done } = createWorld({
      exchange: (code) => (asked ? null : { token: `for ${code.length}`, refresh_token: 'r' }),
      renew: '/renew',
      prompts: { login: login.prompt },
    })
    await done(client.login())
    asked = true
    const calls = Array.from({ length: 50 }, (_, index) =>
      index % 2 === 0 ? client.login({ force: true }) : client.ensure('login'),
    )
    await clock.advance(100)
    client.provide('login', { token: 'of the page' })
    await done(Promise.all(calls))
    assert.deepEqual([backend.at('/renew').length, control.count('login'), login.asked], [1, 2, 1])
    assert.equal(client.session.token, 'of the page')
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
