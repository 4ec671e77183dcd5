import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY

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

  test('A6 after a login of the same call it is not asked: that key is new', async () => {
    const { client, control, done } = createWorld()
    control.fail('checkSession', { errMsg: 'checkSession:fail' }, FOREVER)
    await done(client.request({ url: '/goods', needs: ['login', 'sessionKey'] }))
    assert.equal(control.count('login'), 1)
    assert.equal(control.count('checkSession'), 0)
  })

  test('A6 nor is it for a hundred such calls at once', async () => {
    const { client, control, done } = createWorld()
    control.fail('checkSession', { errMsg: 'checkSession:fail' }, FOREVER)
    const needs = ['login', 'sessionKey']
    await done(Promise.all(Array.from({ length: 100 }, () => client.request({ url: '/goods', needs }))))
    assert.equal(control.count('login'), 1)
  })

  test('A6 with a check that always fails each later call costs one login, not two', async () => {
    const { client, control, done } = createWorld()
    control.fail('checkSession', { errMsg: 'checkSession:fail' }, FOREVER)
    for (let calls = 1; calls <= 20; calls += 1) {
      await done(client.request({ url: '/goods', needs: ['login', 'sessionKey'] }))
      assert.ok(control.count('login') <= calls, `${control.count('login')} logins for ${calls} calls`)
    }
  })

  test('A6 a reply that asks for a login and for the key gets one login', async () => {
    const { backend, client, control, done } = createWorld({ needs: ({ data }) => data.needs })
    await done(client.login())
    control.fail('checkSession', { errMsg: 'checkSession:fail' }, FOREVER)
    backend.answer('/goods', { data: { needs: ['login', 'sessionKey'] } })
    await done(client.request({ url: '/goods' }))
    assert.equal(control.count('login'), 2)
  })

  test('A6 a host without checkSession: as if dead', async () => {
    const { client, control, done, wx } = createWorld()
    delete wx.checkSession
    await done(client.login())
    await done(client.ensure('sessionKey'))
    assert.equal(control.count('login'), 2)
  })
})
