import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, unhandledDuring } from '../world.js'

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

describe('R6 what callbacks and listeners throw', () => {
  /** A world whose host reports errors, and what it has reported. */
  function reporting(options) {
    const reported = []
    const world = createWorld(options, { report: (error) => reported.push(error) })
    return { ...world, reported }
  }
  const boom = (name) => Object.assign(new Error(name), { mine: true })
  const throwing = (error) => () => {
    throw error
  }

  test('R6 harms nobody', async () => {
    const { client, clock, done } = reporting()
    const heard = []
    client.onChange(throwing(boom('change')))
    client.onTrace(throwing(boom('trace')))
    client.onChange(({ type }) => heard.push(type))
    client.onTrace(({ step }) => heard.push(step))
    const callbacks = { success: throwing(boom('success')), complete: throwing(boom('complete')) }
    await done(client.request({ url: '/goods', needs: 'login', ...callbacks }))
    await done(client.request({ url: '/goods', onTask: throwing(boom('task')) }))
    await clock.advance(100)
    assert.ok(heard.includes('login') && heard.includes('settled') && heard.includes('listener-failed'))
  })

  const callers = {
    success: ({ client, done }, error) => done(client.request({ url: '/goods', success: throwing(error) })),
    'complete of a success': ({ client, done }, error) =>
      done(client.request({ url: '/goods', complete: throwing(error) })),
    fail: ({ client, control, failure }, error) => {
      control.offline()
      return failure(client.request({ url: '/goods', fail: throwing(error) }), 'NETWORK')
    },
    'complete of a failure': ({ client, control, failure }, error) => {
      control.offline()
      return failure(client.request({ url: '/goods', complete: throwing(error) }), 'NETWORK')
    },
    onTask: ({ client, done }, error) => done(client.request({ url: '/goods', onTask: throwing(error) })),
    onChange: ({ client, done }, error) => {
      client.onChange(throwing(error))
      return done(client.login())
    },
  }
  for (const [name, run] of Object.entries(callers)) {
    test(`R6 in ${name}: thrown again on its own, later, once`, async () => {
      const world = reporting()
      const error = boom(name)
      await run(world, error)
      await world.clock.advance(1000)
      assert.deepEqual(world.reported, [error])
    })
  }

  test('R6 in onTrace: at every step', async () => {
    const { client, clock, done, reported } = reporting()
    const error = boom('trace')
    const stop = client.onTrace(throwing(error))
    await done(client.request({ url: '/goods' }))
    stop()
    await clock.advance(1000)
    assert.ok(reported.length > 1)
    for (const found of reported) assert.equal(found, error)
  })

  test('R6 in onError', async () => {
    const error = boom('onError')
    const { client, clock, control, failure, reported } = reporting({ onError: throwing(error) })
    control.offline()
    await failure(client.request({ url: '/goods' }), 'NETWORK')
    await clock.advance(1000)
    assert.deepEqual(reported, [error])
  })

  test('R6 not before the call has gone on: the next callback is called first', async () => {
    const order = []
    const world = createWorld({}, { report: () => order.push('reported') })
    const success = () => {
      order.push('success')
      throw boom('success')
    }
    await world.done(world.client.request({ url: '/goods', success, complete: () => order.push('complete') }))
    await world.clock.advance(1000)
    assert.deepEqual(order, ['success', 'complete', 'reported'])
  })
})

