import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { logIn } from './login.js'
import { open } from './open.js'
import { ruoyiApp } from './shops/ruoyi-app.js'

const PROFILE = { url: '/system/user/profile' }
const openApp = () => open('ruoyi-app', ruoyiApp)

describe('RuoYi-App', () => {
  test('wx.login is never called', async () => {
    const app = await logIn(openApp())
    await app.done(app.client.request(PROFILE))
    assert.equal(app.control.count('login'), 0)
    assert.deepEqual(app.backend.at('/login')[0].data, app.shop.login.detail)
  })

  test('the captcha is fetched without a session', async () => {
    const { backend, client, done } = await logIn(openApp())
    const { img, uuid } = await done(client.request({ url: '/captchaImage', anonymous: true }))
    assert.deepEqual([img, uuid], ['R0lGODlh', 'u1'])
    assert.equal(backend.at('/captchaImage')[0].headers.authorization, undefined)
  })

  test('“log in again?” is asked once for however many; who stays gets AUTH_DENIED', async () => {
    const { backend, client, control, failure, screen } = openApp()
    control.answer('refuse')
    const calls = [1, 2, 3].map(() => client.request(PROFILE))
    for (const call of calls) await failure(call, 'AUTH_DENIED')
    assert.deepEqual(
      control.popups.map(({ title }) => title),
      ['系统提示'],
    )
    assert.deepEqual([screen.log, backend.at('/system/user/profile').length], [[], 3])
  })

  test('who agrees comes to the login page, and the request goes on from there', async () => {
    const app = openApp()
    const call = app.client.request(PROFILE)
    await app.clock.advance(100)
    assert.deepEqual(app.screen.log, ['open /pages/login'])
    await app.done(app.client.provide('login', app.shop.login.detail))
    assert.equal((await app.done(call)).data.userName, 'admin')
  })

  test('the server prolongs a session in use: nobody is asked after two hours of work', async () => {
    const app = await logIn(openApp())
    app.shop.answer = undefined
    for (let minutes = 0; minutes < 150; minutes += 10) {
      await app.clock.advance(600_000)
      app.backend.next('/system/user/profile', { data: { code: 200, data: { userName: 'admin' } } })
      await app.done(app.client.request(PROFILE))
    }
    assert.equal(app.control.popups.length, 1)
    assert.equal(app.client.session.token, 'token-1')
  })

  test('a session that another login replaces while the dialog is open closes no page', async () => {
    const app = openApp()
    app.control.answer('wait')
    const call = app.client.request(PROFILE)
    await app.clock.advance(100)
    await app.done(app.client.setSession({ token: app.shop.tokens.issue(1).token }))
    await app.done(call)
    assert.deepEqual([app.screen.log, app.screen.page], [[], 'pages/index/index'])
  })

  test('a log-out reaches the server, then the phone forgets', async () => {
    const { backend, client, done } = await logIn(openApp())
    await done(client.request({ url: '/logout', method: 'POST' }))
    await done(client.logout())
    assert.equal(backend.at('/logout')[0].headers.authorization, 'Bearer token-1')
    assert.equal(client.session, null)
  })
})
