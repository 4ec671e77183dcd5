import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, ORIGIN, plain } from './world.js'

const FOREVER = Number.POSITIVE_INFINITY
const PRIVACY_ERROR = { errMsg: 'request:fail privacy permission is not authorized', errno: 104 }

/** A prompt that keeps a record: `asked`, and the last context. */
function step(answer, more) {
  const prompt = {
    asked: 0,
    ask(context) {
      prompt.asked += 1
      prompt.context = plain(context)
      return typeof answer === 'function' ? answer(context) : answer
    },
    ...more,
  }
  return prompt
}

describe('A1 each prompt once, and only when needed', () => {
  test('A1 nothing is asked before a feature needs it', async () => {
    const phone = step({})
    const { client, control, done } = createWorld({ prompts: { phone } })
    await done(client.request({ url: '/goods' }))
    await done(client.login())
    assert.equal(phone.asked, 0)
    for (const api of [
      'getSetting',
      'authorize',
      'getPrivacySetting',
      'requirePrivacyAuthorize',
      'checkSession',
    ])
      assert.equal(control.count(api), 0, api)
  })

  test('A1 one prompt for a hundred requests', async () => {
    const phone = step()
    const { backend, client, clock, done } = createWorld({ prompts: { phone } })
    const all = Array.from({ length: 100 }, () => client.request({ url: '/goods', needs: 'phone' }))
    all.push(client.ensure(['phone']))
    await clock.advance(10)
    assert.equal(phone.asked, 1)
    assert.deepEqual(phone.context, { need: 'phone', reason: 'requested' })
    assert.equal(backend.at('/goods').length, 0)
    await client.provide('phone', { code: 'x' })
    await done(Promise.all(all))
    assert.equal(backend.at('/goods').length, 100)
    assert.equal(phone.asked, 1)
  })

  for (const [need, api, around] of [
    ['scope.record', 'authorize', {}],
    ['privacy', 'requirePrivacyAuthorize', { phone: { privacy: { state: 'unasked' } } }],
  ]) {
    test(`A1 one pop-up of ${need} for many`, async () => {
      const { client, clock, control, done } = createWorld({}, around)
      control.answer('wait')
      const all = Array.from({ length: 50 }, () => client.request({ url: '/goods', needs: need }))
      await clock.advance(10)
      control.popup.answer('accept')
      await done(Promise.all(all))
      assert.equal(control.count(api), 1)
      assert.equal(control.popups.length, 1)
    })
  }

  test('A1 one check of the key for many', async () => {
    const { client, control, done } = createWorld()
    await done(client.login())
    await done(Promise.all(Array.from({ length: 50 }, () => client.ensure('sessionKey'))))
    assert.equal(control.count('checkSession'), 1)
    assert.equal(control.count('login'), 1)
  })
})

