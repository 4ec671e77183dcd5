import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { createWorld, plain } from '../world.js'

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
      const camera = createPrompt(() => openSetting(world, choice)())
      world = createWorld(
        { prompts: { 'scope.camera': camera.prompt } },
        { phone: { settings: { 'scope.camera': false } } },
      )
      const wanted = world.client.request({ url: '/goods', needs: 'scope.camera' })
      if (code) await world.failure(wanted, code)
      else await world.done(wanted)
      assert.deepEqual(plain(camera.context), { need: 'scope.camera', reason: 'denied-before' })
      assert.equal(camera.asked, 1)
      assert.equal(world.control.count('getSetting'), 2)
    })
  }

  test('A4 provide makes it look again, whatever the detail says', async () => {
    const { client, clock, control, done, failure } = createWorld(
      { prompts: { 'scope.camera': createPrompt().prompt } },
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
    const camera = createPrompt({})
    const { client, control, failure } = createWorld({ prompts: { 'scope.camera': camera.prompt } })
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
