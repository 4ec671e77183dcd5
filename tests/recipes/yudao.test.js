import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { plain } from '../world.js'
import { logIn } from './login.js'
import { open } from './open.js'
import { yudaoAdmin, yudaoMall } from './shops/yudao.js'

const HALF_AN_HOUR = 1800_000
const CART = { url: '/trade/cart/list' }
const PROFILE = { url: '/system/user/profile/get' }
const openMall = () => open('yudao-mall', yudaoMall)
const openAdmin = () => open('yudao-admin', yudaoAdmin)
const times = (list, entry) => list.filter((one) => one === entry).length

describe('yudao-mall: three ways in', () => {
  test('the phone button: both codes at once, the login’s and the tap’s', async () => {
    const { backend, client, clock, control, done } = openMall()
    const cart = client.request(CART)
    await clock.advance(100)
    const detail = await control.phoneButton('accept')
    await done(client.provide('login', detail))
    assert.deepEqual(plain(await done(cart)), ['cup'])
    const [{ data }] = backend.at('/app-api/member/auth/weixin-mini-app-login')
    assert.deepEqual([data.phoneCode, data.state], [detail.code, 'default'])
    assert.equal(control.count('login'), 1)
    assert.equal(client.session.openid, 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M')
  })

  test('a phone button refused by the user is a refusal', async () => {
    const { backend, client, clock, control, failure } = openMall()
    const cart = client.request(CART)
    await clock.advance(100)
    client.provide('login', await control.phoneButton('refuse-ios')).catch(() => {})
    await failure(cart, 'AUTH_DENIED')
    assert.equal(times(backend.log, 'POST /app-api/member/auth/weixin-mini-app-login'), 0)
  })

  test('one tap: the social login', async () => {
    const { backend, client } = await logIn(openMall(), {})
    const [{ data }] = backend.at('/app-api/member/auth/social-login')
    assert.deepEqual([data.type, data.state], [34, 'default'])
    assert.equal(client.session.openid, 'o1')
  })

  test('a text message needs no wx.login', async () => {
    const { client, control } = await logIn(openMall())
    assert.equal(control.count('login'), 0)
    assert.equal(client.session.openid, undefined)
  })

  test('tenant, terminal and platform go with everything, login and renewal included', async () => {
    const app = await logIn(openMall())
    await app.clock.advance(HALF_AN_HOUR)
    await app.done(app.client.request(CART))
    await app.done(app.client.upload({ url: '/infra/file/upload', filePath: 'wxfile://photo', name: 'file' }))
    assert.ok(app.backend.at('/app-api/member/auth/refresh-token').length > 0)
    const requests = app.control.calls.filter(({ api }) => api === 'request')
    for (const { options } of requests) assert.equal(options.timeout, 8000)
    for (const { headers } of app.backend.hits) {
      const { 'tenant-id': tenant, terminal, platform } = headers
      assert.deepEqual([tenant, terminal, platform], ['1', '10', 'WechatMiniProgram'])
    }
  })

  test('the sheet is hidden when everyone has given up', async () => {
    const { client, clock, screen } = openMall()
    const cart = client.request({ ...CART, needs: 'login' })
    cart.catch(() => {})
    await clock.advance(100)
    cart.abort()
    await clock.advance(100)
    assert.deepEqual(screen.log, ['emit login-sheet true', 'emit login-sheet false'])
  })
})

const SIDES = [
  ['yudao-mall', openMall, CART, '/app-api/member/auth/refresh-token'],
  ['yudao-admin', openAdmin, PROFILE, '/admin-api/system/auth/refresh-token'],
]
for (const [name, openSide, mine, renewal] of SIDES) {
  describe(`${name}: the refresh token`, () => {
    const asked = ({ screen, shop }) => times(screen.log, shop.login.asked)

    test('renews a session that has ended, once for all, and the user sees nothing', async () => {
      const app = await logIn(openSide())
      const { backend, client, clock, done, shop } = app
      await clock.advance(HALF_AN_HOUR)
      assert.equal(client.session, null)
      const seen = await done(
        Promise.all([1, 2, 3, 4, 5].map(() => client.request({ ...mine, needs: 'login' }))),
      )
      assert.deepEqual(plain(seen), Array(5).fill(shop.mine.expected))
      assert.deepEqual(
        backend.at(renewal).map(({ method, query }) => [method, query.refreshToken]),
        [['POST', 'refresh-1']],
      )
      assert.equal(shop.tokenOf(backend.at(renewal)[0]), undefined)
      assert.equal(asked(app), 1)
    })

    test('renews one that the server no longer knows: of five at once, five succeed', async () => {
      const app = await logIn(openSide())
      const { backend, client, done, shop } = app
      shop.tokens.forget()
      const seen = await done(Promise.all([1, 2, 3, 4, 5].map(() => client.request(mine))))
      assert.deepEqual(plain(seen), Array(5).fill(shop.mine.expected))
      assert.equal(backend.at(renewal).length, 1)
    })

    test('is a new one after each renewal, also after a cold start', async () => {
      const app = await logIn(openSide())
      await app.clock.advance(HALF_AN_HOUR)
      await app.done(app.client.login())
      await app.clock.advance(HALF_AN_HOUR)
      const { backend, client, done } = app.restart()
      assert.equal(client.session, null)
      await done(client.request({ ...mine, needs: 'login' }))
      assert.deepEqual(
        backend.at(renewal).map(({ query }) => query.refreshToken),
        ['refresh-1', 'refresh-2'],
      )
    })

    test('is told as renewed: what runs when a user comes runs once', async () => {
      const app = openSide()
      const told = []
      app.client.onChange(({ type }) => told.push(type))
      await logIn(app)
      await app.clock.advance(HALF_AN_HOUR)
      await app.done(app.client.login())
      assert.deepEqual(
        told.filter((type) => type !== 'expired'),
        ['login', 'renewed'],
      )
    })

    test('refused, the login page comes', async () => {
      const app = await logIn(openSide())
      app.shop.tokens.forget()
      app.shop.tokens.revoke()
      const call = app.client.request(mine)
      await app.clock.advance(100)
      assert.equal(asked(app), 2)
      await app.done(app.client.provide('login', app.shop.login.detail))
      assert.deepEqual(plain(await app.done(call)), app.shop.mine.expected)
    })

    for (const [trouble, reply] of [
      ['no network', 'drop'],
      ['a gateway’s 502', { status: 502, data: '<html>' }],
    ]) {
      test(`${trouble} costs neither it nor a login page`, async () => {
        const app = await logIn(openSide())
        await app.clock.advance(HALF_AN_HOUR)
        app.backend.next(renewal, reply)
        await app.failure(app.client.request({ ...mine, needs: 'login' }), 'EXCHANGE_FAILED')
        await app.clock.advance(60_000)
        await app.done(app.client.request({ ...mine, needs: 'login' }))
        assert.deepEqual(
          app.backend.at(renewal).map(({ query }) => query.refreshToken),
          ['refresh-1', 'refresh-1'],
        )
        assert.equal(asked(app), 1)
      })
    }
  })
}

test('yudao-mall: a renewal that names no openid keeps that of the login', async () => {
  const app = await logIn(openMall(), {})
  await app.clock.advance(HALF_AN_HOUR)
  await app.done(app.client.login())
  assert.deepEqual([app.client.session.token, app.client.session.openid], ['token-2', 'o1'])
})

describe('yudao-admin', () => {
  test('HTTP 401 asks for a login, too', async () => {
    const { backend, client, clock, screen } = openAdmin()
    backend.next('/admin-api/system/user/profile/get', { status: 401, data: { msg: '账号未登录' } })
    client.request(PROFILE).catch(() => {})
    await clock.advance(100)
    assert.deepEqual(screen.log, ['open /pages/login/login'])
  })

  test('code 200 is as good as 0', async () => {
    const { backend, client, done } = openAdmin()
    backend.next('/admin-api/system/notice/page', { data: { code: 200, data: 'fine' } })
    assert.equal(await done(client.request({ url: '/system/notice/page' })), 'fine')
  })

  test('in its last five minutes a session is renewed beside the request that uses it', async () => {
    const app = await logIn(openAdmin())
    await app.clock.advance(HALF_AN_HOUR - 200_000)
    await app.done(app.client.request(PROFILE))
    await app.clock.advance(100)
    assert.equal(app.client.session.token, 'token-2')
    assert.equal(app.shop.tokenOf(app.backend.at('/admin-api/system/user/profile/get').pop()), 'token-1')
  })

  test('given up, the login page closes, and no other page does', async () => {
    const { client, clock, screen } = openAdmin()
    const giveUp = async (before) => {
      const call = client.request({ ...PROFILE, needs: 'login' })
      call.catch(() => {})
      await clock.advance(100)
      before?.()
      call.abort()
      await clock.advance(100)
    }
    await giveUp()
    assert.deepEqual(screen.log, ['open /pages/login/login', 'close pages/login/login'])
    await giveUp(() => screen.uni.navigateTo({ url: '/pages/agreement/index' }))
    assert.equal(screen.page, 'pages/agreement/index')
  })
})
