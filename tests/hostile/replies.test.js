import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld } from '../world.js'

describe('a malicious reply', () => {
  // What RFC 9110 lets no field value hold.
  const tokens = [
    ...['t\r\nX-Admin: 1', 't\nX-Admin: 1', 't\r', 't\0', 't\u007f', 't\u0085', 't\u009f'],
    ...['t\u2028', 't\ud800', '\udc00t', '登录', 't😀', 't\u0100'],
  ]

  for (const token of tokens) {
    const named = JSON.stringify(token)

    test(`S3 the token ${named} is no session`, async () => {
      const { backend, client, control, failure } = createWorld()
      backend.answer('/login', { data: { token } })
      assert.match((await failure(client.login(), 'EXCHANGE_INVALID')).message, /token/)
      assert.equal(control.storage.size, 0)
    })

    test(`S3 nor is ${named} out of readSession`, async () => {
      const { client, failure } = createWorld({ readSession: () => ({ token }) })
      await failure(client.login(), 'EXCHANGE_INVALID')
    })

    test(`A9 nor is ${named} in the reply to a submission`, async () => {
      const { backend, client, done } = createWorld({
        prompts: { phone: { ask: () => ({}), submit: '/phone' } },
      })
      await done(client.login())
      backend.answer('/phone', { data: { token } })
      await done(client.ensure('phone'))
      assert.equal((await done(client.getSession())).token, 'token-1')
    })
  }

  test('S3 its __proto__ is read by nobody and changes no prototype', async () => {
    const { backend, client, failure, realm } = createWorld()
    backend.answer('/login', { data: '{"__proto__":{"token":"t"},"data":{"__proto__":{"openid":"o"}}}' })
    await failure(client.login(), 'EXCHANGE_INVALID')
    assert.equal(realm.run('Object.keys(Object.prototype).length'), 0)
    assert.equal({}.token, undefined)
  })

  test('L6 a Retry-After in the __proto__ of its header is none', async () => {
    const { client, control, failure } = createWorld()
    const header = JSON.parse('{"__proto__":{"Retry-After":"86400"}}')
    control.succeed('request', { statusCode: 429, data: {}, header })
    assert.ok((await failure(client.login(), 'RATE_LIMITED')).retryAfter <= 120)
  })

  test('L6 a Retry-After without an end does not outlast force', async () => {
    const { backend, client, done, failure } = createWorld()
    backend.answer('/login', { status: 429, header: { 'Retry-After': '1e300' } })
    await failure(client.login(), 'RATE_LIMITED')
    await failure(client.login(), 'RATE_LIMITED')
    assert.equal((await done(client.login({ force: true }))).token, 'token-1')
  })

  for (const need of ['__proto__', 'constructor', 'toString', 'scope.__proto__', 'scope.constructor']) {
    test(`A2 the need ${need} shows nothing and is AUTH_UNAVAILABLE`, async () => {
      const asked = []
      const { backend, client, control, failure } = createWorld({
        needs: ({ data }) => data.need,
        prompts: { phone: { ask: (context) => asked.push(context) } },
      })
      backend.answer('/goods', { data: { need } })
      assert.equal((await failure(client.request({ url: '/goods' }), 'AUTH_UNAVAILABLE')).need, need)
      assert.deepEqual([asked.length, control.popups.length], [0, 0])
    })
  }

  test('R2 ten thousand needs at once end with the first that has no prompt', async () => {
    const { backend, client, failure } = createWorld({ needs: ({ data }) => data.needs })
    backend.answer('/goods', {
      data: { needs: Array.from({ length: 10_000 }, (_, index) => `need-${index}`) },
    })
    assert.equal((await failure(client.request({ url: '/goods' }), 'AUTH_UNAVAILABLE')).need, 'need-0')
  })
})
