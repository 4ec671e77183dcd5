import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLaunch, ended, LoginError, ORIGIN, recordOf, thrownLater } from './stub.js'

const session = { token: 't', openid: 'o' }
const lines = (steps) => steps.map(({ at, url, api, method, ...step }) => Object.values(step).join(' '))

function traced(options, stored) {
  const launch = createLaunch(options, stored)
  const steps = []
  launch.client.onTrace((step) => steps.push(step))
  return Object.assign(launch, { steps })
}

describe('what a trace says of requests', () => {
  test('the same whether the core was there or not', async () => {
    const launch = traced({}, recordOf(session))
    const plain = launch.client.request({ url: '/a', method: 'POST' })
    launch.answer(0)
    await plain
    const known = launch.client.request({ url: '/a', method: 'POST', needs: 'sessionKey' })
    await launch.connect()
    const { calls } = launch.connection
    calls.publish({
      session,
      from: 0,
      until: 1e15,
      generation: 1,
      moment: 0,
      renewFrom: Infinity,
      lends: true,
    })
    launch.core.replied = (ticket) => calls.settle(ticket)
    calls.send(0, 1, true)
    launch.answer(1)
    await known
    const expected = (attempt) => ['requested 0', `sent ${attempt} 1 0`, 'replied 200 0', 'settled 0']
    assert.deepEqual(lines(launch.steps), [...expected(1), ...expected(2)])
    for (const { at, api, url, method } of launch.steps) {
      assert.ok(Math.abs(at - Date.now()) < 10_000)
      assert.deepEqual([api, url, method], ['request', '/a', 'POST'])
    }
  })

  test('a failure, with its code and need', async () => {
    const launch = traced()
    const pending = ended(launch.client.request({ url: '/a', needs: 'phone' }))
    await launch.connect()
    launch.connection.calls.fail(0, new LoginError('AUTH_DENIED', 'no', { need: 'phone' }))
    await pending
    assert.deepEqual(launch.steps.at(-1).code, 'AUTH_DENIED')
    assert.deepEqual(launch.steps.at(-1).need, 'phone')
  })

  test('no query, no fragment, no user-info, however the URL is written', () => {
    const launch = traced()
    for (const url of [
      '/a?secret',
      '/a#secret',
      'https://secret:secret@host/a',
      ' https://secret@host/a',
      '\t//secret@host/a',
      'ht\ntps://secret@host/a',
      `https://${'secret'.repeat(1000)}@host/a`,
      '\\\\secret@host/a',
      'https:secret@host/a',
      `/${'a'.repeat(1e6)}`,
    ])
      launch.client.request({ url })
    for (const { url } of launch.steps) {
      assert.ok(!url.includes('secret'), url)
      assert.ok(url.length <= 1000)
    }
    assert.ok(launch.steps.length >= 10)
  })

  test('what a callback throws is named, and thrown again on its own', async () => {
    const launch = traced()
    const success = () => {
      throw new Error('reply text')
    }
    const thrown = await thrownLater(() => {
      const pending = launch.client.request({ url: '/a', success })
      launch.answer(0)
      return pending
    })
    assert.deepEqual({ ...launch.steps.at(-1), at: 0 }, { at: 0, step: 'listener-failed', name: 'success' })
    assert.deepEqual(thrown, ['reply text'])
  })

  test('nothing of what a listener begins, which would feed itself for ever', () => {
    const launch = createLaunch()
    let steps = 0
    launch.client.onTrace(() => {
      steps += 1
      launch.client.request({ url: '/mine' })
    })
    launch.client.request({ url: '/a' })
    assert.equal(steps, 2)
    for (const { native } of launch.sent) native.success({ statusCode: 200 })
    assert.equal(steps, 4)
    assert.equal(launch.sent.length, 5)
  })

  test('each listener has an object of its own, until it stops listening', () => {
    const launch = createLaunch()
    const heard = []
    const listen = (name) =>
      launch.client.onTrace((step) => {
        heard.push(`${name} ${step.step}`)
        step.step = 'spoilt'
      })
    const stop = listen('first')
    listen('second')
    launch.client.request({ url: '/a' })
    stop()
    stop()
    launch.answer(0)
    assert.deepEqual(heard, [
      'first requested',
      'second requested',
      'first sent',
      'second sent',
      'second replied',
      'second settled',
    ])
    assert.equal(launch.sent[0].native.url, `${ORIGIN}/a`)
  })

  test('a listener that ends a request when it hears of it has it not sent', async () => {
    const launch = createLaunch()
    const pending = []
    launch.client.onTrace(({ step }) => step === 'requested' && pending[0]?.abort())
    const first = launch.client.request({ url: 'https://evil.example/' })
    pending.push(first)
    launch.client.request({ url: '/b' })
    assert.equal((await ended(first)).error.code, 'ABORTED')
  })
})
