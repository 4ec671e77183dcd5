import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { createWorld, ORIGIN, plain } from '../world.js'

const EVIL = 'https://evil.example'
const file = () => ({ files: new Map([['f', { bytes: Uint8Array.of(1), type: 'image/png' }]]) })
const namesOf = (header) => Object.keys(header).map((name) => name.toLowerCase())

describe('R4 defaults go under every request to a trusted origin', () => {
  const defaults = { header: { 'X-Tenant': '7' } }

  test('R4 a guest’s, an exchange, a renewal, a submission, uploads and downloads', async () => {
    const phone = createPrompt({}, { submit: '/phone' })
    const { backend, client, done } = createWorld(
      { defaults, renew: '/renew', prompts: { phone: phone.prompt } },
      { phone: file() },
    )
    backend.refreshes = true
    await done(client.request({ url: '/goods' }))
    await done(client.login())
    await done(client.login({ force: true }))
    await done(client.ensure('phone'))
    await done(client.request({ url: '/anonymous', anonymous: true }))
    await done(client.request({ url: '/passive', passive: true }))
    await done(client.upload({ url: '/upload', filePath: 'f', name: 'f' }))
    await done(client.download({ url: '/download' }))
    const paths = ['/goods', '/login', '/renew', '/phone', '/anonymous', '/passive', '/upload', '/download']
    assert.deepEqual(
      backend.hits.map(({ path, headers }) => [path, headers['x-tenant']]),
      paths.map((path) => [path, '7']),
    )
  })

  test('R4 and of prompts.login', async () => {
    const login = createPrompt({}, { submit: '/account' })
    const { backend, client, done } = createWorld({
      defaults,
      exchange: undefined,
      prompts: { login: login.prompt },
    })
    backend.answer('/account', { data: { token: 't' } })
    await done(client.login())
    assert.equal(backend.at('/account')[0].headers['x-tenant'], '7')
  })

  test('R4 to trusted origins beside home, and to no other', async () => {
    const trusted = 'https://img.shop.example'
    const world = createWorld(
      { defaults: { ...defaults, timeout: 5000, data: { key: 'k' } }, trustedOrigins: [trusted] },
      { phone: file() },
    )
    await world.done(world.client.request({ url: `${trusted}/x` }))
    await world.done(world.client.request({ url: `${EVIL}/x` }))
    await world.done(world.client.upload({ url: `${EVIL}/u`, filePath: 'f', name: 'f' }))
    const [home, foreign] = world.native()
    assert.equal(home.header['X-Tenant'], '7')
    assert.deepEqual(plain(foreign), { url: `${EVIL}/x` })
    assert.ok(!JSON.stringify(world.native('uploadFile')).includes('7'))
  })

  test('R4 nor to a foreign submit, exchange or renewal', async () => {
    const phone = createPrompt({}, { submit: `${EVIL}/phone` })
    const { client, clock, control } = createWorld({
      defaults,
      exchange: `${EVIL}/login`,
      prompts: { phone: phone.prompt },
    })
    client.ensure('phone').catch(() => {})
    client.login().catch(() => {})
    await clock.advance(100)
    const sent = control.calls.filter(({ api }) => api === 'request')
    assert.ok(sent.length > 0)
    for (const { options } of sent) assert.ok(!JSON.stringify(options).includes('X-Tenant'))
  })

  test('R4 timeout and validateStatus, unless the call says its own', async () => {
    const { backend, client, done, failure, native } = createWorld({
      defaults: { timeout: 5000, validateStatus: (status) => status < 400 },
    })
    backend.answer('/goods', { status: 404 }, 2)
    await failure(client.request({ url: '/goods' }), 'STATUS')
    await done(client.request({ url: '/goods', timeout: 100, validateStatus: () => true }))
    assert.deepEqual(
      native().map(({ timeout }) => timeout),
      [5000, 100],
    )
  })

  test('R4 as a function they are asked for every request, with its options', async () => {
    const asked = []
    const { backend, client, done } = createWorld({
      defaults(request) {
        asked.push(request.url)
        return { header: { 'x-nth': String(asked.length) } }
      },
    })
    await done(client.request({ url: '/a' }))
    await done(client.request({ url: '/b' }))
    assert.deepEqual(
      backend.hits.map(({ headers }) => headers['x-nth']),
      ['1', '2'],
    )
    assert.match(asked[0], /\/a$/)
  })

  test('R4 what such a function does to the options it gets changes nothing', async () => {
    const { client, done, native } = createWorld({
      defaults(request) {
        request.url = `${EVIL}/x`
        if (request.header) request.header.spoilt = 'yes'
        return {}
      },
    })
    const header = { accept: '*/*' }
    await done(client.request({ url: '/goods', header }))
    assert.deepEqual(plain(native()), [{ url: `${ORIGIN}/goods`, header }])
  })
})

