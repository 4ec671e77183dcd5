import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLaunch, ended, KEY, LoginError, recordOf, turn } from './stub.js'

const session = { token: 't', openid: 'o' }
const lease = (more) => ({
  session: undefined,
  from: -Infinity,
  until: Infinity,
  generation: 0,
  moment: 0,
  renewFrom: Infinity,
  lends: true,
  ...more,
})
const fresh = (fields, more) =>
  lease({
    session: { expiresAt: 1e15, granted: [], ...fields },
    from: 0,
    until: 1e15,
    generation: 1,
    ...more,
  })

describe('S7 logout()', () => {
  test('is the end of the session from its call on, core or not', async () => {
    const launch = createLaunch({}, recordOf(session))
    const sent = launch.client.request({ url: '/sent' })
    const waiting = ended(launch.client.request({ url: '/waiting', needs: 'sessionKey' }))
    const login = ended(launch.client.login({ force: true }))
    const out = launch.client.logout()
    assert.equal(launch.client.session, null)
    assert.equal(await launch.client.getSession(), null)
    assert.equal(launch.storage.has(KEY), false)
    const later = launch.client.request({ url: '/later' })
    assert.equal(launch.sent[1].native.header, undefined)
    assert.equal((await waiting).error.code, 'LOGGED_OUT')
    assert.equal((await login).error.code, 'LOGGED_OUT')
    launch.answer(0)
    assert.equal((await sent).statusCode, 200)

    // The core takes over what the record said, and logs out before anything else.
    const loading = launch.connection
    assert.equal(loading.record.session.token, 't')
    loading.calls.publish(fresh(session))
    assert.equal(launch.client.session, null)
    launch.core.logout = (ticket) => {
      loading.calls.publish(lease({ moment: 1 }))
      loading.calls.settleWith(ticket, undefined)
    }
    await launch.connect()
    assert.equal(await out, undefined)
    assert.deepEqual(launch.heard(), [])
    launch.answer(1, { statusCode: 401 })
    const [name, , , , moment, attached] = launch.told.find(([way]) => way === 'adopt')
    assert.deepEqual([name, moment, attached], ['adopt', 1, false])
    assert.ok(later)
  })

  test('what was sent before is adopted before it', async () => {
    const launch = createLaunch({}, recordOf(session))
    launch.client.request({ url: '/sent' })
    launch.client.logout()
    launch.answer(0, { statusCode: 401 })
    await launch.connect()
    assert.deepEqual(launch.heard(), ['adopt', 'logout', 'replied'])
  })

  test('what had been asked for is not made to hold', async () => {
    const launch = createLaunch({}, recordOf(session))
    const asked = ended(launch.client.request({ url: '/a' }))
    launch.answer(0, { statusCode: 401 })
    launch.client.logout()
    assert.equal((await asked).error.code, 'LOGGED_OUT')
    await launch.connect()
    assert.deepEqual(launch.heard(), ['logout'])
  })

  test('is told of even if the core never comes', async () => {
    const launch = createLaunch({}, recordOf(session))
    const changes = []
    launch.client.onChange((change) => changes.push(change))
    const out = ended(launch.client.logout())
    await launch.refuse()
    assert.equal((await out).error.code, 'LOAD_FAILED')
    assert.deepEqual(changes, [{ type: 'logout', session: null }])
    assert.equal(launch.client.session, null)
  })

  test('with the core there, it hears of what was sent by the lease first', async () => {
    const launch = createLaunch({}, recordOf(session))
    launch.client.login({ force: true })
    await launch.connect()
    launch.connection.calls.publish(fresh(session))
    launch.client.request({ url: '/a' })
    launch.client.logout()
    assert.deepEqual(launch.heard(), ['login', 'adopt', 'logout'])
  })
})

describe('S9 setSession()', () => {
  test('requests wait behind it, in their order', async () => {
    const launch = createLaunch({}, recordOf(session))
    launch.client.request({ url: '/before' })
    launch.client.setSession({ token: 'new' })
    launch.client.request({ url: '/after' })
    assert.equal(launch.sent.length, 1)
    assert.equal(launch.client.session, null)
    await launch.connect()
    assert.deepEqual(launch.heard(), ['adopt', 'setSession', 'request'])
    launch.client.request({ url: '/later' })
    assert.equal(launch.sent.length, 2)
  })
})

describe('X1 what waits', () => {
  test('an abort() of it is never sent', async () => {
    const launch = createLaunch()
    const pending = launch.client.request({ url: '/a', needs: 'login' })
    pending.abort()
    assert.equal((await ended(pending)).error.code, 'ABORTED')
    await launch.connect()
    assert.deepEqual(launch.heard(), [])
  })

  test('deny() without anything under way loads nothing', () => {
    const launch = createLaunch()
    launch.client.deny('phone')
    assert.deepEqual(launch.loads, [])
  })

  test('provide() and deny() wait in their order', async () => {
    const launch = createLaunch()
    launch.client.ensure('phone').catch(() => {})
    launch.client.deny('phone', 'no')
    launch.client.provide('phone', { code: 'c' })
    await launch.connect()
    assert.deepEqual(launch.heard(), ['ensure', 'deny', 'provide'])
  })

  test('X5 what the core knew of is over when it breaks, and the next call loads again', async () => {
    const launch = createLaunch({}, recordOf(session))
    const known = ended(launch.client.request({ url: '/a', needs: 'sessionKey' }))
    await launch.connect()
    const lent = ended(launch.client.request({ url: '/b' }))
    launch.connection.broke(new LoginError('INTERNAL', 'broke'))
    assert.equal((await known).error.code, 'INTERNAL')
    assert.equal((await lent).error.code, 'INTERNAL')
    assert.equal(launch.client.session.token, 't')
    launch.client.login({ force: true })
    assert.equal(launch.loads.length, 2)
    await launch.connect()
    assert.deepEqual(launch.told.at(-1), ['login', 2, true, true])
  })

  test('X5 a way in that throws harms no call', async () => {
    const launch = createLaunch()
    await ended(launch.client.login().catch(() => {}) && turn())
    launch.core.ensure = () => {
      throw new Error('trap')
    }
    await launch.connect()
    const { error } = await ended(launch.client.ensure('phone'))
    assert.equal(error.code, 'INTERNAL')
  })
})

