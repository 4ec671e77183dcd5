import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { authorization, createWorld, ORIGIN, plain } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY

describe('L9 an exchange that finds nobody goes on to prompts.login', () => {
  const ways = {
    'a function that says null': { exchange: () => null },
    'a function that promises null': { exchange: async () => null },
    'a readSession that says null': { readSession: () => null },
  }
  for (const [way, options] of Object.entries(ways)) {
    test(`L9 ${way}`, async () => {
      const login = createPrompt()
      const { client, clock, control, done } = createWorld({ ...options, prompts: { login: login.prompt } })
      const pending = client.request({ url: '/goods', needs: 'login' })
      pending.catch(() => {})
      await clock.advance(20)
      assert.deepEqual([control.count('login'), login.asked], [1, 1])
      client.deny('login')
      await assert.rejects(done(pending), { code: 'AUTH_DENIED', need: 'login' })
    })
  }

  test('L9 the user’s session serves everyone who waits', async () => {
    const login = createPrompt()
    const { backend, client, clock, done } = createWorld({
      exchange: () => null,
      prompts: { login: login.prompt },
    })
    const calls = ['/a', '/b', '/c'].map((url) => client.request({ url, needs: 'login' }))
    await clock.advance(20)
    await done(client.provide('login', { token: 'typed' }))
    await done(Promise.all(calls))
    assert.equal(login.asked, 1)
    assert.deepEqual(authorization(backend.hits), ['Bearer typed', 'Bearer typed', 'Bearer typed'])
  })

  test('L9 without one it is AUTH_UNAVAILABLE', async () => {
    const { client, failure } = createWorld({ exchange: () => null })
    assert.equal((await failure(client.login(), 'AUTH_UNAVAILABLE')).need, 'login')
    assert.equal(
      (await failure(client.request({ url: '/a', needs: 'login' }), 'AUTH_UNAVAILABLE')).need,
      'login',
    )
  })

  test('L9 so is a refresh token that is refused, with an exchange that finds nobody', async () => {
    const { client, done, failure } = createWorld({
      exchange: () => null,
      renew: () => null,
    })
    await done(client.setSession({ token: 't', refresh_token: 'r' }))
    await failure(client.login({ force: true }), 'AUTH_UNAVAILABLE')
  })
})

describe('L9 an exchange that fails asks nobody', () => {
  for (const [trouble, code] of [
    ['drop', 'EXCHANGE_FAILED'],
    [{ status: 500 }, 'EXCHANGE_FAILED'],
    [{ data: { errcode: 40226 } }, 'LOGIN_BLOCKED'],
  ]) {
    test(`L9 ${JSON.stringify(trouble)} is ${code}`, async () => {
      const login = createPrompt()
      const { backend, client, failure } = createWorld({ prompts: { login: login.prompt } })
      backend.answer('/login', trouble)
      await failure(client.login(), code)
      assert.equal(login.asked, 0)
    })
  }

  test('L9 refused by accept it is REFUSED, with the backend’s words and no reply', async () => {
    const login = createPrompt()
    const { backend, client, failure } = createWorld({
      accept: ({ data }) => data.code === undefined || { message: data.msg, code: data.code },
      prompts: { login: login.prompt },
    })
    backend.answer('/login', { data: { code: 1002, msg: '账号已停用', token: 'secret' } })
    const error = await failure(client.login(), 'REFUSED')
    assert.deepEqual([error.errMsg, error.errcode, error.response], ['账号已停用', 1002, undefined])
    assert.equal(login.asked, 0)
  })

  test('L9 what unwrap makes of an accepted reply is the session', async () => {
    const { backend, client, done } = createWorld({
      accept: ({ data }) => data.code === undefined || data.code === 0 || data.msg,
      unwrap: ({ data }) => data.data,
      readSession: ({ access }) => ({ token: access }),
    })
    backend.answer('/login', { data: { code: 0, data: { access: 'deep' } } })
    assert.equal((await done(client.login())).token, 'deep')
  })
})

