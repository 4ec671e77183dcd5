/** What the tests of the built package stand on, where it plays more than WeChat. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createBackend, ORIGIN } from './backend.js'
import { createRealm } from './realm.js'
import { createAccounts } from './wechat/accounts.js'
import { createClock } from './wechat/clock.js'
import { createWx } from './wechat/wx.js'
import { createWXWebAssembly } from './wechat/wxwebassembly.js'
import { compile, WASM_PATH } from './world.js'

describe('a realm', () => {
  test('reports what its tasks throw, or fails with it', async () => {
    const reported = []
    const clock = createClock()
    createRealm({ clock, report: (error) => reported.push(error.message) }).run(
      'setTimeout(() => { throw new Error("mine") }, 1)',
    )
    await clock.advance(1)
    assert.deepEqual(reported, ['mine'])
    createRealm({ clock }).run('setTimeout(() => { throw new Error("mine") }, 1)')
    await assert.rejects(clock.advance(1), /mine/)
  })

  test('loses its timers, and no other’s', async () => {
    const clock = createClock()
    const realm = createRealm({ clock })
    realm.run('this.ran = []; setTimeout(() => ran.push("lost"), 1)')
    let other = false
    clock.setTimeout(() => {
      other = true
    }, 1)
    realm.loseTimers()
    realm.run('setTimeout(() => ran.push("later"), 1)')
    await clock.advance(10)
    assert.deepEqual([realm.run('ran.join()'), other], ['later', true])
  })

  test('has the timers that it is given', async () => {
    const clock = createClock()
    const realm = createRealm({ clock, timers: { ...clock, setTimeout: () => undefined } })
    assert.equal(realm.run('typeof setTimeout(() => {}, 1)'), 'undefined')
  })
})

describe('a phone', () => {
  test('has idle moments when it is told to', async () => {
    const clock = createClock()
    const { wx, control } = createWx({ ...clock, idleCallbacks: true })
    const ran = []
    wx.requestIdleCallback(() => ran.push('first'))
    wx.requestIdleCallback(() => ran.push('second'), { timeout: 100 })
    await clock.advance(200)
    assert.deepEqual(ran, ['second'])
    assert.equal(control.idle(), 1)
    assert.deepEqual(ran, ['second', 'first'])
    assert.equal('requestIdleCallback' in createWx(clock).wx, false)
  })

  test('logs nobody in in single-page mode', async () => {
    const clock = createClock()
    const { wx } = createWx({ ...clock, apiCategory: 'browseOnly' })
    assert.equal(wx.getApiCategory(), 'browseOnly')
    let failed
    wx.login({
      fail({ errMsg }) {
        failed = errMsg
      },
    })
    await clock.advance(1)
    assert.match(failed, /^login:fail/)
  })
})

describe('a loader of modules', () => {
  const load = (options) => createWXWebAssembly(compile, options).WXWebAssembly.instantiate(WASM_PATH, {})

  test('fails, or gives what is no module, as it is told', async () => {
    await assert.rejects(load({ fails: 1 }), /invalid wasm/)
    assert.deepEqual(await load({ gives: 'nothing' }), {})
  })

  test('takes its time, until it is mended', async () => {
    const clock = createClock()
    const { WXWebAssembly, control } = createWXWebAssembly(compile, { delay: 50, gives: 'nothing', ...clock })
    let loaded = false
    WXWebAssembly.instantiate(WASM_PATH, {}).then(() => {
      loaded = true
    })
    await clock.advance(49)
    assert.equal(loaded, false)
    await clock.advance(1)
    assert.equal(loaded, true)
    control.mend()
    await assert.rejects(WXWebAssembly.instantiate(WASM_PATH, {}), /import/i)
  })
})

describe('a backend', () => {
  function open(routes) {
    const clock = createClock()
    const accounts = createAccounts(clock)
    const backend = createBackend({ accounts, appid: 'wx1', now: clock.now, routes })
    const post = async (path, body) => {
      const response = await backend.fetch(`${ORIGIN}${path}`, { method: 'POST', body: JSON.stringify(body) })
      const text = new TextDecoder().decode(await response.arrayBuffer())
      return { status: response.status, data: text && JSON.parse(text) }
    }
    const code = () => accounts.issueCode({ appid: 'wx1', openid: 'o' }).code
    return { backend, post, code }
  }

  test('takes each refresh token once', async () => {
    const { backend, post, code } = open()
    backend.refreshes = true
    const { data } = await post('/login', { code: code() })
    const renewed = await post('/renew', { refresh_token: data.refresh_token })
    assert.deepEqual([renewed.data.token, renewed.data.refresh_token], ['token-2', 'refresh-2'])
    assert.equal((await post('/renew', { refresh_token: data.refresh_token })).status, 401)
    backend.revoke()
    assert.equal((await post('/renew', { refresh_token: 'refresh-2' })).status, 401)
  })

  test('answers by its own routes, and by what a test scripts before', async () => {
    const { backend, post } = open({ '/a': { data: 1 }, '/b': ({ data }) => ({ data }) })
    backend.answer('/a', { data: 2 })
    assert.equal((await post('/a', {})).data, 2)
    assert.equal((await post('/a', {})).data, 1)
    assert.deepEqual((await post('/b', { x: 1 })).data, { x: 1 })
  })
})
