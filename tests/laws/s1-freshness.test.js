import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createClock } from '../wechat/clock.js'
import { authorization, createWorld } from '../world.js'

const PRIVATE = { url: '/private/cart', needs: 'login' }
const LIFE = 7200_000
const MARGIN = 60_000

/** A clock that can be put forward and back without anything becoming due. */
function adjustable() {
  const inner = createClock()
  const clock = Object.create(inner, { now: { value: () => inner.now() + clock.shift } })
  clock.shift = 0
  return clock
}

describe('S1 a session is fresh until the margin before its end', () => {
  async function loggedIn(options) {
    const world = createWorld(options)
    const { expiresAt } = await world.done(world.client.login())
    const until = (instant) => world.clock.advance(instant - world.clock.now())
    return { ...world, expiresAt, until }
  }

  test('S1 to the millisecond', async () => {
    const { client, done, expiresAt, until } = await loggedIn()
    await until(expiresAt - MARGIN - 1)
    assert.equal((await client.getSession()).token, 'token-1')
    await until(expiresAt - MARGIN)
    assert.equal(await done(client.getSession()), null)
  })

  test('S1 with a margin of its own', async () => {
    const { client, expiresAt, until } = await loggedIn({ expiryMargin: 600 })
    await until(expiresAt - 600_001)
    assert.ok(await client.getSession())
    await until(expiresAt - 600_000)
    assert.equal(await client.getSession(), null)
  })

  test('S1 an expired session is not sent after a hot start, with or without needs', async () => {
    const { backend, client, done, clock, control } = await loggedIn()
    await clock.advance(LIFE)
    await done(client.request({ url: '/goods' }))
    assert.equal(backend.at('/goods')[0].headers.authorization, undefined)
    await done(client.request(PRIVATE))
    assert.deepEqual(
      backend.at('/private/cart').map((hit) => hit.headers.authorization),
      ['Bearer token-2'],
    )
    assert.equal(control.count('login'), 2)
  })

  test('S1 an expired session is not sent after a cold start', async () => {
    const first = await loggedIn()
    await first.clock.advance(LIFE)
    const world = first.restart()
    await world.done(world.client.request({ url: '/goods' }))
    assert.equal(world.backend.at('/goods')[0].headers.authorization, undefined)
  })

  test('S1 a reply without an end lives for defaultExpiresIn', async () => {
    const world = createWorld({ defaultExpiresIn: 100 })
    world.backend.answer('/login', { data: { token: 't' } })
    const session = await world.done(world.client.login())
    const life = session.expiresAt - world.clock.now()
    assert.ok(life > 99_900 && life <= 100_000, `${life} ms`)
  })

  test('S1 the session of the moment is judged anew at every look', async () => {
    const { client, expiresAt, until } = await loggedIn()
    assert.equal(client.session.token, 'token-1')
    await until(expiresAt - MARGIN - 1)
    assert.equal(client.session.token, 'token-1')
    await until(expiresAt - MARGIN)
    assert.equal(client.session, null)
  })
})

describe('S1 the margin is never more than half of the session’s life', () => {
  const lives = [
    [60, undefined, 30],
    [10, undefined, 5],
    [120, undefined, 60],
    [200, undefined, 60],
    [100, 600, 50],
    [3600, 3600, 1800],
    [100, 10, 10],
  ]
  for (const [life, expiryMargin, margin] of lives) {
    for (const [unit, reply] of [
      ['expires_in', () => ({ expires_in: life })],
      ['expires_at', (now) => ({ expires_at: now + life * 1000 })],
    ]) {
      test(`S1 of ${life} s by ${unit} with expiryMargin ${expiryMargin}: ${margin} s`, async () => {
        const world = createWorld({
          expiryMargin,
          exchange: () => ({ token: 't', ...reply(world.clock.now()) }),
        })
        const { expiresAt } = await world.done(world.client.login())
        const until = (instant) => world.clock.advance(instant - world.clock.now())
        await until(expiresAt - margin * 1000 - 1)
        assert.equal(world.client.session?.token, 't')
        assert.equal(world.restart().client.session?.token, 't')
        await until(expiresAt - margin * 1000)
        assert.equal(world.client.session, null)
        assert.equal(world.restart().client.session, null)
      })
    }
  }

  test('S1 a session shorter than the margin is sent, not thrown away for a guest’s request', async () => {
    const world = createWorld()
    world.backend.life = 30
    await world.done(world.client.request({ url: '/private/cart', needs: 'login' }))
    assert.deepEqual(authorization(world.backend.at('/private/cart')), ['Bearer token-1'])
    assert.equal(world.control.count('login'), 1)
  })
})

describe('S2 a session from the future is not trusted', () => {
  for (const [back, fresh] of [
    [MARGIN, true],
    [MARGIN + 1, false],
  ]) {
    test(`S2 with the clock ${back} ms before the moment it was saved`, async () => {
      const clock = adjustable()
      const world = createWorld({}, { clock })
      let saved
      world.client.onChange(() => {
        saved = clock.now()
      })
      await world.done(world.client.login())
      clock.shift = saved - back - clock.now()
      assert.equal(Boolean(await world.client.getSession()), fresh)
      assert.equal(Boolean(world.client.session), fresh)
      const cold = world.restart()
      assert.equal(Boolean(cold.client.session), fresh)
      assert.equal(Boolean(await cold.done(cold.client.getSession())), fresh)
    })
  }
})
