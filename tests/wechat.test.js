import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { after, before, describe, test } from 'node:test'
import vm from 'node:vm'
import { decryptOpenData, isSigned } from '../examples/backend/crypto.js'
import { createAccounts } from './wechat/accounts.js'
import { createClock } from './wechat/clock.js'
import { createPlatform } from './wechat/platform.js'
import { connectAccounts } from './wechat/remote.js'
import { startWeChat } from './wechat/server.js'
import { createWx } from './wechat/wx.js'

/** Calls an API and waits for its `complete`. */
const call = (api, options) => new Promise((complete) => api({ ...options, complete }))

/** A phone on a virtual clock; `run` calls an API and lets its callbacks come. */
function phone(options) {
  const clock = createClock()
  const { wx, control } = createWx({ ...clock, now: clock.now, ...options })
  const run = async (api, given) => {
    const answer = call(api, given)
    await clock.advance(0)
    return answer
  }
  return { wx, control, clock, run }
}

describe('callbacks', () => {
  test('come later, to success and complete, and nothing is returned', async () => {
    const { wx, clock } = phone()
    const seen = []
    const returned = wx.login({
      success: ({ code }) => seen.push(code.length),
      fail: () => seen.push('fail'),
      complete: ({ errMsg }) => seen.push(errMsg),
    })
    assert.equal(returned, undefined)
    assert.deepEqual(seen, [])
    await clock.advance(0)
    assert.deepEqual(seen, [32, 'login:ok'])
  })

  test('of every API but the tasks return nothing', () => {
    const { wx } = phone()
    const names = ['checkSession', 'getSetting', 'authorize', 'openSetting', 'getPrivacySetting', 'showToast']
    for (const name of names) assert.equal(wx[name]({}), undefined, name)
    wx.cloud.init()
    assert.equal(wx.cloud.callFunction({ name: 'none' }), undefined)
  })

  for (const [mode, expected] of [
    ['sync', ['success']],
    ['twice', ['success', 'success']],
    ['both', ['success', 'fail']],
    ['never', []],
    ['soon', ['success']],
  ]) {
    test(`in mode ${mode} are ${expected.join(', ') || 'none'}`, async () => {
      const { wx, control, clock } = phone()
      control.mode(mode)
      const seen = []
      wx.login({ success: () => seen.push('success'), fail: () => seen.push('fail') })
      if (mode === 'sync') assert.deepEqual(seen, expected)
      await clock.advance(0)
      assert.deepEqual(seen, expected)
    })
  }

  test('follow a script of failures, odd successes, silence and throws', async () => {
    const { wx, control, clock, run } = phone()
    control.fail('login', { errMsg: 'login:fail system error', errno: -1 })
    control.succeed('login', {})
    control.throws('login', { not: 'an Error' })
    control.silent('login')
    assert.deepEqual(await run(wx.login), { errMsg: 'login:fail system error', errno: -1 })
    assert.deepEqual(await run(wx.login), { errMsg: 'login:ok' })
    assert.throws(() => wx.login(), { not: 'an Error' })
    let answered = false
    wx.login({ complete: () => (answered = true) })
    await clock.advance(100000)
    assert.equal(answered, false)
    assert.match((await run(wx.login)).code, /^0/)
    assert.equal(control.count('login'), 5)
    assert.deepEqual(
      control.calls.map(({ outcome }) => outcome),
      ['fail', 'success', undefined, undefined, 'success'],
    )
  })

  test('come as late as asked, and no more often than allowed', async () => {
    const { wx, control, clock, run } = phone()
    control.delay('login', 400)
    let answer = null
    wx.login({ complete: (result) => (answer = result) })
    await clock.advance(399)
    assert.equal(answer, null)
    await clock.advance(1)
    assert.equal(answer.errMsg, 'login:ok')
    control.calm()
    control.rateLimit('login', 2)
    assert.equal((await run(wx.login)).errMsg, 'login:ok')
    assert.equal((await run(wx.login)).errMsg, 'login:ok')
    assert.match((await run(wx.login)).errMsg, /^login:fail/)
    await clock.advance(1000)
    assert.equal((await run(wx.login)).errMsg, 'login:ok')
  })

  test('work for functions of a realm that has only ECMAScript', async () => {
    const { wx, control } = createWx({ callbacks: 'sync' })
    const realm = vm.createContext({ wx }, { codeGeneration: { strings: false, wasm: false } })
    const code = vm.runInContext('let got; wx.login({ success(r) { got = r.code } }); got', realm)
    assert.equal(code.length, 32)
    assert.equal(control.count('login'), 1)
  })
})

