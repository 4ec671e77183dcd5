import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { authorization, createWorld } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY
const AHEAD = { renew: '/renew', renewAhead: 600 }

/** A user whose session ends in ten minutes less a second. */
async function nearTheEnd(options = AHEAD, around) {
  const world = createWorld(options, around)
  world.backend.refreshes = true
  const { expiresAt } = await world.done(world.client.login())
  await world.clock.advance(expiresAt - 599_000 - world.clock.now())
  return world
}

const goods = ({ client, done }) => done(client.request({ url: '/goods' }))

describe('L11 a session near its end is renewed beside the request that uses it', () => {
  test('L11 which goes out with the session as it is; the next one has the new', async () => {
    const world = await nearTheEnd()
    const changes = []
    world.client.onChange(({ type }) => changes.push(type))
    await goods(world)
    await world.clock.advance(100)
    await goods(world)
    assert.deepEqual(authorization(world.backend.at('/goods')), ['Bearer token-1', 'Bearer token-2'])
    assert.equal(world.backend.at('/renew').length, 1)
    assert.equal(world.control.count('login'), 1)
    assert.deepEqual(changes, ['renewed'])
  })

  test('L11 which does not wait for it', async () => {
    const world = await nearTheEnd()
    world.backend.answer('/renew', 'hang')
    const pending = world.client.request({ url: '/goods' })
    assert.equal(world.native().filter(({ url }) => url.endsWith('/goods')).length, 1)
    assert.equal((await world.done(pending)).statusCode, 200)
  })

  test('L11 and one that needs a login neither', async () => {
    const world = await nearTheEnd()
    world.backend.answer('/renew', 'hang')
    await world.done(world.client.request({ url: '/private/cart', needs: 'login' }))
    assert.deepEqual(authorization(world.backend.at('/private/cart')), ['Bearer token-1'])
  })

  test('L11 once, however many requests use it', async () => {
    const world = await nearTheEnd()
    await world.done(Promise.all(Array.from({ length: 20 }, () => world.client.request({ url: '/goods' }))))
    await world.clock.advance(100)
    assert.equal(world.backend.at('/renew').length, 1)
  })

  test('L11 to the millisecond', async () => {
    const world = createWorld(AHEAD)
    world.backend.refreshes = true
    const { expiresAt } = await world.done(world.client.login())
    for (const [left, renewals] of [
      [600_001 + 10, 0],
      [600_000, 1],
    ]) {
      await world.clock.advance(expiresAt - left - world.clock.now())
      world.client.request({ url: '/goods' })
      await world.clock.advance(5)
      assert.equal(world.backend.at('/renew').length, renewals)
    }
  })

  test('L11 after a cold start too', async () => {
    const first = await nearTheEnd()
    const world = first.restart()
    const pending = world.client.request({ url: '/goods' })
    assert.equal(world.control.count('request'), 1)
    await world.done(pending)
    await world.clock.advance(100)
    assert.equal(world.backend.at('/renew').length, 1)
    assert.equal(world.client.session.token, 'token-2')
  })

  test('L11 not without a use', async () => {
    const world = await nearTheEnd()
    await world.clock.advance(300_000)
    await world.done(world.client.request({ url: '/goods', anonymous: true }))
    await world.clock.advance(100)
    assert.equal(world.backend.at('/renew').length, 0)
  })
})

describe('L11 by renew alone', () => {
  for (const [kind, options, refreshes] of [
    ['without renewAhead', { renew: '/renew' }, true],
    ['without a refresh token', AHEAD, false],
    ['without renew', { renewAhead: 600 }, true],
  ]) {
    test(`L11 ${kind} nothing happens`, async () => {
      const world = createWorld(options)
      world.backend.refreshes = refreshes
      const { expiresAt } = await world.done(world.client.login())
      await world.clock.advance(expiresAt - 599_000 - world.clock.now())
      await goods(world)
      await world.clock.advance(1000)
      assert.equal(world.backend.at('/renew').length, 0)
      assert.equal(world.control.count('login'), 1)
    })
  }

  const troubles = {
    refused: { status: 401 },
    failed: { status: 500 },
    'cut off': 'drop',
  }
  for (const [how, reply] of Object.entries(troubles)) {
    test(`L11 ${how}, it tells nobody, and the session goes on`, async () => {
      const heard = []
      const world = await nearTheEnd({
        ...AHEAD,
        onError: ({ code }) => heard.push(code),
        prompts: { login: { ask: () => void heard.push('asked') } },
      })
      world.client.onChange(({ type }) => heard.push(type))
      world.backend.answer('/renew', reply, FOREVER)
      await goods(world)
      await world.clock.advance(100)
      await goods(world)
      assert.equal((await world.done(world.client.login())).token, 'token-1')
      assert.deepEqual(heard, [])
      assert.equal(world.control.count('login'), 1)
    })
  }

  test('L11 refused, its token is not tried again', async () => {
    const world = await nearTheEnd()
    world.backend.answer('/renew', { status: 401 }, FOREVER)
    for (let minute = 0; minute < 5; minute += 1) {
      await goods(world)
      await world.clock.advance(60_000)
    }
    assert.equal(world.backend.at('/renew').length, 1)
  })

  test('L11 failed, it waits as after any failed login', async () => {
    const world = await nearTheEnd()
    world.backend.answer('/renew', { status: 500 }, 2)
    await goods(world)
    await world.clock.advance(100)
    await goods(world)
    await world.clock.advance(100)
    assert.equal(world.backend.at('/renew').length, 1)
    await world.clock.advance(1000)
    await goods(world)
    await world.clock.advance(100)
    assert.equal(world.backend.at('/renew').length, 2)
    await world.clock.advance(2000)
    await goods(world)
    await world.clock.advance(100)
    assert.equal(world.client.session.token, 'token-2')
  })

  test('L11 one that ends after a log-out brings nobody back', async () => {
    const world = await nearTheEnd()
    const held = world.backend.hold('/renew')
    await goods(world)
    await world.clock.advance(10)
    await world.done(world.client.logout())
    held.release()
    await world.clock.advance(1000)
    assert.equal(world.client.session, null)
    assert.equal(world.control.storage.size, 0)
  })

  test('L11 one that ends with the session is what the next login waits for', async () => {
    const world = await nearTheEnd()
    // The session is good until a minute before its end.
    await world.clock.advance(534_000)
    const held = world.backend.hold('/renew')
    await goods(world)
    await world.clock.advance(6000)
    assert.equal(world.client.session, null)
    const login = world.client.login()
    await world.clock.advance(10)
    held.release()
    assert.equal((await world.done(login)).token, 'token-2')
    assert.equal(world.backend.at('/renew').length, 1)
    assert.equal(world.control.count('login'), 1)
  })
})
