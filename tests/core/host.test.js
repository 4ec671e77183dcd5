import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ALONE, PASSIVE } from '../../js/call.js'
import { Host } from '../../js/core/host.js'
import { LoginError } from '../../js/error.js'
import { createConnection } from './stub.js'

const SESSION = Object.freeze({ token: 'old', expiresAt: 9e15, granted: [] })
const open = (options, api = {}) => {
  const connection = createConnection(options, api, SESSION)
  return { connection, host: new Host(connection, LoginError) }
}
const failure = (answer) =>
  Promise.resolve(answer).then(
    (value) => assert.fail(`answered ${JSON.stringify(value)}`),
    (said) => said,
  )
const answering = (response, sent = []) => ({
  request: (options) => {
    sent.push(options)
    options.success(response)
  },
})
const field = ({ session }, name) => session.field(name)

test('L7 the first word of the host counts, however it comes', async () => {
  const ways = [
    ({ success }) => success({ code: 'a' }),
    ({ success }) => void setTimeout(success, 0, { code: 'a' }),
    ({ success, fail }) => {
      success({ code: 'a' })
      success({ code: 'b' })
      fail({ errMsg: 'login:fail' })
    },
    ({ success }) => {
      success({ code: 'a' })
      throw new Error('late')
    },
    ({ success }) => {
      success({ code: 'a' })
      return Promise.reject(new Error('nobody looks'))
    },
  ]
  for (const login of ways) assert.equal((await open({}, { login }).host.code(1)).code, 'a')
  const threw = await failure(
    open(
      {},
      {
        login: () => {
          throw new Error('at once')
        },
      },
    ).host.code(1),
  )
  assert.equal(threw.errMsg, 'at once')
})

test('L7 a success without a code keeps what the host said', async () => {
  const { code, said } = await open(
    {},
    { login: ({ success }) => success({ errMsg: 'login:ok but' }) },
  ).host.code(1)
  assert.deepEqual([code, said.errMsg], [undefined, 'login:ok but'])
})

test('a call that the host has not is named, also if the mere look throws', async () => {
  const hostile = Object.defineProperty({}, 'login', { get: () => assert.fail() })
  for (const api of [{}, hostile]) assert.equal((await failure(open({}, api).host.code(1))).lacks, 'login')
  const { host } = open({ exchange: { cloud: 'login' } })
  assert.equal((await failure(host.exchange(undefined, 1))).lacks, 'cloud.callFunction')
})

test('settings are yes, no, or never asked', async () => {
  const read = (answer) =>
    open({}, { getSetting: ({ success }) => success(answer) }).host.getSetting('scope.x', 1)
  assert.equal(await read({ authSetting: { 'scope.x': true } }), true)
  assert.equal(await read({ authSetting: { 'scope.x': false } }), false)
  for (const answer of [{ authSetting: {} }, {}, undefined]) assert.equal(await read(answer), undefined)
})

test('what is cancelled is aborted and settles, and nothing of it is kept', async () => {
  let aborted = 0
  const { host } = open({}, { request: () => ({ abort: () => void aborted++ }) })
  const answer = host.exchange('c', 1)
  host.cancel(1)
  assert.equal((await failure(answer)).errMsg, undefined)
  assert.equal(aborted, 1)
  assert.equal(host._flights._open.size, 0)
  host.cancel(1)
})

test('an answer that breaks the core is no unhandled rejection', async () => {
  const { host } = open({}, { checkSession: ({ success }) => success() })
  host.checkSession(1).then(() => {
    throw new Error('broke')
  })
  await new Promise(setImmediate)
})

