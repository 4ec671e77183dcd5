import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { authorization, createWorld, plain } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY

describe('A10 the request of a context', () => {
  test('A10 goes with the session from ask and submit', async () => {
    const phone = createPrompt(({ request }) => request({ url: '/form' }).then(() => ({ code: 'x' })), {
      submit: (_detail, { request }) => request({ url: '/phone', method: 'POST' }).then(() => {}),
    })
    const { backend, client, done } = createWorld({ prompts: { phone: phone.prompt } })
    await done(client.login())
    await done(client.ensure('phone'))
    assert.deepEqual(authorization(backend.at('/form')), ['Bearer token-1'])
    assert.deepEqual(authorization(backend.at('/phone')), ['Bearer token-1'])
  })

  test('A10 goes without it from exchange and renew', async () => {
    const { backend, client, done } = createWorld({
      async exchange(code, { request }) {
        const { data } = await request({ url: '/login', method: 'POST', data: { code } })
        return { ...plain(data), refresh_token: 'r' }
      },
      async renew(refreshToken, { request }) {
        await request({ url: '/refresh', method: 'POST', data: { refreshToken } })
        return { token: 'renewed' }
      },
    })
    await done(client.login())
    assert.equal((await done(client.login({ force: true }))).token, 'renewed')
    assert.deepEqual(authorization(backend.at('/login')), [undefined])
    assert.deepEqual(authorization(backend.at('/refresh')), [undefined])
    assert.deepEqual(plain(backend.at('/refresh')[0].data), { refreshToken: 'r' })
  })

  test('A10 goes through defaults, accept and unwrap', async () => {
    const seen = []
    const { backend, client, done } = createWorld({
      defaults: { header: { 'x-tenant': '7' } },
      accept: ({ data }) => data.code === 0 || { message: data.msg, code: data.code },
      unwrap: ({ data }) => data.data,
      async exchange(code, { request }) {
        seen.push(plain(await request({ url: '/own', method: 'POST', data: { code } })))
        return { token: 't' }
      },
    })
    backend.answer('/own', { data: { code: 0, data: { fine: true } } })
    await done(client.login())
    assert.deepEqual(seen, [{ fine: true }])
    assert.equal(backend.at('/own')[0].headers['x-tenant'], '7')
  })

  const waiting = {
    'the login in exchange': {
      exchange: (_code, { request }) => request({ url: '/private/x' }).then(() => ({ token: 't' })),
    },
    'the login in the ask of prompts.login': {
      exchange: () => null,
      prompts: {
        login: { ask: ({ request }) => request({ url: '/private/x' }).then(() => ({ token: 't' })) },
      },
    },
    'the login in the submit of prompts.login': {
      exchange: () => null,
      prompts: {
        login: {
          ask: () => true,
          submit: (_detail, { request }) => request({ url: '/private/x' }).then(() => ({ token: 't' })),
        },
      },
    },
  }
  for (const [way, options] of Object.entries(waiting)) {
    test(`A10 can’t wait for ${way}`, async () => {
      const { backend, client, control, done } = createWorld(options)
      assert.equal((await done(client.login())).token, 't')
      assert.equal(backend.at('/private/x').length, 1)
      assert.equal(control.count('login'), 1)
    })
  }

  test('A10 nor for the prompt that asks', async () => {
    const prompts = { phone: { ask: ({ request }) => request({ url: '/form' }).then(() => ({})) } }
    const { backend, client, done } = createWorld({ needs: ({ data }) => data.need, prompts })
    await done(client.login())
    backend.answer('/form', { data: { need: 'phone' } }, FOREVER)
    await done(client.ensure('phone'))
    assert.equal(backend.at('/form').length, 1)
  })
})

describe('A10 the code of a context', () => {
  test('A10 is a second one for an exchange that takes two at once', async () => {
    const codes = []
    const { client, control, done } = createWorld({
      async exchange(code, context) {
        codes.push(code, await context.code())
        return { token: 't' }
      },
    })
    await done(client.login())
    assert.equal(control.count('login'), 2)
    assert.equal(new Set(codes).size, 2)
    for (const code of codes) assert.equal(typeof code, 'string')
  })

  test('A10 goes along with a tap in submit, each time another', async () => {
    const sent = []
    const submit = async ({ code: phoneCode }, { code }) => {
      sent.push([phoneCode, await code()])
      return { token: `t${sent.length}`, openid: `o${sent.length}` }
    }
    const login = createPrompt(() => ({ code: 'tapped' }), { submit })
    const { client, control, done } = createWorld({ exchange: undefined, prompts: { login: login.prompt } })
    await done(client.login())
    await done(client.login({ force: true }))
    assert.equal(control.count('login'), 2)
    assert.notEqual(sent[0][1], sent[1][1])
    assert.equal(sent[0][0], 'tapped')
  })

  test('A10 a host that gives none rejects with a LoginError of its own words', async () => {
    const failures = []
    const ask = ({ code }) => code().catch((error) => failures.push(error)) && undefined
    const { client, clock, control, isLoginError } = createWorld({ prompts: { phone: { ask } } })
    control.fail('login', { errMsg: 'login:fail system error' })
    client.ensure('phone').catch(() => {})
    await clock.advance(100)
    assert.ok(isLoginError(failures[0]))
    assert.equal(failures[0].errMsg, 'login:fail system error')
  })
})