describe('A2 refused is refused', () => {
  for (const [way, refuse] of [
    ['deny', ({ client }) => client.deny('phone', 'later')],
    ['an iOS refusal', ({ client }) => client.provide('phone', { errMsg: 'getPhoneNumber:fail user deny' })],
    [
      'an Android refusal',
      ({ client }) => client.provide('phone', { errMsg: 'getPhoneNumber:fail:user deny' }),
    ],
  ]) {
    test(`A2 ${way} rejects everything that waits, and sends nothing`, async () => {
      const phone = step()
      const world = createWorld({ prompts: { phone } })
      const { backend, client, clock, failure } = world
      const all = [
        client.request({ url: '/goods', needs: 'phone' }),
        client.request({ url: '/goods', needs: ['phone', 'login'] }),
        client.ensure('phone'),
      ]
      await clock.advance(10)
      Promise.resolve(refuse(world)).catch(() => {})
      for (const call of all) {
        const error = await failure(call, 'AUTH_DENIED')
        assert.equal(error.need, 'phone')
        assert.equal(error.retryable, false)
      }
      assert.equal(backend.at('/goods').length, 0)
      assert.equal(phone.asked, 1)
    })
  }

  for (const [way, answer] of [
    ['rejects', () => Promise.reject(new Error('closed'))],
    [
      'throws',
      () => {
        throw new Error('closed')
      },
    ],
    ['returns a refusing detail', () => ({ errMsg: 'getPhoneNumber:fail user deny' })],
  ]) {
    test(`A2 a prompt that ${way} refuses`, async () => {
      const { backend, client, failure } = createWorld({ prompts: { phone: step(answer) } })
      assert.equal(
        (await failure(client.request({ url: '/goods', needs: 'phone' }), 'AUTH_DENIED')).need,
        'phone',
      )
      assert.equal(backend.at('/goods').length, 0)
    })
  }

  test('A2 nobody is asked a second time by the same call, but the next call may ask', async () => {
    const phone = step(() => Promise.reject(new Error('no')))
    const { client, failure } = createWorld({ prompts: { phone } })
    await failure(client.ensure(['phone', 'phone']), 'AUTH_DENIED')
    assert.equal(phone.asked, 1)
    await failure(client.ensure('phone'), 'AUTH_DENIED')
    assert.equal(phone.asked, 2)
  })

  test('A2 a refused scope and a refused contract', async () => {
    const { backend, client, control, failure } = createWorld(
      {},
      { phone: { privacy: { state: 'unasked' } } },
    )
    control.answer('refuse')
    const privacy = await failure(client.request({ url: '/goods', needs: 'privacy' }), 'AUTH_DENIED')
    assert.equal(privacy.need, 'privacy')
    control.privacy.state = 'agreed'
    control.answer('refuse')
    const scope = await failure(client.request({ url: '/goods', needs: 'scope.camera' }), 'AUTH_DENIED')
    assert.equal(scope.need, 'scope.camera')
    assert.equal(backend.at('/goods').length, 0)
  })

  test('A2 deny without anyone waiting changes nothing', async () => {
    const phone = step({})
    const { client, done } = createWorld({ prompts: { phone } })
    client.deny('phone')
    await done(client.login())
    client.deny('phone')
    await done(client.ensure('phone'))
  })

  test('A2 no prompt and a used-up quota are told apart from a refusal', async () => {
    const { client, clock, failure } = createWorld({ prompts: { phone: step() } })
    assert.equal((await failure(client.ensure('profile'), 'AUTH_UNAVAILABLE')).need, 'profile')
    const waiting = client.ensure('phone')
    await clock.advance(10)
    client.provide('phone', { errMsg: 'getPhoneNumber:fail quota exceeded', errno: 1400001 })
    const error = await failure(waiting, 'AUTH_UNAVAILABLE')
    assert.equal(error.errno, 1400001)
  })
})

