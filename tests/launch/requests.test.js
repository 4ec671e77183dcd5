import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLaunch, ended, isLoginError, LoginError, ORIGIN, recordOf, turn } from './stub.js'

const session = { token: 't', openid: 'o', granted: ['phone'] }
const member = (options) => createLaunch(options, recordOf(session))
const authorization = ({ sent }) => sent.map(({ native }) => native.header?.Authorization)

describe('X6 the first request waits for nothing', () => {
  test('a plain request goes out and is settled without the second file', async () => {
    for (const launch of [member(), createLaunch()]) {
      const pending = launch.client.request({ url: '/a', header: { x: '1' }, method: 'POST', data: [1] })
      assert.equal(launch.sent.length, 1)
      launch.answer(0, { statusCode: 404 })
      assert.equal((await pending).statusCode, 404)
      assert.equal(launch.opened, 0)
    }
  })

  test('so does one whose needs the record says hold, and no other', () => {
    const launch = member()
    launch.client.request({ url: '/a', needs: ['login', 'phone'] })
    assert.equal(launch.sent.length, 1)
    for (const needs of ['sessionKey', 'privacy', 'scope.camera', 'terms'])
      launch.client.request({ url: '/a', needs })
    assert.equal(launch.sent.length, 1)
    const guest = createLaunch()
    guest.client.request({ url: '/a', needs: 'login' })
    assert.equal(guest.sent.length, 0)
  })

  test('session, getSession() and login() are served in the same turn', async () => {
    const launch = member()
    assert.equal(await launch.client.login(), launch.client.session)
    assert.equal(await launch.client.login({ prompt: false }), launch.client.session)
    assert.equal(await launch.client.getSession(), launch.client.session)
    await launch.client.ensure('login')
    assert.deepEqual(launch.loads, [])
    assert.equal(await createLaunch().client.getSession(), null)
  })

  test('R4 a URL is trusted if it is relative or begins as one of the app’s does, letter by letter', () => {
    const launch = createLaunch({ trustedOrigins: ['https://cdn.example:8443/'] }, recordOf(session))
    for (const url of ['/a', 'a/b:c', '', '?a', '#a', `${ORIGIN}/a`, 'https://cdn.example:8443/a'])
      launch.client.request({ url })
    assert.deepEqual(authorization(launch), Array(7).fill('Bearer t'))
    for (const url of [
      `${ORIGIN}`,
      `${ORIGIN}.evil/`,
      `${ORIGIN}@evil/`,
      'HTTPS://SHOP.EXAMPLE/a',
      '//shop.example/a',
      '/\\evil',
      '/\t/evil',
      ' /a',
      'https://cdn.example/a',
      'x:y',
      '\\a',
    ])
      launch.client.request({ url })
    assert.equal(launch.sent.length, 7)
  })

  test('and the others when the core has said where they lead', async () => {
    const launch = member()
    launch.client.request({ url: 'HTTPS://SHOP.EXAMPLE/a' })
    launch.client.request({ url: 'https://evil.example/a' })
    await launch.connect()
    const traits = launch.told.filter(([name]) => name === 'request').map(([, , { trusted }]) => trusted)
    assert.deepEqual(traits, [true, false])
  })

  test('the host is not asked for what it has not', async () => {
    const launch = createLaunch()
    delete launch.host.uploadFile
    const { error } = await ended(launch.client.upload({ url: '/a', filePath: 'f', name: 'f' }))
    assert.equal(error.code, 'HOST_UNSUPPORTED')
    assert.match(error.errMsg, /^uploadFile:fail /)
  })
})

