import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { authorization, createWorld, plain } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY

describe('R1 browsing stays undisturbed', () => {
  test('R1 without needs nothing is asked first', async () => {
    const { client, control, done } = createWorld()
    const { data } = await done(client.request({ url: '/goods' }))
    assert.deepEqual(plain(data), { path: '/goods' })
    for (const api of ['login', 'checkSession', 'getSetting', 'getPrivacySetting', 'authorize'])
      assert.equal(control.count(api), 0, api)
  })

  test('R1 a 401 is made good and the request is sent again', async () => {
    const { backend, client, control, done } = createWorld()
    assert.equal((await done(client.request({ url: '/private/cart' }))).statusCode, 200)
    assert.deepEqual(authorization(backend.at('/private/cart')), [undefined, 'Bearer token-1'])
    assert.equal(control.count('login'), 1)
  })

  test('R1 the app has its own rule of what a reply asks for', async () => {
    const needs = ({ data }) => (data.need === undefined ? undefined : data.need)
    const { backend, client, control, done } = createWorld({ needs })
    backend.answer('/goods', { data: { need: 'login' } })
    assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 200)
    assert.equal(control.count('login'), 1)
    backend.answer('/goods', { status: 401, data: { need: null } })
    assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 401)
    backend.forget()
    assert.equal((await done(client.request({ url: '/private/cart' }))).statusCode, 200)
    assert.equal(control.count('login'), 2)
  })

  test('R1 several needs of one reply are met in order, then it is sent again once', async () => {
    const order = []
    const ask = ({ need }) => {
      order.push(need)
      return {}
    }
    const { backend, client, done } = createWorld({
      needs: ({ data }) => data.needs,
      prompts: { phone: { ask }, profile: { ask } },
    })
    backend.answer('/checkout', { data: { needs: ['profile', 'login', 'phone'] } })
    await done(client.request({ url: '/checkout' }))
    assert.deepEqual(order, ['profile', 'phone'])
    assert.equal(backend.at('/checkout').length, 2)
  })
})

describe('R2 each need at most once', () => {
  test('R2 the second 401 is LOGIN_REJECTED, with its reply, after two sends', async () => {
    const { backend, client, control, failure } = createWorld()
    backend.answer('/goods', { status: 401, data: { why: 'no' } }, FOREVER)
    const error = await failure(client.request({ url: '/goods' }), 'LOGIN_REJECTED')
    assert.equal(error.statusCode, 401)
    assert.deepEqual(plain(error.response.data), { why: 'no' })
    assert.equal(backend.at('/goods').length, 2)
    assert.equal(control.count('login'), 1)
  })

  test('R2 also where the session was there from the beginning', async () => {
    const { backend, client, control, done, failure } = createWorld()
    await done(client.login())
    backend.answer('/goods', { status: 401 }, FOREVER)
    await failure(client.request({ url: '/goods', needs: 'login' }), 'LOGIN_REJECTED')
    assert.equal(backend.at('/goods').length, 2)
    assert.equal(control.count('login'), 2)
  })

  test('R2 another need that a reply asks for twice is no loop either', async () => {
    let asked = 0
    const { backend, client, failure } = createWorld({
      needs: ({ data }) => data.need,
      prompts: {
        phone: {
          ask: () => {
            asked += 1
            return {}
          },
        },
      },
    })
    backend.answer('/goods', { status: 403, data: { need: 'phone' } }, FOREVER)
    const error = await failure(client.request({ url: '/goods' }), 'AUTH_UNAVAILABLE')
    assert.equal(error.need, 'phone')
    assert.equal(error.statusCode, 403)
    assert.equal(backend.at('/goods').length, 2)
    assert.equal(asked, 1)
  })

  test('R2 a login and a phone number, asked for one after the other, are three sends', async () => {
    const { backend, client, done } = createWorld({
      needs: ({ data }) => data.need,
      prompts: { phone: { ask: () => ({}) } },
    })
    backend.answer('/goods', { data: { need: 'login' } })
    backend.answer('/goods', { data: { need: 'phone' } })
    assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 200)
    assert.equal(backend.at('/goods').length, 3)
  })
})
