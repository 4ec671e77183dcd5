import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY

describe('leaks', () => {
  const SECRETS = /token-\d|KEY|o6_bmj|hunter2|tapped/

  test('S3 no step of the trace holds a token, an id, a code, a detail, a query or user-info', async () => {
    const { accounts, backend, client, clock, done } = createWorld({
      prompts: { phone: { ask: () => ({ code: 'tapped' }), submit: '/phone' } },
    })
    const codes = []
    const { redeemCode } = accounts
    accounts.redeemCode = (given) => {
      codes.push(given.code)
      return redeemCode(given)
    }
    const steps = []
    client.onTrace((step) => steps.push(step))
    backend.answer('/phone', { data: { token: 'token-9', session_key: 'KEY' } })
    await done(client.request({ url: '/private/cart?password=hunter2#hunter2', needs: ['login', 'phone'] }))
    for (const url of [
      `https://me:hunter2@evil.example/x`,
      '//hunter2@evil.example/x',
      'https:\\\\hunter2@evil.example',
      ' https://me:hunter2@evil.example/x',
      '\thttps://me:hunter2@evil.example/x',
      '\n//hunter2@evil.example/x',
      'https://me:hunter2\t@evil.example/x',
    ])
      await done(client.request({ url })).catch(() => {})
    backend.answer('/private/cart', { status: 401, data: { token: 'token-8' } }, 2)
    await done(client.request({ url: '/private/cart' })).catch(() => {})
    await done(client.logout())
    await clock.advance(100)
    assert.ok(codes.length > 1 && steps.length > 20)
    const text = JSON.stringify(steps)
    assert.doesNotMatch(text, SECRETS)
    for (const code of codes) assert.ok(!text.includes(code))
    assert.ok(text.includes('/private/cart') && text.includes('evil.example/x'))
  })

  test('S3 nor does the message of an error thrown in a callback', async () => {
    const { backend, client, clock, done } = createWorld({}, { report() {} })
    const steps = []
    client.onTrace((step) => steps.push(step))
    backend.answer('/private/me', { data: { name: 'hunter2' } })
    const success = ({ data }) => {
      throw new Error(`no such field in ${JSON.stringify(data)}`)
    }
    client.onChange(({ session }) => {
      throw new TypeError(`of ${session.token}`)
    })
    await done(client.request({ url: '/private/me', needs: 'login', success }))
    await clock.advance(100)
    assert.ok(steps.some(({ step }) => step === 'listener-failed'))
    assert.doesNotMatch(JSON.stringify(steps), SECRETS)
  })

  for (const [code, data, status] of [
    ['EXCHANGE_INVALID', { session_key: 'KEY', token: 7 }],
    ['CODE_INVALID', { session_key: 'KEY', errcode: 40163 }],
    ['EXCHANGE_FAILED', { session_key: 'KEY', token: 'token-1' }, 500],
    ['RATE_LIMITED', { session_key: 'KEY', token: 'token-1' }, 429],
  ]) {
    test(`S3 the reply of an exchange that ends with ${code} is in no field of the error`, async () => {
      const { backend, client, failure } = createWorld()
      backend.answer('/login', { status, data }, FOREVER)
      const error = await failure(client.login(), code)
      assert.deepEqual([error.cause, error.response], [undefined, undefined])
      const fields = Object.getOwnPropertyNames(error).map((name) => error[name])
      assert.doesNotMatch(JSON.stringify(fields), SECRETS)
    })
  }

  test('S3 an error of a request holds the reply, and of the request nothing', async () => {
    const { backend, client, done, failure } = createWorld()
    await done(client.login())
    backend.answer('/goods', { status: 401, data: { why: 'because' } }, FOREVER)
    const error = await failure(
      client.request({ url: '/goods', data: { password: 'hunter2' } }),
      'LOGIN_REJECTED',
    )
    assert.equal(error.response.data.why, 'because')
    assert.doesNotMatch(JSON.stringify([error, error.stack, error.cause]), SECRETS)
  })
})
