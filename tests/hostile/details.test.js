import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { createWorld, plain } from '../world.js'

describe('A2 of a detail only WeChat’s own words are a refusal', () => {
  const details = [
    { confirm: false, note: 'no newsletter' },
    { message: 'the delivery :fail again' },
    { errCode: 7 },
    { cancel: true },
    { error: 'auth deny' },
  ]
  for (const detail of details) {
    test(`A2 ${JSON.stringify(detail)} is a detail, by provide and from ask`, async () => {
      const submitted = []
      const submit = (given) => void submitted.push(plain(given))
      const [given, answered] = [createPrompt(undefined, { submit }), createPrompt(detail, { submit })]
      const { client, clock, done } = createWorld({
        prompts: { given: given.prompt, answered: answered.prompt },
      })
      const wanted = client.ensure('given')
      await clock.advance(10)
      await done(client.provide('given', detail))
      await done(wanted)
      await done(client.ensure('answered'))
      assert.deepEqual(submitted, [detail, detail])
    })
  }

  for (const [detail, code] of [
    [{ errMsg: 'getPhoneNumber:fail user deny' }, 'AUTH_DENIED'],
    [{ errMsg: 'getPhoneNumber:fail:user deny' }, 'AUTH_DENIED'],
    [{ errMsg: 'getPhoneNumber:fail quota exceeded', errno: 1400001 }, 'AUTH_UNAVAILABLE'],
  ]) {
    test(`A2 ${JSON.stringify(detail)} is ${code}`, async () => {
      const phone = createPrompt(undefined, { submit: '/phone' })
      const { backend, client, clock, failure } = createWorld({ prompts: { phone: phone.prompt } })
      const wanted = client.ensure('phone')
      wanted.catch(() => {})
      await clock.advance(20)
      client.provide('phone', detail).catch(() => {})
      await failure(wanted, code)
      assert.equal(backend.at('/phone').length, 0)
    })
  }
})

describe('A2 what comes after a refusal', () => {
  for (const [kind, wasm] of [
    ['with the module at hand', {}],
    ['before it is there', { delay: 100 }],
  ]) {
    test(`A2 a detail of the refused step is not posted, ${kind}`, async () => {
      const phone = createPrompt(undefined, { submit: '/phone' })
      const first = createWorld()
      await first.done(first.client.login())
      const { backend, client, clock } = first.restart({ prompts: { phone: phone.prompt } }, wasm)
      const wanted = client.ensure('phone').catch(({ code }) => code)
      if (!wasm.delay) await clock.advance(20)
      client.deny('phone')
      client.provide('phone', { code: 'late' }).catch(() => {})
      await clock.advance(1000)
      assert.equal(await wanted, 'AUTH_DENIED')
      assert.equal(backend.at('/phone').length, 0)
    })
  }

  test('A4 a scope provided unasked makes no pop-up', async () => {
    const { client, clock, control } = createWorld()
    client.provide('scope.camera', {}).catch(() => {})
    await clock.advance(1000)
    assert.equal(control.count('authorize'), 0)
    assert.equal(control.popups.length, 0)
  })

  test('A5 nor does privacy', async () => {
    const { client, clock, control } = createWorld({}, { phone: { privacy: { state: 'unasked' } } })
    client.provide('privacy', {}).catch(() => {})
    await clock.advance(1000)
    assert.equal(control.popups.length, 0)
  })
})
