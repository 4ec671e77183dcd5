import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, ORIGIN, plain } from './world.js'

const FOREVER = Number.POSITIVE_INFINITY

const authorization = (hits) => hits.map((hit) => hit.headers.authorization)

/** What was handed to a native API, as it was handed over. */
const native = ({ control }, api = 'request') =>
  control.calls.filter((call) => call.api === api && !String(call.options.url).endsWith('/login'))

describe('R1 browsing stays undisturbed', () => {
  test('R1 without needs nothing is asked first', async () => {
    const { client, control, done } = createWorld()
    const { data } = await done(client.request({ url: '/goods' }))
    assert.deepEqual(plain(data), { path: '/goods' })
    for (const api of ['login', 'checkSession', 'getSetting', 'getPrivacySetting', 'authorize'])
      assert.equal(control.count(api), 0, api)
  })

  test('R1 a 401 is made good and the request is sent again', async () => {
    const { backend, client, control, done } = createWorld()
    assert.equal((await done(client.request({ url: '/private/cart' }))).statusCode, 200)
    assert.deepEqual(authorization(backend.at('/private/cart')), [undefined, 'Bearer token-1'])
    assert.equal(control.count('login'), 1)
  })

  test('R1 the app has its own rule of what a reply asks for', async () => {
    const needs = ({ data }) => (data.need === undefined ? undefined : data.need)
    const { backend, client, control, done } = createWorld({ needs })
    backend.answer('/goods', { data: { need: 'login' } })
    assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 200)
    assert.equal(control.count('login'), 1)
    backend.answer('/goods', { status: 401, data: { need: null } })
    assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 401)
    backend.forget()
    assert.equal((await done(client.request({ url: '/private/cart' }))).statusCode, 200)
    assert.equal(control.count('login'), 2)
  })

  test('R1 several needs of one reply are met in order, then it is sent again once', async () => {
    const order = []
    const ask = ({ need }) => {
      order.push(need)
      return {}
    }
    const { backend, client, done } = createWorld({
      needs: ({ data }) => data.needs,
      prompts: { phone: { ask }, profile: { ask } },
    })
    backend.answer('/checkout', { data: { needs: ['profile', 'login', 'phone'] } })
    await done(client.request({ url: '/checkout' }))
    assert.deepEqual(order, ['profile', 'phone'])
    assert.equal(backend.at('/checkout').length, 2)
  })
})

describe('R2 each need at most once', () => {
  test('R2 the second 401 is LOGIN_REJECTED, with its reply, after two sends', async () => {
    const { backend, client, control, failure } = createWorld()
    backend.answer('/goods', { status: 401, data: { why: 'no' } }, FOREVER)
    const error = await failure(client.request({ url: '/goods' }), 'LOGIN_REJECTED')
    assert.equal(error.statusCode, 401)
    assert.deepEqual(plain(error.response.data), { why: 'no' })
    assert.equal(backend.at('/goods').length, 2)
    assert.equal(control.count('login'), 1)
  })

  test('R2 also where the session was there from the beginning', async () => {
    const { backend, client, control, done, failure } = createWorld()
    await done(client.login())
    backend.answer('/goods', { status: 401 }, FOREVER)
    await failure(client.request({ url: '/goods', needs: 'login' }), 'LOGIN_REJECTED')
    assert.equal(backend.at('/goods').length, 2)
    assert.equal(control.count('login'), 2)
  })

  test('R2 another need that a reply asks for twice is no loop either', async () => {
    let asked = 0
    const { backend, client, failure } = createWorld({
      needs: ({ data }) => data.need,
      prompts: {
        phone: {
          ask: () => {
            asked += 1
            return {}
          },
        },
      },
    })
    backend.answer('/goods', { status: 403, data: { need: 'phone' } }, FOREVER)
    const error = await failure(client.request({ url: '/goods' }), 'AUTH_UNAVAILABLE')
    assert.equal(error.need, 'phone')
    assert.equal(error.statusCode, 403)
    assert.equal(backend.at('/goods').length, 2)
    assert.equal(asked, 1)
  })

  test('R2 a login and a phone number, asked for one after the other, are three sends', async () => {
    const { backend, client, done } = createWorld({
      needs: ({ data }) => data.need,
      prompts: { phone: { ask: () => ({}) } },
    })
    backend.answer('/goods', { data: { need: 'login' } })
    backend.answer('/goods', { data: { need: 'phone' } })
    assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 200)
    assert.equal(backend.at('/goods').length, 3)
  })
})

