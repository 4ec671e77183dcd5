import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY

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

describe('L3, L4 in functions of the app’s', () => {
  test('L3 what an exchange function sends is not resent: its code is spent', async () => {
    const exchange = (code, { request }) =>
      request({ url: `/auth?code=${code}` }).then(() => ({ token: 't' }))
    const { backend, client, clock } = createWorld({ exchange, retries: 2 })
    backend.answer('/auth', 'drop', FOREVER)
    client.login().catch(() => {})
    await clock.advance(14_000)
    assert.equal(backend.at('/auth').length, 1)
  })

  for (const errcode of [40029, 40163]) {
    test(`L4 a function that rejects with ${errcode} gets one more code`, async () => {
      const codes = []
      const exchange = async (code) => {
        codes.push(code)
        if (codes.length === 1) throw { errcode }
        return { token: 't' }
      }
      const { client, done } = createWorld({ exchange })
      await done(client.login())
      assert.equal(new Set(codes).size, 2)
    })
  }
})
