/** What every one of the six does, each against its own backend. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { plain } from '../world.js'
import { fillIn, logIn } from './login.js'
import { open } from './open.js'
import { crmeb } from './shops/crmeb.js'
import { litemall } from './shops/litemall.js'
import { ruoyiApp } from './shops/ruoyi-app.js'
import { wechatAppMall } from './shops/wechat-app-mall.js'
import { yudaoAdmin, yudaoMall } from './shops/yudao.js'

const SIX = {
  'yudao-mall': yudaoMall,
  'yudao-admin': yudaoAdmin,
  crmeb,
  litemall,
  'wechat-app-mall': wechatAppMall,
  'ruoyi-app': ruoyiApp,
}

const photo = ({ shop }) => ({ url: shop.upload.url, filePath: 'wxfile://photo', name: 'upfile' })
const count = (list, entry) => list.filter((one) => one === entry).length
const tokens = ({ backend, shop }, { url }) =>
  backend.at(shop.base + url).map((hit) => shop.tokenOf(hit) || null)

for (const [name, createShop] of Object.entries(SIX)) {
  describe(name, () => {
    test('a guest looks around, and nobody asks', async () => {
      const { backend, client, control, done, screen, shop } = open(name, createShop)
      assert.equal(client.session, null)
      const seen = await done(client.request({ url: shop.guest.url }))
      assert.deepEqual(plain(seen), shop.guest.expected)
      assert.deepEqual([control.count('login'), screen.log.length, backend.hits.length], [0, 0, 1])
      assert.equal(shop.tokenOf(backend.hits[0]), undefined)
    })

    test('several requests at once share one login', async () => {
      const app = open(name, createShop)
      const { backend, client, done, screen, shop } = app
      const calls = [1, 2, 3, 4, 5].map(() => client.request({ url: shop.mine.url }))
      await fillIn(app)
      const seen = await done(Promise.all(calls))
      for (const one of seen) assert.deepEqual(plain(one), shop.mine.expected)
      assert.equal(backend.at(shop.base + shop.login.path).length, 1)
      assert.equal(count(screen.log, shop.login.asked), shop.login.isSilent ? 0 : 1)
      assert.deepEqual(tokens(app, shop.mine).slice(-5), Array(5).fill('token-1'))
      assert.equal(client.session.token, 'token-1')
    })

    test('a request that says so asks before it is sent', async () => {
      const app = open(name, createShop)
      const { client, done, shop } = app
      const call = client.request({ url: shop.mine.url, needs: 'login' })
      await fillIn(app)
      assert.deepEqual(plain(await done(call)), shop.mine.expected)
      assert.deepEqual(tokens(app, shop.mine), ['token-1'])
    })

    test('a business error rejects with the backend’s code and words, and is shown once', async () => {
      const { client, done, failure, screen, shop } = await logIn(open(name, createShop))
      const error = await failure(client.request({ url: shop.refused.url, method: 'POST' }), 'REFUSED')
      assert.deepEqual([error.errcode, error.errMsg], [shop.refused.code, shop.refused.words])
      assert.deepEqual(screen.toasts, [shop.refused.words])
      await done(client.request({ url: shop.guest.url }))
      assert.equal(screen.toasts.length, 1)
    })

    test('a gateway’s error page is no success', async () => {
      const { backend, client, failure, shop } = open(name, createShop)
      backend.next(shop.base + shop.guest.url, { status: 502, data: '<html>Bad Gateway</html>' })
      const error = await failure(client.request({ url: shop.guest.url }), 'REFUSED')
      assert.deepEqual([error.statusCode, error.errMsg], [502, '系统繁忙'])
    })

    test('an upload is judged by its body: it logs in, resolves unwrapped, or is refused', async () => {
      const app = open(name, createShop)
      const { backend, client, done, failure, shop } = app
      const upload = client.upload(photo(app))
      await fillIn(app)
      assert.deepEqual(plain(await done(upload)), shop.upload.expected)
      assert.deepEqual(tokens(app, shop.upload), [null, 'token-1'])
      backend.next(shop.base + shop.upload.url, shop.bad(413, '文件太大'))
      const error = await failure(client.upload(photo(app)), 'REFUSED')
      assert.deepEqual([error.errcode, error.errMsg], [413, '文件太大'])
    })

    test('after a cold start the session goes along in the first request, without a login', async () => {
      const before = await logIn(open(name, createShop))
      const app = before.restart()
      const { backend, client, control, done, loader, screen, shop } = app
      assert.equal(client.session.token, 'token-1')
      assert.deepEqual(plain(client.session), plain(before.client.session))
      const hits = backend.hits.length
      assert.deepEqual(plain(await done(client.request({ url: shop.mine.url }))), shop.mine.expected)
      assert.equal(backend.hits.length, hits + 1)
      assert.deepEqual([control.count('login'), loader.loads, screen.log.length], [0, 0, 0])
    })

    test('a session from the previous wrapper is taken over', async () => {
      const { client, done, screen, shop } = open(name, createShop)
      const { token } = shop.tokens.issue(shop.openid || 1)
      await done(client.setSession({ token }))
      assert.deepEqual(plain(await done(client.request({ url: shop.mine.url }))), shop.mine.expected)
      assert.deepEqual(screen.log, [])
    })

    test('another origin gets neither the session nor what goes along everywhere', async () => {
      const { backend, client, done } = await logIn(open(name, createShop))
      backend.next('/geo', { data: { code: 401, status: 110002, errno: 501 } })
      const reply = await done(client.request({ url: 'https://maps.example/geo' }))
      assert.equal(reply.data.code, 401)
      const [hit] = backend.at('/geo')
      assert.deepEqual(Object.keys(hit.headers), ['content-type'])
      assert.equal(hit.headers['content-type'], 'application/json')
    })

    if (SIX[name] === wechatAppMall) return

    test('closed by the user, everyone who waits rejects, and the next call asks again', async () => {
      const { backend, client, clock, failure, screen, shop } = open(name, createShop)
      const calls = [1, 2].map(() => client.request({ url: shop.mine.url }))
      await clock.advance(100)
      client.deny('login')
      for (const call of calls) assert.equal((await failure(call, 'AUTH_DENIED')).need, 'login')
      assert.equal(backend.at(shop.base + shop.mine.url).length, 2)
      assert.equal(client.session, null)
      assert.deepEqual(screen.toasts, [])
      client.request({ url: shop.mine.url }).catch(() => {})
      await clock.advance(100)
      assert.equal(count(screen.log, shop.login.asked), 2)
    })

    test('refused in the backend’s words, the page stays open for another try', async () => {
      const app = open(name, createShop)
      const { backend, client, clock, done, failure, screen, shop } = app
      const call = client.request({ url: shop.mine.url })
      await clock.advance(100)
      if (shop.login.refusal) backend.next(shop.base + shop.login.path, shop.login.refusal)
      const error = await failure(client.provide('login', shop.login.wrong || shop.login.detail), 'REFUSED')
      assert.equal(error.errMsg, shop.login.words)
      await done(client.provide('login', shop.login.detail))
      assert.deepEqual(plain(await done(call)), shop.mine.expected)
      assert.equal(count(screen.log, shop.login.asked), 1)
    })

    test('a badge’s passive request opens no login page', async () => {
      const { client, failure, screen, shop } = open(name, createShop)
      await failure(client.request({ url: shop.mine.url, passive: true }), 'REFUSED')
      assert.deepEqual([screen.log, screen.toasts], [[], []])
    })

    test('a log-out ends it here, and the next feature asks', async () => {
      const app = await logIn(open(name, createShop))
      const { client, clock, done, screen, shop } = app
      await done(client.logout())
      assert.equal(client.session, null)
      client.request({ url: shop.mine.url }).catch(() => {})
      await clock.advance(100)
      assert.equal(count(screen.log, shop.login.asked), 2)
      assert.equal(tokens(app, shop.mine)[0], null)
    })
  })
}
