import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, unhandledDuring } from '../world.js'

describe('R8 success, fail and complete', () => {
  const recorder = () => {
    const seen = []
    const note = (name) => (value) => seen.push([name, value])
    return { seen, callbacks: { success: note('success'), fail: note('fail'), complete: note('complete') } }
  }

  test('R8 once each, with the reply', async () => {
    const { client, done } = createWorld()
    const { seen, callbacks } = recorder()
    const reply = await done(client.request({ url: '/private/cart', ...callbacks }))
    assert.deepEqual(
      seen.map(([name]) => name),
      ['success', 'complete'],
    )
    assert.ok(seen.every(([, value]) => value === reply))
  })

  test('R8 once each, with the error', async () => {
    const { client, control, failure } = createWorld()
    const { seen, callbacks } = recorder()
    control.offline()
    const error = await failure(client.request({ url: '/goods', ...callbacks }), 'NETWORK')
    assert.deepEqual(seen, [
      ['fail', error],
      ['complete', error],
    ])
    assert.equal(typeof error.errMsg, 'string')
  })

  for (const name of ['success', 'fail', 'complete']) {
    test(`R8 with ${name} given, a promise that nobody looks at is not unhandled`, async () => {
      const { client, clock, control } = createWorld()
      control.offline()
      const unhandled = await unhandledDuring(() => {
        client.request({ url: '/goods', [name]: () => {} })
        return clock.advance(100)
      })
      assert.deepEqual(unhandled, [])
    })
  }

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
})

describe('R9 transport failures', () => {
  for (const [host, code] of [
    [{ errMsg: 'request:fail timeout', errno: 5 }, 'TIMEOUT'],
    [{ errMsg: 'request:fail 请求超时。', errno: 5 }, 'TIMEOUT'],
    [{ errMsg: 'request:fail timeout' }, 'TIMEOUT'],
    [{ errMsg: 'request:fail errcode:-21 network change, cancel all task', errno: 600001 }, 'NETWORK'],
    [{ errMsg: 'request:fail url not in domain list', errno: 600002 }, 'NETWORK'],
    [{ errMsg: 'request:fail interrupted', errno: 600003 }, 'NETWORK'],
    [{ errMsg: 'request:fail 未能完成操作' }, 'NETWORK'],
    [{}, 'NETWORK'],
  ]) {
    test(`R9 ${JSON.stringify(host)} is ${code}`, async () => {
      const { client, control, failure } = createWorld()
      control.fail('request', host)
      const error = await failure(client.request({ url: '/goods' }), code)
      assert.equal(error.errno, host.errno)
      assert.equal(error.errMsg, host.errMsg || 'request:fail')
      assert.equal(error.retryable, true)
      assert.equal(control.count('request'), 1)
    })
  }

  for (const [method, sends] of [
    [undefined, 3],
    ['GET', 3],
    ['HEAD', 3],
    ['get', 3],
    ['POST', 1],
    ['PUT', 1],
    ['DELETE', 1],
    ['OPTIONS', 1],
  ]) {
    test(`R9 with two retries ${method} is sent ${sends} times`, async () => {
      const { client, control, failure } = createWorld({ retries: 2 })
      control.offline()
      await failure(client.request({ url: '/goods', method }), 'NETWORK', 10_000)
      assert.equal(control.count('request'), sends)
    })
  }

  test('R9 with back-off, and only until one gets through', async () => {
    const { client, control, done } = createWorld({ retries: 5 })
    control.fail('request', { errMsg: 'request:fail' }, 2)
    await done(client.request({ url: '/goods' }), 5000)
    const at = control.calls.filter(({ api }) => api === 'request').map((call) => call.at)
    assert.equal(at.length, 3)
    assert.ok(at[1] - at[0] >= 500 && at[2] - at[1] >= 1000, at.join(' '))
  })

  test('R9 uploads and downloads are sent once', async () => {
    const phone = { files: new Map([['f', { bytes: Uint8Array.of(1), type: '' }]]) }
    const { client, control, failure } = createWorld({ retries: 2 }, { phone })
    control.offline()
    await failure(client.upload({ url: '/u', filePath: 'f', name: 'f' }), 'NETWORK', 10_000)
    await failure(client.download({ url: '/d' }), 'NETWORK', 10_000)
    assert.equal(control.count('uploadFile') + control.count('downloadFile'), 2)
  })
})
