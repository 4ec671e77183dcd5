import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { plain } from '../world.js'
import { logIn } from './login.js'
import { open } from './open.js'
import { litemall } from './shops/litemall.js'

const CART = { url: '/cart/index' }
const openShop = () => open('litemall', litemall)
const BUTTON = 'switch /pages/ucenter/index/index'

describe('litemall', () => {
  test('by WeChat: a fresh code and the profile that the page has', async () => {
    const app = await logIn(openShop(), { userInfo: { nickName: '小明' } })
    const [{ data }] = app.backend.at('/wx/auth/login_by_weixin')
    assert.deepEqual(plain(data.userInfo), { nickName: '小明' })
    assert.equal(app.control.count('login'), 1)
    assert.deepEqual(plain(app.client.session.extra), { nickName: '小明' })
  })

  test('by account: no wx.login', async () => {
    const app = await logIn(openShop())
    assert.equal(app.control.count('login'), 0)
    assert.equal(app.client.session.extra.nickName, 'user123')
  })

  test('501 says when it is over, and the page comes again', async () => {
    const app = await logIn(openShop())
    await app.clock.advance(2 * 3600_000)
    const cart = app.client.request(CART)
    await app.clock.advance(100)
    assert.equal(app.screen.log.filter((entry) => entry === app.shop.login.asked).length, 2)
    await app.done(app.client.provide('login', app.shop.login.detail))
    assert.deepEqual(plain(await app.done(cart)), { cartList: ['cup'] })
  })

  test('a phone number is asked for once, posted as it comes, and remembered', async () => {
    const app = await logIn(openShop(), { userInfo: {} })
    await app.done(app.client.ensure('sessionKey'))
    const orders = [1, 2].map(() => app.client.request({ ...CART, needs: ['login', 'phone'] }))
    await app.clock.advance(100)
    await app.done(app.client.provide('phone', await app.control.phoneButton('old')))
    await app.done(Promise.all(orders))
    await app.done(app.client.request({ ...CART, needs: ['login', 'phone'] }))
    assert.deepEqual(
      app.screen.log.filter((entry) => entry === BUTTON),
      [BUTTON],
    )
    assert.equal(app.backend.at('/wx/auth/bindPhone').length, 1)
    assert.equal(app.control.count('login'), 1)
  })

  test('a number given unasked counts, too', async () => {
    const app = await logIn(openShop(), { userInfo: {} })
    await app.done(app.client.provide('phone', await app.control.phoneButton('old')))
    await app.done(app.client.request({ ...CART, needs: ['login', 'phone'] }))
    assert.equal(app.screen.log.includes(BUTTON), false)
  })

  test('a number that can’t be decrypted is refused in the backend’s words, and does not hold', async () => {
    const app = await logIn(openShop(), { userInfo: {} })
    const order = app.client.request({ ...CART, needs: ['login', 'phone'] })
    await app.clock.advance(100)
    const tap = { ...(await app.control.phoneButton('old')), encryptedData: 'sealed under another' }
    app.client.provide('phone', tap).catch(() => {})
    const error = await app.failure(order, 'REFUSED')
    assert.deepEqual([error.errcode, error.errMsg], [705, '解密失败'])
  })

  test('a dead session_key gets one login, on the page, before the button is shown', async () => {
    const app = await logIn(openShop(), { userInfo: {} })
    app.control.expireSessionKey()
    const ensured = app.client.ensure('sessionKey')
    await app.clock.advance(100)
    await app.done(app.client.provide('login', { userInfo: {} }))
    await app.done(ensured)
    assert.equal(app.control.count('login'), 2)
  })
})
