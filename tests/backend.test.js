import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createAccessToken } from '../examples/backend/access-token.js'
import { buildApp } from '../examples/backend/app.js'
import { decryptOpenData, isSigned, OpenDataError } from '../examples/backend/crypto.js'
import { masked } from '../examples/backend/phone.js'
import { createSessions } from '../examples/backend/sessions.js'
import { createClock } from './wechat/clock.js'
import { startWeChat } from './wechat/server.js'
import { createWx } from './wechat/wx.js'

const call = (api, options) => new Promise((complete) => api({ ...options, complete }))

describe('open data', () => {
  // WeChat docs, "Signature verification and decryption": the example and the published sample code.
  const sample = {
    keys: { appid: 'wx4f4bc4dec97d474b', sessionKey: 'tiihtNczf5v6AKRyjwEUhQ==' },
    encryptedData: [
      'CiyLU1Aw2KjvrjMdj8YKliAjtP4gsMZMQmRzooG2xrDcvSnxIMXFufNstNGTyaGS',
      '9uT5geRa0W4oTOb1WT7fJlAC+oNPdbB+3hVbJSRgv+4lGOETKUQz6OYStslQ142d',
      'NCuabNPGBzlooOmB231qMM85d2/fV6ChevvXvQP8Hkue1poOFtnEtpyxVLW1zAo6',
      '/1Xx1COxFvrc2d7UL/lmHInNlxuacJXwu0fjpXfz/YqYzBIBzD6WUfTIF9GRHpOn',
      '/Hz7saL8xz+W//FRAUid1OksQaQx4CMs8LOddcQhULW4ucetDf96JcR3g0gfRK4P',
      'C7E/r7Z6xNrXd2UIeorGj5Ef7b1pJAYB6Y5anaHqZ9J6nKEBvB4DnNLIVWSgARns',
      '/8wR2SiRS7MNACwTyrGvt9ts8p12PKFdlqYTopNHR1Vf7XjfhQlVsAJdNiKdYmYV',
      'oKlaRv85IfVunYzO0IKXsyl7JCUjCpoG20f0a04COwfneQAGGwd5oa+T8yO5hzuy',
      'Db/XcxxmK01EpqOyuxINew==',
    ].join(''),
    iv: 'r7BXXKkLb8qrSNn05n0qiA==',
  }
  const signed = {
    sessionKey: 'HyVFkGl5F5OQWJZZaNzBBg==',
    signature: '75e81ceda165f4ffa64f4068af58c64b8f54b88c',
    rawData:
      '{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN","avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtpujxyzYsrztuuICqIM5ibXQ/0"}',
  }

  test('the published sample decrypts', () => {
    const data = decryptOpenData(sample, sample.keys)
    assert.equal(data.openId, 'oGZUI0egBJY1zhBYw2KhdUfwVJJE')
    assert.equal(data.unionId, 'ocMvos6NjeKLIBqg5Mr9QjxrP1FA')
    assert.equal(data.nickName, 'Band')
    assert.deepEqual(data.watermark, { timestamp: 1477314187, appid: 'wx4f4bc4dec97d474b' })
  })

  test('the published signature holds, a changed one does not', () => {
    const { sessionKey, ...data } = signed
    assert.equal(isSigned(data, sessionKey), true)
    assert.equal(isSigned({ ...data, rawData: `${data.rawData} ` }, sessionKey), false)
    assert.equal(isSigned({ ...data, signature: 'fake' }, sessionKey), false)
    assert.equal(isSigned(data, undefined), false)
  })

  test('another app, another key and damage are refused', () => {
    const refused = (changed, keys) =>
      assert.throws(
        () => decryptOpenData({ ...sample, ...changed }, { ...sample.keys, ...keys }),
        OpenDataError,
      )
    refused({}, { appid: 'wxother' })
    refused({}, { sessionKey: signed.sessionKey })
    refused({}, { sessionKey: 'short' })
    refused({}, { sessionKey: undefined })
    refused({ iv: 'abc' })
    refused({ encryptedData: 'abc' })
  })
})

describe('sessions', () => {
  test('end by time, by word, and never by guessing', async () => {
    const clock = createClock()
    const sessions = createSessions({ ttl: 100, now: clock.now })
    const { token, id } = sessions.create('o1')
    assert.equal(sessions.find(token).openid, 'o1')
    assert.equal(sessions.find(id), null)
    assert.equal(sessions.find(`${id}.`), null)
    assert.equal(sessions.find(`${id}.${'A'.repeat(43)}`), null)
    assert.equal(sessions.find('toString.x'), null)
    await clock.advance(99999)
    assert.equal(sessions.find(token).openid, 'o1')
    const second = sessions.create('o1')
    await clock.advance(1)
    assert.equal(sessions.find(token), null)
    sessions.end(second.id)
    assert.equal(sessions.find(second.token), null)
  })

  test('the dead take no room', async () => {
    const clock = createClock()
    const sessions = createSessions({ ttl: 1, now: clock.now })
    for (let i = 0; i < 100; i += 1) sessions.create('o1')
    await clock.advance(1000)
    sessions.create('o1')
    assert.equal(sessions.size, 1)
  })
})

