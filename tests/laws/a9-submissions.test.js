import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { authorization, createWorld, plain, unhandledDuring } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY

describe('A9 a submission and what comes of it', () => {
  for (const [way, reply, code] of [
    ['HTTP 500', { status: 500 }, 'STATUS'],
    ['a cut connection', 'drop', 'NETWORK'],
  ]) {
    test(`A9 a submission that ends with ${way} is ${code} for all, and the next call may ask`, async () => {
      const phone = createPrompt({}, { submit: '/phone' })
      const { backend, client, done } = createWorld({ prompts: { phone: phone.prompt } })
      backend.answer('/phone', reply)
      const calls = [client.ensure('phone'), client.request({ url: '/goods', needs: 'phone' })]
      const errors = await done(Promise.all(calls.map((call) => call.catch((error) => error))))
      for (const error of errors) assert.deepEqual([error.code, error.need], [code, 'phone'])
      assert.equal(backend.at('/goods').length, 0)
      await done(client.ensure('phone'))
      assert.equal(phone.asked, 2)
    })
  }

  test('A9 an attach that throws at a submission is CALLBACK_FAILED, and nothing is sent', async () => {
    const phone = createPrompt({}, { submit: '/phone' })
    const thrown = Object.assign(new Error('mine'), { statusCode: 200, data: { token: 'of an error' } })
    const attach = () => {
      throw thrown
    }
    const { backend, client, done, failure } = createWorld({ attach, prompts: { phone: phone.prompt } })
    const session = await done(client.login())
    const { cause, need } = await failure(client.ensure('phone'), 'CALLBACK_FAILED')
    assert.deepEqual([cause, need], [thrown, 'phone'])
    assert.equal(backend.at('/phone').length, 0)
    assert.equal(await done(client.getSession()), session)
  })

  test('A9 a session in the submission’s reply replaces the session', async () => {
    const phone = createPrompt({}, { submit: async () => ({ token: 'better', expires_in: 100 }) })
    const { client, done } = createWorld({ prompts: { phone: phone.prompt } })
    await done(client.ensure(['login', 'phone']))
    assert.equal((await client.getSession()).token, 'better')
  })

  test('A9 provide without anyone waiting is submitted and remembered', async () => {
    const phone = createPrompt(undefined, { submit: '/phone' })
    const { backend, client, done } = createWorld({ prompts: { phone: phone.prompt } })
    await done(client.login())
    await done(client.provide('phone', { code: 'x' }))
    await done(client.ensure('phone'))
    assert.equal(backend.at('/phone').length, 1)
    assert.equal(phone.asked, 0)
  })

  test('R6 a rejected provide that nobody looks at is not unhandled', async () => {
    const { client, clock } = createWorld({ prompts: { phone: createPrompt().prompt } })
    const unhandled = await unhandledDuring(() => {
      client.provide('phone', { errMsg: 'getPhoneNumber:fail user deny' })
      client.provide('nothing', {})
      return clock.advance(100)
    })
    assert.deepEqual(unhandled, [])
  })
})

describe('A9 a submission is judged as a request is', () => {
  const refused = { data: { ok: false, code: 7, msg: '验证码已过期' } }
  const accept = ({ data }) => data.ok !== false || { message: data.msg, code: data.code }

  test('A9 refused by accept: REFUSED, with the backend’s words, and the need does not hold', async () => {
    const phone = createPrompt({}, { submit: '/phone' })
    const { backend, client, done, failure } = createWorld({ accept, prompts: { phone: phone.prompt } })
    await done(client.login())
    backend.answer('/phone', refused)
    const error = await failure(client.request({ url: '/goods', needs: 'phone' }), 'REFUSED')
    assert.deepEqual([error.errMsg, error.errcode, error.need], ['验证码已过期', 7, 'phone'])
    assert.deepEqual(plain(error.response.data), refused.data)
    assert.equal(backend.at('/goods').length, 0)
    assert.deepEqual([...client.session.granted], [])
    await done(client.ensure('phone'))
    assert.equal(phone.asked, 2)
  })

  test('A9 nor has provide succeeded', async () => {
    const phone = createPrompt(undefined, { submit: '/phone' })
    const { backend, client, clock, done, failure } = createWorld({
      accept,
      prompts: { phone: phone.prompt },
    })
    await done(client.login())
    client.ensure('phone').catch(() => {})
    await clock.advance(10)
    backend.answer('/phone', refused)
    assert.equal((await failure(client.provide('phone', {}), 'REFUSED')).errMsg, '验证码已过期')
  })

  for (const status of [400, 404, 500]) {
    test(`A9 HTTP ${status} is STATUS, with the response`, async () => {
      const phone = createPrompt({}, { submit: '/phone' })
      const { backend, client, failure } = createWorld({ prompts: { phone: phone.prompt } })
      backend.answer('/phone', { status, data: { why: 'no' } })
      const { response, statusCode } = await failure(client.ensure('phone'), 'STATUS')
      assert.deepEqual([statusCode, plain(response.data)], [status, { why: 'no' }])
    })
  }

  test('A9 so is what validateStatus of the defaults refuses', async () => {
    const defaults = { validateStatus: (status) => status === 200 }
    const phone = createPrompt({}, { submit: '/phone' })
    const { backend, client, done, failure } = createWorld({ defaults, prompts: { phone: phone.prompt } })
    await done(client.login())
    backend.answer('/phone', { status: 202 })
    assert.equal((await failure(client.ensure('phone'), 'STATUS')).statusCode, 202)
  })
})

