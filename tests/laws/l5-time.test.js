import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createClock } from '../wechat/clock.js'
import { createWorld } from '../world.js'

describe('L5 a login that takes too long', () => {
  test('L5 a wx.login that never answers ends after loginTimeout', async () => {
    const { client, clock, control, failure } = createWorld()
    control.silent('login')
    const login = client.login()
    let settled = false
    login.catch(() => {
      settled = true
    })
    await clock.advance(14_999)
    assert.equal(settled, false)
    await failure(login, 'LOGIN_TIMEOUT', 1)
  })

  test('L5 time slept through in the background makes it no longer', async () => {
    // There the clock goes on and timers do not, so that an older one is overdue.
    let slept = 0
    const clock = createClock()
    const phone = { ...clock, now: () => clock.now() + slept }
    const { client, control, done, failure } = createWorld({ loginTimeout: 1000 }, { clock: phone })
    await done(client.request({ url: '/items', needs: 'login' }))
    slept = 3 * 3_600_000
    control.silent('login')
    await failure(client.request({ url: '/items', needs: 'login' }), 'LOGIN_TIMEOUT', 1001)
  })

  test('L5 a code that comes after it is not exchanged', async () => {
    const { backend, client, clock, control, failure } = createWorld({ loginTimeout: 1000 })
    control.delay('login', 5000)
    await failure(client.login(), 'LOGIN_TIMEOUT', 1001)
    await clock.advance(10_000)
    assert.equal(backend.at('/login').length, 0)
    assert.equal(await client.getSession(), null)
  })

  test('L5 an exchange that answers after it counts for nothing, and is aborted', async () => {
    const { backend, client, clock, control, failure } = createWorld({ loginTimeout: 1000 })
    const held = backend.hold('/login')
    await failure(client.login(), 'LOGIN_TIMEOUT', 1001)
    assert.equal(control.underWay().running, 0)
    held.release()
    await clock.advance(1000)
    assert.equal(await client.getSession(), null)
  })

  test('L5 an exchange function that never settles ends too', async () => {
    const { client, failure } = createWorld({ exchange: () => new Promise(() => {}), loginTimeout: 500 })
    await failure(client.login(), 'LOGIN_TIMEOUT', 501)
  })

  test('L5 the second login after a refused code has no time of its own', async () => {
    const { backend, client, clock, control, failure } = createWorld({ loginTimeout: 1000 })
    backend.answer('/login', { status: 400, data: { errcode: 40029 } })
    control.delay('login', 600)
    const login = client.login()
    await clock.advance(999)
    await failure(login, 'LOGIN_TIMEOUT', 2)
    assert.equal(control.count('login'), 2)
  })

  test('L5 a renewal that never answers ends too, and keeps its refresh token', async () => {
    const { backend, client, clock, control, done, failure } = createWorld({
      renew: '/renew',
      loginTimeout: 1000,
    })
    backend.refreshes = true
    await done(client.login())
    await clock.advance(7200_000)
    backend.answer('/renew', 'hang')
    await failure(client.login(), 'LOGIN_TIMEOUT', 1001)
    assert.equal(control.count('login'), 1)
    await done(client.login({ force: true }))
    assert.deepEqual(
      backend.at('/renew').map(({ data }) => data.refresh_token),
      ['refresh-1', 'refresh-1'],
    )
  })

  test('L5 a user may take longer than a silent login', async () => {
    const { client, clock, done } = createWorld({
      exchange: () => null,
      loginTimeout: 1000,
      prompts: { login: { ask() {} } },
    })
    const login = client.login()
    await clock.advance(100_000)
    client.provide('login', { token: 'typed' })
    assert.equal((await done(login)).token, 'typed')
  })
})