describe('L9 an app whose users can’t be logged in silently', () => {
  const account = { exchange: undefined }

  test('L9 calls no wx.login, and asks nobody before a feature needs it', async () => {
    const login = createPrompt(() => ({ token: 'typed' }))
    const { client, control, done } = createWorld({ ...account, prompts: { login: login.prompt } })
    await done(client.request({ url: '/goods' }))
    assert.equal(login.asked, 0)
    await done(client.request({ url: '/goods', needs: 'login' }))
    assert.equal(login.asked, 1)
    assert.deepEqual(plain(login.context), { need: 'login', reason: 'requested' })
    assert.equal(control.count('login'), 0)
  })

  test('L9 a login page: the detail is posted, its reply is the session', async () => {
    const login = createPrompt(() => Promise.resolve({ errMsg: 'navigateTo:ok' }), {
      submit: '/account/login',
    })
    const { backend, client, clock, done } = createWorld({ ...account, prompts: { login: login.prompt } })
    const wanted = client.request({ url: '/orders', needs: 'login' })
    await clock.advance(20)
    backend.answer('/account/login', { data: { data: { token: 'typed', openid: 'o' } } })
    await done(client.provide('login', { username: 'u', password: 'p' }))
    await done(wanted)
    const [hit] = backend.at('/account/login')
    assert.deepEqual([hit.method, hit.data], ['POST', { username: 'u', password: 'p' }])
    assert.equal(hit.headers.authorization, undefined)
    assert.deepEqual(authorization(backend.at('/orders')), ['Bearer typed'])
    assert.equal(login.closed, 0)
  })

  test('L9 readSession reads it as it does an exchange’s', async () => {
    const login = createPrompt({}, { submit: '/account/login' })
    const { backend, client, done } = createWorld({
      ...account,
      readSession: ({ access, uid }) => ({ token: access, extra: { uid } }),
      prompts: { login: login.prompt },
    })
    backend.answer('/account/login', { data: { access: 'a', uid: 7 } })
    const session = await done(client.login())
    assert.deepEqual([session.token, plain(session.extra)], ['a', { uid: 7 }])
  })

  test('L9 an SMS form: the code is sent from ask, the session is fetched in submit', async () => {
    const login = createPrompt(
      ({ request }) => void request({ url: '/sms', method: 'POST' }).catch(() => {}),
      {
        submit: (detail, { request }) => request({ url: '/sms-login', method: 'POST', data: detail }),
      },
    )
    const { backend, client, clock, done } = createWorld({ ...account, prompts: { login: login.prompt } })
    const wanted = client.login()
    await clock.advance(20)
    assert.equal(backend.at('/sms').length, 1)
    backend.answer('/sms-login', { data: { token: 'by sms' } })
    client.provide('login', { code: '1234' })
    assert.equal((await done(wanted)).token, 'by sms')
    assert.deepEqual(plain(backend.at('/sms-login')[0].data), { code: '1234' })
  })

  test('L9 refused: everyone rejects with AUTH_DENIED, nothing is sent, the next call asks', async () => {
    const login = createPrompt()
    const { backend, client, clock, failure } = createWorld({ ...account, prompts: { login: login.prompt } })
    const calls = [client.request({ url: '/a', needs: 'login' }), client.login(), client.ensure('login')]
    await clock.advance(20)
    client.deny('login')
    for (const call of calls) assert.equal((await failure(call, 'AUTH_DENIED')).need, 'login')
    assert.equal(backend.hits.length, 0)
    client.login().catch(() => {})
    await clock.advance(20)
    assert.equal(login.asked, 2)
  })

  test('L9 a 401 asks, and the same request is sent again', async () => {
    const login = createPrompt({ token: 'typed' })
    const { backend, client, done } = createWorld({ ...account, prompts: { login: login.prompt } })
    backend.answer('/orders', { status: 401 })
    await done(client.request({ url: '/orders' }))
    assert.deepEqual(authorization(backend.at('/orders')), [undefined, 'Bearer typed'])
  })

  test('L9 its 401 never waits for a login', async () => {
    const login = createPrompt({}, { submit: '/account/login' })
    const { backend, client, failure } = createWorld({ ...account, prompts: { login: login.prompt } })
    backend.answer('/account/login', { status: 401, data: { why: 'no' } }, FOREVER)
    const error = await failure(client.login(), 'STATUS')
    assert.deepEqual([error.statusCode, plain(error.response.data)], [401, { why: 'no' }])
    assert.equal(backend.at('/account/login').length, 1)
  })
})

describe('L9 a wrong password leaves the page open', () => {
  const refusals = {
    'its status': ['STATUS', { status: 400, data: { msg: '密码错误' } }],
    401: ['STATUS', { status: 401, data: { msg: '密码错误' } }],
    accept: ['REFUSED', { data: { code: 500, msg: '密码错误' } }],
  }
  for (const [way, [code, reply]] of Object.entries(refusals)) {
    test(`L9 refused by ${way}: that provide rejects, the prompt stays`, async () => {
      const login = createPrompt(undefined, { submit: '/account/login' })
      const { backend, client, clock, done, failure } = createWorld({
        exchange: undefined,
        accept: ({ data }) => data.code !== 500 || data.msg,
        prompts: { login: login.prompt },
      })
      const wanted = client.request({ url: '/orders', needs: 'login' })
      await clock.advance(20)
      backend.answer('/account/login', reply)
      const error = await failure(client.provide('login', { password: 'wrong' }), code)
      assert.equal(plain(error.response.data).msg, '密码错误')
      await clock.advance(1000)
      assert.deepEqual([login.asked, login.closed], [1, 0])
      backend.answer('/account/login', { data: { token: 'typed' } })
      await done(client.provide('login', { password: 'right' }))
      await done(wanted)
      assert.equal(login.asked, 1)
      assert.deepEqual(
        backend.hits.map(({ url }) => url.slice(ORIGIN.length)),
        ['/account/login', '/account/login', '/orders'],
      )
    })
  }

  test('L9 by a function too', async () => {
    const submit = async ({ password }) => {
      if (password !== 'right') throw { errMsg: '密码错误', statusCode: 400 }
      return { token: 'typed' }
    }
    const login = createPrompt(undefined, { submit })
    const { client, clock, done } = createWorld({ exchange: undefined, prompts: { login: login.prompt } })
    const wanted = client.login()
    await clock.advance(20)
    const error = await done(client.provide('login', { password: 'wrong' })).catch((reason) => reason)
    assert.equal(error.errMsg, '密码错误')
    await done(client.provide('login', { password: 'right' }))
    assert.equal((await done(wanted)).token, 'typed')
    assert.equal(login.asked, 1)
  })
})
