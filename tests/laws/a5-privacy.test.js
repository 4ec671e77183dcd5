import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY
const PRIVACY_ERROR = { errMsg: 'request:fail privacy permission is not authorized', errno: 104 }

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