describe('R3 every send is built afresh', () => {
  test('R3 the caller’s object is not changed, and all of it that is not ours goes out', async () => {
    const { client, done, control } = createWorld()
    const header = Object.freeze({ 'X-Trace': 'a b', accept: '*/*' })
    const data = Object.freeze({ list: Object.freeze([1, 'ü', null]) })
    const options = Object.freeze({ url: '/private/cart', method: 'POST', header, data, enableHttp2: true })
    await done(client.request(options))
    const sends = native({ control })
    assert.equal(sends.length, 2)
    for (const { options: sent } of sends) {
      assert.equal(sent.method, 'POST')
      assert.equal(sent.data, data)
      assert.equal(sent.enableHttp2, true)
      assert.equal(sent.header['X-Trace'], 'a b')
      assert.equal(sent.header.accept, '*/*')
    }
    assert.notEqual(sends[0].options, sends[1].options)
    assert.equal(sends[0].options.header.Authorization, undefined)
    assert.equal(sends[1].options.header.Authorization, 'Bearer token-1')
    assert.deepEqual(Object.keys(header), ['X-Trace', 'accept'])
  })

  test('R3 the second send has the session of its moment', async () => {
    const { backend, client, done } = createWorld()
    await done(client.login())
    backend.forget()
    await done(client.request({ url: '/private/cart' }))
    assert.deepEqual(authorization(backend.at('/private/cart')), ['Bearer token-1', 'Bearer token-2'])
  })

  test('R3 the package’s own options do not reach the host', async () => {
    const { client, control, done } = createWorld()
    await done(
      client.request({
        url: '/goods',
        needs: 'login',
        validateStatus: () => true,
        onTask: () => {},
        anonymous: false,
        complete: () => {},
      }),
    )
    const [{ options }] = native({ control })
    assert.deepEqual(Object.keys(options).sort(), ['header', 'url'])
  })

  for (const url of [
    '/goods?q=%E8%8C%B6&a=b&a=c#part',
    '/goods?next=https://evil.example/?a=b',
    '/茶?q=茶&x=%2F..%2f',
    '/a//b/../c?',
    '/%00%0d%0a',
    '?page=2',
    '#top',
    '',
  ]) {
    test(`R3 the URL ${JSON.stringify(url)} arrives as given, behind baseURL`, async () => {
      const { client, control, done } = createWorld({ baseURL: `${ORIGIN}/api` })
      await done(client.request({ url }))
      assert.equal(native({ control })[0].options.url, `${ORIGIN}/api${url}`)
    })
  }

  for (const [base, url, whole] of [
    [`${ORIGIN}/`, '/goods', `${ORIGIN}/goods`],
    [`${ORIGIN}/`, 'goods', `${ORIGIN}/goods`],
    [ORIGIN, 'goods', `${ORIGIN}/goods`],
    [`${ORIGIN}/v1/`, '/goods', `${ORIGIN}/v1/goods`],
    [`${ORIGIN}/v1`, 'goods?a=/b', `${ORIGIN}/v1/goods?a=/b`],
    [ORIGIN, `${ORIGIN}/abs`, `${ORIGIN}/abs`],
  ]) {
    test(`R3 ${base} and ${url} make ${whole}`, async () => {
      const { client, control, done } = createWorld({ baseURL: base })
      await done(client.request({ url }))
      assert.equal(native({ control })[0].options.url, whole)
    })
  }

  test('R3 attach as a function is asked for every attempt, with copies', async () => {
    const seen = []
    const { backend, client, done } = createWorld({
      attach(request, session) {
        seen.push(session.token)
        request.header['X-Spoilt'] = 'yes'
        return { header: { 'X-Session': session.token, 'X-Time': String(seen.length) } }
      },
    })
    await done(client.login())
    backend.answer('/goods', { status: 401 })
    const header = { accept: '*/*' }
    await done(client.request({ url: '/goods', header }))
    assert.deepEqual(seen, ['token-1', 'token-2'])
    assert.deepEqual(
      backend
        .at('/goods')
        .map(({ headers }) => [headers['x-session'], headers['x-time'], headers['x-spoilt']]),
      [
        ['token-1', '1', undefined],
        ['token-2', '2', undefined],
      ],
    )
    assert.deepEqual(header, { accept: '*/*' })
  })
})