describe('A10 what functions of the app’s reject with keeps its own words', () => {
  const said = { errMsg: 'busy', errcode: 77, statusCode: 418 }
  const words = ({ errMsg, errcode, statusCode }) => ({ errMsg, errcode, statusCode })

  test('A10 of an exchange', async () => {
    const { client, failure } = createWorld({ exchange: () => Promise.reject(said) })
    assert.deepEqual(words(await failure(client.login(), 'EXCHANGE_FAILED')), said)
  })

  test('A10 of a renewal', async () => {
    const { backend, client, done, failure } = createWorld({
      renew: () => Promise.reject({ ...said, statusCode: 503 }),
    })
    backend.refreshes = true
    await done(client.login())
    assert.deepEqual(words(await failure(client.login({ force: true }), 'EXCHANGE_FAILED')), {
      ...said,
      statusCode: 503,
    })
  })

  test('A10 of an Error: its message, and no status that was never there', async () => {
    const { client, failure } = createWorld({ exchange: () => Promise.reject(new Error('boom')) })
    const error = await failure(client.login(), 'EXCHANGE_FAILED')
    assert.deepEqual([error.errMsg, error.statusCode, error.errcode], ['boom', undefined, undefined])
  })

  test('A10 of a request that accept refused in it', async () => {
    const { backend, client, done } = createWorld({
      accept: ({ data }) => data.code === undefined || { message: data.msg, code: data.code },
      exchange: (_code, { request }) => request({ url: '/own' }),
    })
    backend.answer('/own', { data: { code: 1003, msg: '账号已停用' } })
    const error = await done(client.login()).catch((reason) => reason)
    assert.deepEqual([error.errMsg, error.errcode], ['账号已停用', 1003])
  })

  test('A10 of a cloud function: no status that was never there', async () => {
    const cloudFunctions = {
      login() {
        throw new Error('quota')
      },
    }
    const { client, failure, wx } = createWorld(
      { exchange: { cloud: 'login' } },
      { phone: { cloudFunctions } },
    )
    wx.cloud.init()
    const error = await failure(client.login(), 'EXCHANGE_FAILED')
    assert.equal(error.statusCode, undefined)
    assert.match(error.errMsg, /quota/)
  })

  test('A10 of a submission', async () => {
    const phone = createPrompt({}, { submit: () => Promise.reject(said) })
    const { client, done } = createWorld({ prompts: { phone: phone.prompt } })
    const error = await done(client.ensure('phone')).catch((reason) => reason)
    assert.deepEqual(words(error), said)
    assert.equal(error.need, 'phone')
  })

  for (const [kind, exchange] of [
    ['rejected with', () => Promise.reject({ statusCode: 429, retryAfter: 120 })],
    [
      'resolved with',
      async () => ({
        statusCode: 429,
        data: 'slow down',
        header: { 'Retry-After': '120' },
        errMsg: 'request:ok',
      }),
    ],
  ]) {
    test(`A10 a 429 that an exchange ${kind} is RATE_LIMITED, for as long as it says`, async () => {
      const { client, failure } = createWorld({ exchange })
      const { retryAfter, statusCode } = await failure(client.login(), 'RATE_LIMITED')
      assert.equal(statusCode, 429)
      assert.ok(retryAfter >= 120 && retryAfter < 240, `${retryAfter} s`)
    })
  }
})

describe('A10 a function that resolves with a response', () => {
  for (const status of [400, 401, 403, 500]) {
    test(`A10 of ${status}: an exchange failed with that status`, async () => {
      const exchange = (code, { request }) => request({ url: '/own', method: 'POST', data: { code } })
      const { backend, client, control, failure } = createWorld({ exchange })
      backend.answer('/own', { status, data: { token: 'of an error page' } })
      assert.equal((await failure(client.login(), 'EXCHANGE_FAILED')).statusCode, status)
      assert.equal(control.count('login'), 1)
    })
  }

  test('A10 of 401: a renewal was refused', async () => {
    const { backend, client, done } = createWorld({
      renew: (_token, { request }) => request({ url: '/own', method: 'POST' }),
    })
    backend.refreshes = true
    await done(client.login())
    backend.answer('/own', { status: 401 })
    assert.equal((await done(client.login({ force: true }))).token, 'token-2')
  })

  test('A10 of 500: a submission failed with it', async () => {
    const phone = createPrompt({}, { submit: (_detail, { request }) => request({ url: '/own' }) })
    const { backend, client, failure } = createWorld({ prompts: { phone: phone.prompt } })
    backend.answer('/own', { status: 500 })
    assert.equal((await failure(client.ensure('phone'), 'STATUS')).statusCode, 500)
  })

  test('A10 of 200, with the session one level deeper: what was found and what was expected', async () => {
    const exchange = (code, { request }) => request({ url: '/own', method: 'POST', data: { code } })
    const { backend, client, failure } = createWorld({ exchange })
    backend.answer('/own', { data: { code: 0, data: { token: 't' } } })
    const { message } = await failure(client.login(), 'EXCHANGE_INVALID')
    assert.match(message, /response/i)
    assert.match(message, /\bdata\b/)
  })
})
