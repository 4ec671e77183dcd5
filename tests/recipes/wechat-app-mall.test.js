import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { plain } from '../world.js'
import { logIn } from './login.js'
import { open } from './open.js'
import { wechatAppMall } from './shops/wechat-app-mall.js'

const openShop = (around) => open('wechat-app-mall', wechatAppMall, around)
const AUTHORIZE = '/your-subdomain/user/wxapp/authorize'
const OPENED = 'setData {"phoneSheet":true}'

describe('wechat-app-mall', () => {
  test('the login is silent, form-encoded, and brings the inviter', async () => {
    const { backend, client, control } = await logIn(openShop({ storage: new Map([['referrer', '8']]) }))
    const [{ headers, data }] = backend.at(AUTHORIZE)
    assert.equal(headers['content-type'], 'application/x-www-form-urlencoded')
    assert.deepEqual([Object.keys(data).sort(), data.referrer], [['code', 'referrer'], '8'])
    assert.equal(control.count('login'), 1)
    assert.deepEqual([client.session.openid, client.session.extra.uid], ['o6_bmjrPTlm6_2sgVt7hMZOPfL2M', 951])
  })

  test('the token goes in the body of a POST, in the query of a GET, in the form of an upload', async () => {
    const { backend, client, done, failure } = await logIn(openShop())
    await done(client.request({ url: '/user/detail', data: { full: 1 } }))
    const create = { url: '/order/create', method: 'POST', data: { goodsId: 7 } }
    await failure(client.request(create), 'REFUSED')
    const formData = { expireHours: 24 }
    await done(
      client.upload({ url: '/dfs/upload/file', filePath: 'wxfile://photo', name: 'upfile', formData }),
    )
    const [detail] = backend.at('/your-subdomain/user/detail')
    const [order] = backend.at('/your-subdomain/order/create')
    const [upload] = backend.at('/your-subdomain/dfs/upload/file')
    assert.deepEqual(detail.query, { full: '1', token: 'token-1' })
    assert.deepEqual(order.data, { goodsId: '7', token: 'token-1' })
    assert.deepEqual([upload.data.expireHours, upload.data.token], ['24', 'token-1'])
    for (const { headers } of [detail, order, upload]) assert.equal(headers.authorization, undefined)
  })

  test('it goes to the two other origins as well', async () => {
    const { backend, client, done } = await logIn(openShop())
    const file = { url: 'https://oss.shop.example/upload2', filePath: 'wxfile://photo', name: 'upfile' }
    backend.next('/upload2', { data: { code: 0, data: { url: '/a.png' } } })
    assert.deepEqual(plain(await done(client.upload(file))), { url: '/a.png' })
    backend.next('/info', { data: { code: 0, data: 'me' } })
    assert.equal(await done(client.request({ url: 'https://user.shop.example/info' })), 'me')
    assert.deepEqual(
      [backend.at('/upload2')[0].data.token, backend.at('/info')[0].query.token],
      ['token-1', 'token-1'],
    )
  })

  test('a dead token gets one silent login for all', async () => {
    const { backend, client, control, done, shop } = await logIn(openShop())
    shop.tokens.forget()
    await done(Promise.all([1, 2, 3].map(() => client.request({ url: '/user/detail' }))))
    assert.equal(control.count('login'), 2)
    assert.deepEqual(
      backend.at('/your-subdomain/user/detail').map(({ query }) => query.token),
      ['token-1', 'token-1', 'token-1', 'token-2', 'token-2', 'token-2'],
    )
  })

  test('a user whom the backend refuses is told so, everyone who waits', async () => {
    const { backend, client, failure, shop } = openShop()
    backend.next(AUTHORIZE, shop.login.refusal)
    const calls = [1, 2].map(() => client.request({ url: '/user/detail' }))
    for (const call of calls) {
      const error = await failure(call, 'REFUSED')
      assert.deepEqual([error.errcode, error.errMsg], [10001, '账号已被禁用'])
    }
    assert.equal(backend.at(AUTHORIZE).length, 1)
  })

  describe('the phone number', () => {
    const order = { url: '/user/detail', needs: ['login', 'phone'] }

    test('is asked for once; both codes go out; whoever has given it is not asked again', async () => {
      const { backend, client, clock, control, done, restart, screen } = openShop()
      const orders = [1, 2].map(() => client.request(order))
      await clock.advance(100)
      assert.deepEqual(screen.log, [OPENED])
      const tap = await control.phoneButton('accept')
      await done(client.provide('phone', tap))
      await done(Promise.all(orders))
      const [{ data }] = backend.at('/your-subdomain/user/wxapp/login/mobile/v2')
      assert.equal(data.codeMobile, tap.code)
      assert.notEqual(data.code, tap.code)
      assert.equal(client.session.extra.mobile, '13812341234')

      const later = restart()
      await later.done(later.client.login({ force: true }))
      await later.done(later.client.request(order))
      assert.deepEqual(later.screen.log, [])
    })

    test('is not asked for if the backend knows it', async () => {
      const { client, done, screen, shop } = openShop()
      shop.mobiles.set(shop.openid, '13812341234')
      await done(client.request(order))
      assert.deepEqual(screen.log, [])
      assert.deepEqual(plain(client.session.granted), ['phone'])
    })

    test('refused by the user, the order is not sent', async () => {
      const { backend, client, clock, failure } = openShop()
      const call = client.request(order)
      await clock.advance(100)
      client.deny('phone')
      assert.equal((await failure(call, 'AUTH_DENIED')).need, 'phone')
      assert.equal(backend.at('/your-subdomain/user/detail').length, 0)
    })

    test('given up, its sheet is hidden', async () => {
      const { client, clock, screen } = openShop()
      const call = client.request(order)
      call.catch(() => {})
      await clock.advance(100)
      call.abort()
      await clock.advance(100)
      assert.deepEqual(screen.log, [OPENED, 'setData {"phoneSheet":false}'])
    })
  })
})
