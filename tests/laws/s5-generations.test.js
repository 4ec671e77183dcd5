import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, NEVER } from '../world.js'

const PRIVATE = { url: '/private/cart', needs: 'login' }

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
      assert.equal(world.restart({}, NEVER).client.session.token, 'token-1')
    })
  }

  for (const [trouble, reply] of [
    ['refused', { status: 401 }],
    ['failed', { status: 500 }],
    ['cut off', 'drop'],
  ]) {
    test(`S6 nor does a renewal that is ${trouble}, with all that follows it`, async () => {
      const world = createWorld({ renew: '/renew' })
      world.backend.refreshes = true
      await world.done(world.client.login())
      world.backend.answer('/renew', reply)
      world.control.fail('login', { errMsg: 'login:fail' })
      await assert.rejects(world.done(world.client.login({ force: true })))
      assert.equal(world.client.session.token, 'token-1')
      assert.equal(world.restart({}, NEVER).client.session.token, 'token-1')
    })
  }

  test('S6 nor does a user who refuses', async () => {
    const { client, done, failure } = createWorld({
      exchange: () => null,
      prompts: { login: { ask: () => false } },
    })
    await done(client.setSession({ token: 't' }))
    await failure(client.login({ force: true }), 'AUTH_DENIED')
    assert.equal(client.session.token, 't')
  })

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
