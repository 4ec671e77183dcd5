import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY

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
    ['without a code', { errMsg: 'login:ok, but the service is busy' }],
    ['with an empty code', { errMsg: 'login:ok', code: '' }],
    ['with a code that is no text', { errMsg: 'login:ok', code: {} }],
  ]) {
    test(`L7 a success ${kind} is LOGIN_FAILED`, async () => {
      const { backend, client, control, failure } = createWorld()
      control.succeed('login', result)
      assert.equal((await failure(client.login(), 'LOGIN_FAILED')).errMsg, result.errMsg)
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
    ['gives a text', async () => 'token', 'EXCHANGE_INVALID'],
  ]) {
    test(`L8 an exchange function that ${kind} is ${code}`, async () => {
      const { client, failure } = createWorld({ exchange })
      await failure(client.login(), code)
    })
  }
})
