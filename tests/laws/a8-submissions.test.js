import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { createWorld, ORIGIN } from '../world.js'

describe('A8 a detail and the login', () => {
  test('A8 a posted detail goes with the session, and the login comes before the prompt', async () => {
    const order = []
    const phone = createPrompt(() => void order.push('ask'), { submit: '/phone' })
    const { backend, client, clock, done } = createWorld({ prompts: { phone: phone.prompt } })
    client.onChange(({ type }) => order.push(type))
    const wanted = client.request({ url: '/goods', needs: 'phone' })
    await clock.advance(20)
    await done(client.provide('phone', { code: 'x', errMsg: 'getPhoneNumber:ok' }))
    await done(wanted)
    const [hit] = backend.at('/phone')
    assert.equal(hit.method, 'POST')
    assert.equal(hit.headers.authorization, 'Bearer token-1')
    assert.deepEqual(hit.data, { code: 'x', errMsg: 'getPhoneNumber:ok' })
    assert.deepEqual(order, ['login', 'ask', 'granted'])
  })

  test('A8 no wx.login starts while a detail is being submitted', async () => {
    const phone = createPrompt(undefined, { submit: '/phone' })
    const { backend, client, clock, control, done } = createWorld({ prompts: { phone: phone.prompt } })
    const wanted = client.ensure('phone')
    await clock.advance(20)
    const held = backend.hold('/phone')
    client.provide('phone', { encryptedData: 'e', iv: 'i' })
    await clock.advance(20)
    assert.equal(backend.at('/phone').length, 1)
    const forced = client.login({ force: true })
    backend.forget()
    const asked = client.request({ url: '/private/cart' })
    await clock.advance(100)
    assert.equal(control.count('login'), 1)
    held.release({ data: {} })
    await done(Promise.all([wanted, forced, asked]))
    assert.equal(control.count('login'), 2)
  })

  test('A8 a submission that takes too long is given up before the next login', async () => {
    const prompts = { phone: createPrompt({}, { submit: '/phone' }).prompt }
    const { backend, client, clock, done, failure, wx } = createWorld({ prompts, promptTimeout: 500 })
    await done(client.login())
    const order = []
    const { login, request } = wx
    wx.login = (options) => {
      order.push('login')
      return login(options)
    }
    wx.request = (options) => {
      const task = request(options)
      return Object.assign({}, task, {
        abort() {
          order.push(`abort ${options.url.slice(ORIGIN.length)}`)
          task.abort()
        },
      })
    }
    backend.hold('/phone')
    const wanted = client.ensure('phone')
    await clock.advance(20)
    const forced = client.login({ force: true })
    await failure(wanted, 'AUTH_TIMEOUT', 1000)
    await done(forced)
    assert.deepEqual(order, ['abort /phone', 'login'])
  })

  test('A8 with a submit function too', async () => {
    let release
    const submit = () =>
      new Promise((resolve) => {
        release = resolve
      })
    const { client, clock, control, done } = createWorld({
      prompts: { phone: createPrompt({}, { submit }).prompt },
    })
    const wanted = client.ensure('phone')
    await clock.advance(20)
    const login = client.login()
    await clock.advance(100)
    assert.equal(control.count('login'), 0)
    release()
    await done(Promise.all([wanted, login]))
    assert.equal(control.count('login'), 1)
  })

  test('A8 a detail that comes during a login is submitted after it', async () => {
    const phone = createPrompt(undefined, { submit: '/phone' })
    const { backend, client, clock, control, done } = createWorld({ prompts: { phone: phone.prompt } })
    const wanted = client.ensure('phone')
    await clock.advance(20)
    control.delay('login', 50)
    const forced = client.login({ force: true })
    await clock.advance(10)
    client.provide('phone', { code: 'x' })
    await clock.advance(20)
    assert.equal(backend.at('/phone').length, 0)
    await done(Promise.all([wanted, forced]))
    assert.equal(backend.at('/phone')[0].headers.authorization, 'Bearer token-2')
  })

  test('A8 but for a code that the app itself asks for', async () => {
    const codes = []
    const submit = async (_detail, { code }) => void codes.push(await code())
    const phone = createPrompt({}, { submit })
    const { backend, client, control, done } = createWorld({ prompts: { phone: phone.prompt } })
    await done(client.login())
    await done(client.ensure('phone'))
    assert.equal(control.count('login'), 2)
    assert.equal(backend.at('/login').length, 1)
    assert.notEqual(codes[0], backend.at('/login')[0].data.code)
  })
})