describe('X7 the second file and the module', () => {
  test('are loaded when something has to be decided', async () => {
    const launch = createLaunch()
    const pending = launch.client.request({ url: '/a' })
    launch.answer(0, { statusCode: 401 })
    await launch.connect()
    assert.deepEqual(launch.heard(), ['adopt', 'replied'])
    launch.connection.calls.settle(0)
    assert.equal((await pending).statusCode, 401)
  })

  test('or in an idle moment of the host’s', () => {
    const launch = createLaunch()
    const idle = []
    launch.host.requestIdleCallback = (load, options) => idle.push([load, options])
    launch.client.request({ url: '/a' })
    launch.client.request({ url: '/a' })
    assert.equal(idle.length, 1)
    assert.equal(launch.opened, 0)
    idle[0][0]()
    assert.equal(launch.loads.length, 1)
  })

  test('a module that can’t be loaded holds up no plain request, and is tried again', async () => {
    const launch = createLaunch()
    const pending = launch.client.request({ url: '/a' })
    const waiting = ended(launch.client.request({ url: '/a', needs: 'login' }))
    await launch.refuse()
    assert.equal((await waiting).error.code, 'LOAD_FAILED')
    launch.answer(0)
    assert.equal((await pending).statusCode, 200)
    launch.client.login()
    await launch.connect()
    assert.deepEqual(launch.heard(), ['login'])
  })

  test('a second file that is not there rejects, and harms no plain request', async () => {
    const { client, createClient, host, sent } = createLaunch()
    assert.ok(client && createClient)
    const { createClientFor } = await import('../../js/client.js')
    const alone = createClientFor({
      host: () => host,
      stored: () => undefined,
      loadCore() {
        throw new Error('no such file')
      },
    })({ baseURL: ORIGIN, exchange: '/l', storageKey: 'k' })
    const pending = alone.request({ url: '/a' })
    sent[0].native.success({ statusCode: 200 })
    assert.equal((await pending).statusCode, 200)
    for (const call of [alone.login(), alone.request({ url: '/a', needs: 'login' }), alone.logout()]) {
      const { error } = await ended(call)
      assert.equal(error.code, 'LOAD_FAILED')
      assert.match(error.message, /core\.js/)
    }
  })

  test('X1 a global host that throws at a look is looked for again by the next call', async () => {
    let looks = 0
    const { host, sent } = createLaunch()
    const { createClientFor } = await import('../../js/client.js')
    const { connectFor } = await import('../../js/connection.js')
    const { explain } = await import('../../js/explain.js')
    const createClient = createClientFor({
      host() {
        looks += 1
        if (looks < 3) throw new Error('not now')
        return host
      },
      stored: () => undefined,
      loadCore: () => ({
        connect: connectFor(() => ({ connect: () => new Promise(() => {}) }), {}),
        explain,
      }),
    })
    const client = createClient({ baseURL: ORIGIN, exchange: '/l' })
    const { error } = await ended(client.request({ url: '/a' }))
    assert.equal(error.code, 'HOST_UNSUPPORTED')
    client.request({ url: '/a' })
    assert.equal(sent.length, 1)
  })
})