describe('access token', () => {
  function keeper(expiresIn = 7200) {
    const clock = createClock()
    let fetches = 0
    let fail = false
    const accessToken = createAccessToken({
      now: clock.now,
      async fetchToken() {
        fetches += 1
        await null
        if (fail) throw new Error('down')
        return { token: `token-${fetches}`, expiresIn }
      },
    })
    const failing = (is) => {
      fail = is
    }
    return { clock, accessToken, failing, fetches: () => fetches }
  }

  test('concurrent callers cause one fetch', async () => {
    const { accessToken, fetches } = keeper()
    const tokens = await Promise.all(Array.from({ length: 50 }, () => accessToken.get()))
    assert.deepEqual(new Set(tokens), new Set(['token-1']))
    assert.equal(await accessToken.get(), 'token-1')
    assert.equal(fetches(), 1)
  })

  test('it is renewed ahead of its end', async () => {
    const { accessToken, clock } = keeper()
    await accessToken.get()
    await clock.advance((7200 - 300) * 1000 - 1)
    assert.equal(await accessToken.get(), 'token-1')
    await clock.advance(1)
    assert.equal(await accessToken.get(), 'token-2')
  })

  test('one that ends soon is still used for a while', async () => {
    const { accessToken, clock } = keeper(60)
    await accessToken.get()
    await clock.advance(29999)
    assert.equal(await accessToken.get(), 'token-1')
    await clock.advance(1)
    assert.equal(await accessToken.get(), 'token-2')
  })

  test('a failed fetch is tried again, a refused token forgotten, a newer one kept', async () => {
    const { accessToken, failing } = keeper()
    failing(true)
    await assert.rejects(accessToken.get(), /down/)
    failing(false)
    assert.equal(await accessToken.get(), 'token-2')
    accessToken.forget('token-1')
    assert.equal(await accessToken.get(), 'token-2')
    accessToken.forget('token-2')
    assert.equal(await accessToken.get(), 'token-3')
  })
})

describe('service', () => {
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
  beforeEach(() => {
    const { appid, secret, accounts } = wechat.platform
    wechat.platform.calm()
    app = buildApp({ wechatBase: wechat.url, appid, secret, now: clock.now, allowOrigin: 'http://shop.test' })
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
      assert.deepEqual(Object.keys(session).sort(), ['expires_in', 'openid', 'token', 'unionid'])
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
      app = buildApp({ wechatBase: `http://127.0.0.1:${hollow.address().port}`, appid: 'a', secret: 's' })
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

    test('logout ends that session alone', async () => {
      const one = await login()
      const two = await login()
      assert.equal((await send('POST', '/logout', undefined, one.token)).status, 204)
      assert.equal((await send('GET', '/favourites', undefined, one.token)).status, 401)
      assert.equal((await send('GET', '/favourites', undefined, two.token)).status, 200)
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

    test('a session ends by time and by the seam for demonstrations', async () => {
      const { token } = await login()
      await clock.advance(7200 * 1000)
      assert.equal((await send('GET', '/favourites', undefined, token)).status, 401)
      const next = await login()
      app.sessions.clear()
      assert.equal((await send('GET', '/favourites', undefined, next.token)).status, 401)
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

  describe('browsers', () => {
    test('may call from the configured origin, and from none by default', async () => {
      const preflight = await send('OPTIONS', '/favourites')
      assert.equal(preflight.status, 204)
      assert.equal(preflight.headers['access-control-allow-origin'], 'http://shop.test')
      const refused = await send('GET', '/favourites')
      assert.equal(refused.headers['access-control-allow-origin'], 'http://shop.test')
      app = buildApp({ appid: 'a', secret: 's' })
      assert.equal((await send('GET', '/goods')).headers['access-control-allow-origin'], undefined)
      assert.equal((await send('OPTIONS', '/goods')).status, 404)
    })
  })
})

describe('server.js', () => {
  const path = fileURLToPath(new URL('../examples/backend/server.js', import.meta.url))
  const start = (env) => spawn(process.execPath, [path], { env, stdio: ['ignore', 'pipe', 'pipe'] })

  test('says what is missing or wrong in the environment', async () => {
    for (const [env, said] of [
      [{}, /^WECHAT_APPID is not set: expected/],
      [{ WECHAT_APPID: 'a', WECHAT_SECRET: 's', PORT: 'web' }, /^PORT: expected a whole number, got "web"/],
    ]) {
      const server = start(env)
      const exit = once(server, 'exit')
      const [text] = await once(server.stderr, 'data')
      assert.match(String(text), said)
      assert.equal((await exit)[0], 1)
    }
  })

  test('listens where it is told and stops when it is told', async () => {
    const server = start({ WECHAT_APPID: 'a', WECHAT_SECRET: 's', PORT: '0' })
    const [text] = await once(server.stdout, 'data')
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(String(text))[0]
    assert.equal((await fetch(`${url}/goods`)).status, 200)
    assert.ok(!url.endsWith(':3000'))
    server.kill('SIGTERM')
    await once(server, 'exit')
  })
})