describe('codes and keys', () => {
  test('a code works once and for five minutes', async () => {
    const clock = createClock()
    const accounts = createAccounts({ now: clock.now })
    const me = { appid: 'wx1', openid: 'o1' }
    const first = accounts.issueCode(me)
    const second = accounts.issueCode(me)
    assert.equal(accounts.redeemCode({ appid: 'wx1', ...first }).openid, 'o1')
    assert.deepEqual(accounts.redeemCode({ appid: 'wx1', ...first }), { errcode: 40163 })
    assert.deepEqual(accounts.redeemCode({ appid: 'wx2', ...second }), { errcode: 40029 })
    await clock.advance(5 * 60 * 1000)
    assert.deepEqual(accounts.redeemCode({ appid: 'wx1', ...second }), { errcode: 40029 })
  })

  test('every login rotates the session_key; checkSession speaks of the latest', async () => {
    const platform = createPlatform()
    const { wx, control, run } = phone({ accounts: platform.accounts, appId: platform.appid })
    const dead = 'checkSession:fail 系统错误，错误码：-13001,session time out'
    assert.equal((await run(wx.checkSession)).errMsg, dead)
    const exchange = (js_code) =>
      platform.answer('jscode2session', {
        appid: platform.appid,
        secret: platform.secret,
        js_code,
        grant_type: 'authorization_code',
      }).body
    const one = exchange((await run(wx.login)).code)
    const two = exchange((await run(wx.login)).code)
    assert.equal(one.openid, two.openid)
    assert.notEqual(one.session_key, two.session_key)
    assert.equal(Buffer.from(one.session_key, 'base64').length, 16)
    assert.equal((await run(wx.checkSession)).errMsg, 'checkSession:ok')
    control.expireSessionKey()
    assert.equal((await run(wx.checkSession)).errMsg, dead)
  })
})