describe('R4 the session stays at home', () => {
  const trusted = 'https://img.shop.example:8443'
  const urls = [
    '/goods',
    'goods',
    `${ORIGIN}/x`,
    `${ORIGIN}:443/x`,
    'HTTPS://SHOP.EXAMPLE/x',
    `${trusted}/x`,
    'https://img.shop.example/x',
    'http://shop.example/x',
    'https://shop.example:444/x',
    'https://shop.example.evil.example/x',
    'https://evil.example/https://shop.example/',
    'https://shop.example@evil.example/x',
    'https://user:pass@shop.example/x',
    'https://evil.example#@shop.example/',
    'https://evil.example?@shop.example/',
    'https://evil.example\\@shop.example/',
    'https:\\\\evil.example\\x',
    'https:/\\evil.example/x',
    'https:evil.example/x',
    'https:///evil.example/x',
    '//evil.example/x',
    '\\\\evil.example/x',
    '/\\evil.example/x',
    '/\t/evil.example/x',
    '\t//evil.example/x',
    ' https://evil.example/x',
    'ht\ntps://evil.example/x',
    'https://evil。example/x',
    'https://shop。example/x',
    'https://ev\u00adil.example/x',
    'https://shop.example%2eevil.example/x',
    'https://shop.example./x',
    'https://[::1]/x',
    'https://0x7f000001/x',
    'javascript:alert(1)',
    'data:text/plain,x',
    'wss://shop.example/x',
  ]

  for (const url of urls) {
    test(`R4 ${JSON.stringify(url)}`, async () => {
      const world = createWorld({ trustedOrigins: [trusted] })
      await world.done(world.client.login())
      await world.done(world.client.request({ url })).catch(() => {})
      for (const { options } of native(world)) {
        const carries = JSON.stringify(options).includes('token-1')
        const { origin } = URL.canParse(options.url) ? new URL(options.url) : { origin: 'none' }
        if (carries) assert.ok([ORIGIN, trusted].includes(origin), `the session went to ${origin}`)
        else assert.notEqual(options.url, `${ORIGIN}${url}`, 'the session was missed at home')
      }
    })
  }

  test('R4 every spelling of home is home', async () => {
    const world = createWorld({ trustedOrigins: [trusted] })
    await world.done(world.client.login())
    const homes = ['/x', 'x', `${ORIGIN}/x`, `${ORIGIN}:443/x`, 'HTTPS://SHOP.EXAMPLE/x', `${trusted}/x`]
    for (const url of homes) await world.done(world.client.request({ url }))
    for (const { options } of native(world))
      assert.equal(options.header?.Authorization, 'Bearer token-1', options.url)
    assert.equal(native(world).length, homes.length)
  })

  test('R4 a foreign 401 is the app’s own affair', async () => {
    const { backend, client, control, done } = createWorld()
    backend.answer('/x', { status: 401 })
    assert.equal((await done(client.request({ url: 'https://evil.example/x' }))).statusCode, 401)
    assert.equal(control.count('login'), 0)
  })

  test('R4 uploads and downloads the same', async () => {
    const phone = { files: new Map([['f', { bytes: Uint8Array.of(1), type: 'image/png' }]]) }
    const { backend, client, done } = createWorld({}, { phone })
    await done(client.login())
    await done(client.upload({ url: 'https://evil.example/u', filePath: 'f', name: 'f' }))
    await done(client.download({ url: 'https://evil.example/d' }))
    await done(client.upload({ url: '/u', filePath: 'f', name: 'f' }))
    await done(client.download({ url: '/d' }))
    assert.deepEqual(authorization(backend.hits.slice(1)), [
      undefined,
      undefined,
      'Bearer token-1',
      'Bearer token-1',
    ])
  })

  test('R4 an attach function can’t send the session elsewhere', async () => {
    const { client, done, failure, backend } = createWorld({
      attach: (_request, { token }) => ({ url: 'https://evil.example/x', header: { token } }),
    })
    await done(client.login())
    await failure(client.request({ url: '/goods' }), 'CALLBACK_FAILED')
    assert.equal(backend.at('/x').length, 0)
  })

  for (const name of ['Authorization', 'authorization', 'AUTHORIZATION']) {
    test(`R4 the caller’s own ${name} wins`, async () => {
      const { client, control, done } = createWorld()
      await done(client.login())
      await done(client.request({ url: '/goods', header: { [name]: 'mine' } }))
      assert.deepEqual(plain(native({ control })[0].options.header), { [name]: 'mine' })
    })
  }

  test('R4 the bare token goes into a header of another name', async () => {
    const { backend, client, done } = createWorld({ attach: { header: 'X-Token' } })
    await done(client.login())
    await done(client.request({ url: '/goods' }))
    await done(client.request({ url: '/goods', header: { 'x-token': 'mine' } }))
    assert.deepEqual(
      backend.at('/goods').map(({ headers }) => headers['x-token']),
      ['token-1', 'mine'],
    )
  })

  test('R4 a session without a token attaches nothing', async () => {
    const { backend, client, done } = createWorld()
    backend.answer('/login', { data: { openid: 'o' } })
    await done(client.request({ url: '/goods', needs: 'login' }))
    assert.deepEqual(authorization(backend.at('/goods')), [undefined])
  })

  test('R4 anonymous requests carry nothing and log nobody in', async () => {
    const { backend, client, control, done } = createWorld()
    await done(client.login())
    const reply = await done(client.request({ url: '/private/cart', anonymous: true }))
    assert.equal(reply.statusCode, 401)
    assert.deepEqual(authorization(backend.at('/private/cart')), [undefined])
    assert.equal(control.count('login'), 1)
  })
})

