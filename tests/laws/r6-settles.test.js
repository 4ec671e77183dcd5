import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY

describe('R6 every call settles once, whatever throws', () => {
  const boom = new Error('boom')
  const throwing = () => {
    throw boom
  }

  for (const [kind, options, request] of [
    ['needs', { needs: throwing }, {}],
    ['validateStatus', {}, { validateStatus: throwing }],
  ]) {
    test(`R6 a ${kind} that throws is that request’s CALLBACK_FAILED`, async () => {
      const { client, done, failure } = createWorld(options)
      const error = await failure(client.request({ url: '/goods', ...request }), 'CALLBACK_FAILED')
      assert.equal(error.cause, boom)
      assert.equal(error.response.statusCode, 200)
      await done(client.request({ url: '/goods', anonymous: true }))
    })
  }

  test('R6 an attach that throws is that request’s CALLBACK_FAILED, and nothing is sent', async () => {
    const { backend, client, done, failure } = createWorld({ attach: throwing })
    await done(client.login())
    await failure(client.request({ url: '/goods' }), 'CALLBACK_FAILED')
    assert.equal(backend.at('/goods').length, 0)
    await done(client.request({ url: '/goods', anonymous: true }))
  })

  for (const asked of [7, {}, [1], '', [''], 'a\nb', Symbol('s')]) {
    test(`R6 a needs that says ${String(JSON.stringify(asked))} hangs nothing`, async () => {
      const { client, done } = createWorld({ needs: () => asked })
      await done(client.request({ url: '/goods' })).then(
        ({ statusCode }) => assert.equal(statusCode, 200),
        ({ code }) => assert.equal(code, 'CALLBACK_FAILED'),
      )
    })
  }

  test('R6 a readSession that throws is CALLBACK_FAILED', async () => {
    const { client, failure } = createWorld({ readSession: throwing })
    assert.equal((await failure(client.login(), 'CALLBACK_FAILED')).cause, boom)
  })

  test('R6 listeners that throw harm nobody', async () => {
    const { client, done } = createWorld()
    const heard = []
    client.onChange(throwing)
    client.onTrace(throwing)
    client.onChange(({ type }) => heard.push(type))
    client.onTrace(({ step }) => heard.push(step))
    await done(client.request({ url: '/goods', needs: 'login', success: throwing, complete: throwing }))
    await done(client.request({ url: '/goods', onTask: throwing }))
    assert.ok(heard.includes('login') && heard.includes('settled') && heard.includes('listener-failed'))
  })

  for (const thrown of [boom, 'boom', undefined, { errMsg: 'request:fail timeout', errno: 5 }]) {
    test(`R6 a host that throws ${JSON.stringify(thrown)}`, async () => {
      const { client, control, failure } = createWorld()
      control.throws('request', thrown)
      await failure(client.request({ url: '/goods' }), thrown?.errno === 5 ? 'TIMEOUT' : 'NETWORK')
    })
  }

  test('R6 a host without the API', async () => {
    const { client, wx, done } = createWorld()
    delete wx.uploadFile
    const rejected = await done(client.upload({ url: '/u', filePath: 'f', name: 'f' })).catch(
      (error) => error,
    )
    assert.match(rejected.code, /NETWORK|HOST_UNSUPPORTED/)
  })

  for (const mode of ['sync', 'soon', 'twice', 'both']) {
    test(`R6 a host in mode ${mode}: once`, async () => {
      const { client, control, done } = createWorld()
      control.mode(mode)
      const seen = []
      const note = (name) => () => seen.push(name)
      const request = { success: note('success'), fail: note('fail'), complete: note('complete') }
      await done(client.request({ url: '/private/cart', ...request }))
      assert.deepEqual(seen, ['success', 'complete'])
    })
  }

  test('R6 a host that never answers is TIMEOUT in the end', async () => {
    const { client, control, failure } = createWorld()
    control.silent('request', FOREVER)
    await failure(client.request({ url: '/goods', timeout: 1000 }), 'TIMEOUT', 62_000)
    await failure(client.request({ url: '/goods' }), 'TIMEOUT', 130_000)
  })

  test('R8 an object used again belongs to the new call from then on, not to the old one', async () => {
    const { backend, client, done } = createWorld({ needs: ({ data }) => data.need })
    backend.answer('/goods', { data: { need: 'login' } })
    const heard = []
    const options = { url: '/goods', success: () => heard.push('first') }
    const first = client.request(options)
    Object.assign(options, { url: '/other', anonymous: true, success: () => heard.push('second') })
    await done(Promise.all([first, client.request(options)]))
    assert.deepEqual(heard.sort(), ['first', 'second'])
    assert.equal(backend.at('/goods').length, 2)
  })

  test('R6 calls made by listeners and callbacks are calls like any other', async () => {
    const { client, done } = createWorld()
    const inner = []
    client.onChange(({ type }) => {
      if (type === 'login') inner.push(client.request({ url: '/private/a' }), client.getSession())
    })
    const success = () => inner.push(client.login(), client.request({ url: '/private/b', needs: 'login' }))
    await done(client.request({ url: '/private/cart', success }))
    assert.equal(inner.length, 4)
    await done(Promise.all(inner))
  })

  for (const [bad, field] of [
    [undefined, 'options'],
    [null, 'options'],
    [7, 'options'],
    [{}, 'url'],
    [{ url: 7 }, 'url'],
    [{ url: '/a', needs: 7 }, 'needs'],
    [{ url: '/a', needs: null }, 'needs'],
    [{ url: '/a', needs: '' }, 'needs'],
    [{ url: '/a', validateStatus: 1 }, 'validateStatus'],
  ]) {
    test(`R6 request(${JSON.stringify(bad)}) rejects with CONFIG_INVALID of ${field}`, async () => {
      const { client, failure } = createWorld()
      const { message } = await failure(client.request(bad), 'CONFIG_INVALID')
      assert.match(message, new RegExp(`^CONFIG_INVALID: ${field}: expected `))
    })
  }
})