describe('network', () => {
  let server
  let url
  const held = []

  before(async () => {
    server = createServer((request, response) => {
      const chunks = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString()
        const { method, headers } = request
        if (request.url === '/never') return
        if (request.url === '/hold') held.push(response)
        else if (request.url.startsWith('/text')) response.end('{broken')
        else if (request.url.startsWith('/missing')) response.writeHead(404).end('no')
        else response.end(JSON.stringify({ method, url: request.url, headers, body }))
      })
    })
    await new Promise((done) => server.listen(0, '127.0.0.1', done))
    url = `http://127.0.0.1:${server.address().port}`
  })
  after(() => {
    server.closeAllConnections()
    server.close()
  })

  test('query, JSON, form and bytes arrive as given', async () => {
    const { wx } = createWx()
    const send = async (options) => (await call(wx.request, { url: `${url}/x?a=1`, ...options })).data
    assert.equal((await send({ data: { b: '香 &' } })).url, '/x?a=1&b=%E9%A6%99%20%26')
    const json = await send({ method: 'POST', data: { b: 2 } })
    assert.equal(json.body, '{"b":2}')
    assert.equal(json.headers['content-type'], 'application/json')
    const header = { 'Content-Type': 'application/x-www-form-urlencoded' }
    assert.equal((await send({ method: 'post', data: { b: 2, c: 'd e' }, header })).body, 'b=2&c=d%20e')
    assert.equal((await send({ method: 'PUT', data: 'raw' })).body, 'raw')
    const bytes = vm.runInNewContext('new Uint8Array([104, 105]).buffer')
    assert.equal((await send({ method: 'POST', data: bytes })).body, 'hi')
  })

  test('every status succeeds; JSON that does not parse stays text', async () => {
    const { wx } = createWx({ headerCase: 'upper' })
    const missing = await call(wx.request, { url: `${url}/missing` })
    assert.equal(missing.errMsg, 'request:ok')
    assert.equal(missing.statusCode, 404)
    assert.ok('DATE' in missing.header)
    assert.equal((await call(wx.request, { url: `${url}/text` })).data, '{broken')
    const bytes = await call(wx.request, { url: `${url}/text`, responseType: 'arraybuffer' })
    assert.equal(bytes.data.byteLength, 7)
  })

  test('failures have their errno', async () => {
    const { wx, control } = createWx({ domains: [url, 'http://127.0.0.1:1'] })
    const refused = await call(wx.request, { url: 'http://127.0.0.1:1/' })
    assert.equal(refused.errno, 600001)
    assert.match(refused.errMsg, /^request:fail .*ERR_CONNECTION_REFUSED/)
    assert.equal((await call(wx.request, { url: 'http://127.0.0.1:2/' })).errno, 600002)
    assert.equal((await call(wx.request, { url: '/relative' })).errno, 600009)
    assert.match((await call(wx.request, { url, method: 'PATCH' })).errMsg, /^request:fail/)
    control.offline()
    assert.equal((await call(wx.request, { url })).errno, 600001)
  })

  test('a timeout, an abort, a network switch and the background end what is under way', async () => {
    const { wx, control, clock } = phone()
    const send = () => call(wx.request, { url: `${url}/never`, timeout: 2000 })
    const slow = send()
    await clock.advance(2000)
    assert.deepEqual(await slow, { errMsg: 'request:fail timeout', errno: 5 })

    let answer = null
    const task = wx.request({ url: `${url}/never`, complete: (result) => (answer = result) })
    task.abort()
    assert.equal(answer, null)
    await clock.advance(0)
    assert.deepEqual(answer, { errMsg: 'request:fail abort' })

    const switched = send()
    control.switchNetwork()
    await clock.advance(0)
    assert.match((await switched).errMsg, /ERR_NETWORK_CHANGED/)

    const hidden = call(wx.request, { url: `${url}/never` })
    control.background()
    await clock.advance(4999)
    control.foreground()
    await clock.advance(10000)
    assert.equal(control.underWay().running, 1)
    control.background()
    await clock.advance(5000)
    assert.deepEqual(await hidden, { errMsg: 'request:fail interrupted', errno: 600003 })
    assert.equal(control.underWay().running, 0)
    assert.equal(clock.pending, 0)
  })

  test('ten run at once, the rest wait for their turn', async () => {
    const { wx, control } = createWx()
    const all = Array.from({ length: 12 }, () => call(wx.request, { url: `${url}/hold` }))
    assert.deepEqual(control.underWay(), { running: 10, waiting: 2 })
    while (held.length < 10) await new Promise((done) => setImmediate(done))
    held.shift().end('1')
    await Promise.race(all)
    assert.deepEqual(control.underWay(), { running: 10, waiting: 1 })
    let ended = 0
    for (const each of all) each.then(() => (ended += 1))
    while (ended < 12) {
      for (const response of held.splice(0)) response.end('1')
      await new Promise((done) => setImmediate(done))
    }
    assert.deepEqual(control.underWay(), { running: 0, waiting: 0 })
  })

  test('an upload is a form whose answer is text; a download leaves a file even for a 404', async () => {
    const { wx, control } = createWx()
    const { avatarUrl } = await control.avatarButton()
    const options = { url, filePath: avatarUrl, name: 'avatar', formData: { a: 1 }, header: { X: 'y' } }
    const up = await call(wx.uploadFile, options)
    assert.equal(typeof up.data, 'string')
    assert.match(JSON.parse(up.data).headers['content-type'], /^multipart\/form-data; boundary=/)
    assert.match(JSON.parse(up.data).body, /name="avatar"; filename="avatar-1.png"/)
    assert.match((await call(wx.uploadFile, { ...options, filePath: 'x' })).errMsg, /^uploadFile:fail/)
    const down = await call(wx.downloadFile, { url: `${url}/missing` })
    assert.equal(down.statusCode, 404)
    assert.equal(Buffer.from(control.files.get(down.tempFilePath).bytes).toString(), 'no')
  })

  test('tasks tell of headers, chunks and progress', async () => {
    const { wx } = createWx()
    const seen = []
    await new Promise((complete) => {
      const task = wx.request({ url: `${url}/text`, enableChunked: true, complete })
      task.onHeadersReceived(({ statusCode }) => seen.push(statusCode))
      task.onChunkReceived(({ data }) => seen.push(data.byteLength))
    })
    await new Promise((complete) => {
      wx.downloadFile({ url: `${url}/text`, complete }).onProgressUpdate(({ progress }) =>
        seen.push(progress),
      )
    })
    assert.deepEqual(seen, [200, 7, 100])
  })
})