describe('A3 an unanswered prompt ends', () => {
  test('A3 after promptTimeout, for all, and the next call may ask', async () => {
    const phone = step()
    const { client, clock, done, failure } = createWorld({ prompts: { phone }, promptTimeout: 5000 })
    const first = client.ensure('phone')
    await clock.advance(4000)
    const second = client.ensure('phone')
    assert.equal((await failure(first, 'AUTH_TIMEOUT', 1001)).need, 'phone')
    await failure(second, 'AUTH_TIMEOUT', 0)
    const third = client.ensure('phone')
    await clock.advance(10)
    assert.equal(phone.asked, 2)
    await client.provide('phone', {})
    await done(third)
  })

  test('A3 180 s by default; a promise that never settles counts as unanswered', async () => {
    const { client, clock, failure } = createWorld({ prompts: { phone: step(() => new Promise(() => {})) } })
    const call = client.ensure('phone')
    call.catch(() => {})
    await clock.advance(179_000)
    await failure(call, 'AUTH_TIMEOUT', 1100)
  })

  test('A3 an answer that comes after it meets nothing', async () => {
    let answer
    const phone = step(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    const { client, clock, failure } = createWorld({ prompts: { phone }, promptTimeout: 5000 })
    await failure(client.ensure('phone'), 'AUTH_TIMEOUT', 5001)
    const late = answer
    const second = client.ensure('phone')
    await clock.advance(10)
    late({})
    await clock.advance(10)
    assert.equal(phone.asked, 2)
    await failure(second, 'AUTH_TIMEOUT', 5001)
  })

  for (const api of [
    'getSetting',
    'authorize',
    'getPrivacySetting',
    'requirePrivacyAuthorize',
    'checkSession',
  ]) {
    test(`A3 a host whose ${api} never answers hangs nothing`, async () => {
      const { client, control, failure } = createWorld({}, { phone: { privacy: { state: 'unasked' } } })
      control.silent(api, FOREVER)
      const need = /Privacy/.test(api) ? 'privacy' : api === 'checkSession' ? 'sessionKey' : 'scope.camera'
      if (api === 'authorize') control.privacy.state = 'agreed'
      await failure(client.ensure(need), 'AUTH_TIMEOUT', 200_000)
    })
  }
})

describe('A4 scopes', () => {
  const openSetting = (world, choice) => () =>
    new Promise((resolve) => {
      world.control.answer(choice)
      world.control.tap(() => world.wx.openSetting({ complete: () => resolve({}) }))
    })

  test('A4 granted already: one look, no pop-up', async () => {
    const { client, control, done } = createWorld({}, { phone: { settings: { 'scope.camera': true } } })
    await done(client.ensure('scope.camera'))
    assert.equal(control.count('getSetting'), 1)
    assert.equal(control.count('authorize'), 0)
  })

  test('A4 never asked: one pop-up', async () => {
    const { client, control, done } = createWorld()
    await done(client.request({ url: '/goods', needs: 'scope.camera' }))
    assert.deepEqual(plain(control.popups), [{ kind: 'authorize', title: 'scope.camera' }])
    await done(client.ensure('scope.camera'))
    assert.equal(control.popups.length, 1)
  })

  test('A4 refused earlier, without a way to the settings: AUTH_DENIED, no pop-up', async () => {
    const { client, control, failure } = createWorld({}, { phone: { settings: { 'scope.camera': false } } })
    assert.equal((await failure(client.ensure('scope.camera'), 'AUTH_DENIED')).need, 'scope.camera')
    assert.equal(control.count('authorize'), 0)
  })

  for (const [choice, code] of [
    ['accept', null],
    ['refuse', 'AUTH_DENIED'],
  ]) {
    test(`A4 refused earlier, with a way to the settings that comes to ${choice}`, async () => {
      let world = null
      const camera = step(() => openSetting(world, choice)())
      world = createWorld(
        { prompts: { 'scope.camera': camera } },
        { phone: { settings: { 'scope.camera': false } } },
      )
      const wanted = world.client.request({ url: '/goods', needs: 'scope.camera' })
      if (code) await world.failure(wanted, code)
      else await world.done(wanted)
      assert.deepEqual(camera.context, { need: 'scope.camera', reason: 'denied-before' })
      assert.equal(camera.asked, 1)
      assert.equal(world.control.count('getSetting'), 2)
    })
  }

  test('A4 provide makes it look again, whatever the detail says', async () => {
    const { client, clock, control, done, failure } = createWorld(
      { prompts: { 'scope.camera': step() } },
      { phone: { settings: { 'scope.camera': false } } },
    )
    const refused = client.ensure('scope.camera')
    await clock.advance(10)
    client.provide('scope.camera', { authSetting: { 'scope.camera': true } })
    await failure(refused, 'AUTH_DENIED')
    const granted = client.ensure('scope.camera')
    await clock.advance(10)
    control.settings['scope.camera'] = true
    client.provide('scope.camera', {})
    await done(granted)
  })

  test('A4 a pop-up that is refused is not followed by another step', async () => {
    const camera = step({})
    const { client, control, failure } = createWorld({ prompts: { 'scope.camera': camera } })
    control.answer('refuse')
    await failure(client.ensure('scope.camera'), 'AUTH_DENIED')
    assert.equal(camera.asked, 0)
  })

  test('A4 a host without getSetting or with an unknown scope: AUTH_UNAVAILABLE', async () => {
    const { client, failure, wx } = createWorld()
    await failure(client.ensure('scope.teleport'), 'AUTH_UNAVAILABLE')
    delete wx.getSetting
    await failure(client.ensure('scope.camera'), 'AUTH_UNAVAILABLE')
  })
})

describe('A5 privacy', () => {
  test('A5 agreed already: one look, nothing shown', async () => {
    const { client, control, done } = createWorld()
    await done(client.ensure('privacy'))
    assert.equal(control.count('getPrivacySetting'), 1)
    assert.equal(control.count('requirePrivacyAuthorize'), 0)
  })

  test('A5 not agreed yet: asked once; the hook is left to the app', async () => {
    const { client, control, done } = createWorld({}, { phone: { privacy: { state: 'unasked' } } })
    await done(client.request({ url: '/goods', needs: 'privacy' }))
    assert.equal(control.popups.length, 1)
    assert.equal(control.privacy.state, 'agreed')
    assert.equal(control.count('onNeedPrivacyAuthorization'), 0)
  })

  test('A5 errno 104 of a request is that need: asked, then sent again', async () => {
    const { backend, client, control, done } = createWorld({}, { phone: { privacy: { state: 'unasked' } } })
    control.fail('request', PRIVACY_ERROR)
    await done(client.request({ url: '/goods', method: 'POST' }))
    assert.equal(control.popups.length, 1)
    assert.equal(backend.at('/goods').length, 1)
  })

  test('A5 errno 104 and a refusal: AUTH_DENIED of privacy', async () => {
    const { client, control, failure } = createWorld({}, { phone: { privacy: { state: 'unasked' } } })
    control.fail('request', PRIVACY_ERROR)
    control.answer('refuse')
    assert.equal((await failure(client.request({ url: '/goods' }), 'AUTH_DENIED')).need, 'privacy')
  })

  test('A5 errno 104 again and again is no loop', async () => {
    const { client, control, failure } = createWorld()
    control.fail('request', PRIVACY_ERROR, FOREVER)
    const error = await failure(client.request({ url: '/goods' }), 'AUTH_UNAVAILABLE')
    assert.equal(error.need, 'privacy')
    assert.equal(control.count('request'), 2)
  })

  for (const [api, start] of [
    ['request', (client) => client.request({ url: '/goods' })],
    ['login', (client) => client.login()],
    ['authorize', (client) => client.ensure('scope.camera')],
  ]) {
    test(`A5 errno 112 of ${api} is AUTH_UNAVAILABLE of privacy`, async () => {
      const { client, control, failure } = createWorld()
      control.fail(api, {
        errMsg: `${api}:fail api scope is not declared in the privacy agreement`,
        errno: 112,
      })
      const error = await failure(start(client), 'AUTH_UNAVAILABLE')
      assert.equal(error.need, 'privacy')
      assert.equal(error.errno, 112)
    })
  }

  test('A5 errno 104 of wx.login and wx.authorize is AUTH_DENIED of privacy', async () => {
    const { client, control, failure } = createWorld()
    control.fail('login', { errMsg: 'login:fail privacy permission is not authorized', errno: 104 })
    assert.equal((await failure(client.login(), 'AUTH_DENIED')).need, 'privacy')
    control.fail('authorize', { errMsg: 'authorize:fail privacy permission is not authorized', errno: 104 })
    assert.equal((await failure(client.ensure('scope.camera'), 'AUTH_DENIED')).need, 'privacy')
  })

  test('A5 base libraries without the contract do not enforce it', async () => {
    const { client, done, wx } = createWorld()
    delete wx.getPrivacySetting
    delete wx.requirePrivacyAuthorize
    await done(client.ensure('privacy'))
  })
})

describe('A6 sessionKey', () => {
  test('A6 a live key: no login', async () => {
    const { client, control, done } = createWorld()
    await done(client.login())
    await done(client.ensure('sessionKey'))
    assert.equal(control.count('login'), 1)
  })

  test('A6 a dead key: one login for all, and the key lives', async () => {
    const { client, control, done } = createWorld()
    await done(client.login())
    control.expireSessionKey()
    await done(Promise.all([client.ensure('sessionKey'), client.ensure(['login', 'sessionKey'])]))
    assert.equal(control.count('login'), 2)
    await done(client.ensure('sessionKey'))
    assert.equal(control.count('login'), 2)
  })

  test('A6 a login that fails fails the need, and keeps the session', async () => {
    const { client, control, done, failure } = createWorld()
    await done(client.login())
    control.expireSessionKey()
    control.fail('login', {})
    await failure(client.ensure('sessionKey'), 'LOGIN_FAILED')
    assert.ok(await client.getSession())
  })
})

describe('A7 a need is remembered with the session', () => {
  test('A7 met once, not asked again, and listeners hear of it', async () => {
    const phone = step({ code: 'x' })
    const world = createWorld({ prompts: { phone } })
    const changes = []
    world.client.onChange(({ type, session }) => changes.push([type, session && [...session.granted]]))
    await world.done(world.client.ensure(['login', 'phone']))
    await world.done(world.client.request({ url: '/goods', needs: 'phone' }))
    assert.equal(phone.asked, 1)
    assert.deepEqual(changes, [
      ['login', []],
      ['granted', ['phone']],
    ])
    const cold = world.restart()
    await cold.done(cold.client.ensure('phone'))
    assert.equal(phone.asked, 1)
  })

  test('A7 until a reply asks for it', async () => {
    const phone = step({})
    const { backend, client, done } = createWorld({ prompts: { phone }, needs: ({ data }) => data.need })
    await done(client.ensure(['login', 'phone']))
    backend.answer('/checkout', { status: 403, data: { need: 'phone' } })
    assert.equal((await done(client.request({ url: '/checkout', needs: 'phone' }))).statusCode, 200)
    assert.equal(phone.asked, 2)
  })

  for (const [way, end] of [
    ['logout', ({ client, done }) => done(client.logout())],
    ['its time', ({ clock }) => clock.advance(7200_000)],
    [
      'the server',
      ({ backend, client, done }) => {
        backend.forget()
        return done(client.request({ url: '/private/cart' }))
      },
    ],
  ]) {
    test(`A7 until ${way} ends the session`, async () => {
      const phone = step({})
      const world = createWorld({ prompts: { phone } })
      await world.done(world.client.ensure(['login', 'phone']))
      await end(world)
      await world.done(world.client.ensure(['login', 'phone']))
      assert.equal(phone.asked, 2)
    })
  }

  test('A7 what the backend knows to hold is not asked', async () => {
    const phone = step({})
    const { backend, client, done } = createWorld({ prompts: { phone } })
    backend.answer('/login', { data: { token: 't', granted: ['phone'] } })
    await done(client.ensure(['login', 'phone']))
    assert.equal(phone.asked, 0)
  })

  test('A7 needs of different names share neither prompt nor detail', async () => {
    const details = []
    const submit = (detail) => {
      details.push(plain(detail))
    }
    const [phone, profile] = [step(undefined, { submit }), step(undefined, { submit })]
    const { client, clock, done } = createWorld({ prompts: { phone, profile } })
    const calls = [client.ensure('phone'), client.ensure('profile')]
    await clock.advance(10)
    assert.deepEqual([phone.asked, profile.asked], [1, 1])
    await client.provide('profile', { nickname: 'n' })
    await done(calls[1])
    assert.deepEqual(details, [{ nickname: 'n' }])
    await client.provide('phone', { code: 'p' })
    await done(calls[0])
    assert.deepEqual(details, [{ nickname: 'n' }, { code: 'p' }])
  })
})

describe('details and where they go', () => {
  test('A6 a posted detail goes with the session, and the login comes before the prompt', async () => {
    const order = []
    const phone = step(() => void order.push('ask'), { submit: '/phone' })
    const { backend, client, clock, done } = createWorld({ prompts: { phone } })
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
    const phone = step(undefined, { submit: '/phone' })
    const { backend, client, clock, control, done } = createWorld({ prompts: { phone } })
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
    const prompts = { phone: step({}, { submit: '/phone' }) }
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
    const { message } = await failure(wanted, 'AUTH_TIMEOUT', 1000)
    assert.match(message, /submitting .* promptTimeout/)
    await done(forced)
    assert.deepEqual(order, ['abort /phone', 'login'])
  })

  test('A8 with a submit function too', async () => {
    let release
    const submit = () =>
      new Promise((resolve) => {
        release = resolve
      })
    const { client, clock, control, done } = createWorld({ prompts: { phone: step({}, { submit }) } })
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
    const phone = step(undefined, { submit: '/phone' })
    const { backend, client, clock, control, done } = createWorld({ prompts: { phone } })
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

  for (const [way, reply, code] of [
    ['HTTP 500', { status: 500 }, 'STATUS'],
    ['HTTP 401', { status: 401 }, 'STATUS'],
    ['a cut connection', 'drop', 'NETWORK'],
  ]) {
    test(`a submission that ends with ${way} is ${code} for all, and the next call may ask`, async () => {
      const phone = step({}, { submit: '/phone' })
      const { backend, client, done } = createWorld({ prompts: { phone } })
      backend.answer('/phone', reply)
      const calls = [client.ensure('phone'), client.request({ url: '/goods', needs: 'phone' })]
      const errors = await done(Promise.all(calls.map((call) => call.catch((error) => error))))
      for (const error of errors) assert.deepEqual([error.code, error.need], [code, 'phone'])
      assert.equal(backend.at('/goods').length, 0)
      await done(client.ensure('phone'))
      assert.equal(phone.asked, 2)
    })
  }

  test('an attach that throws at a submission is CALLBACK_FAILED, and nothing is sent', async () => {
    const phone = step({}, { submit: '/phone' })
    const thrown = Object.assign(new Error('mine'), { statusCode: 200, data: { token: 'of an error' } })
    const attach = () => {
      throw thrown
    }
    const { backend, client, done, failure } = createWorld({ attach, prompts: { phone } })
    const session = await done(client.login())
    const { cause, need } = await failure(client.ensure('phone'), 'CALLBACK_FAILED')
    assert.deepEqual([cause, need], [thrown, 'phone'])
    assert.equal(backend.at('/phone').length, 0)
    assert.equal(await done(client.getSession()), session)
  })

  test('a session in the submission’s reply replaces the session', async () => {
    const phone = step({}, { submit: async () => ({ token: 'better', expires_in: 100 }) })
    const { client, done } = createWorld({ prompts: { phone } })
    await done(client.ensure(['login', 'phone']))
    assert.equal((await client.getSession()).token, 'better')
  })

  test('provide without anyone waiting is submitted and remembered', async () => {
    const phone = step(undefined, { submit: '/phone' })
    const { backend, client, done } = createWorld({ prompts: { phone } })
    await done(client.login())
    await done(client.provide('phone', { code: 'x' }))
    await done(client.ensure('phone'))
    assert.equal(backend.at('/phone').length, 1)
    assert.equal(phone.asked, 0)
  })

  test('a rejected provide that nobody looks at is not unhandled', async () => {
    const { client, clock } = createWorld({ prompts: { phone: step() } })
    const unhandled = []
    const note = (error) => unhandled.push(error)
    process.on('unhandledRejection', note)
    client.provide('phone', { errMsg: 'getPhoneNumber:fail user deny' })
    client.provide('nothing', {})
    await clock.advance(100)
    await new Promise(setImmediate)
    process.off('unhandledRejection', note)
    assert.deepEqual(unhandled, [])
  })
})