describe('A9 a submission whose reply asks for a login', () => {
  const asking = {
    'with 401': [{}, { status: 401 }],
    'by the app’s rule': [{ needs: ({ data }) => data.need }, { data: { need: 'login' } }],
  }
  for (const [way, [options, reply]] of Object.entries(asking)) {
    test(`A9 ${way}: one login, and the same detail once more with the new session`, async () => {
      const phone = createPrompt({ code: 'x' }, { submit: '/phone' })
      const world = createWorld({ ...options, prompts: { phone: phone.prompt } })
      const { backend, client, control, done } = world
      await done(client.login())
      backend.answer('/phone', reply)
      await done(client.ensure('phone'))
      assert.deepEqual(authorization(backend.at('/phone')), ['Bearer token-1', 'Bearer token-2'])
      assert.deepEqual(
        backend.at('/phone').map(({ data }) => data),
        [{ code: 'x' }, { code: 'x' }],
      )
      assert.deepEqual([control.count('login'), phone.asked], [2, 1])
      assert.deepEqual([...client.session.granted], ['phone'])
    })
  }

  test('A9 again and again is no loop', async () => {
    const phone = createPrompt({ code: 'x' }, { submit: '/phone' })
    const { backend, client, control, done, failure } = createWorld({ prompts: { phone: phone.prompt } })
    await done(client.login())
    backend.answer('/phone', { status: 401 }, FOREVER)
    await failure(client.ensure('phone'), 'LOGIN_REJECTED')
    assert.equal(backend.at('/phone').length, 2)
    assert.equal(control.count('login'), 2)
  })

  test('A9 encrypted data is not submitted again: that login has spoiled it', async () => {
    const phone = createPrompt({ encryptedData: 'e', iv: 'i' }, { submit: '/phone' })
    const { backend, client, done, failure } = createWorld({ prompts: { phone: phone.prompt } })
    await done(client.login())
    backend.answer('/phone', { status: 401 })
    const error = await failure(client.ensure('phone'), 'LOGIN_REJECTED')
    assert.deepEqual([error.retryable, error.need], [true, 'phone'])
    assert.equal(backend.at('/phone').length, 1)
    await done(client.ensure('phone'))
    assert.equal(phone.asked, 2)
    assert.deepEqual(authorization(backend.at('/phone')), ['Bearer token-1', 'Bearer token-2'])
  })
})

describe('A9 a session in the reply of a submission', () => {
  test('A9 is looked for by readSession in objects alone', async () => {
    const seen = []
    const readSession = (reply) => {
      seen.push(plain(reply))
      return reply.session || null
    }
    const exchange = () => ({ session: { token: 'first', openid: 'o' } })
    for (const [reply, expected] of [
      ['saved', []],
      ['', []],
      [{ saved: true }, [{ saved: true }]],
    ]) {
      const phone = createPrompt({}, { submit: () => reply })
      const { client, done } = createWorld({ exchange, readSession, prompts: { phone: phone.prompt } })
      await done(client.login())
      seen.length = 0
      await done(client.ensure('phone'))
      assert.deepEqual(seen, expected)
      assert.equal(client.session.token, 'first')
    }
  })

  test('A9 a readSession that throws says that there is none', async () => {
    const readSession = ({ session }) => ({ token: session.token, openid: session.openid })
    const exchange = () => ({ session: { token: 'first', openid: 'o' } })
    const phone = createPrompt({}, { submit: () => ({ saved: true }) })
    const { client, done } = createWorld({ exchange, readSession, prompts: { phone: phone.prompt } })
    await done(client.login())
    await done(client.ensure('phone'))
    assert.deepEqual([client.session.token, ...client.session.granted], ['first', 'phone'])
  })

  test('A9 and readSession that finds one is believed', async () => {
    const readSession = (reply) => reply.session || null
    const exchange = () => ({ session: { token: 'first', openid: 'o' } })
    const submit = () => ({ session: { token: 'second', openid: 'o' } })
    const { client, done } = createWorld({
      exchange,
      readSession,
      prompts: { phone: createPrompt({}, { submit }).prompt },
    })
    await done(client.login())
    await done(client.ensure('phone'))
    assert.equal(client.session.token, 'second')
  })

  test('A9 a reply without a token takes none away', async () => {
    const phone = createPrompt({}, { submit: '/profile' })
    const { backend, client, done } = createWorld({ prompts: { profile: phone.prompt } })
    const { token, openid } = await done(client.login())
    backend.answer('/profile', { data: { openid, nickname: 'n' } })
    await done(client.ensure('profile'))
    assert.equal(client.session.token, token)
  })

  test('R4 the reply of a foreign URL is no session of ours', async () => {
    const prompts = { phone: { ask: () => ({}), submit: 'https://evil.example/phone' } }
    const world = createWorld({ prompts })
    const { backend, client, done } = world
    await done(client.login())
    backend.answer('/phone', { data: { token: 'planted', openid: 'o' } })
    await done(client.ensure('phone'))
    assert.equal(client.session.token, 'token-1')
    assert.equal((await done(world.restart().client.getSession())).token, 'token-1')
  })
})