describe('R5, R10 how a response is judged without the core', () => {
  const judged = async (options, response, request = {}) => {
    const launch = member(options)
    const pending = ended(launch.client.request({ url: '/a', ...request }))
    launch.answer(0, response)
    await turn()
    if (launch.loads.length > 0) {
      await launch.connect()
      const [, , , judgement] = launch.told.find(([name]) => name === 'replied')
      return judgement
    }
    return pending
  }

  test('needs, accept, validateStatus, then unwrap', async () => {
    const order = []
    const note = (name, answer) => () => {
      order.push(name)
      return answer
    }
    const options = { needs: note('needs'), accept: note('accept', true), unwrap: note('unwrap', 7) }
    const { value } = await judged(options, {}, { validateStatus: note('validateStatus', true) })
    assert.equal(value, 7)
    assert.deepEqual(order, ['needs', 'accept', 'validateStatus', 'unwrap'])
  })

  for (const [name, options, response, expected] of [
    ['401', {}, { statusCode: 401 }, { asks: ['login'] }],
    [
      'a rule without an opinion of a 401',
      { needs: () => undefined },
      { statusCode: 401 },
      { asks: ['login'] },
    ],
    ['a need', { needs: () => 'phone' }, {}, { asks: ['phone'] }],
    [
      'a thousand needs',
      { needs: () => Array.from({ length: 1000 }, (_, at) => `n${at}`) },
      {},
      { asks: 32 },
    ],
    ['accept: false', { accept: () => false }, {}, { refused: {} }],
    ['accept: a text', { accept: () => 'sold out' }, {}, { refused: { errMsg: 'sold out' } }],
    [
      'accept: { message, code }',
      { accept: () => ({ message: 'no', code: 'E1' }) },
      {},
      { refused: { errMsg: 'no', errcode: 'E1' } },
    ],
    [
      'validateStatus',
      { defaults: { validateStatus: (status) => status < 400 } },
      { statusCode: 500 },
      { invalid: true },
    ],
  ]) {
    test(name, async () => {
      const { asks, refused, invalid, attached } = await judged(options, response)
      assert.equal(attached, true)
      if (typeof expected.asks === 'number') assert.equal(asks.length, expected.asks)
      else assert.deepEqual(asks, expected.asks || [])
      assert.equal(Boolean(invalid), Boolean(expected.invalid))
      assert.deepEqual(refused && JSON.parse(JSON.stringify(refused)), expected.refused)
    })
  }

  for (const [name, options, response] of [
    ['a rule that says null of a 401', { needs: () => null }, { statusCode: 401 }],
    ['accept: nothing', { accept: () => undefined }, {}],
    ['accept: null', { accept: () => null }, {}],
    ['no rule', {}, { data: null }],
  ]) {
    test(`${name} is good`, async () => assert.ok((await judged(options, response)).value))
  }

  test('R11 a passive request’s 401 is told to the core only if the session went along', async () => {
    const launch = createLaunch()
    const pending = launch.client.request({ url: '/a', passive: true })
    launch.answer(0, { statusCode: 401 })
    assert.equal((await pending).statusCode, 401)
    const { asks, refused } = await judged({ accept: () => 'no' }, { statusCode: 401 }, { passive: true })
    assert.deepEqual([asks, refused.errMsg], [['login'], 'no'])
  })

  test('R11 an anonymous one’s is nobody’s business', async () => {
    const { value } = await judged({ needs: () => 'login' }, { statusCode: 401 }, { anonymous: true })
    assert.equal(value.statusCode, 401)
  })

  test('R10 an upload’s text is parsed for the rules, and is a text for the promise', async () => {
    const seen = []
    const launch = member({
      needs: ({ data }) => void seen.push(data),
      accept: ({ data }) => data.code === 0,
    })
    const pending = launch.client.upload({ url: '/a', filePath: 'f', name: 'f' })
    launch.answer(0, { data: '{"code":0}' })
    assert.equal((await pending).data, '{"code":0}')
    assert.deepEqual(seen, [{ code: 0 }])
  })

  test('R10 a download below 400 is asked about by nobody', async () => {
    const no = () => assert.fail('asked')
    const launch = member({ needs: no, accept: no, unwrap: no })
    const pending = launch.client.download({ url: '/a', validateStatus: no })
    launch.answer(0, { statusCode: 302 })
    assert.equal((await pending).statusCode, 302)
  })

  test('R6 a rule that throws, returns a promise, or something else is that request’s CALLBACK_FAILED', async () => {
    const boom = () => {
      throw new Error('boom')
    }
    for (const [rule, options, request] of [
      ['needs', { needs: boom }],
      ['needs', { needs: async () => 'login' }],
      ['needs', { needs: () => 7 }],
      ['accept', { accept: boom }],
      ['accept', { accept: async () => Promise.reject(new Error('unhandled')) }],
      ['accept', { accept: () => 7 }],
      ['unwrap', { unwrap: boom }],
      ['unwrap', { unwrap: async () => 7 }],
      ['validateStatus', {}, { validateStatus: boom }],
      ['validateStatus', {}, { validateStatus: async () => true }],
      ['attach', { attach: boom }],
      ['attach', { attach: async () => ({}) }],
      ['attach', { attach: () => ({ url: 7 }) }],
      ['defaults', { defaults: boom }],
      ['defaults', { defaults: async () => ({}) }],
    ]) {
      const launch = member(options)
      const pending = ended(launch.client.request({ url: '/a', ...request }))
      if (launch.sent.length > 0) launch.answer(0)
      const { error } = await pending
      assert.equal(error?.code, 'CALLBACK_FAILED', rule)
      assert.ok(error.message.includes(`${rule} failed`), error.message)
      assert.equal(Boolean(error.response), launch.sent.length > 0)
      assert.deepEqual(launch.loads, [])
    }
  })

  test('R4 an absolute URL of attach’s is for the core to say, and foreign ones are refused', async () => {
    const launch = member({ attach: () => ({ url: 'https://evil.example/' }) })
    const pending = ended(launch.client.request({ url: '/a' }))
    await launch.connect()
    launch.connection.calls.publish({
      session,
      from: 0,
      until: Infinity,
      generation: 1,
      moment: 0,
      renewFrom: Infinity,
      lends: true,
    })
    launch.connection.calls.send(0, 1, true)
    assert.deepEqual(launch.heard(), ['request', 'callbackFailed'])
    assert.equal(launch.sent.length, 0)
    launch.connection.calls.fail(0, new LoginError('CALLBACK_FAILED', 'attach failed'))
    assert.equal((await pending).error.code, 'CALLBACK_FAILED')
  })

  test('R6 a native response that has a then is a value like any other', async () => {
    for (const then of [() => {}, (_, reject) => reject(new Error('foreign')), 7]) {
      const launch = createLaunch()
      const heard = []
      const response = { statusCode: 200, data: 1, then }
      const pending = launch.client.request({ url: '/a', success: (value) => heard.push(value) })
      launch.sent[0].native.success(response)
      assert.equal((await pending).data, 1)
      assert.deepEqual(heard, [response])
    }
    const get = () => {
      throw new Error('no')
    }
    const launch = createLaunch()
    const pending = launch.client.request({ url: '/a' })
    launch.sent[0].native.success(new Proxy({}, { get, ownKeys: get }))
    await pending
  })
})