describe('R6 a silent host', () => {
  test('the core hears of a request after a second, also if timers get lost or are called late', (context) => {
    context.mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 1_700_000_000_000 })
    const launch = createLaunch()
    launch.client.request({ url: '/a' })
    context.mock.timers.tick(999)
    assert.equal(launch.connection?.calls && launch.told.length, 0)
    context.mock.timers.tick(1)
    assert.equal(launch.loads.length, 1)
  })

  test('a timer that was lost is set again by a later request', (context) => {
    const { timers } = context.mock
    timers.enable({ apis: ['Date', 'setTimeout'], now: 1_700_000_000_000 })
    const launch = createLaunch()
    launch.host.requestIdleCallback = () => {}
    launch.client.request({ url: '/a' })
    timers.reset()
    timers.enable({ apis: ['Date', 'setTimeout'], now: 1_700_000_060_000 })
    launch.client.request({ url: '/b' })
    timers.tick(1000)
    assert.equal(launch.loads.length, 1)
  })

  test('without a core it is given up after two minutes', async (context) => {
    context.mock.timers.enable({ apis: ['Date', 'setTimeout'], now: 1_700_000_000_000 })
    const flush = async () => {
      for (let i = 0; i < 10; i++) await Promise.resolve()
    }
    const launch = createLaunch()
    launch.host.requestIdleCallback = () => {}
    let outcome
    launch.client.request({ url: '/a' }).catch((error) => {
      outcome = error.code
    })
    for (let passed = 0; passed < 200 && !outcome; passed++) {
      context.mock.timers.tick(1000)
      launch.loads.splice(0).forEach(({ refuse }) => refuse(new LoginError('LOAD_FAILED', 'x')))
      await flush()
      if (passed < 100) assert.equal(outcome, undefined, String(passed))
    }
    assert.equal(outcome, 'LOAD_FAILED')
  })
})

describe('S8, X6 the lease that the core publishes', () => {
  const connected = async (stored) => {
    const launch = createLaunch({}, stored)
    launch.client.login({ force: true }).catch(() => {})
    await launch.connect()
    return launch
  }

  test('the session stays the same object until it changes', async () => {
    const record = recordOf({ ...session, granted: ['a'], extra: { b: 1 } })
    const launch = createLaunch({}, record)
    const shown = launch.client.session
    launch.client.login({ force: true }).catch(() => {})
    launch.connection.calls.publish(lease())
    launch.connection.calls.publish(fresh({ ...record.session, extra: Object.freeze({ b: 1 }) }))
    assert.equal(launch.client.session, shown)
    await launch.connect()
    launch.connection.calls.publish(fresh({ ...record.session, granted: [] }))
    assert.notEqual(launch.client.session, shown)
    const now = launch.client.session
    launch.connection.calls.publish(fresh({ ...record.session, granted: [] }, { moment: 2 }))
    assert.equal(launch.client.session, now)
  })

  test('L10 one that lends nothing has requests told first, and shows the session', async () => {
    const launch = await connected()
    launch.connection.calls.publish(fresh(session, { lends: false }))
    launch.client.request({ url: '/a' })
    assert.equal(launch.sent.length, 0)
    assert.equal(launch.client.session.token, 't')
    assert.equal((await launch.client.login()).token, 't')
  })

  test('L11 a use from renewFrom on is told, after the send', async () => {
    const launch = await connected()
    launch.connection.calls.publish(fresh(session, { renewFrom: 0 }))
    launch.client.request({ url: '/a' })
    launch.client.request({ url: '/a', anonymous: true })
    assert.equal(launch.sent.length, 2)
    assert.equal(launch.heard().filter((name) => name === 'sessionUsed').length, 1)
  })

  test('L11 the record’s too', async () => {
    const record = recordOf(
      { ...session, expiresAt: Date.now() + 60_000 },
      { refreshToken: 'r', until: Date.now() + 30_000 },
    )
    const launch = createLaunch({ renew: '/renew', renewAhead: 120 }, record)
    launch.client.request({ url: '/a' })
    assert.equal(launch.sent.length, 1)
    await launch.connect()
    assert.deepEqual(launch.heard(), ['sessionUsed'])
    const without = createLaunch({ renewAhead: 120 }, record)
    without.client.request({ url: '/a' })
    assert.deepEqual(without.loads, [])
  })

  test('S7 a request built as one user does not go out when another has come', async () => {
    let launch
    const attach = () => {
      launch.connection.calls.publish(fresh({ token: 'b', openid: 'other' }, { generation: 2 }))
      return { header: { x: 't' } }
    }
    launch = createLaunch({ attach }, recordOf(session))
    const pending = ended(launch.client.request({ url: '/early', needs: 'sessionKey' }))
    await launch.connect()
    launch.connection.calls.publish(fresh(session))
    launch.core.abort = (ticket) => launch.connection.calls.fail(ticket, new LoginError('ABORTED', 'x'))
    launch.connection.calls.send(0, 1, true)
    assert.equal((await pending).error.code, 'LOGGED_OUT')
    assert.equal(launch.sent.length, 0)
  })
})
