/** Coming from elsewhere: what pages call works on, and who was logged in stays so. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { plain } from '../world.js'
import { open } from './open.js'
import { bearerOf, createTokens } from './tokens.js'

const good = (data) => ({ data: { code: 0, data } })
const bad = (code, msg) => ({ data: { code, msg } })

describe('from a hand-written wrapper', () => {
  function shop({ now }) {
    const tokens = createTokens(now, 7200)
    tokens.issue('old')
    return {
      tokens,
      answer({ method, path, headers, data }) {
        if (path === '/api/login') return good({ token: tokens.issue(data.code).token, expires_in: 7200 })
        if (path === '/api/goods') return good(['tea'])
        if (path === '/api/cart') {
          return tokens.userOf(bearerOf(headers.authorization)) ? good([method, data]) : bad(401, '请登录')
        }
        return bad(500, '库存不足')
      },
    }
  }
  const openApp = (storage) => open('from-hand-written', shop, { storage })

  test('old pages’ calls work on', async () => {
    const { control, done, failure, exported, screen } = openApp()
    assert.deepEqual(plain(await done(exported.request('/goods'))), ['tea'])
    assert.equal(control.count('login'), 0)
    assert.deepEqual(plain(await done(exported.request('/cart', { id: 1 }, 'POST'))), ['POST', { id: 1 }])
    assert.equal(control.count('login'), 1)
    assert.equal((await failure(exported.request('/order', {}, 'POST'), 'REFUSED')).errcode, 500)
    assert.deepEqual(screen.toasts, ['库存不足'])
  })

  test('the stored token is taken over, once', async () => {
    const storage = new Map([['token', 'token-1']])
    const { backend, client, clock, control, done, restart } = openApp(storage)
    await done(client.request({ url: '/cart' }))
    assert.equal(control.count('login'), 0)
    assert.equal(backend.at('/api/cart')[0].headers.authorization, 'Bearer token-1')
    assert.equal(storage.has('token'), false)
    await clock.advance(100)
    const later = restart()
    await later.done(later.client.request({ url: '/cart' }))
    assert.equal(later.client.session.token, 'token-1')
  })

  test('one that the server no longer knows costs one silent login', async () => {
    const { client, control, done, shop: backend } = openApp(new Map([['token', 'token-1']]))
    backend.tokens.forget()
    await done(client.request({ url: '/cart' }))
    assert.equal(control.count('login'), 1)
  })
})

describe('from weRequest', () => {
  const said = (errcode, data, msg) => ({ data: { errcode, data, msg } })
  function shop({ now }) {
    const tokens = createTokens(now, 24 * 3600)
    tokens.issue('old')
    return {
      answer({ method, path, query, data }) {
        const form = method === 'GET' ? query : data
        if (form.version !== '1.2.0') return said(1, null, '版本过低')
        if (path === '/api/user/login') return said(0, { session: tokens.issue(form.code).token })
        if (!tokens.userOf(form.session)) return said(-1, null, '请登录')
        return path === '/api/order/detail' ? said(0, form.id) : said(7, null, '已下架')
      },
    }
  }
  const openApp = (storage) =>
    open('from-werequest', shop, { storage, app: { version: '1.2.0', globalData: {} } })

  test('the session goes in the data, logs in when it is missing, and globalData with it', async () => {
    const { client, control, done } = openApp()
    assert.equal(await done(client.request({ url: 'order/detail', data: { id: '107' } })), '107')
    assert.equal(control.count('login'), 1)
    assert.equal(client.session.token, 'token-2')
  })

  test('an upload carries it in its form', async () => {
    const { backend, client, done } = openApp()
    await done(client.login())
    const photo = { url: 'photo', filePath: 'wxfile://photo', name: 'file', formData: { id: 1 } }
    await done(client.upload(photo).catch(() => {}))
    const [{ data }] = backend.at('/api/photo')
    assert.deepEqual([data.session, data.id, data.version], ['token-2', '1', '1.2.0'])
  })

  test('a failure is shown in a dialog, in the backend’s words', async () => {
    const { client, control, failure } = openApp()
    const error = await failure(client.request({ url: 'order/gone', method: 'POST', data: {} }), 'REFUSED')
    assert.deepEqual([error.errcode, error.errMsg], [7, '已下架'])
    const { options } = control.calls.find(({ api }) => api === 'showModal')
    assert.deepEqual([options.title, options.content], ['操作失败', '已下架'])
  })

  test('the stored session is taken over, for a day', async () => {
    const { client, clock, control, done } = openApp(new Map([['session', 'token-1']]))
    await done(client.request({ url: 'order/detail', data: { id: '1' } }))
    assert.equal(control.count('login'), 0)
    await clock.advance(23 * 3600_000)
    assert.equal(client.session.token, 'token-1')
  })
})

describe('from unibest’s http.ts', () => {
  function shop({ now }) {
    const tokens = createTokens(now, 1800)
    const session = (user) => {
      const { token, refreshToken } = tokens.issue(user)
      const refreshExpiresIn = 604800
      return good({ accessToken: token, refreshToken, accessExpiresIn: 1800, refreshExpiresIn })
    }
    tokens.issue('old')
    return {
      tokens,
      answer({ method, path, query, headers, data }) {
        if (path === '/api/auth/login') return session(data.username)
        if (path === '/api/auth/refreshToken') {
          const user = tokens.spend(data.refreshToken)
          return user ? session(user) : { status: 401, data: { code: 401, msg: '登录已过期' } }
        }
        if (path === '/api/notice') return { data: { code: 200, data: 'hi' } }
        if (!tokens.userOf(bearerOf(headers.authorization))) return { status: 401, data: { code: 401 } }
        return path === '/api/gone'
          ? { status: 400, data: { code: 1, msg: '已删除' } }
          : good({ method, query, data })
      },
    }
  }
  const openApp = (storage) => open('from-unibest.ts', shop, { storage })
  async function loggedIn() {
    const app = openApp()
    await app.done(
      app.client.setSession({ token: app.shop.tokens.issue('u').token, refresh_token: 'refresh-2' }),
    )
    return app
  }

  test('http.get, post, put and delete work on', async () => {
    const { done, http } = await loggedIn()
    const seen = async (pending) => plain(await done(pending))
    assert.deepEqual(await seen(http.get('/a', { page: 2 })), { method: 'GET', query: { page: '2' } })
    assert.deepEqual(await seen(http.post('/a', { x: 1 }, { q: '茶' })), {
      method: 'POST',
      query: { q: '茶' },
      data: { x: 1 },
    })
    assert.equal((await seen(http.put('/a', { x: 1 }))).method, 'PUT')
    assert.deepEqual(await seen(http.delete('/a?b=1', { id: 7 })), {
      method: 'DELETE',
      query: { b: '1', id: '7' },
    })
  })

  test('0 and 200 are good; another code and its words are told', async () => {
    const { done, failure, http, screen } = await loggedIn()
    assert.equal(await done(http.get('/notice')), 'hi')
    const error = await failure(http.get('/gone'), 'REFUSED')
    assert.deepEqual([error.statusCode, error.errMsg], [400, '已删除'])
    assert.deepEqual(screen.toasts, ['已删除'])
  })

  test('a status without a code of its own is STATUS', async () => {
    const { backend, failure, http, screen } = await loggedIn()
    backend.next('/api/a', { status: 502, data: '<html>' })
    await failure(http.get('/a'), 'STATUS')
    assert.deepEqual(screen.toasts, ['网络错误，换个网络试试'])
  })

  test('what the store kept is taken over; an access token that has ended is renewed, five at once', async () => {
    const tokenInfo = { accessToken: 'token-1', refreshToken: 'refresh-1' }
    const storage = new Map([['token', JSON.stringify({ tokenInfo })]])
    const { backend, client, control, done, http, screen, shop: server } = openApp(storage)
    server.tokens.forget()
    const seen = await done(Promise.all([1, 2, 3, 4, 5].map(() => http.get('/a'))))
    assert.equal(seen.length, 5)
    assert.equal(backend.at('/api/auth/refreshToken').length, 1)
    assert.deepEqual([client.session.token, control.count('login'), screen.log], ['token-2', 0, []])
    assert.equal(storage.has('token'), false)
  })

  test('the guard lets everyone into public pages, and logs in before private ones', async () => {
    const { client, clock, done, screen } = openApp()
    screen.uni.navigateTo({ url: '/pages/about/about' })
    assert.deepEqual(screen.log, ['open /pages/about/about'])
    screen.uni.navigateTo({ url: '/pages/order/list' })
    await clock.advance(100)
    assert.deepEqual(screen.log.slice(1), ['open /pages/login/login'])
    await done(client.provide('login', { username: 'u', password: 'p' }))
    await clock.advance(100)
    assert.equal(screen.page, 'pages/order/list')
    screen.uni.navigateTo({ url: '/pages/me/me' })
    assert.equal(screen.page, 'pages/me/me')
  })

  test('with a refresh token the guard opens no login page; refused by the user, the page stays shut', async () => {
    const { client, clock, screen } = await loggedIn()
    await clock.advance(7200_000)
    assert.equal(client.session, null)
    screen.uni.navigateTo({ url: '/pages/order/list' })
    await clock.advance(100)
    assert.deepEqual(screen.log, ['open /pages/order/list'])

    const stranger = openApp()
    stranger.screen.uni.navigateTo({ url: '/pages/order/list' })
    await stranger.clock.advance(100)
    stranger.client.deny('login')
    await stranger.clock.advance(100)
    assert.equal(stranger.screen.log.includes('open /pages/order/list'), false)
  })
})