describe('R6, R8, R12 callbacks', () => {
  test('R8 success and complete get the response, whatever the promise resolves with', async () => {
    const heard = []
    const launch = createLaunch({ unwrap: ({ data }) => data.a })
    const note = (name) => (value) => heard.push([name, value.data.a])
    const pending = launch.client.request({ url: '/a', success: note('success'), complete: note('complete') })
    launch.answer(0, { data: { a: 1 } })
    launch.answer(0, { data: { a: 2 } })
    assert.equal(await pending, 1)
    assert.deepEqual(heard, [
      ['success', 1],
      ['complete', 1],
    ])
  })

  test('R12 onError hears of each that rejects, once, but of passive and aborted ones', async () => {
    const heard = []
    const launch = createLaunch({
      onError: ({ code }, { url }) => heard.push([code, url]),
      needs: () => ({}),
    })
    const calls = [
      launch.client.request({ url: '/a' }),
      launch.client.request({ url: '/b', passive: true }),
      launch.client.request({ url: '/c' }),
      launch.client.request({ url: '/d', needs: 7 }),
    ]
    calls[2].abort()
    launch.answer(0)
    launch.answer(1)
    await Promise.all(calls.map(ended))
    assert.deepEqual(heard, [])
    await turn()
    assert.deepEqual(
      heard,
      [
        ['CALLBACK_FAILED', '/a'],
        ['CONFIG_INVALID', '/d'],
      ].reverse(),
    )
  })

  test('R7 abort() aborts the native task, also from inside the host’s function, with the host’s words', async () => {
    for (const [call, words] of [
      ['request', 'request:fail abort'],
      ['upload', 'uploadFile:fail abort'],
      ['download', 'downloadFile:fail abort'],
    ]) {
      const launch = createLaunch()
      const pending = launch.client[call]({ url: '/a', filePath: 'f', name: 'f' })
      pending.abort()
      const { error } = await ended(pending)
      assert.deepEqual([error.code, error.errMsg, launch.sent[0].aborted], ['ABORTED', words, 1])
    }
  })

  test('R7 nor is there a way out from inside the host’s function', async () => {
    const launch = createLaunch()
    const { request } = launch.host
    let pending
    launch.client.request({ url: '/first' })
    launch.answer(0, { statusCode: 401 })
    await launch.connect()
    launch.host.request = (native) => {
      pending.abort()
      return request(native)
    }
    pending = launch.client.request({ url: '/a', needs: 'login', onTask: () => assert.fail('told of it') })
    launch.core.abort = (ticket) => {
      launch.connection.calls.cancel(ticket)
      launch.connection.calls.fail(ticket, new LoginError('ABORTED', 'abort() was called'))
    }
    launch.connection.calls.send(1, 1, false)
    assert.equal((await ended(pending)).error.code, 'ABORTED')
    assert.equal(launch.sent.at(-1).aborted, 1)
  })

  test('R6 what a listener throws is thrown again on its own', async () => {
    const thrown = []
    const { setTimeout: standard } = globalThis
    globalThis.setTimeout = (task, ms) =>
      standard(() => {
        try {
          task()
        } catch (error) {
          thrown.push(error.message)
        }
      }, ms)
    try {
      const launch = createLaunch()
      const success = () => {
        throw new Error('mine')
      }
      const pending = launch.client.request({ url: '/a', success })
      launch.answer(0)
      await pending
      await new Promise((resolve) => standard(resolve, 5))
      assert.deepEqual(thrown, ['mine'])
    } finally {
      globalThis.setTimeout = standard
    }
  })
})