describe('storage', () => {
  test("keeps copies, answers '' for what is missing, and outlives a restart", async () => {
    const { wx, control, run } = phone()
    const value = { a: [1] }
    wx.setStorageSync('k', value)
    value.a.push(2)
    assert.deepEqual(wx.getStorageSync('k'), { a: [1] })
    assert.equal(wx.getStorageSync('none'), '')
    assert.equal((await run(wx.getStorage, { key: 'none' })).errMsg, 'getStorage:fail data not found')
    await run(wx.setStorage, { key: 'k', data: 'text' })
    assert.equal(control.restart().wx.getStorageSync('k'), 'text')
    wx.removeStorageSync('k')
    assert.equal(wx.getStorageSync('k'), '')
  })

  test('throws when it is full and when told to', () => {
    const { wx, control } = phone({ storageLimit: 100 })
    wx.setStorageSync('a', 'x'.repeat(60))
    assert.throws(() => wx.setStorageSync('b', 'x'.repeat(60)), /exceed storage max size/)
    wx.setStorageSync('a', 'x'.repeat(90))
    assert.throws(() => wx.setStorageSync('c', 'x'.repeat(2 ** 20)), /entry size limit/)
    control.fail('getStorageSync', { errMsg: 'getStorageSync:fail broken' })
    assert.throws(() => wx.getStorageSync('a'), /broken/)
  })
})

describe('consent', () => {
  const scope = 'scope.writePhotosAlbum'

  test('a refused scope is refused silently for ever; the settings page changes it, from a tap', async () => {
    const { wx, control, run } = phone()
    assert.deepEqual((await run(wx.getSetting)).authSetting, { 'scope.userInfo': true })
    control.answer('refuse')
    assert.match((await run(wx.authorize, { scope })).errMsg, /^authorize:fail.*auth ?den(y|ied)/)
    assert.match((await run(wx.authorize, { scope })).errMsg, /^authorize:fail.*auth ?den(y|ied)/)
    assert.equal(control.popups.length, 1)
    const again = control.restart()
    assert.equal((await run(again.wx.getSetting)).authSetting[scope], false)
    const { wx: wx2, control: control2 } = again
    assert.match((await run(wx2.openSetting)).errMsg, /user TAP gesture/)
    control2.answer({ [scope]: true })
    const opened = await control2.tap(() => run(wx2.openSetting))
    assert.equal(opened.authSetting[scope], true)
    assert.equal((await run(wx2.authorize, { scope })).errMsg, 'authorize:ok')
  })

  test('two who ask for one scope see one pop-up; an abandoned one is never answered', async () => {
    const { wx, control, clock, run } = phone()
    control.answer('abandon')
    let answered = 0
    wx.authorize({ scope, complete: () => (answered += 1) })
    await clock.advance(1000)
    assert.equal(answered, 0)
    control.answer('wait')
    const both = [call(wx.authorize, { scope }), call(wx.authorize, { scope })]
    await clock.advance(0)
    assert.equal(control.popup.title, scope)
    control.popup.answer('accept')
    await clock.advance(0)
    assert.deepEqual(await Promise.all(both), [{ errMsg: 'authorize:ok' }, { errMsg: 'authorize:ok' }])
    assert.equal(control.popups.length, 2)
    assert.equal((await run(wx.authorize, { scope: 'scope.userInfo' })).errMsg, 'authorize:ok')
    assert.match((await run(wx.authorize, { scope: 'scope.none' })).errMsg, /^authorize:fail/)
  })

  test('the privacy contract: by WeChat’s pop-up, or by the last listener', async () => {
    const { wx, control, run } = phone({ privacy: { state: 'unasked' } })
    assert.equal((await run(wx.getPrivacySetting)).needAuthorization, true)
    control.answer('refuse')
    const refused = {
      errMsg: 'requirePrivacyAuthorize:fail privacy permission is not authorized',
      errno: 104,
    }
    assert.deepEqual(await run(wx.requirePrivacyAuthorize), refused)

    wx.onNeedPrivacyAuthorization(() => assert.fail('only the last listener counts'))
    wx.onNeedPrivacyAuthorization((resolve, { referrer }) => {
      assert.equal(referrer, 'saveImageToPhotosAlbum')
      resolve({ event: 'exposureAuthorization' })
      resolve({ event: 'agree', buttonId: 'agree' })
    })
    control.files.set('a.png', { bytes: new Uint8Array(1), type: 'image/png' })
    assert.equal(
      (await run(wx.saveImageToPhotosAlbum, { filePath: 'a.png' })).errMsg,
      'saveImageToPhotosAlbum:ok',
    )
    assert.equal((await run(wx.getPrivacySetting)).needAuthorization, false)
    assert.equal(control.privacy.state, 'agreed')

    const undeclared = phone({ privacy: { state: 'undeclared' } })
    assert.equal((await undeclared.run(undeclared.wx.requirePrivacyAuthorize)).errno, 112)
  })

  test('a modal is answered by the user', async () => {
    const { wx, control, run } = phone()
    control.answer('refuse')
    assert.equal((await run(wx.showModal, { title: 't' })).cancel, true)
    assert.equal((await run(wx.showModal, { title: 't' })).confirm, true)
  })
})

