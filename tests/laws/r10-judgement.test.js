import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, plain } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY
const file = () => ({ files: new Map([['f', { bytes: Uint8Array.of(1), type: 'image/png' }]]) })
const UPLOAD = { url: '/u', filePath: 'f', name: 'f' }

/** The rules of an app with codes in the body, and in which order they were asked. */
function rules() {
  const asked = []
  const note = (name, rule) => (given) => {
    asked.push(name)
    return rule(given)
  }
  return {
    asked,
    validateStatus: note('validateStatus', (status) => status < 400),
    options: {
      needs: note('needs', ({ data }) => (data.code === 401 ? 'login' : undefined)),
      accept: note(
        'accept',
        ({ data }) => data.code === undefined || data.code === 0 || { message: data.msg, code: data.code },
      ),
      unwrap: note('unwrap', ({ data }) => data.data),
    },
  }
}

describe('R10 a reply is judged by needs, accept, validateStatus, unwrap, in this order', () => {
  const replies = {
    'that is fine': [{ data: { code: 0, data: 'x' } }, ['needs', 'accept', 'validateStatus', 'unwrap']],
    'that is refused': [{ data: { code: 7, msg: 'no' } }, ['needs', 'accept'], 'REFUSED'],
    'of a bad status': [{ status: 500, data: {} }, ['needs', 'accept', 'validateStatus'], 'STATUS'],
    'that is refused with a bad status': [
      { status: 500, data: { code: 7, msg: 'no' } },
      ['needs', 'accept'],
      'REFUSED',
    ],
  }
  for (const [kind, [reply, order, code]] of Object.entries(replies)) {
    test(`R10 one ${kind}`, async () => {
      const { asked, options, validateStatus } = rules()
      const { backend, client, done, failure } = createWorld(options)
      backend.answer('/goods', reply)
      const pending = client.request({ url: '/goods', validateStatus })
      if (code) await failure(pending, code)
      else assert.equal(await done(pending), 'x')
      assert.deepEqual(asked, order)
    })
  }

  test('R10 one that asks for something is judged no further', async () => {
    const { asked, options, validateStatus } = rules()
    const { backend, client, done } = createWorld({ ...options, exchange: () => ({ token: 't' }) })
    backend.answer('/goods', { data: { code: 401 } })
    backend.answer('/goods', { data: { code: 0, data: 'x' } })
    assert.equal(await done(client.request({ url: '/goods', validateStatus })), 'x')
    assert.deepEqual(asked, ['needs', 'needs', 'accept', 'validateStatus', 'unwrap'])
  })

  test('R10 the rules get the response and the request', async () => {
    const seen = []
    const note = (response, request) => {
      seen.push([response.statusCode, request.url, request.method])
    }
    const { client, done } = createWorld({ needs: note, accept: note, unwrap: note })
    await done(client.request({ url: '/goods', method: 'POST' }))
    assert.equal(seen.length, 3)
    for (const [status, url, method] of seen)
      assert.deepEqual([status, /\/goods$/.test(url), method], [200, true, 'POST'])
  })

  test('R10 what needs leaves open the default rule decides', async () => {
    const { backend, client, control, done } = createWorld({ needs: () => undefined, accept: () => true })
    backend.answer('/goods', { status: 401 })
    await done(client.request({ url: '/goods' }))
    assert.equal(control.count('login'), 1)
  })
})

describe('R10 accept says no', () => {
  const answers = [
    [false, /./, undefined],
    ['余额不足', /^余额不足$/, undefined],
    [{ message: '余额不足', code: 1003 }, /^余额不足$/, 1003],
    [{ message: '余额不足', code: 'E_BALANCE' }, /^余额不足$/, 'E_BALANCE'],
    [{ code: 1003 }, /./, 1003],
    [{ message: undefined }, /./, undefined],
  ]
  for (const [answer, words, errcode] of answers) {
    test(`R10 with ${JSON.stringify(answer)}: REFUSED, with the response and these words`, async () => {
      const { client, failure } = createWorld({ accept: () => answer })
      const error = await failure(client.request({ url: '/goods' }), 'REFUSED')
      assert.match(error.errMsg, words)
      assert.equal(error.errcode, errcode)
      assert.equal(error.statusCode, 200)
      assert.deepEqual(plain(error.response.data), { path: '/goods' })
      if (typeof answer === 'string') assert.match(error.message, /余额不足/)
    })
  }

  for (const answer of [true, undefined]) {
    test(`R10 but yes with ${answer}`, async () => {
      const { client, done } = createWorld({ accept: () => answer })
      assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 200)
    })
  }

  test('R10 fail and complete get it, success does not', async () => {
    const heard = []
    const { client, failure } = createWorld({ accept: () => 'no' })
    const note = (name) => (value) => heard.push([name, value.code])
    const callbacks = { success: note('success'), fail: note('fail'), complete: note('complete') }
    await failure(client.request({ url: '/goods', ...callbacks }), 'REFUSED')
    assert.deepEqual(heard, [
      ['fail', 'REFUSED'],
      ['complete', 'REFUSED'],
    ])
  })

  test('R10 a POST that is refused is sent once', async () => {
    const { backend, client, failure } = createWorld({ accept: () => false, retries: 3 })
    await failure(client.request({ url: '/orders', method: 'POST' }), 'REFUSED')
    await failure(client.request({ url: '/orders' }), 'REFUSED')
    assert.equal(backend.at('/orders').length, 2)
  })
})

