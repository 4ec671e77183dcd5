import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { authorization, createWorld } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY
const LIFE = 7200_000

/** A user whose session came with a refresh token. */
async function renewable(options, around) {
  const world = createWorld({ renew: '/renew', ...options }, around)
  world.backend.refreshes = true
  await world.done(world.client.login())
  return world
}

const renewals = ({ backend }) => backend.at('/renew').map(({ data }) => data.refresh_token)

describe('L9 a refresh token comes before wx.login', () => {
  test('L9 it is posted when the session has ended, with nothing else', async () => {
    const world = await renewable()
    await world.clock.advance(LIFE)
    assert.equal((await world.done(world.client.login())).token, 'token-2')
    const [hit] = world.backend.at('/renew')
    assert.equal(hit.method, 'POST')
    assert.deepEqual(hit.data, { refresh_token: 'refresh-1' })
    assert.equal(hit.headers.authorization, undefined)
    assert.equal(world.control.count('login'), 1)
  })

  test('L9 also when the server has refused the session', async () => {
    const { backend, client, control, done } = await renewable()
    backend.forget()
    assert.equal((await done(client.request({ url: '/private/cart' }))).statusCode, 200)
    assert.deepEqual(authorization(backend.at('/private/cart')), ['Bearer token-1', 'Bearer token-2'])
    assert.equal(control.count('login'), 1)
  })

  test('L9 also when a new session is forced', async () => {
    const { client, control, done } = await renewable()
    assert.equal((await done(client.login({ force: true }))).token, 'token-2')
    assert.equal(control.count('login'), 1)
  })

  test('L9 each renewal uses the newest one', async () => {
    const world = await renewable()
    for (let nth = 0; nth < 3; nth += 1) await world.done(world.client.login({ force: true }))
    assert.deepEqual(renewals(world), ['refresh-1', 'refresh-2', 'refresh-3'])
  })

  test('L9 a renewal that names none keeps the one that it used', async () => {
    const world = await renewable()
    world.backend.answer('/renew', { data: { token: 'a' } }, 2)
    for (let nth = 0; nth < 2; nth += 1) await world.done(world.client.login({ force: true }))
    assert.deepEqual(renewals(world), ['refresh-1', 'refresh-1'])
  })

  test('L9 it outlives a cold start, and the session', async () => {
    const first = await renewable()
    await first.clock.advance(LIFE)
    const world = first.restart()
    await world.done(world.client.login())
    assert.deepEqual(renewals(world), ['refresh-1'])
    assert.equal(world.control.count('login'), 0)
  })

  test('L9 but no log-out', async () => {
    const { backend, client, control, done } = await renewable()
    await done(client.logout())
    await done(client.login())
    assert.equal(backend.at('/renew').length, 0)
    assert.equal(control.count('login'), 2)
  })

  test('L9 a session without one is exchanged anew', async () => {
    const { backend, client, control, done } = createWorld({ renew: '/renew' })
    await done(client.login())
    await done(client.login({ force: true }))
    assert.equal(backend.at('/renew').length, 0)
    assert.equal(control.count('login'), 2)
  })

  test('L9 a function gets it, and what it resolves with is the session', async () => {
    const given = []
    const world = await renewable({
      renew: async (refreshToken) => {
        given.push(refreshToken)
        return { token: 'own', expires_in: 100, refresh_token: 'next' }
      },
    })
    assert.equal((await world.done(world.client.login({ force: true }))).token, 'own')
    await world.done(world.client.login({ force: true }))
    assert.deepEqual(given, ['refresh-1', 'next'])
  })

  test('L9 readSession reads the reply of a renewal as it does an exchange’s', async () => {
    const readSession = ({ accessToken, refreshToken, expiresTime, openid }) => ({
      token: accessToken,
      refresh_token: refreshToken,
      expires_at: expiresTime,
      openid,
    })
    const { backend, client, clock, done } = createWorld({ renew: '/renew', readSession })
    const reply = (nth) => ({
      data: { accessToken: `a${nth}`, refreshToken: `r${nth}`, expiresTime: clock.now() + LIFE, openid: 'o' },
    })
    backend.answer('/login', reply(1))
    backend.answer('/renew', reply(2))
    await done(client.login())
    assert.equal((await done(client.login({ force: true }))).token, 'a2')
    assert.deepEqual(renewals({ backend }), ['r1'])
  })
})

