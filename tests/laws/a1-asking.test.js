import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { createWorld, plain } from '../world.js'

describe('A1 each prompt once, and only when needed', () => {
  test('A1 nothing is asked before a feature needs it', async () => {
    const phone = createPrompt({})
    const { client, control, done } = createWorld({ prompts: { phone: phone.prompt } })
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
    const phone = createPrompt()
    const { backend, client, clock, done } = createWorld({ prompts: { phone: phone.prompt } })
    const all = Array.from({ length: 100 }, () => client.request({ url: '/goods', needs: 'phone' }))
    all.push(client.ensure(['phone']))
    await clock.advance(10)
    assert.equal(phone.asked, 1)
    assert.deepEqual(plain(phone.context), { need: 'phone', reason: 'requested' })
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
      const phone = createPrompt()
      const world = createWorld({ prompts: { phone: phone.prompt } })
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
    ['returns false', () => false],
    ['resolves false', async () => false],
  ]) {
    test(`A2 a prompt that ${way} refuses`, async () => {
      const { backend, client, failure } = createWorld({ prompts: { phone: createPrompt(answer).prompt } })
      assert.equal(
        (await failure(client.request({ url: '/goods', needs: 'phone' }), 'AUTH_DENIED')).need,
        'phone',
      )
      assert.equal(backend.at('/goods').length, 0)
    })
  }

  test('A2 nobody is asked a second time by the same call, but the next call may ask', async () => {
    const phone = createPrompt(() => Promise.reject(new Error('no')))
    const { client, failure } = createWorld({ prompts: { phone: phone.prompt } })
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
    const phone = createPrompt({})
    const { client, done } = createWorld({ prompts: { phone: phone.prompt } })
    client.deny('phone')
    await done(client.login())
    client.deny('phone')
    await done(client.ensure('phone'))
  })

  test('A2 no prompt and a used-up quota are told apart from a refusal', async () => {
    const { client, clock, failure } = createWorld({ prompts: { phone: createPrompt().prompt } })
    assert.equal((await failure(client.ensure('profile'), 'AUTH_UNAVAILABLE')).need, 'profile')
    const waiting = client.ensure('phone')
    await clock.advance(10)
    client.provide('phone', { errMsg: 'getPhoneNumber:fail quota exceeded', errno: 1400001 })
    const error = await failure(waiting, 'AUTH_UNAVAILABLE')
    assert.equal(error.errno, 1400001)
  })
})