describe('R4 the data of defaults', () => {
  const defaults = { data: { tenant: 7, shared: 'default' } }
  const cases = [
    ['a body that is an object', { method: 'POST', data: { shared: 'mine' } }, { tenant: 7, shared: 'mine' }],
    ['no body', { method: 'POST' }, { tenant: 7, shared: 'default' }],
    ['a text', { method: 'POST', data: 'a=1' }, 'a=1'],
  ]
  for (const [kind, options, expected] of cases) {
    test(`R4 under ${kind}`, async () => {
      const { client, done, native } = createWorld({ defaults })
      await done(client.request({ url: '/goods', ...options }))
      assert.deepEqual(plain(native()[0].data), expected)
    })
  }

  test('R4 under a GET’s', async () => {
    const { backend, client, done } = createWorld({ defaults })
    await done(client.request({ url: '/goods', data: { shared: 'mine', page: 2 } }))
    const query = Object.fromEntries(new URLSearchParams(backend.hits[0].search))
    assert.deepEqual(query, { tenant: '7', shared: 'mine', page: '2' })
  })

  test('R4 not into bytes', async () => {
    const { client, done, native } = createWorld({ defaults })
    const data = Uint8Array.of(1, 2).buffer
    await done(client.request({ url: '/goods', method: 'POST', data }))
    assert.equal(native()[0].data, data)
  })

  test('R4 under an upload’s formData', async () => {
    const { client, done, native } = createWorld({ defaults }, { phone: file() })
    await done(client.upload({ url: '/u', filePath: 'f', name: 'f', formData: { shared: 'mine' } }))
    const [{ formData, data }] = native('uploadFile')
    assert.deepEqual(plain(formData), { tenant: 7, shared: 'mine' })
    assert.equal(data, undefined)
  })

  test('R4 under an exchange’s code, and under a detail', async () => {
    const phone = createPrompt({ code: 'x' }, { submit: '/phone' })
    const { backend, client, done } = createWorld({ defaults, prompts: { phone: phone.prompt } })
    await done(client.ensure(['login', 'phone']))
    assert.equal(backend.at('/login')[0].data.tenant, 7)
    assert.ok(backend.at('/login')[0].data.code)
    assert.deepEqual(backend.at('/phone')[0].data, { tenant: 7, shared: 'default', code: 'x' })
  })

  test('R4 the caller’s object is left alone', async () => {
    const { client, done } = createWorld({ defaults })
    const data = Object.freeze({ page: 2 })
    await done(client.request({ url: '/goods', method: 'POST', data }))
    assert.deepEqual(data, { page: 2 })
    assert.deepEqual(defaults, { data: { tenant: 7, shared: 'default' } })
  })
})

describe('R4 of headers of one name, whatever its case, one goes out', () => {
  const sendAll = async (options, header) => {
    const world = createWorld({ exchange: () => ({ token: 't' }), ...options })
    await world.done(world.client.login())
    await world.done(world.client.request({ url: '/goods', header }))
    return plain(world.native()[0].header)
  }

  test('R4 the caller’s over attach over defaults', async () => {
    const defaults = { header: { AUTHORIZATION: 'default' } }
    for (const [options, header, expected] of [
      [{ defaults }, undefined, 'Bearer t'],
      [{ defaults }, { authorization: 'mine' }, 'mine'],
      [{}, { authorization: 'mine' }, 'mine'],
    ]) {
      const sent = await sendAll(options, header)
      assert.deepEqual(namesOf(sent), ['authorization'])
      assert.equal(Object.values(sent)[0], expected)
    }
  })

  test('R4 a function’s header over defaults, and under the caller’s', async () => {
    const options = {
      defaults: { header: { 'x-token': 'default', 'x-version': '1' } },
      attach: () => ({ header: { 'X-Token': 'attached' } }),
    }
    assert.deepEqual(await sendAll(options), { 'x-version': '1', 'X-Token': 'attached' })
    const mine = await sendAll(options, { 'X-TOKEN': 'mine' })
    assert.deepEqual(namesOf(mine).sort(), ['x-token', 'x-version'])
    assert.equal(mine['X-TOKEN'], 'mine')
  })

  test('R4 the caller’s content-type over that of defaults', async () => {
    const sent = await sendAll(
      { defaults: { header: { 'content-type': 'application/json' } } },
      { 'Content-Type': 'text/plain' },
    )
    assert.deepEqual(sent['Content-Type'], 'text/plain')
    assert.equal(namesOf(sent).filter((name) => name === 'content-type').length, 1)
  })

  test('R4 an exchange’s own Content-Type beside ours', async () => {
    const form = 'application/x-www-form-urlencoded'
    const { client, control, done } = createWorld({
      exchange: { url: '/login', header: { 'Content-Type': form } },
    })
    await done(client.login().catch(() => {}))
    const { header } = control.calls.find(({ api }) => api === 'request').options
    assert.deepEqual(namesOf(header), ['content-type'])
    assert.equal(Object.values(header)[0], form)
  })
})

describe('R4 the rules are asked of trusted origins only', () => {
  const foreign = { data: { code: 401, msg: 'key expired' } }

  test('R4 a map provider’s “401” logs nobody in, is refused by nobody, and stays a response', async () => {
    const asked = []
    const { backend, client, control, done } = createWorld({
      needs: ({ data }) => asked.push('needs') && (data.code === 401 ? 'login' : null),
      accept: ({ data }) => asked.push('accept') && (data.code === 0 || data.msg),
      unwrap: ({ data }) => asked.push('unwrap') && data.data,
    })
    backend.answer('/geo', foreign)
    const reply = await done(client.request({ url: 'https://maps.example/geo' }))
    assert.deepEqual([reply.statusCode, plain(reply.data)], [200, foreign.data])
    assert.deepEqual(asked, [])
    assert.equal(control.count('login'), 0)
  })

  test('R4 an upload to elsewhere neither', async () => {
    const asked = []
    const note = () => void asked.push('asked')
    const { client, done } = createWorld({ needs: note, accept: note, unwrap: note }, { phone: file() })
    await done(client.upload({ url: 'https://maps.example/u', filePath: 'f', name: 'f' }))
    assert.deepEqual(asked, [])
  })

  test('R4 trustedOrigins are home', async () => {
    const trusted = 'https://img.shop.example'
    const { backend, client, done } = createWorld({
      trustedOrigins: [trusted],
      unwrap: ({ data }) => data.data,
    })
    backend.answer('/x', { data: { data: 'inside' } })
    assert.equal(await done(client.request({ url: `${trusted}/x` })), 'inside')
  })
})