describe('L9 a renewal that is refused drops its refresh token and goes on to the next way', () => {
  const refusals = {
    ...Object.fromEntries(
      [400, 401, 403, 404].map((status) => [
        `HTTP ${status}`,
        ({ backend }) => backend.answer('/renew', { status }),
      ]),
    ),
    accept: ({ backend }) => backend.answer('/renew', { data: { code: 1004, msg: 'log in again' } }),
    'a readSession that says null': ({ backend }) => backend.answer('/renew', { data: { nobody: true } }),
  }
  const options = {
    accept: ({ data }) => data.code !== 1004 || data.msg,
    readSession: (reply) => (reply.nobody ? null : reply),
  }
  for (const [way, refuse] of Object.entries(refusals)) {
    test(`L9 by ${way}`, async () => {
      const world = await renewable(options)
      refuse(world)
      world.backend.refreshes = false
      assert.equal((await world.done(world.client.login({ force: true }))).token, 'token-2')
      assert.equal(world.control.count('login'), 2)
      await world.done(world.client.login({ force: true }))
      assert.equal(world.backend.at('/renew').length, 1)
      assert.equal(world.control.count('login'), 3)
    })
  }

  const functions = {
    'a function that says null': () => null,
    'a function that promises null': async () => null,
    'a function that rejects with a status': () => Promise.reject({ statusCode: 401 }),
    'a request in it that comes to REFUSED': (_token, { request }) => request({ url: '/refused' }),
    'a request in it that comes to STATUS': (_token, { request }) =>
      request({ url: '/forbidden', validateStatus: (status) => status < 400 }),
    'a function that resolves with a response of 403': (_token, { request }) =>
      request({ url: '/forbidden' }),
  }
  for (const [way, renew] of Object.entries(functions)) {
    test(`L9 by ${way}`, async () => {
      let renewed = 0
      const counting = (token, context) => {
        renewed += 1
        return renew(token, context)
      }
      const world = await renewable({ ...options, renew: counting })
      world.backend.answer('/refused', { data: { code: 1004, msg: 'log in again' } }, FOREVER)
      world.backend.answer('/forbidden', { status: 403 }, FOREVER)
      world.backend.refreshes = false
      for (let nth = 0; nth < 2; nth += 1) await world.done(world.client.login({ force: true }))
      assert.deepEqual([renewed, world.control.count('login')], [1, 3])
    })
  }

  test('L9 also after a cold start', async () => {
    const first = await renewable()
    first.backend.answer('/renew', { status: 401 })
    first.control.fail('login', { errMsg: 'login:fail' })
    await first.failure(first.client.login({ force: true }), 'LOGIN_FAILED')
    await first.clock.advance(LIFE)
    const world = first.restart()
    await world.done(world.client.login())
    assert.equal(world.backend.at('/renew').length, 1)
  })
})

describe('L9 a renewal that does not get through keeps its token, and asks neither WeChat nor the user', () => {
  const troubles = {
    'a cut connection': ['EXCHANGE_FAILED', ({ backend }) => backend.answer('/renew', 'drop')],
    'HTTP 500': ['EXCHANGE_FAILED', ({ backend }) => backend.answer('/renew', { status: 500 })],
    'HTTP 503': ['EXCHANGE_FAILED', ({ backend }) => backend.answer('/renew', { status: 503 })],
    'HTTP 429': ['RATE_LIMITED', ({ backend }) => backend.answer('/renew', { status: 429 })],
  }
  for (const [way, [code, cause]] of Object.entries(troubles)) {
    test(`L9 ${way} is ${code}`, async () => {
      const login = createPrompt()
      const world = await renewable({ prompts: { login: login.prompt } })
      await world.clock.advance(LIFE)
      cause(world)
      await world.failure(world.client.request({ url: '/private/cart', needs: 'login' }), code)
      assert.deepEqual([world.control.count('login'), login.asked], [1, 0])
      await world.done(world.client.login({ force: true }))
      assert.deepEqual(renewals(world), ['refresh-1', 'refresh-1'])
      assert.equal(world.control.count('login'), 1)
    })
  }

  const functions = {
    'throws an Error': () => {
      throw new Error('bug')
    },
    'rejects with an Error': () => Promise.reject(new Error('bug')),
    'rejects with a status of 500': () => Promise.reject({ statusCode: 500 }),
    'finds no network': (_token, { request }) => request({ url: '/nowhere' }),
    'resolves with a response of 502': async () => ({ statusCode: 502, data: '', header: {} }),
  }
  for (const [way, renew] of Object.entries(functions)) {
    test(`L9 a function that ${way} is EXCHANGE_FAILED`, async () => {
      let renewed = 0
      const counting = (token, context) => {
        renewed += 1
        return renewed === 1 ? renew(token, context) : { token: 'later' }
      }
      const world = await renewable({ renew: counting })
      world.backend.answer('/nowhere', 'drop')
      await world.failure(world.client.login({ force: true }), 'EXCHANGE_FAILED')
      assert.equal((await world.done(world.client.login({ force: true }))).token, 'later')
      assert.equal(world.control.count('login'), 1)
    })
  }
})