describe('R5 any reply resolves', () => {
  for (const data of [null, 0, '', false, [], 'text', { a: 1 }]) {
    test(`R5 ${JSON.stringify(data)}`, async () => {
      const { client, control, done } = createWorld()
      control.succeed('request', { data, statusCode: 200, header: {} })
      assert.equal((await done(client.request({ url: '/goods' }))).data, data)
    })
  }

  for (const status of [204, 302, 400, 404, 500, 503]) {
    test(`R5 HTTP ${status}`, async () => {
      const { backend, client, done } = createWorld()
      backend.answer('/goods', { status })
      assert.equal((await done(client.request({ url: '/goods' }))).statusCode, status)
    })
  }

  test('R5 unless validateStatus says no: STATUS, with the response', async () => {
    const { backend, client, failure } = createWorld()
    const validateStatus = (status) => status < 400
    backend.answer('/goods', { status: 404, data: { a: 1 } })
    const error = await failure(client.request({ url: '/goods', validateStatus }), 'STATUS')
    assert.equal(error.statusCode, 404)
    assert.equal(error.retryable, false)
    assert.deepEqual(plain(error.response.data), { a: 1 })
    backend.answer('/goods', { status: 503 })
    assert.equal((await failure(client.request({ url: '/goods', validateStatus }), 'STATUS')).retryable, true)
  })

  test('R5 an upload stays an upload', async () => {
    const bytes = Uint8Array.of(1, 2, 3)
    const phone = { files: new Map([['http://tmp/a.png', { bytes, type: 'image/png' }]]) }
    const { backend, client, control, done } = createWorld({}, { phone })
    const formData = Object.freeze({ note: 'hi' })
    const upload = { url: '/private/upload', filePath: 'http://tmp/a.png', name: 'file', formData }
    const reply = await done(client.upload(upload))
    assert.equal(reply.data, JSON.stringify({ path: '/private/upload' }))
    assert.equal(control.count('uploadFile'), 2)
    assert.equal(control.count('request'), 1)
    for (const { data } of backend.at('/private/upload')) {
      assert.equal(data.get('note'), 'hi')
      assert.equal(data.get('file').size, 3)
    }
  })

  test('R5 a download stays a download', async () => {
    const { client, control, done } = createWorld()
    const reply = await done(client.download({ url: '/private/file', filePath: 'http://usr/f' }))
    assert.equal(reply.filePath, 'http://usr/f')
    assert.equal(reply.statusCode, 200)
    assert.equal(control.count('downloadFile'), 2)
    assert.equal(control.count('request'), 1)
    assert.match(new TextDecoder().decode(control.files.get('http://usr/f').bytes), /private/)
  })
})

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

