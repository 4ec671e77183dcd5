import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, unhandledDuring } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY
const PRIVATE = { url: '/private/cart', needs: 'login' }
const idling = { phone: { idleCallbacks: true } }

describe('X7 the module is loaded in the first idle moment after the first call', () => {
  test('X7 which requestIdleCallback tells', async () => {
    const { client, control, done, loader } = createWorld({}, idling)
    await done(client.request({ url: '/goods' }))
    assert.equal(loader.loads, 0)
    assert.equal(control.idle(), 1)
    await done(client.ensure('scope.camera'))
    assert.equal(loader.loads, 1)
  })

  test('X7 and it is there when it is needed', async () => {
    const { client, clock, control, done, loader } = createWorld({}, idling)
    await done(client.request({ url: '/goods' }))
    control.idle()
    await clock.advance(100)
    assert.equal(loader.loads, 1)
    await done(client.request(PRIVATE))
    assert.equal(loader.loads, 1)
  })

  test('X7 or a timer, on a host without it', async () => {
    const { client, clock, done, loader } = createWorld()
    await done(client.request({ url: '/goods' }))
    await clock.advance(10_000)
    assert.equal(loader.loads, 1)
  })

  test('X7 not in front of the reply', async () => {
    for (const around of [{}, idling]) {
      const { client, loader } = createWorld({}, around)
      client.request({ url: '/goods' })
      assert.equal(loader.loads, 0)
    }
  })

  test('X7 not before the first call', async () => {
    for (const around of [{}, idling]) {
      const { clock, control, loader } = createWorld({}, around)
      await clock.advance(60_000)
      assert.deepEqual([loader.loads, control.idle()], [0, 0])
    }
  })

  for (const [name, call] of [
    ['getSession()', (client) => client.getSession()],
    ['an anonymous request', (client) => client.request({ url: '/goods', anonymous: true })],
  ]) {
    test(`X7 ${name} is a first call too`, async () => {
      const { client, clock, done, loader } = createWorld()
      await done(call(client))
      await clock.advance(10_000)
      assert.equal(loader.loads, 1)
    })
  }

  test('X7 once, however many calls there are', async () => {
    const { client, clock, control, done, loader } = createWorld({}, idling)
    for (let nth = 0; nth < 20; nth += 1) await done(client.request({ url: '/goods' }))
    assert.ok(control.count('requestIdleCallback') <= 1)
    control.idle()
    await clock.advance(60_000)
    assert.equal(loader.loads, 1)
  })
})

describe('X7 or when something has to be decided, whichever comes first', () => {
  test('X7 at once, though the phone is busy for ever', async () => {
    const { client, done, loader } = createWorld({}, idling)
    await done(client.request({ url: '/goods' }))
    assert.equal((await done(client.request(PRIVATE))).statusCode, 200)
    assert.equal(loader.loads, 1)
  })

  test('X7 and the idle moment that comes later loads nothing', async () => {
    for (const around of [{}, idling]) {
      const { client, clock, control, done, loader } = createWorld({}, around)
      await done(client.request(PRIVATE))
      control.idle()
      await clock.advance(60_000)
      assert.equal(loader.loads, 1)
    }
  })

  test('X7 a requestIdleCallback that throws hinders no call', async () => {
    const { client, control, done } = createWorld({}, idling)
    control.throws('requestIdleCallback', new Error('not here'))
    assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 200)
    assert.equal((await done(client.request(PRIVATE))).statusCode, 200)
  })
})

describe('X7 an idle load that fails', () => {
  test('X7 is silent but for the trace, and tried again at first need', async () => {
    const { client, clock, control, done, loader } = createWorld({}, idling)
    const steps = []
    client.onTrace(({ step }) => steps.push(step))
    loader.fail(FOREVER)
    const unhandled = await unhandledDuring(async () => {
      await done(client.request({ url: '/goods' }))
      control.idle()
      await clock.advance(60_000)
    })
    assert.deepEqual(unhandled, [])
    const loads = loader.loads
    assert.ok(loads >= 1)
    assert.ok(
      steps.some((step) => /fail/.test(step)),
      steps.join(),
    )
    loader.mend()
    assert.equal((await done(client.request(PRIVATE))).statusCode, 200)
    assert.equal(loader.loads, loads + 1)
  })

  test('X7 hinders no plain request', async () => {
    const { client, clock, done, loader } = createWorld()
    loader.fail(FOREVER)
    for (let nth = 0; nth < 5; nth += 1) {
      assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 200)
      await clock.advance(10_000)
    }
  })
})
