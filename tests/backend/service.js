import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { buildApp } from '../../examples/backend/app.js'
import { masked } from '../../examples/backend/phone.js'
import { openStore } from '../../examples/backend/store.js'
import { createClock } from '../wechat/clock.js'
import { startWeChat } from '../wechat/server.js'
import { createWx } from '../wechat/wx.js'

const call = (api, options) => new Promise((complete) => api({ ...options, complete }))

/** What the service answers, whatever store is behind it. `address()` names an empty one. */
export function serviceSuite(address) {
  let wechat
  let app
  let wx
  let control
  let clock

  before(async () => {
    clock = createClock()
    wechat = await startWeChat({ now: clock.now })
  })
  after(() => wechat.close())
  beforeEach(async () => {
    const { accounts, appid } = wechat.platform
    wechat.platform.calm()
    app = await build({ allowOrigin: 'http://shop.test' })
    const phone = createWx({
      accounts,
      appId: appid,
      user: { openid: 'o1', unionid: 'u1' },
      callbacks: 'soon',
    })
    wx = phone.wx
    control = phone.control
  })
  afterEach(() => app.close())

  async function build(more) {
    const { appid, secret } = wechat.platform
    const store = await openStore(address(), { now: clock.now })
    return buildApp({ store, wechatBase: wechat.url, appid, secret, now: clock.now, ...more })
  }

  async function send(method, url, body, token) {
    const headers = {
      'content-type': 'application/json',
      ...(token && { authorization: `Bearer ${token}` }),
    }
    const payload = body === undefined ? '' : JSON.stringify(body)
    const response = await app.inject({ method, url, headers, payload })
    const type = response.headers['content-type'] || ''
    return {
      status: response.statusCode,
      headers: response.headers,
      body: type.includes('json') ? response.json() : response.body,
    }
  }
  const code = async () => (await call(wx.login)).code
  const login = async () => (await send('POST', '/login', { code: await code() })).body

  describe('login', () => {
    test('turns a code into a session without the session_key', async () => {
      const session = await login()
      assert.deepEqual(Object.keys(session).sort(), [
        'expires_in',
        'openid',
        'refresh_token',
        'token',
        'unionid',
      ])
      assert.equal(session.openid, 'o1')
      assert.equal(session.unionid, 'u1')
      assert.equal(session.expires_in, 7200)
    })

    test('passes WeChat’s error codes on, never as 401', async () => {
      for (const [errcode, status] of [
        [40029, 400],
        [40163, 400],
        [40226, 403],
        [45011, 429],
        [45009, 429],
        [-1, 503],
        [40013, 502],
        [40125, 502],
      ]) {
        wechat.platform.fail('jscode2session', { errcode })
        const reply = await send('POST', '/login', { code: 'x' })
        assert.equal(reply.status, status, String(errcode))
        assert.equal(reply.body.errcode, errcode)
        assert.match(reply.body.errmsg, /rid/)
        assert.equal(reply.headers['retry-after'], status === 429 ? '60' : undefined)
      }
    })

    test('says when WeChat can’t be reached, and keeps the secret to itself', async () => {
      for (const trouble of [{ status: 500 }, { drop: true }]) {
        wechat.platform.fail('jscode2session', trouble)
        const reply = await send('POST', '/login', { code: 'x' })
        assert.equal(reply.status, 502)
        assert.equal(reply.body.error, 'WECHAT_UNREACHABLE')
        assert.ok(!JSON.stringify(reply.body).includes(wechat.platform.secret))
      }
    })

    test('takes an answer without an openid for none', async () => {
      const hollow = createServer((_request, response) => response.end('{}'))
      await new Promise((done) => hollow.listen(0, '127.0.0.1', done))
      await app.close()
      app = await build({ wechatBase: `http://127.0.0.1:${hollow.address().port}` })
      const reply = await send('POST', '/login', { code: 'x' })
      assert.equal(reply.status, 502)
      assert.match(reply.body.message, /without openid/)
      hollow.closeAllConnections()
      hollow.close()
    })

    test('names the field that is wrong and what was expected', async () => {
      const expected = 'the code of wx.login, a string of 1 to 512 characters'
      for (const body of [{}, { code: '' }, { code: 5 }, { code: 'x'.repeat(513) }]) {
        const reply = await send('POST', '/login', body)
        assert.equal(reply.status, 400)
        assert.equal(reply.body.field, 'code')
        assert.equal(reply.body.expected, expected)
      }
      assert.equal((await send('POST', '/login')).body.message, 'body: expected object')
      assert.equal((await send('POST', '/login', [])).status, 400)
      const broken = await app.inject({
        method: 'POST',
        url: '/login',
        headers: { 'content-type': 'application/json' },
        payload: '{',
      })
      assert.equal(broken.statusCode, 400)
    })

    test('of what opens a session only hashes are kept', async () => {
      const first = await login()
      const { token, refresh_token } = (await send('POST', '/renew', { refresh_token: first.refresh_token }))
        .body
      const page = (await send('POST', '/scan')).body
      const [id, secret] = token.split('.')
      const kept = JSON.stringify([
        await app.store.get(`session:${id}`),
        await app.store.get(`scene:${page.scene}`),
      ])
      assert.match(kept, /"openid":"o1"/)
      for (const hidden of [secret, refresh_token.split('.')[1], page.secret])
        assert.ok(!kept.includes(hidden))
    })

    test('logout ends that session alone', async () => {
      const one = await login()
      const two = await login()
      assert.equal((await send('POST', '/logout', undefined, one.token)).status, 204)
      assert.equal((await send('GET', '/favourites', undefined, one.token)).status, 401)
      assert.equal((await send('GET', '/favourites', undefined, two.token)).status, 200)
    })
  })

  describe('renewal', () => {
    const renew = (refresh_token) => send('POST', '/renew', { refresh_token })
    const status = async (token) => (await send('GET', '/favourites', undefined, token)).status

    test('gives new tokens for old, and the old ones are over', async () => {
      const first = await login()
      const { status: answered, body: second } = await renew(first.refresh_token)
      assert.equal(answered, 200)
      assert.deepEqual(Object.keys(second).sort(), Object.keys(first).sort())
      assert.equal(second.expires_in, 7200)
      assert.equal(await status(second.token), 200)
      assert.equal(await status(first.token), 401)
      assert.equal((await renew(second.refresh_token)).status, 200)
    })

    test('outlives the session itself, and ends in the end', async () => {
      await app.close()
      app = await build({ refreshTtl: 24 * 60 * 60 })
      const first = await login()
      await clock.advance(24 * 60 * 60 * 1000 - 1)
      assert.equal(await status(first.token), 401)
      const second = (await renew(first.refresh_token)).body
      assert.equal(await status(second.token), 200)
      await clock.advance(24 * 60 * 60 * 1000)
      assert.equal((await renew(second.refresh_token)).status, 401)
    })

    test('one used twice ends the session for whoever has it', async () => {
      const first = await login()
      const other = await login()
      const second = (await renew(first.refresh_token)).body
      const again = await renew(first.refresh_token)
      assert.equal(again.status, 401)
      assert.equal(again.body.need, 'login')
      assert.equal(await status(second.token), 401)
      assert.equal((await renew(second.refresh_token)).status, 401)
      assert.equal(await status(other.token), 200)
    })

    test('of many at once one is served at most, and nobody else', async () => {
      const { refresh_token } = await login()
      const replies = await Promise.all(Array.from({ length: 20 }, () => renew(refresh_token)))
      const served = replies.filter((reply) => reply.status === 200)
      assert.equal(served.length, 1)
      assert.equal(await status(served[0].body.token), 401)
    })

    test('ends with the log-out', async () => {
      const { token, refresh_token } = await login()
      await send('POST', '/logout', undefined, token)
      assert.equal((await renew(refresh_token)).status, 401)
    })

    test('a refresh token is no session, and a session no refresh token', async () => {
      const { token, refresh_token } = await login()
      assert.equal(await status(refresh_token), 401)
      assert.equal((await renew(token)).status, 401)
    })

    test('names the field that is wrong and what was expected', async () => {
      for (const wrong of [undefined, '', 'x', 5, null, 'a.b.c', `a.${'x'.repeat(128)}`]) {
        const reply = await renew(wrong)
        assert.equal(reply.status, 400, String(wrong))
        assert.equal(reply.body.field, 'refresh_token')
        assert.equal(reply.body.expected, 'the refresh_token of the last login or renewal')
      }
    })
  })

  describe('shop', () => {
    test('goods need no session, favourites do', async () => {
      const { goods } = (await send('GET', '/goods')).body
      assert.deepEqual(Object.keys(goods[0]).sort(), ['emoji', 'id', 'name', 'price'])
      const refused = await send('GET', '/favourites')
      assert.equal(refused.status, 401)
      assert.equal(refused.headers['www-authenticate'], 'Bearer')
      assert.equal(refused.body.need, 'login')

      const { token } = await login()
      assert.deepEqual((await send('POST', '/favourites', { id: 'tea' }, token)).body, {
        favourites: ['tea'],
      })
      assert.deepEqual((await send('POST', '/favourites', { id: 'bun' }, token)).body.favourites, [
        'tea',
        'bun',
      ])
      assert.deepEqual((await send('DELETE', '/favourites/tea', undefined, token)).body.favourites, ['bun'])
      const wrong = await send('POST', '/favourites', { id: 'x' }, token)
      assert.match(wrong.body.message, /^id: expected one of tea, /)
      assert.equal((await send('DELETE', '/favourites/x', undefined, token)).status, 400)
      assert.equal((await send('GET', '/nowhere')).status, 404)
    })

    test('a session ends by time, and never by guessing', async () => {
      const { token } = await login()
      const status = async (given) => (await send('GET', '/favourites', undefined, given)).status
      const [id] = token.split('.')
      for (const guess of [id, `${id}.`, `${id}.${'A'.repeat(43)}`, 'toString.x', `${token}x`]) {
        assert.equal(await status(guess), 401, guess)
      }
      await clock.advance(7200 * 1000 - 1)
      assert.equal(await status(token), 200)
      await clock.advance(1)
      assert.equal(await status(token), 401)
    })

    test('changes that come at once all count', async () => {
      const { token } = await login()
      const ids = ['tea', 'bun', 'mooncake', 'noodles', 'lychee', 'panda']
      await Promise.all(ids.map((id) => send('POST', '/favourites', { id }, token)))
      const { favourites } = (await send('GET', '/favourites', undefined, token)).body
      assert.deepEqual(favourites.sort(), ids.sort())
    })

    test('checkout asks for the phone number, once', async () => {
      const { token } = await login()
      const asked = await send('POST', '/checkout', { ids: ['tea'] }, token)
      assert.equal(asked.status, 403)
      assert.equal(asked.body.need, 'phone')
      await send('POST', '/phone', await control.phoneButton(), token)
      const bought = await send('POST', '/checkout', { ids: ['tea', 'bun'] }, token)
      assert.equal(bought.body.total, 7250)
      assert.equal((await send('POST', '/checkout', { ids: [] }, token)).body.field, 'ids')
      assert.equal((await send('POST', '/checkout', { ids: ['x'] }, token)).body.field, 'ids.0')
      assert.equal((await send('POST', '/checkout', { ids: ['tea'] })).status, 401)
    })
  })

  describe('phone', () => {
    test('comes from the new code, and is known at the next login', async () => {
      const { token } = await login()
      const { code } = await control.phoneButton()
      const reply = await send('POST', '/phone', { code }, token)
      assert.deepEqual(reply.body, { phone: '+86 138****1234', granted: ['phone'] })
      assert.deepEqual((await login()).granted, ['phone'])
      assert.equal((await send('POST', '/phone', { code }, token)).body.errcode, 40029)
    })

    test('comes from the old data, unless a login came after the tap', async () => {
      const { token } = await login()
      const detail = await control.phoneButton('old')
      const reply = await send('POST', '/phone', detail, token)
      assert.deepEqual(reply.body, { phone: '+86 138****1234', granted: ['phone'] })
      await login()
      const spoiled = await send('POST', '/phone', detail, token)
      assert.equal(spoiled.status, 400)
      assert.equal(spoiled.body.error, 'OPEN_DATA')
    })

    test('says what it wants', async () => {
      const { token } = await login()
      for (const body of [
        {},
        { iv: 'r7BXXKkLb8qrSNn05n0qiA==' },
        { errMsg: 'getPhoneNumber:fail user deny' },
      ]) {
        const reply = await send('POST', '/phone', body, token)
        assert.equal(reply.status, 400)
        assert.match(reply.body.message, /expected the e\.detail of a getPhoneNumber button/)
      }
      assert.equal((await send('POST', '/phone', { code: 5 }, token)).body.field, 'code')
      assert.equal((await send('POST', '/phone', { code: 'x' })).status, 401)
    })

    test('concurrent callers share one access token, and a revoked one is replaced', async () => {
      const { token } = await login()
      const { counts } = wechat.platform
      const before = counts.tokenFetches
      const ask = async () => send('POST', '/phone', await control.phoneButton(), token)
      const replies = await Promise.all(Array.from({ length: 8 }, ask))
      for (const { status } of replies) assert.equal(status, 200)
      assert.equal(counts.tokenFetches, before + 1)
      wechat.platform.revokeTokens()
      const again = await Promise.all(Array.from({ length: 8 }, ask))
      for (const { status } of again) assert.equal(status, 200)
      assert.equal(counts.tokenFetches, before + 2)
    })

    test('is masked for numbers of any length', () => {
      assert.equal(masked({ purePhoneNumber: '4155550100', countryCode: '1' }), '+1 415***0100')
      assert.equal(masked({ purePhoneNumber: '1234567', countryCode: '354' }), '+354 ****567')
      assert.equal(masked({ purePhoneNumber: '123', countryCode: '9' }), '+9 **3')
    })
  })

  describe('profile', () => {
    test('keeps a name of the user’s own, not the placeholder', async () => {
      const { token } = await login()
      const { body } = await send('POST', '/profile', { nickname: ' 小明 ' }, token)
      assert.equal(body.nickname, '小明')
      assert.deepEqual(body.granted, ['profile'])
      assert.deepEqual((await send('GET', '/profile', undefined, token)).body, body)
      for (const nickname of ['', '  ', '微信用户', 'x'.repeat(33)]) {
        assert.equal((await send('POST', '/profile', { nickname }, token)).body.field, 'nickname')
      }
    })

    test('takes an avatar by upload and shows it', async () => {
      const { token } = await login()
      const base = await app.listen({ host: '127.0.0.1', port: 0 })
      const { avatarUrl } = await control.avatarButton()
      const header = { Authorization: `Bearer ${token}` }
      const upload = (name) =>
        call(wx.uploadFile, { url: `${base}/avatar`, filePath: avatarUrl, name, header })
      const { data, statusCode } = await upload('avatar')
      assert.equal(statusCode, 200)
      const picture = await call(wx.downloadFile, { url: base + JSON.parse(data).avatar })
      assert.equal(picture.header['Content-Type'], 'image/png')
      assert.deepEqual(control.files.get(picture.tempFilePath).bytes, control.files.get(avatarUrl).bytes)

      assert.equal((await upload('other')).statusCode, 400)
      control.files.set(avatarUrl, { bytes: new TextEncoder().encode('<svg>'), type: 'image/png' })
      assert.match((await upload('avatar')).data, /avatar: expected a PNG or JPEG/)
      control.files.set(avatarUrl, { bytes: new Uint8Array(1024 * 1024 + 1), type: 'image/png' })
      assert.equal((await upload('avatar')).statusCode, 413)
      control.files.set(avatarUrl, { bytes: new Uint8Array(8), type: 'image/png' })
      header.Authorization = 'Bearer x.y'
      assert.equal((await upload('avatar')).statusCode, 401)
    })

    test('unionid comes from signed and encrypted data where the login has none', async () => {
      const { accounts, appid } = wechat.platform
      const user = { openid: 'o2', unionid: 'u2', unionidAtLogin: false }
      wx = createWx({ accounts, appId: appid, user, callbacks: 'soon' }).wx
      const session = await login()
      assert.equal(session.unionid, undefined)
      const info = await call(wx.getUserInfo)
      const reply = await send('POST', '/unionid', info, session.token)
      assert.equal(reply.body.unionid, 'u2')
      assert.equal(reply.body.token, session.token)
      assert.equal((await login()).unionid, 'u2')
      const stale = await send('POST', '/unionid', info, session.token)
      assert.match(stale.body.message, /^signature: expected/)
      const short = await send('POST', '/unionid', { ...info, signature: 'x' }, session.token)
      assert.equal(short.body.field, 'signature')
    })
  })

  describe('scan', () => {
    test('a page gets its own session once the phone confirms', async () => {
      const { scene, secret } = (await send('POST', '/scan')).body
      assert.ok(scene.length <= 32)
      const page = async (given) =>
        (await app.inject({ url: `/scan/${scene}`, headers: given ? { 'x-scan-secret': given } : {} })).json()
      assert.deepEqual(await page(secret), { state: 'waiting' })
      assert.equal((await send('POST', `/scan/${scene}/confirm`)).status, 401)
      const { token } = await login()
      assert.equal((await send('POST', `/scan/${scene}/confirm`, undefined, token)).body.state, 'confirmed')
      assert.deepEqual(await page(), { state: 'confirmed' })
      assert.equal((await page('wrong')).error, 'SECRET_WRONG')
      const session = await page(secret)
      assert.equal(session.openid, 'o1')
      assert.notEqual(session.token, token)
      assert.equal((await send('GET', '/favourites', undefined, session.token)).status, 200)
      assert.equal((await page(secret)).error, 'SCENE_UNKNOWN')
    })

    test('of many who confirm one does, and of many who collect one does', async () => {
      const { scene, secret } = (await send('POST', '/scan')).body
      const { accounts, appid } = wechat.platform
      const tokens = []
      for (let i = 0; i < 8; i += 1) {
        wx = createWx({ accounts, appId: appid, user: { openid: `many-${i}` }, callbacks: 'soon' }).wx
        tokens.push((await login()).token)
      }
      const confirm = (token) => send('POST', `/scan/${scene}/confirm`, undefined, token)
      const statuses = (await Promise.all(tokens.map(confirm))).map(({ status }) => status)
      assert.deepEqual(statuses.sort(), [200, ...Array(7).fill(409)])

      const collect = () => app.inject({ url: `/scan/${scene}`, headers: { 'x-scan-secret': secret } })
      const collected = await Promise.all(Array.from({ length: 8 }, collect))
      assert.deepEqual(collected.map(({ statusCode }) => statusCode).sort(), [200, ...Array(7).fill(404)])
    })

    test('a scene ends after five minutes, and belongs to who confirmed it', async () => {
      const { token } = await login()
      const { scene } = (await send('POST', '/scan')).body
      await send('POST', `/scan/${scene}/confirm`, undefined, token)
      assert.equal((await send('POST', `/scan/${scene}/confirm`, undefined, token)).status, 200)
      const { accounts, appid } = wechat.platform
      wx = createWx({ accounts, appId: appid, user: { openid: 'o3' }, callbacks: 'soon' }).wx
      const other = await login()
      assert.equal((await send('POST', `/scan/${scene}/confirm`, undefined, other.token)).status, 409)
      await clock.advance(5 * 60 * 1000)
      assert.equal((await send('GET', `/scan/${scene}`)).status, 404)
    })
  })

  describe('limits', () => {
    test('so many logins, renewals and scenes a minute of one address, each', async () => {
      await app.close()
      app = await build({ rateLimit: 3, trustProxy: '127.0.0.1' })
      const from = (url, address) =>
        app.inject({ method: 'POST', url, headers: { 'x-forwarded-for': address }, payload: {} })
      for (const url of ['/login', '/renew', '/scan']) {
        const statuses = []
        for (let i = 0; i < 4; i += 1) statuses.push((await from(url, '192.0.2.1')).statusCode)
        assert.equal(statuses.filter((status) => status === 429).length, 1, `${url} ${statuses}`)
        const refused = await from(url, '192.0.2.1')
        assert.equal(refused.json().error, 'TOO_MANY_REQUESTS')
        assert.ok(Number(refused.headers['retry-after']) > 0)
        assert.notEqual((await from(url, '192.0.2.2')).statusCode, 429)
      }
      assert.equal((await app.inject({ url: '/goods' })).statusCode, 200)
    })

    test('a proxy is believed only if it is named', async () => {
      await app.close()
      app = await build({ rateLimit: 1 })
      const from = (address) =>
        app.inject({ method: 'POST', url: '/scan', headers: { 'x-forwarded-for': address } })
      assert.equal((await from('192.0.2.1')).statusCode, 200)
      assert.equal((await from('192.0.2.2')).statusCode, 429)
    })

    test('a body too large is not read to its end', async () => {
      const reply = await send('POST', '/login', { code: 'x'.repeat(64 * 1024) })
      assert.equal(reply.status, 413)
    })

    test('WeChat silent is an answer after a while', async () => {
      await app.close()
      app = await build({ wechatTimeout: 200 })
      wechat.platform.fail('jscode2session', { hang: true })
      const begin = Date.now()
      const reply = await send('POST', '/login', { code: 'x' })
      assert.equal(reply.body.error, 'WECHAT_UNREACHABLE')
      assert.ok(Date.now() - begin < 2000)
    })

    test('health is told', async () => {
      const reply = await send('GET', '/health')
      assert.equal(reply.status, 200)
      assert.deepEqual(reply.body, { status: 'ok' })
    })
  })

  describe('browsers', () => {
    test('may call from the configured origin, and from none by default', async () => {
      const preflight = await send('OPTIONS', '/favourites')
      assert.equal(preflight.status, 204)
      assert.equal(preflight.headers['access-control-allow-origin'], 'http://shop.test')
      const refused = await send('GET', '/favourites')
      assert.equal(refused.headers['access-control-allow-origin'], 'http://shop.test')
      await app.close()
      app = await build()
      assert.equal((await send('GET', '/goods')).headers['access-control-allow-origin'], undefined)
      assert.equal((await send('OPTIONS', '/goods')).status, 404)
    })
  })
}