test('an exchange is a POST of JSON, with the app\u2019s fields, without the session', async () => {
  const sent = []
  const api = answering({ statusCode: 200, data: { token: 't', expires_in: 5, extra: { a: 1 } } }, sent)
  const exchange = {
    url: '/in',
    codeField: 'js_code',
    data: () => ({ app: 1 }),
    header: { 'Content-Type': 'application/x', 'X-A': '1' },
    timeout: 7,
  }
  const { host } = open({ exchange, defaults: { header: { 'x-a': '0', 'X-B': '2' }, data: { v: 2 } } }, api)
  const granted = await host.exchange('c', 1)
  const [{ url, method, data, header, timeout }] = sent
  assert.deepEqual([url, method, timeout], ['https://api.example.com/in', 'POST', 7])
  assert.deepEqual({ ...data }, { v: 2, app: 1, js_code: 'c' })
  assert.deepEqual({ ...header }, { 'Content-Type': 'application/x', 'X-A': '1', 'X-B': '2' })
  assert.deepEqual(
    [field(granted, 'token'), field(granted, 'expires_in'), field(granted, 'extra')],
    ['t', 5, undefined],
  )
})

test('the app\u2019s rules judge an exchange: accept, unwrap, readSession; needs is not asked (L8)', async () => {
  const reply = { statusCode: 200, data: { code: 0, data: { t: 'inner' } } }
  const asked = []
  const options = {
    needs: () => asked.push('needs'),
    accept: ({ data }) => data.code === 0 || { message: data.msg, code: data.code },
    unwrap: ({ data }) => data.data,
    readSession: ({ t }) => ({ token: t, extra: { a: 1 } }),
  }
  const granted = await open(options, answering(reply)).host.exchange('c', 1)
  assert.deepEqual([field(granted, 'token'), field(granted, 'extra')], ['inner', { a: 1 }])
  assert.deepEqual(asked, [])
  const refused = await open(
    options,
    answering({ statusCode: 200, data: { code: 7, msg: 'banned' } }),
  ).host.exchange('c', 1)
  assert.deepEqual({ ...refused.judgement.refused }, { errMsg: 'banned', errcode: 7 })
  assert.equal(refused.session, undefined)
})

test('a rule that throws, or answers with a promise, is named', async () => {
  const good = { statusCode: 200, data: { token: 't' } }
  const boom = () => {
    throw new Error('boom')
  }
  const later = () => Promise.reject(new Error('nobody looks'))
  for (const name of ['accept', 'unwrap', 'readSession', 'defaults']) {
    for (const rule of [boom, later]) {
      const said = await failure(open({ [name]: rule }, answering(good)).host.exchange('c', 1))
      assert.equal(said.rule, name)
    }
  }
  const said = await failure(
    open({ exchange: { url: '/in', data: boom } }, answering(good)).host.exchange('c', 1),
  )
  assert.deepEqual([said.rule, said.errMsg], ['data', 'boom'])
})

test('a backend\u2019s failure keeps its code and words, and no other part of the reply', async () => {
  const data = { errcode: 40029, errmsg: 'invalid code', session_key: 'secret' }
  for (const reply of [data, { data }]) {
    const granted = await open({}, answering({ statusCode: 200, data: reply })).host.exchange('c', 1)
    const { errcode, errMsg, cause, statusCode } = granted.said
    assert.deepEqual(
      [errcode, errMsg, cause, statusCode, granted.session],
      [40029, 'invalid code', undefined, 200, undefined],
    )
  }
  const late = { statusCode: 429, header: { 'retry-after': '9' }, data: {} }
  assert.equal((await open({}, answering(late)).host.exchange('c', 1)).said.retryAfter, 9)
})

test('by function: its value, or its data; null is nobody; no status is invented (A10)', async () => {
  const of = (value, more) => open({ exchange: () => value, ...more }).host.exchange('c', 1)
  for (const value of [
    { token: 't' },
    { data: { token: 't' } },
    Promise.resolve({ statusCode: 200, data: { token: 't' } }),
  ]) {
    const granted = await of(value)
    assert.deepEqual([field(granted, 'token'), granted.judgement.status], ['t', undefined])
  }
  assert.equal(field(await of({ openid: 'o', data: { token: 'other' } }), 'token'), undefined)
  assert.deepEqual(field(await of({ token: 't', extra: { a: 1 } }), 'extra'), { a: 1 })
  assert.equal((await of(null)).session, null)
  assert.equal((await of({ any: 1 }, { readSession: () => null })).session, null)
  assert.equal(field(await of(undefined), 'token'), undefined)
})