describe('buttons and profile', () => {
  test('the phone button says number, refusal, quota or privacy', async () => {
    const { wx, control, run } = phone()
    await run(wx.login)
    assert.deepEqual(Object.keys(await control.phoneButton()).sort(), [
      'code',
      'encryptedData',
      'errMsg',
      'iv',
    ])
    assert.deepEqual(Object.keys(await control.phoneButton('old')).sort(), ['encryptedData', 'errMsg', 'iv'])
    assert.equal((await control.phoneButton('refuse-ios')).errMsg, 'getPhoneNumber:fail user deny')
    assert.equal((await control.phoneButton('refuse-android')).errMsg, 'getPhoneNumber:fail:user deny')
    assert.equal((await control.phoneButton('quota')).errno, 1400001)
    await assert.rejects(control.phoneButton('else'), /expected one of/)
    const shy = phone({ privacy: { state: 'unasked' }, answers: 'refuse' })
    assert.equal((await shy.control.phoneButton()).errno, 104)
  })

  test('the profile is anonymous, sealed and signed for the app', async () => {
    const platform = createPlatform()
    const { wx, control, run } = phone({
      accounts: platform.accounts,
      appId: platform.appid,
      user: { openid: 'o9', unionid: 'u9' },
    })
    await run(wx.login)
    assert.match((await run(wx.getUserProfile, { desc: 'd' })).errMsg, /user TAP gesture/)
    const got = await control.tap(() => run(wx.getUserProfile, { desc: 'd' }))
    assert.equal(got.userInfo.nickName, '微信用户')
    const { session_key } = platform.accounts.sessionKey({ appid: platform.appid, openid: 'o9' })
    const open = decryptOpenData(got, { sessionKey: session_key, appid: platform.appid })
    assert.equal(open.unionId, 'u9')
    assert.ok(isSigned(got, session_key))
    assert.equal((await run(wx.getUserInfo)).userInfo.nickName, '微信用户')
  })
})

describe('cloud', () => {
  test('knows the caller without a code, once initialised', async () => {
    const whoami = (data, caller) => ({ ...data, ...caller })
    const { wx, run } = phone({ cloudFunctions: { whoami }, user: { openid: 'o1', unionid: 'u1' } })
    assert.match(
      (await run(wx.cloud.callFunction, { name: 'whoami' })).errMsg,
      /^cloud.callFunction:fail Cloud API/,
    )
    wx.cloud.init()
    assert.match((await run(wx.cloud.callFunction, { name: 'none' })).errMsg, /-501000/)
    const { result } = await run(wx.cloud.callFunction, { name: 'whoami', data: { a: 1 } })
    assert.deepEqual(result, { a: 1, OPENID: 'o1', APPID: 'wx5a1ad0c0ffee0001', UNIONID: 'u1' })
  })

  test('the account says which app and which version', () => {
    const { wx } = phone({ appId: 'wx2', envVersion: 'trial' })
    assert.deepEqual(wx.getAccountInfoSync().miniProgram, { appId: 'wx2', envVersion: 'trial', version: '' })
  })
})

