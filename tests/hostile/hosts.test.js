import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld } from '../world.js'

describe('a hostile host', () => {
  const no = () => {
    throw new Error('no')
  }
  const throwing = (name) => (wx) => Object.defineProperty({ ...wx }, name, { get: no })
  const replying = (reply) => (wx) => ({ ...wx, request: ({ success }) => success(reply) })
  const unreadable = () => new Proxy({}, { get: no, ownKeys: no, getOwnPropertyDescriptor: no })
  const kept = { statusCode: Symbol('s'), data: { token: 't' } }

  // [what the host does, the host, how a login ends, how a request ends]
  for (const [kind, hostOf, login, request] of [
    ['a getter of login that throws', throwing('login'), 'HOST_UNSUPPORTED', 'fine'],
    ['a getter of request that throws', throwing('request'), 'HOST_UNSUPPORTED', 'NETWORK'],
    ['a getter of getStorageSync that throws', throwing('getStorageSync'), 'fine', 'fine'],
    ['a getter of getAccountInfoSync that throws', throwing('getAccountInfoSync'), 'fine', 'fine'],
    ['no account', (wx) => ({ ...wx, getAccountInfoSync: () => ({}) }), 'fine', 'fine'],
    [
      'a stored value that is no text',
      (wx) => ({ ...wx, getStorageSync: () => Symbol('s') }),
      'fine',
      'fine',
    ],
    ['nothing but getters that throw', unreadable, 'HOST_UNSUPPORTED', 'NETWORK'],
    ['replies of nothing', replying(undefined), 'EXCHANGE_INVALID', 'fine'],
    ['replies without a status', replying({ data: {} }), 'EXCHANGE_INVALID', 'fine'],
    ['a status that is no number', replying(kept), 'fine', 'fine'],
    [
      'a status whose getter throws',
      replying(Object.defineProperty({ data: {} }, 'statusCode', { get: no })),
      'EXCHANGE_INVALID',
      'fine',
    ],
    [
      'a Retry-After that is no text',
      replying({ statusCode: 429, data: {}, header: { 'Retry-After': Symbol('s') } }),
      'RATE_LIMITED',
      'fine',
    ],
    ['header that throws', replying({ statusCode: 429, header: unreadable() }), 'RATE_LIMITED', 'fine'],
    [
      'errors that throw when read',
      (wx) => ({ ...wx, request: ({ fail }) => fail(unreadable()) }),
      'EXCHANGE_FAILED',
      'NETWORK',
    ],
    [
      'a rejected promise from everything',
      (wx) => ({
        ...wx,
        request(options) {
          wx.request(options)
          const rejected = Promise.reject(new Error('no'))
          rejected.catch(() => {})
          return rejected
        },
      }),
      'fine',
      'fine',
    ],
  ]) {
    test(`R6 ${kind}: a login is ${login}, a request ${request}, and no other client notices`, async () => {
      const world = createWorld()
      const other = world.createClient({ storageKey: 'other' })
      await world.done(other.login())
      const client = world.createClient({ host: hostOf(world.wx) })
      const ended = (call) =>
        world.done(call).then(
          () => 'fine',
          ({ code }) => code,
        )
      assert.equal(await ended(client.login()), login)
      assert.equal(await ended(client.request({ url: '/goods' })), request)
      assert.equal(await ended(other.request({ url: '/private/cart' })), 'fine')
      assert.equal(world.loader.loads, 1)
    })
  }

  test('R6 a listener that throws what can’t be read harms nobody', async () => {
    const { client, done, loader } = createWorld({}, { report() {} })
    client.onTrace(() => {})
    client.onChange(() => {
      throw Object.defineProperty({}, 'message', { get: no })
    })
    assert.equal((await done(client.login())).token, 'token-1')
    assert.equal(loader.loads, 1)
  })

  test('A2 a refusal whose reason is no text is a refusal', async () => {
    const { client, clock, failure } = createWorld({ prompts: { phone: { ask: () => {} } } })
    const waiting = client.ensure('phone')
    await clock.advance(10)
    client.deny('phone', { errMsg: 'no' })
    await failure(waiting, 'AUTH_DENIED')
  })
})