test('A10 a response of 400 and above is judged as that, and what is rejected keeps its own words', async () => {
  const response = { statusCode: 429, header: { 'Retry-After': '60' }, data: { msg: 'slow down' } }
  const { judgement, said, session } = await open({ exchange: () => response }).host.exchange('c', 1)
  assert.deepEqual(
    [judgement.status, said.retryAfter, said.errMsg, session],
    [429, 60, 'slow down', undefined],
  )
  const rejects = (error) => failure(open({ exchange: () => Promise.reject(error) }).host.exchange('c', 1))
  assert.deepEqual((await rejects(response)).statusCode, 429)
  const own = await rejects(new LoginError('NETWORK', 'lost', { errMsg: 'request:fail lost' }))
  assert.deepEqual([own.code, own.errMsg, own.statusCode], ['NETWORK', 'request:fail lost', undefined])
})

test('a cloud function gives its result, which is a backend\u2019s', async () => {
  const called = []
  const cloud = {
    callFunction(options) {
      called.push([this === cloud, options.name, options.data])
      options.success({ result: { openid: 'o', extra: { a: 1 } } })
    },
  }
  const { host } = open({ exchange: { cloud: 'login', data: { a: 1 } } }, { cloud })
  const granted = await host.exchange(undefined, 1)
  assert.deepEqual(called, [[true, 'login', { a: 1 }]])
  assert.deepEqual([field(granted, 'openid'), field(granted, 'extra')], ['o', undefined])
})

test('a renewal posts the refresh token, or hands it to the function', async () => {
  const sent = []
  const { host } = open(
    { renew: '/renew' },
    answering({ statusCode: 200, data: { token: 't', refresh_token: 'r2' } }, sent),
  )
  assert.equal(field(await host.renew('r1', 1), 'refresh_token'), 'r2')
  assert.deepEqual({ ...sent[0].data }, { refresh_token: 'r1' })
  assert.equal(sent[0].header.Authorization, undefined)
  const byFunction = open({ renew: (token) => ({ token: `of ${token}` }) }).host
  assert.equal(field(await byFunction.renew('r1', 1), 'token'), 'of r1')
})

test('A10 functions work through requests that can wait for nothing, and fresh codes', async () => {
  let logins = 0
  const api = { login: ({ success }) => success({ code: `code-${++logins}` }) }
  const modes = []
  const use = async ({ request, code }) => {
    modes.push((await request({ url: '/x' })).mode)
    return { token: await code() }
  }
  const prompts = { phone: { ask: use, submit: (_, context) => use(context) } }
  const { host } = open(
    { exchange: (_, context) => use(context), renew: (_, context) => use(context), prompts },
    api,
  )
  assert.equal(field(await host.exchange('c', 1), 'token'), 'code-1')
  await host.renew('r', 2)
  await host.ask('phone', 'requested', 3)
  await host.submit('phone', {}, true, 4)
  assert.deepEqual(modes, [ALONE, ALONE, PASSIVE, PASSIVE])
  assert.equal(logins, 4)
  const lacking = await failure(open({ exchange: (_, { code }) => code() }).host.exchange('c', 1))
  assert.equal(lacking.code, 'HOST_UNSUPPORTED')
  const silent = open(
    { exchange: (_, { code }) => code() },
    { login: ({ success }) => success({ errMsg: 'login:ok' }) },
  )
  assert.equal((await failure(silent.host.exchange('c', 1))).code, 'LOGIN_FAILED')
})

test('A3 what ask returns is the answer, but for nothing and WeChat\u2019s own ok', async () => {
  const ask = (answer) => {
    const run = () => {
      if (answer instanceof Error) throw answer
      return answer
    }
    return open({ prompts: { phone: { ask: run } } }).host.ask('phone', 'requested', 1)
  }
  for (const nothing of [undefined, null, { errMsg: 'navigateTo:ok' }, 'text', 7])
    assert.equal(await ask(nothing), undefined)
  assert.equal(await ask(false), false)
  assert.deepEqual((await ask(true)).value, {})
  assert.deepEqual((await ask(Promise.resolve({ code: 'c' }))).value, { code: 'c' })
  assert.equal(
    (await ask({ errMsg: 'getPhoneNumber:fail user deny' })).error.errMsg,
    'getPhoneNumber:fail user deny',
  )
  assert.equal((await failure(ask(new Error('no')))).errMsg, 'no')
  assert.equal((await failure(ask(new LoginError('TIMEOUT', 'late')))).code, 'TIMEOUT')
})

