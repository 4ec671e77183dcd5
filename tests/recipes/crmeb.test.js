import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { plain } from '../world.js'
import { logIn } from './login.js'
import { open } from './open.js'
import { crmeb } from './shops/crmeb.js'

const CART = { url: '/cart/list' }
const WEEK = 7 * 24 * 3600_000

describe('crmeb', () => {
  test('the login page learns from the backend whether a phone number is wanted', async () => {
    const app = open('crmeb', crmeb)
    app.shop.bindPhone = true
    app.client.request(CART).catch(() => {})
    await app.clock.advance(100)
    assert.deepEqual(app.screen.log, ['open /pages/users/wechat_login/index?bindPhone=true'])
  })

  test('the number can be decrypted: no wx.login comes after the tap', async () => {
    const app = open('crmeb', crmeb)
    app.shop.bindPhone = true
    const cart = app.client.request(CART)
    await app.clock.advance(100)
    const logins = app.control.count('login')
    await app.done(app.client.provide('login', await app.control.phoneButton('accept')))
    assert.deepEqual(plain(await app.done(cart)), { valid: ['cup'] })
    assert.deepEqual([logins, app.control.count('login')], [2, 2])
    const [{ data }] = app.backend.at('/api/v2/routine/auth_binding_phone')
    assert.deepEqual(Object.keys(data).sort(), ['code', 'encryptedData', 'iv', 'key'])
    assert.equal(data.key, 'key-1')
  })

  test('the inviter goes along with the login, and with nothing else', async () => {
    const app = open('crmeb', crmeb, { app: { globalData: { spid: 42, code: 'A1' } } })
    app.shop.bindPhone = true
    await app.done(app.client.request({ url: '/products' }))
    const cart = app.client.request(CART)
    await app.clock.advance(100)
    await app.done(app.client.provide('login', await app.control.phoneButton('accept')))
    await app.done(cart)
    const invited = ({ spread_spid, spread_code }) => [String(spread_spid), spread_code]
    const [type] = app.backend.at('/api/v2/routine/auth_type')
    const [binding] = app.backend.at('/api/v2/routine/auth_binding_phone')
    assert.deepEqual(
      [invited(type.query), invited(binding.data)],
      [
        ['42', 'A1'],
        ['42', 'A1'],
      ],
    )
    assert.deepEqual(app.backend.at('/api/products')[0].query, {})
  })

  test('Form-type goes with everything', async () => {
    const { backend } = await logIn(open('crmeb', crmeb))
    for (const { headers } of backend.hits) assert.equal(headers['form-type'], 'routine')
  })

  test('its end is an instant in seconds', async () => {
    const app = await logIn(open('crmeb', crmeb))
    const now = app.clock.now()
    assert.ok(Math.abs(app.client.session.expiresAt - now - WEEK) < 5000)
    await app.clock.advance(WEEK)
    assert.equal(app.client.session, null)
  })

  for (const code of [110002, 110003, 110004]) {
    test(`${code} asks for a login`, async () => {
      const app = open('crmeb', crmeb)
      app.backend.next('/api/products', app.shop.bad(code, '请登录'))
      const products = app.client.request({ url: '/products' })
      await app.clock.advance(100)
      await app.done(app.client.provide('login', {}))
      assert.deepEqual(plain(await app.done(products)), ['tea'])
    })
  }

  test('what keeps the page from opening is told to everyone who waits', async () => {
    const app = open('crmeb', crmeb)
    const refusal = app.shop.bad(400, '小程序未配置')
    app.backend.next('/api/v2/routine/auth_type', refusal)
    const carts = [app.client.request(CART), app.client.request(CART)]
    for (const cart of carts) assert.equal((await app.failure(cart, 'REFUSED')).errMsg, '小程序未配置')
    assert.deepEqual(app.screen.log, [])
  })

  test('a page that does not open is no page to wait for', async () => {
    const app = open('crmeb', crmeb)
    app.wx.navigateTo = async () => {
      throw { errMsg: 'navigateTo:fail page limit exceeded: 10' }
    }
    const error = await app.failure(app.client.request(CART), 'AUTH_DENIED')
    assert.match(error.errMsg, /page limit/)
  })

  test('given up before the page is there, no page closes', async () => {
    const app = open('crmeb', crmeb)
    app.control.delay('request', 500)
    const cart = app.client.request({ ...CART, needs: 'login' })
    cart.catch(() => {})
    await app.clock.advance(100)
    cart.abort()
    await app.clock.advance(100)
    assert.deepEqual([app.screen.log, app.screen.page], [[], 'pages/index/index'])
  })
})