describe('R6 arguments that are bad, or can’t be read', () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  const no = () => {
    throw new Error('no')
  }
  for (const [name, call] of Object.entries({
    'no options': ({ request }) => request(),
    'a revoked proxy': ({ request }) => request(proxy),
    'a getter that throws': ({ request }) =>
      request(Object.defineProperty({}, 'url', { get: no, enumerable: true })),
    'a number for a URL': ({ request }) => request({ url: 7 }),
    'passive with needs': ({ request }) => request({ url: '/a', passive: true, needs: 'login' }),
    'an anonymous login': ({ request }) => request({ url: '/a', anonymous: true, needs: 'login' }),
    'too many needs': ({ request }) => request({ url: '/a', needs: Array(33).fill('a') }),
    'login of a proxy': ({ login }) => login(proxy),
    'needs of a proxy': ({ ensure }) => ensure(proxy),
    'no needs': ({ ensure }) => ensure(undefined),
    'a need that is a symbol': ({ ensure }) => ensure(Symbol('s')),
    'no detail': ({ provide }) => provide('phone', undefined),
    'a tap instead of its detail': ({ provide }) => provide('phone', { type: 'tap', detail: {} }),
    'a detail that can’t be read': ({ provide }) => provide('phone', new Proxy({}, { get: no })),
  })) {
    test(name, async () => {
      const { error } = await ended(call(createLaunch().client))
      assert.ok(isLoginError(error), String(error))
      assert.equal(error.code, 'CONFIG_INVALID')
      assert.match(error.errMsg, /^(request|login|ensure|provide):fail /)
    })
  }

  test('deny throws a LoginError', () => {
    const { client } = createLaunch()
    for (const need of [proxy, undefined, 7]) assert.throws(() => client.deny(need), LoginError)
    client.deny('phone', proxy)
  })
})
