import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { buildApp } from '../examples/backend/app.js'
import { openStore } from '../examples/backend/store.js'
import { createRealm, dist } from './realm.js'
import { startWeChat } from './wechat/server.js'
import { createWx } from './wechat/wx.js'
import { createWXWebAssembly } from './wechat/wxwebassembly.js'
import { compile } from './world.js'

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 1, 2, 3)

/** The real clock, in the shape of the virtual one. */
const clock = {
  now: () => Date.now(),
  setTimeout: (task, ms) => setTimeout(task, ms),
  clearTimeout: (timer) => clearTimeout(timer),
}

const builds = {
  async 'the Node build'() {
    const { createClient } = await import(pathToFileURL(`${dist}/node.js`))
    return createClient
  },
  async 'the mini-program build'() {
    const { WXWebAssembly } = createWXWebAssembly(compile)
    return createRealm({ clock, WXWebAssembly }).load('index').createClient
  },
  async 'the mini-program build on its fallback'() {
    const realm = createRealm({ clock })
    const fallback = realm.load('fallback')
    const { createClient } = realm.load('index')
    return (options) => createClient({ ...options, fallback })
  },
}

for (const [name, load] of Object.entries(builds)) {
  describe(`over real HTTP: ${name}`, () => {
    let wechat
    let createClient
    let app
    let baseURL
    let port
    let wx
    let control
    let seen

    async function startBackend() {
      const { appid, secret } = wechat.platform
      const store = await openStore('sqlite::memory:')
      app = buildApp({ store, wechatBase: wechat.url, appid, secret })
      app.addHook('onRequest', async ({ method, url, headers }) => {
        seen.push({ what: `${method} ${url}`, authorization: headers.authorization })
      })
      baseURL = await app.listen({ host: '127.0.0.1', port: port || 0 })
      port = Number(new URL(baseURL).port)
    }

    /** The server's end of a session, behind the client's back. */
    const end = async (shop) => app.sessions.end((await shop.getSession()).token.split('.')[0])
    const times = (what) => seen.filter((hit) => hit.what === what).length
    const client = (options) =>
      createClient({
        baseURL,
        exchange: '/login',
        host: wx,
        needs: ({ data }) => (data?.need && data.need !== 'login' ? data.need : undefined),
        ...options,
      })

    before(async () => {
      wechat = await startWeChat()
      createClient = await load()
    })
    after(() => wechat.close())
    beforeEach(async () => {
      seen = []
      port = 0
      wechat.platform.calm()
      await startBackend()
      const { accounts, appid } = wechat.platform
      const made = createWx({
        accounts,
        appId: appid,
        callbacks: 'soon',
        user: { openid: 'o1', unionid: 'u1' },
      })
      wx = made.wx
      control = made.control
    })
    afterEach(() => app.close())

    test('browsing needs no login; the first feature that does gets one', async () => {
      const shop = client()
      const { data } = await shop.request({ url: '/goods' })
      assert.ok(data.goods.length > 0)
      assert.equal(control.count('login'), 0)
      const added = await shop.request({
        url: '/favourites',
        method: 'POST',
        data: { id: 'tea' },
        needs: 'login',
      })
      assert.deepEqual([...added.data.favourites], ['tea'])
      assert.equal(times('POST /favourites'), 1)
      const session = await shop.getSession()
      assert.equal(session.openid, 'o1')
      assert.equal(session.unionid, 'u1')
      assert.doesNotMatch(JSON.stringify([...control.storage]), /session_key/)
    })

    test('without needs the 401 is made good', async () => {
      const { statusCode } = await client().request({ url: '/favourites' })
      assert.equal(statusCode, 200)
      assert.equal(times('GET /favourites'), 2)
      assert.equal(times('POST /login'), 1)
    })

    test('one login for a hundred requests', async () => {
      const shop = client()
      const all = Array.from({ length: 100 }, () => shop.request({ url: '/favourites', needs: 'login' }))
      assert.ok((await Promise.all(all)).every(({ statusCode }) => statusCode === 200))
      assert.equal(control.count('login'), 1)
      assert.equal(times('POST /login'), 1)
      assert.equal(times('GET /favourites'), 100)
    })

    test('a storm of 401 after the backend lost the session: one login, two sends each', async () => {
      const shop = client()
      await shop.login()
      await end(shop)
      const all = Array.from({ length: 100 }, () => shop.request({ url: '/favourites' }))
      assert.ok((await Promise.all(all)).every(({ statusCode }) => statusCode === 200))
      assert.equal(control.count('login'), 2)
      assert.ok(times('GET /favourites') <= 200)
    })

    test('a late 401 of the old session costs no login', async () => {
      const shop = client()
      await shop.login()
      const old = `Bearer ${(await shop.getSession()).token}`
      let release
      const held = new Promise((resolve) => {
        release = resolve
      })
      await end(shop)
      const { request } = wx
      wx.request = (options) => {
        wx.request = request
        const late = (reply) => held.then(() => options.success(reply))
        return request({ ...options, success: late })
      }
      const late = shop.request({ url: '/favourites' })
      await shop.request({ url: '/profile' })
      release()
      assert.equal((await late).statusCode, 200)
      assert.equal(control.count('login'), 2)
      const sent = seen.filter((hit) => hit.what === 'GET /favourites').map((hit) => hit.authorization)
      assert.equal(sent[0], old)
      assert.equal(sent[1], `Bearer ${(await shop.getSession()).token}`)
    })

    test('the backend down and back', async () => {
      const shop = client()
      await app.close()
      await assert.rejects(shop.request({ url: '/goods' }), { code: 'NETWORK', errno: 600001 })
      await assert.rejects(shop.login(), { code: 'EXCHANGE_FAILED', retryable: true })
      const calls = control.count('login')
      await assert.rejects(shop.request({ url: '/favourites', needs: 'login' }), ({ code, retryAfter }) => {
        return code === 'EXCHANGE_FAILED' && retryAfter > 0 && retryAfter <= 1
      })
      assert.equal(control.count('login'), calls)
      await startBackend()
      await shop.login({ force: true })
      assert.equal((await shop.request({ url: '/favourites' })).statusCode, 200)
    })

    for (const [errcode, code, status] of [
      [40029, 'CODE_INVALID', 400],
      [40163, 'CODE_INVALID', 400],
      [40226, 'LOGIN_BLOCKED', 403],
      [45011, 'RATE_LIMITED', 429],
      [-1, 'EXCHANGE_FAILED', 503],
      [40125, 'EXCHANGE_INVALID', 502],
    ]) {
      test(`WeChat’s ${errcode} comes out as ${code}`, async () => {
        wechat.platform.fail('jscode2session', { errcode }, 5)
        await assert.rejects(client().login(), (error) => {
          assert.equal(error.code, code)
          assert.equal(error.errcode, errcode)
          assert.equal(error.statusCode, status)
          return true
        })
      })
    }

    test('WeChat down behind the backend', async () => {
      wechat.platform.fail('jscode2session', { drop: true }, 5)
      await assert.rejects(client().login(), { code: 'EXCHANGE_FAILED', statusCode: 502 })
    })

    test('an avatar goes up with the session, and down again', async () => {
      const shop = client()
      control.files.set('http://tmp/a.png', { bytes: PNG, type: 'image/png' })
      const upload = { url: '/avatar', filePath: 'http://tmp/a.png', name: 'avatar' }
      const up = await shop.upload(upload)
      assert.equal(up.statusCode, 200)
      assert.equal(times('POST /avatar'), 2)
      const { avatar } = JSON.parse(up.data)
      const down = await shop.download({ url: avatar })
      assert.deepEqual(control.files.get(down.tempFilePath).bytes, PNG)
      const missing = await shop.download({ url: '/avatars/none' })
      assert.equal(missing.statusCode, 404)
    })

    test('the phone number: asked once at the check-out, then never again', async () => {
      let asked = 0
      const phone = {
        ask() {
          asked += 1
          return control.phoneButton('accept')
        },
        submit: '/phone',
      }
      const shop = client({ prompts: { phone } })
      const order = { url: '/checkout', method: 'POST', data: { ids: ['tea'] } }
      const [first, second] = await Promise.all([shop.request(order), shop.request(order)])
      assert.match(first.data.order, /^order-/)
      assert.match(second.data.order, /^order-/)
      assert.equal(asked, 1)
      assert.equal(times('POST /phone'), 1)
      assert.deepEqual([...(await shop.getSession()).granted], ['phone'])
      await shop.request({ ...order, needs: ['login', 'phone'] })
      assert.equal(asked, 1)
    })

    for (const outcome of ['refuse-ios', 'refuse-android']) {
      test(`the phone number: ${outcome} is an answer`, async () => {
        const shop = client({ prompts: { phone: { ask: () => {}, submit: '/phone' } } })
        const order = shop.request({
          url: '/checkout',
          method: 'POST',
          data: { ids: ['tea'] },
          needs: 'phone',
        })
        const refused = assert.rejects(order, { code: 'AUTH_DENIED', need: 'phone' })
        await shop.login()
        await control
          .phoneButton(outcome)
          .then((detail) => shop.provide('phone', detail))
          .catch(() => {})
        await refused
        assert.equal(times('POST /checkout'), 0)
      })
    }

    test('the phone number from an old base library: the session_key lives, no login spoils it', async () => {
      const phone = { ask: () => control.phoneButton('old'), submit: '/phone' }
      const shop = client({ prompts: { phone } })
      await shop.login()
      control.expireSessionKey()
      await shop.ensure(['sessionKey', 'phone'])
      assert.equal(control.count('login'), 2)
      assert.equal((await shop.request({ url: '/profile' })).data.phone, '+86 138****1234')
    })

    test('a profile: avatar and nickname', async () => {
      const profile = {
        ask: () => control.nicknameInput('Ada'),
        submit: (detail) =>
          shop.request({ url: '/profile', method: 'POST', data: { nickname: detail.value } }),
      }
      const shop = client({ prompts: { profile } })
      await shop.ensure(['login', 'profile'])
      assert.equal((await shop.request({ url: '/profile' })).data.nickname, 'Ada')
    })

    test('scanning to log a web page in: the confirmation needs a login and nothing else', async () => {
      const page = await (await fetch(`${baseURL}/scan`, { method: 'POST' })).json()
      const shop = client()
      const confirm = await shop.request({
        url: `/scan/${page.scene}/confirm`,
        method: 'POST',
        needs: 'login',
      })
      assert.equal(confirm.statusCode, 200)
      assert.equal(control.count('login'), 1)
      const headers = { 'x-scan-secret': page.secret }
      const collected = await (await fetch(`${baseURL}/scan/${page.scene}`, { headers })).json()
      assert.equal(collected.openid, 'o1')
      const profile = await fetch(`${baseURL}/profile`, {
        headers: { authorization: `Bearer ${collected.token}` },
      })
      assert.equal(profile.status, 200)
    })

    test('cloud login: no code, no exchange over HTTP', async () => {
      const login = async (_data, { OPENID }) => {
        const { token } = await app.sessions.create(OPENID)
        return { openid: OPENID, token }
      }
      const { accounts } = wechat.platform
      const cloud = createWx({
        accounts,
        callbacks: 'soon',
        user: { openid: 'o2' },
        cloudFunctions: { login },
      })
      cloud.wx.cloud.init()
      const shop = client({ host: cloud.wx, exchange: { cloud: 'login' } })
      assert.equal((await shop.request({ url: '/profile', needs: 'login' })).data.openid, 'o2')
      assert.equal(cloud.control.count('login'), 0)
      assert.equal(cloud.control.count('cloud.callFunction'), 1)
      assert.equal(times('POST /login'), 0)
    })

    test('silent login at launch: the first page’s requests share it', async () => {
      const shop = client()
      const launch = shop.login()
      const pages = [shop.request({ url: '/favourites', needs: 'login' }), shop.request({ url: '/goods' })]
      await Promise.all([launch, ...pages])
      assert.equal(control.count('login'), 1)
      assert.equal(times('POST /login'), 1)
    })

    test('a cold start with a session in storage asks nobody', async () => {
      await client().login()
      const cold = control.restart()
      const shop = client({ host: cold.wx })
      assert.equal((await shop.request({ url: '/favourites', needs: 'login' })).statusCode, 200)
      assert.equal(cold.control.count('login'), 0)
    })

    test('logging out here and there', async () => {
      const shop = client()
      await shop.login()
      assert.equal((await shop.request({ url: '/logout', method: 'POST' })).statusCode, 204)
      await shop.logout()
      assert.equal(await shop.getSession(), null)
      assert.equal((await shop.request({ url: '/favourites', anonymous: true })).statusCode, 401)
    })
  })
}
