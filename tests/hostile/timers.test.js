import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createClock } from '../wechat/clock.js'
import { createWorld } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY

describe('R6 a host that forgets all timers when it hides a page', () => {
  for (const [kind, session] of [
    ['a guest', false],
    ['a user', true],
  ]) {
    test(`R6 later silent requests of ${kind} still end`, async () => {
      const { client, clock, control, done, failure, realm } = createWorld()
      if (session) await done(client.login())
      control.silent('request', FOREVER)
      client.request({ url: '/first', timeout: 1000 }).catch(() => {})
      await clock.advance(100)
      realm.loseTimers()
      await clock.advance(5000)
      await failure(client.request({ url: '/second', timeout: 1000 }), 'TIMEOUT', 70_000)
      await failure(client.request({ url: '/third', timeout: 1000 }), 'TIMEOUT', 70_000)
    })
  }

  test('L5 a later silent login still ends', async () => {
    const { client, clock, control, failure, realm } = createWorld()
    control.silent('login', FOREVER)
    client.login().catch(() => {})
    await clock.advance(100)
    realm.loseTimers()
    await clock.advance(20_000)
    await failure(client.login({ force: true }), 'LOGIN_TIMEOUT', 20_000)
  })

  test('X7 the module still comes when it is needed', async () => {
    const { client, done, realm } = createWorld()
    await done(client.request({ url: '/goods' }))
    realm.loseTimers()
    assert.equal((await done(client.request({ url: '/private/cart', needs: 'login' }))).statusCode, 200)
  })
})

describe('L5 timers that can’t be taken back', () => {
  const clocks = {
    'a clearTimeout that does nothing': (clock) => ({ ...clock, clearTimeout() {} }),
    'a setTimeout that returns nothing': (clock) => ({
      ...clock,
      setTimeout(task, ms) {
        clock.setTimeout(task, ms)
      },
    }),
  }
  for (const [kind, timersOf] of Object.entries(clocks)) {
    test(`L5 ${kind}: a stale timer ends no login early`, async () => {
      const clock = createClock()
      const { client, control, done, failure } = createWorld({}, { clock, timers: timersOf(clock) })
      await done(client.login())
      await clock.advance(10_000)
      control.silent('login')
      const login = client.login({ force: true })
      let settled = false
      login.catch(() => {
        settled = true
      })
      await clock.advance(14_000)
      assert.equal(settled, false)
      await failure(login, 'LOGIN_TIMEOUT', 1001)
    })

    test(`A3 ${kind}: nor a prompt`, async () => {
      const clock = createClock()
      const { client, done } = createWorld(
        { prompts: { phone: { ask() {} } }, promptTimeout: 5000 },
        { clock, timers: timersOf(clock) },
      )
      for (let nth = 0; nth < 3; nth += 1) {
        const wanted = client.request({ url: '/goods', needs: 'phone' })
        await clock.advance(3000)
        await done(client.provide('phone', {}))
        assert.equal((await done(wanted)).statusCode, 200)
      }
    })

    test(`R9 ${kind}: retries are as many as they should be`, async () => {
      const clock = createClock()
      const { client, control, failure } = createWorld({ retries: 2 }, { clock, timers: timersOf(clock) })
      control.offline()
      await failure(client.request({ url: '/goods' }), 'NETWORK', 10_000)
      await clock.advance(60_000)
      assert.equal(control.count('request'), 3)
    })
  }
})
