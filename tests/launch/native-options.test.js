import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLaunch, ended, ORIGIN, recordOf } from './stub.js'

const session = { token: 't', openid: 'o' }

/** What the host's function is given, and whether the core would be told that the session went along. */
function built(options, request, { call = 'request', guest } = {}) {
  const launch = createLaunch(options, guest ? undefined : recordOf(session))
  launch.client[call]({ url: '/a', ...request })
  const [task] = launch.sent
  launch.answer(0, { statusCode: 401 })
  const { success, fail, ...native } = task.native
  return { native, launch }
}

/** Was the session attached, as the core hears it. */
async function attached(options, request) {
  const { launch } = built(options, request)
  await launch.connect()
  return launch.told.find(([name]) => name === 'adopt')[5]
}

describe('R3, R4 what goes out', () => {
  test('the caller’s object is not changed, and none of this package’s own options reach the host', () => {
    const data = Object.freeze({ a: 1 })
    const options = Object.freeze({
      url: '/a',
      data,
      enableHttp2: true,
      anonymous: false,
      passive: false,
      validateStatus: () => true,
      onTask() {},
      complete() {},
      needs: [],
    })
    const { native } = built({}, options)
    assert.equal(native.data, data)
    assert.deepEqual(native, {
      url: `${ORIGIN}/a`,
      data,
      enableHttp2: true,
      header: { Authorization: 'Bearer t' },
    })
  })

  test('an own __proto__ plants nothing, and a prototype of the app’s own loses nothing', () => {
    const planted = JSON.parse('{"url":"/a","__proto__":{"method":"POST","data":"x"}}')
    const { native } = built({}, planted)
    assert.deepEqual([native.method, native.data], [undefined, undefined])
    class Goods {
      url = '/a'
      get method() {
        return 'POST'
      }
    }
    const launch = createLaunch()
    launch.client.request(Object.assign(new Goods(), { data: 1 }))
    launch.client.request(Object.create({ url: '/b', header: { x: '1' } }))
    assert.deepEqual(
      launch.sent.map(({ native: { success, fail, ...rest } }) => rest),
      [
        { url: `${ORIGIN}/a`, data: 1, method: 'POST' },
        { url: `${ORIGIN}/b`, header: { x: '1' } },
      ],
    )
  })

  test('what stands on Object.prototype is nobody’s word', () => {
    Object.prototype.needs = 'phone'
    Object.prototype.header = { evil: '1' }
    try {
      const launch = createLaunch()
      launch.client.request({ url: '/a' })
      assert.equal(launch.sent.length, 1)
      assert.ok(!Object.hasOwn(launch.sent[0].native, 'header'))
    } finally {
      delete Object.prototype.needs
      delete Object.prototype.header
    }
  })

  test('options are read once', () => {
    let reads = 0
    const options = {
      get url() {
        reads += 1
        return reads === 1 ? '/a' : 'https://evil.example/'
      },
    }
    const launch = createLaunch({}, recordOf(session))
    launch.client.request(options)
    assert.equal(launch.sent[0].native.url, `${ORIGIN}/a`)
    assert.equal(reads, 1)
  })
})

describe('R4 headers: the caller’s over attach over defaults, compared without case', () => {
  const defaults = { header: { 'X-TENANT': '1', AUTHORIZATION: 'default', 'content-type': 'a/b' } }
  for (const [name, options, request, header] of [
    ['defaults', { defaults }, {}, { 'X-TENANT': '1', 'content-type': 'a/b', Authorization: 'Bearer t' }],
    [
      'the caller’s',
      { defaults },
      { header: { authorization: 'mine', 'x-tenant': '2' } },
      { 'content-type': 'a/b', authorization: 'mine', 'x-tenant': '2' },
    ],
    [
      'attach',
      { defaults, attach: () => ({ header: { 'x-tenant': '3', 'X-Token': 't' } }) },
      { header: { 'x-token': 'mine' } },
      { AUTHORIZATION: 'default', 'content-type': 'a/b', 'x-tenant': '3', 'x-token': 'mine' },
    ],
    [
      'a __proto__',
      {},
      { header: JSON.parse('{"__proto__":{"a":"1"},"b":"2"}') },
      { Authorization: 'Bearer t', b: '2' },
    ],
  ]) {
    test(name, () => assert.deepEqual(built(options, request).native.header, header))
  }

  test('a content-type of defaults does not reach uploads', () => {
    const { native } = built({ defaults }, { filePath: 'f', name: 'f' }, { call: 'upload' })
    assert.deepEqual(native.header, { 'X-TENANT': '1', Authorization: 'Bearer t' })
  })

  test('guests have defaults too, foreign origins none', () => {
    assert.deepEqual(built({ defaults }, {}, { guest: true }).native.header, defaults.header)
  })
})