describe('R10 what the promise resolves with', () => {
  const unwrap = ({ data }) => data.data

  test('R10 is what unwrap says, while success gets the response', async () => {
    const { backend, client, done } = createWorld({ unwrap })
    backend.answer('/goods', { data: { data: ['tea'] } })
    let got
    const list = await done(
      client.request({
        url: '/goods',
        success(response) {
          got = response
        },
      }),
    )
    assert.deepEqual(plain(list), ['tea'])
    assert.deepEqual([got.statusCode, plain(got.data)], [200, { data: ['tea'] }])
  })

  for (const value of [undefined, null, 0, '', false]) {
    test(`R10 even if that is ${JSON.stringify(value)}`, async () => {
      const { client, done } = createWorld({ unwrap: () => value })
      assert.equal(await done(client.request({ url: '/goods' })), value)
    })
  }

  test('R10 also after a login and a second send', async () => {
    const { backend, client, done } = createWorld({ unwrap, readSession: () => ({ token: 't' }) })
    backend.answer('/goods', { status: 401 })
    backend.answer('/goods', { data: { data: 'second' } })
    assert.equal(await done(client.request({ url: '/goods' })), 'second')
  })

  test('R10 without unwrap it is the response', async () => {
    const { client, done } = createWorld()
    assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 200)
  })
})

describe('R10 uploads', () => {
  test('R10 their JSON text arrives parsed in every rule, and as it came in success', async () => {
    const seen = []
    const note = ({ data }) => {
      seen.push(plain(data))
      return undefined
    }
    const { client, done } = createWorld(
      { needs: note, accept: note, unwrap: ({ data }) => plain(data) },
      { phone: file() },
    )
    let got
    const success = ({ data }) => {
      got = data
    }
    assert.deepEqual(await done(client.upload({ ...UPLOAD, success })), { path: '/u' })
    assert.deepEqual(seen, [{ path: '/u' }, { path: '/u' }])
    assert.equal(got, JSON.stringify({ path: '/u' }))
  })

  test('R10 a text that is no JSON arrives as it is', async () => {
    const seen = []
    const { backend, client, done } = createWorld(
      { accept: ({ data }) => void seen.push(data) },
      { phone: file() },
    )
    backend.answer('/u', { data: 'plain text' })
    assert.equal((await done(client.upload(UPLOAD))).data, 'plain text')
    assert.deepEqual(seen, ['plain text'])
  })

  test('R10 a business code in it logs in, or refuses', async () => {
    const { options } = rules()
    const { backend, client, control, done, failure } = createWorld(
      { ...options, exchange: () => ({ token: 't' }) },
      { phone: file() },
    )
    backend.answer('/u', { data: { code: 401 } })
    backend.answer('/u', { data: { code: 0, data: { url: '/a.png' } } })
    assert.deepEqual(plain(await done(client.upload(UPLOAD))), { url: '/a.png' })
    assert.equal(control.count('login'), 1)
    backend.answer('/u', { data: { code: 7, msg: '文件太大' } })
    assert.equal((await failure(client.upload(UPLOAD), 'REFUSED')).errMsg, '文件太大')
  })

  test('R10 a content-type of defaults does not reach them', async () => {
    const header = { 'Content-Type': 'application/json', 'x-version': '1' }
    const { client, done, native } = createWorld({ defaults: { header } }, { phone: file() })
    await done(client.upload(UPLOAD))
    assert.deepEqual(plain(native('uploadFile')[0].header), { 'x-version': '1' })
  })

  test('R10 a content-type of the caller’s own does', async () => {
    const { client, done, native } = createWorld({}, { phone: file() })
    await done(client.upload({ ...UPLOAD, header: { 'Content-Type': 'multipart/form-data' } }))
    assert.equal(native('uploadFile')[0].header['Content-Type'], 'multipart/form-data')
  })
})

describe('R10 downloads', () => {
  test('R10 about one below 400 none is asked, and its promise resolves with the response', async () => {
    const asked = []
    const note = () => void asked.push('asked')
    const { client, done } = createWorld({ needs: note, accept: () => false, unwrap: () => 'unwrapped' })
    const reply = await done(client.download({ url: '/file', filePath: 'http://usr/f' }))
    assert.deepEqual([reply.statusCode, reply.filePath], [200, 'http://usr/f'])
    assert.deepEqual(asked, [])
  })

  test('R10 a 401 logs in', async () => {
    const { client, control, done } = createWorld()
    assert.equal((await done(client.download({ url: '/private/file' }))).statusCode, 200)
    assert.equal(control.count('login'), 1)
  })

  test('R10 a 403 is the rules’', async () => {
    const { backend, client, failure } = createWorld({
      needs: ({ statusCode }) => (statusCode === 403 ? 'phone' : undefined),
      prompts: { phone: { ask: () => false } },
    })
    backend.answer('/file', { status: 403 }, FOREVER)
    await failure(client.download({ url: '/file' }), 'AUTH_DENIED')
  })
})