describe('R7 abort', () => {
  test('R7 before the send: never sent; the login goes on for others', async () => {
    const { backend, client, clock, control, done, failure } = createWorld()
    control.delay('login', 20)
    const mine = client.request({ url: '/private/mine', needs: 'login' })
    const other = client.request({ url: '/private/other', needs: 'login' })
    await clock.advance(10)
    mine.abort()
    await failure(mine, 'ABORTED', 0)
    await done(other)
    assert.equal(backend.at('/private/mine').length, 0)
    assert.equal(control.count('login'), 1)
  })

  test('R7 before the module is there', async () => {
    const { backend, client, clock, failure } = createWorld()
    const mine = client.request({ url: '/goods' })
    mine.abort()
    await failure(mine, 'ABORTED', 0)
    await clock.advance(100)
    assert.equal(backend.hits.length, 0)
  })

  test('R7 after the send: the native task is aborted', async () => {
    const { backend, client, clock, control, failure } = createWorld()
    backend.answer('/goods', 'hang')
    const mine = client.request({ url: '/goods' })
    await clock.advance(10)
    assert.equal(control.underWay().running, 1)
    mine.abort()
    await failure(mine, 'ABORTED', 0)
    await clock.advance(10)
    assert.equal(control.underWay().running, 0)
    assert.match(control.calls.at(-1).errMsg, /abort/)
  })

  test('R7 while a prompt is open, between two sends, and after the end', async () => {
    const { backend, client, clock, failure, done } = createWorld({ prompts: { phone: { ask: () => {} } } })
    const waiting = client.request({ url: '/goods', needs: 'phone' })
    await clock.advance(10)
    waiting.abort()
    await failure(waiting, 'ABORTED', 0)
    const held = backend.hold('/login')
    const between = client.request({ url: '/private/cart' })
    await clock.advance(10)
    between.abort()
    await failure(between, 'ABORTED', 0)
    held.release()
    await clock.advance(100)
    assert.equal(backend.at('/private/cart').length, 1)
    const over = client.request({ url: '/goods' })
    await done(over)
    over.abort()
    over.abort()
    assert.equal((await over).statusCode, 200)
  })

  test('R7 by the native task is ABORTED too', async () => {
    const { backend, client, failure, clock } = createWorld()
    backend.answer('/goods', 'hang')
    let task
    const mine = client.request({
      url: '/goods',
      onTask(given) {
        task = given
      },
    })
    await clock.advance(10)
    task.abort()
    await failure(mine, 'ABORTED')
  })

  test('R7 in a callback of its own', async () => {
    const { client, failure } = createWorld()
    const mine = client.request({ url: '/goods', onTask: () => mine.abort() })
    await failure(mine, 'ABORTED')
  })
})

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
      const unhandled = []
      const note = (error) => unhandled.push(error)
      process.on('unhandledRejection', note)
      client.request({ url: '/goods', [name]: () => {} })
      await clock.advance(100)
      await new Promise(setImmediate)
      process.off('unhandledRejection', note)
      assert.deepEqual(unhandled, [])
    })
  }
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