describe('defaults', () => {
  const defaults = { data: { v: 1, a: 0 }, timeout: 5000 }
  for (const [name, call, request, expected] of [
    ['under an object', 'request', { method: 'POST', data: { a: 2 } }, { data: { v: 1, a: 2 } }],
    ['under a GET’s', 'request', {}, { data: { v: 1, a: 0 } }],
    ['not under a text', 'request', { method: 'POST', data: 'a=2' }, { data: 'a=2' }],
    ['not under a list', 'request', { method: 'POST', data: [1] }, { data: [1] }],
    ['not under no body', 'request', { method: 'POST' }, { data: undefined }],
    [
      'under an upload’s form',
      'upload',
      { formData: { a: 2 } },
      { formData: { v: 1, a: 2 }, data: undefined },
    ],
    ['under no form', 'upload', {}, { formData: { v: 1, a: 0 } }],
    ['nowhere in a download', 'download', {}, { data: undefined, formData: undefined }],
  ]) {
    test(name, () => {
      const { native } = built({ defaults }, request, { call })
      for (const field of Object.keys(expected)) assert.deepEqual(native[field], expected[field])
      assert.equal(native.timeout, 5000)
    })
  }

  test('what the call says wins, and a function is asked for every attempt with a copy', () => {
    const asked = []
    const options = {
      defaults(request) {
        asked.push(request.url)
        request.data.a = 'spoilt'
        return { timeout: 1, header: { n: String(asked.length) } }
      },
    }
    const data = { a: 1 }
    const { native } = built(options, { timeout: 9, data })
    assert.deepEqual([native.timeout, native.header.n, native.data, asked], [9, '1', { a: 1 }, ['/a']])
    assert.equal(native.data, data)
  })

  test('bytes are left alone', () => {
    const data = new ArrayBuffer(1)
    assert.equal(built({ defaults }, { method: 'POST', data }).native.data, data)
  })
})

describe('attach', () => {
  test('is given a copy with the defaults in it; what it returns is merged', () => {
    const seen = []
    const attach = (request, { token }) => {
      seen.push(structuredClone(request))
      request.data.spoilt = true
      return { data: { ...request.data, token }, header: { 'X-Token': token } }
    }
    const data = Object.freeze({ a: 1 })
    const { native } = built(
      { attach, defaults: { data: { v: 1 }, header: { 'x-v': '1' } } },
      { method: 'POST', data },
    )
    assert.deepEqual(seen[0].data, { v: 1, a: 1 })
    assert.deepEqual(seen[0].header, { 'x-v': '1' })
    assert.equal(seen[0].url, '/a')
    assert.deepEqual(native.data, { v: 1, a: 1, spoilt: true, token: 't' })
    assert.deepEqual(native.header, { 'x-v': '1', 'X-Token': 't' })
  })

  test('may return all that it was given', () => {
    const attach = (request, { token }) => {
      request.header['X-Token'] = token
      return request
    }
    const { native } = built({ attach }, { needs: [], success() {}, complete() {} })
    assert.deepEqual(native, { url: `${ORIGIN}/a`, header: { 'X-Token': 't' } })
  })

  test('is read once', () => {
    let reads = 0
    const result = {
      get url() {
        reads += 1
        return reads === 1 ? '/b' : 'https://evil.example/'
      },
    }
    assert.equal(built({ attach: () => result }, {}).native.url, `${ORIGIN}/b`)
  })

  for (const [name, options, request, expected] of [
    ['the token in its header', {}, {}, true],
    ['a header of the caller’s own instead', {}, { header: { authorization: 'mine' } }, false],
    ['the session’s token in the caller’s own', {}, { header: { authorization: 'Bearer t' } }, true],
    ['nothing', { attach: () => undefined }, {}, false],
    ['an empty object', { attach: () => ({}) }, {}, false],
    ['the request as it was', { attach: (given) => given }, { data: { a: 1 }, header: { b: '1' } }, false],
    ['a header', { attach: () => ({ header: { 'X-Token': 't' } }) }, {}, true],
    [
      'a header that the caller has',
      { attach: () => ({ header: { x: 't' } }) },
      { header: { X: 'mine' } },
      false,
    ],
    [
      'a header that the caller has, beside others',
      { attach: () => ({ header: { x: 't', time: '1' } }) },
      { header: { X: 'mine' } },
      false,
    ],
    [
      'the token, with another header of the caller’s',
      { attach: () => ({ header: { x: 't', client: 'mp' } }) },
      { header: { Client: 'h5' } },
      true,
    ],
    [
      'data',
      { attach: (given) => ({ data: { ...given.data, token: 't' } }) },
      { method: 'POST', data: { a: 1 } },
      true,
    ],
    ['a query', { attach: ({ url }) => ({ url: `${url}?token=t` }) }, {}, true],
  ]) {
    test(`S5 attached: ${name}`, async () => assert.equal(await attached(options, request), expected))
  }

  test('S5 a session without a token attaches nothing', async () => {
    const launch = createLaunch({}, recordOf({ openid: 'o' }))
    launch.client.request({ url: '/a' })
    assert.equal(launch.sent[0].native.header, undefined)
  })

  test('R9 that makes a POST of a GET has it not resent', async () => {
    const { launch } = built({ attach: () => ({ method: 'POST' }), retries: 2 }, {})
    await launch.connect()
    assert.equal(launch.told.find(([name]) => name === 'adopt')[2].repeatable, false)
  })
})

describe('S7 a log-out while a request is built', () => {
  for (const [name, options, request] of [
    ['in attach', (out) => ({ attach: out }), () => ({ url: '/a' })],
    ['in defaults', (out) => ({ defaults: out }), () => ({ url: '/a' })],
    [
      'in a getter',
      () => ({}),
      (out) => ({
        get url() {
          out()
          return '/a'
        },
      }),
    ],
  ]) {
    test(name, async () => {
      let client
      const out = () => void client.logout()
      const launch = createLaunch(options(out), recordOf(session))
      client = launch.client
      const { error } = await ended(client.request(request(out)))
      assert.equal(error.code, 'LOGGED_OUT')
      assert.equal(launch.sent.length, 0)
      assert.equal(client.session, null)
    })
  }
})