test('A9 a submission is the app\u2019s request: with the session, judged, and attached says what went', async () => {
  const prompts = { phone: { ask: () => {}, submit: '/phone' } }
  const send = async (attach, response, more) => {
    const sent = []
    const { host } = open({ prompts, ...more }, answering(response, sent))
    return { sent, granted: await host.submit('phone', { code: 'c' }, attach, 1) }
  }
  const good = { statusCode: 200, data: { token: 'new' } }
  const { sent, granted } = await send(true, good)
  assert.deepEqual([sent[0].header.Authorization, granted.judgement.attached], ['Bearer old', true])
  assert.equal(field(granted, 'token'), 'new')
  assert.equal(granted.response, good)
  assert.equal((await send(false, good)).granted.judgement.attached, false)
  assert.deepEqual((await send(true, { statusCode: 401 })).granted.judgement.asks, ['login'])
  for (const readSession of [() => null, () => assert.fail()]) {
    assert.equal((await send(true, good, { readSession })).granted.session, undefined)
  }
  for (const data of ['text', null, 7]) {
    const readSession = () => assert.fail('asked about no object')
    assert.equal((await send(true, { statusCode: 200, data }, { readSession })).granted.session, undefined)
  }
})

test('S7 a log-out while it is built keeps a submission at home', async () => {
  const sent = []
  const prompts = { phone: { ask: () => {}, submit: '/phone' } }
  const attach = () => {
    connection._requests._epoch += 1
  }
  const { connection, host } = open({ prompts, attach }, answering({ statusCode: 200 }, sent))
  await failure(host.submit('phone', { code: 'c' }, true, 1))
  assert.deepEqual(sent, [])
})

test('R4 a foreign submission carries no session and brings none', async () => {
  const sent = []
  const prompts = { phone: { ask: () => {}, submit: 'https://elsewhere.example.com/phone' } }
  const { host } = open(
    { prompts, needs: () => 'login' },
    answering({ statusCode: 200, data: { token: 'planted' } }, sent),
  )
  const { session, judgement } = await host.submit('phone', { code: 'c' }, true, 1)
  assert.deepEqual(
    [sent[0].header.Authorization, session, judgement.asks, judgement.attached],
    [undefined, undefined, [], false],
  )
})

test('a failure of the core becomes a LoginError, or is the one that was passed on', () => {
  const { host } = open()
  const cause = new Error('why')
  const error = host.error(
    { code: 'REFUSED', message: 'no', retryable: false, errMsg: 'said', errcode: 3 },
    cause,
    { statusCode: 200 },
  )
  assert.ok(error instanceof LoginError)
  assert.deepEqual(
    [error.message, error.errMsg, error.errcode, error.cause],
    ['REFUSED: no', 'said', 3, cause],
  )
  assert.deepEqual(error.response, { statusCode: 200 })
  assert.equal(host.error({ code: 'NETWORK', message: '' }, cause, undefined, true), cause)
})

test('only the timer that was set last fires, even if none can be cleared', (t) => {
  const timers = []
  t.mock.method(globalThis, 'setTimeout', (run, delay) => void timers.push({ run, delay }))
  t.mock.method(globalThis, 'clearTimeout', () => {})
  const { host } = open()
  let fired = 0
  host._core = { timerFired: () => void fired++ }
  host.arm(10)
  host.arm(1e12)
  timers[0].run()
  assert.equal(fired, 0)
  assert.equal(timers[1].delay, 0x7fffffff)
  timers[1].run()
  timers[1].run()
  assert.equal(fired, 1)
  host.arm(10)
  host.arm(-1)
  timers[2].run()
  assert.equal(fired, 1)
})