describe('R6 a rule that returns a promise is CALLBACK_FAILED, which names it', () => {
  const later = async () => {
    throw new Error('of the promise')
  }
  for (const [name, options, request] of [
    ['needs', { needs: later }, {}],
    ['accept', { accept: later }, {}],
    ['unwrap', { unwrap: later }, {}],
    ['attach', { attach: later }, {}],
    ['defaults', { defaults: later }, {}],
    ['validateStatus', {}, { validateStatus: later }],
  ]) {
    test(`R6 ${name}`, async () => {
      const world = createWorld({ exchange: () => ({ token: 't' }), ...options })
      const unhandled = await unhandledDuring(async () => {
        const calls = world.client.login().then(() => world.client.request({ url: '/goods', ...request }))
        const { message } = await world.failure(calls, 'CALLBACK_FAILED')
        assert.match(message, new RegExp(name))
      })
      assert.deepEqual(unhandled, [])
    })
  }

  test('R6 readSession', async () => {
    const { client, failure } = createWorld({ readSession: later })
    const unhandled = await unhandledDuring(async () => {
      assert.match((await failure(client.login(), 'CALLBACK_FAILED')).message, /readSession/)
    })
    assert.deepEqual(unhandled, [])
  })

  for (const name of ['needs', 'accept', 'unwrap']) {
    test(`R6 and so is a ${name} that throws`, async () => {
      const error = new Error('boom')
      const rule = () => {
        throw error
      }
      const { client, failure } = createWorld({ [name]: rule })
      const failed = await failure(client.request({ url: '/goods' }), 'CALLBACK_FAILED')
      assert.equal(failed.cause, error)
      assert.match(failed.message, new RegExp(name))
      assert.equal(failed.response.statusCode, 200)
    })
  }

  test('R6 and so are defaults that throw, with nothing sent', async () => {
    const rule = () => {
      throw new Error('boom')
    }
    const { backend, client, failure } = createWorld({ defaults: rule })
    await failure(client.request({ url: '/goods' }), 'CALLBACK_FAILED')
    assert.equal(backend.hits.length, 0)
  })
})

describe('R6 errMsg is always there', () => {
  const failures = {
    'an abort': [
      'request:fail abort',
      (client) => {
        const pending = client.request({ url: '/hanging' })
        pending.abort()
        return pending
      },
    ],
    'an upload’s abort': [
      'uploadFile:fail abort',
      (client) => {
        const pending = client.upload({ url: '/hanging', filePath: 'f', name: 'f' })
        pending.abort()
        return pending
      },
    ],
    'a download’s abort': [
      'downloadFile:fail abort',
      (client) => {
        const pending = client.download({ url: '/hanging' })
        pending.abort()
        return pending
      },
    ],
    'a status': [
      /^request:/,
      (client) => client.request({ url: '/missing', validateStatus: (s) => s < 400 }),
    ],
    'options that can’t work': [/^request:fail/, (client) => client.request({})],
    'no prompt': [/./, (client) => client.ensure('nothing')],
    'a refusal': [/./, (client) => client.ensure('terms')],
    'an exchange that gives no session': [/./, (client) => client.login()],
    'a server that asks twice': [/./, (client) => client.request({ url: '/always' })],
    'a silent host': [/^request:fail/, (client) => client.request({ url: '/silent', timeout: 1000 })],
  }
  for (const [kind, [expected, fail]] of Object.entries(failures)) {
    test(`R6 after ${kind}`, async () => {
      const { backend, client, control, done } = createWorld({
        exchange: kind.startsWith('an exchange') ? () => ({}) : '/login',
        prompts: { terms: { ask: () => false } },
      })
      backend.answer('/missing', { status: 404 })
      backend.answer('/always', { status: 401 }, FOREVER)
      backend.answer('/hanging', 'hang')
      if (kind === 'a silent host') control.silent('request')
      const error = await done(fail(client), 70_000).catch((reason) => reason)
      assert.equal(typeof error.code, 'string')
      if (typeof expected === 'string') assert.equal(error.errMsg, expected)
      else assert.match(error.errMsg, expected)
    })
  }

  test('R6 in what fail and complete get', async () => {
    const { backend, client, clock } = createWorld()
    backend.answer('/goods', 'hang')
    const heard = []
    const note = ({ errMsg }) => heard.push(errMsg)
    const pending = client.request({ url: '/goods', fail: note, complete: note })
    await clock.advance(10)
    pending.abort()
    await clock.advance(10)
    assert.deepEqual(heard, ['request:fail abort', 'request:fail abort'])
  })

  test('R6 in errors that an app makes itself', () => {
    const { LoginError } = createWorld()
    assert.equal(typeof new LoginError('NETWORK', 'no way through').errMsg, 'string')
  })
})