describe('server side', () => {
  let server
  const clock = createClock()
  const get = async (path) => (await fetch(server.url + path)).json()
  const post = async (path, body) => {
    const headers = { 'content-type': 'application/json' }
    return (await fetch(server.url + path, { method: 'POST', headers, body: JSON.stringify(body) })).json()
  }
  const me = { openid: 'o7', unionid: 'u7' }
  const code = async () =>
    (await connectAccounts(server.url).issueCode({ appid: server.platform.appid, ...me })).code
  const exchange = (changed) => {
    const { appid, secret } = server.platform
    const query = { appid, secret, grant_type: 'authorization_code', ...changed }
    for (const key of Object.keys(query)) if (query[key] === undefined) delete query[key]
    return get(`/sns/jscode2session?${new URLSearchParams(query)}`)
  }

  before(async () => {
    server = await startWeChat({ now: clock.now })
  })
  after(() => server.close())

  test('jscode2session: success has no errcode, failure has one and a rid', async () => {
    const js_code = await code()
    const found = await exchange({ js_code })
    assert.deepEqual(Object.keys(found).sort(), ['openid', 'session_key', 'unionid'])
    const used = await exchange({ js_code })
    assert.equal(used.errcode, 40163)
    assert.match(used.errmsg, /^code been used, rid: [0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}$/)
  })

  test('jscode2session: every wrong has its code', async () => {
    const late = await code()
    await clock.advance(5 * 60 * 1000)
    for (const [changed, errcode] of [
      [{ js_code: 'nonsense' }, 40029],
      [{ js_code: late }, 40029],
      [{ js_code: undefined }, 41008],
      [{ appid: undefined }, 41002],
      [{ secret: undefined }, 41004],
      [{ appid: 'wxother' }, 40013],
      [{ secret: 'wrong' }, 40125],
    ]) {
      assert.equal((await exchange(changed)).errcode, errcode)
    }
    const { platform } = server
    platform.accounts.blockUser({ appid: platform.appid, openid: 'o7' })
    assert.equal((await exchange({ js_code: await code() })).errcode, 40226)
    platform.accounts.blockUser({ appid: platform.appid, openid: 'o7', blocked: false })
  })

  test('trouble is scripted, over HTTP too', async () => {
    await post('/sim/fail', { endpoint: 'jscode2session', errcode: 45011, times: 2 })
    await post('/sim/fail', { endpoint: 'jscode2session', status: 500 })
    await post('/sim/fail', { endpoint: 'jscode2session', drop: true })
    assert.equal((await exchange({ js_code: 'x' })).errcode, 45011)
    assert.equal((await exchange({ js_code: 'x' })).errcode, 45011)
    assert.equal((await fetch(`${server.url}/sns/jscode2session`)).status, 500)
    await assert.rejects(fetch(`${server.url}/sns/jscode2session`))
    assert.equal((await exchange({ js_code: 'x' })).errcode, 40029)
    assert.throws(() => server.platform.fail('login', {}), /expected one of jscode2session/)
  })

  test('access tokens: stable ones stay, plain ones replace each other', async () => {
    const { appid, secret } = server.platform
    const body = { grant_type: 'client_credential', appid, secret }
    const first = await post('/cgi-bin/stable_token', body)
    assert.equal(first.expires_in, 7200)
    await clock.advance(60000)
    const same = await post('/cgi-bin/stable_token', body)
    assert.equal(same.access_token, first.access_token)
    assert.equal(same.expires_in, 7140)
    const forced = await post('/cgi-bin/stable_token', { ...body, force_refresh: true })
    assert.notEqual(forced.access_token, first.access_token)
    const plain = `/cgi-bin/token?${new URLSearchParams(body)}`
    const one = await get(plain)
    await get(plain)
    const ask = (token) => post(`/wxa/business/getuserphonenumber?access_token=${token}`, { code: 'x' })
    assert.equal((await ask(first.access_token)).errcode, 40001)
    assert.equal((await ask(one.access_token)).errcode, 40029)
    await clock.advance(5 * 60 * 1000)
    assert.equal((await ask(one.access_token)).errcode, 42001)
    assert.equal((await post('/wxa/business/getuserphonenumber', {})).errcode, 41001)
  })

  test('getuserphonenumber and checksession', async () => {
    const { appid, secret, accounts } = server.platform
    const body = { grant_type: 'client_credential', appid, secret }
    const { access_token } = await post('/cgi-bin/stable_token', body)
    const { wx, control } = createWx({
      accounts: connectAccounts(server.url),
      appId: appid,
      user: { openid: 'o8', phoneNumber: '4155550100', countryCode: 1 },
    })
    await call(wx.login)
    const detail = await control.phoneButton()
    const path = `/wxa/business/getuserphonenumber?access_token=${access_token}`
    const { errcode, phone_info } = await post(path, { code: detail.code })
    assert.equal(errcode, 0)
    assert.equal(phone_info.phoneNumber, '+14155550100')
    assert.equal(phone_info.countryCode, 1)
    assert.equal(phone_info.watermark.appid, appid)
    assert.equal((await post(path, { code: detail.code })).errcode, 40029)

    const { session_key } = accounts.sessionKey({ appid, openid: 'o8' })
    const signature = createHmac('sha256', session_key).update('').digest('hex')
    const query = { access_token, openid: 'o8', signature, sig_method: 'hmac_sha256' }
    assert.equal((await get(`/wxa/checksession?${new URLSearchParams(query)}`)).errcode, 0)
    await call(wx.login)
    assert.equal((await get(`/wxa/checksession?${new URLSearchParams(query)}`)).errcode, 87009)
    assert.ok((await get('/sim/counts')).codes >= 2)
  })
})
