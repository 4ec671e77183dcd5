import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { authorization, createWorld, ORIGIN } from '../world.js'

describe('R3 every send is built afresh', () => {
  test('R3 the caller’s object is not changed, and all of it that is not ours goes out', async () => {
    const { client, done, native } = createWorld()
    const header = Object.freeze({ 'X-Trace': 'a b', accept: '*/*' })
    const data = Object.freeze({ list: Object.freeze([1, 'ü', null]) })
    const options = Object.freeze({ url: '/private/cart', method: 'POST', header, data, enableHttp2: true })
    await done(client.request(options))
    const sends = native()
    assert.equal(sends.length, 2)
    for (const sent of sends) {
      assert.equal(sent.method, 'POST')
      assert.equal(sent.data, data)
      assert.equal(sent.enableHttp2, true)
      assert.equal(sent.header['X-Trace'], 'a b')
      assert.equal(sent.header.accept, '*/*')
    }
    assert.notEqual(sends[0], sends[1])
    assert.equal(sends[0].header.Authorization, undefined)
    assert.equal(sends[1].header.Authorization, 'Bearer token-1')
    assert.deepEqual(Object.keys(header), ['X-Trace', 'accept'])
  })

  test('R3 the second send has the session of its moment', async () => {
    const { backend, client, done } = createWorld()
    await done(client.login())
    backend.forget()
    await done(client.request({ url: '/private/cart' }))
    assert.deepEqual(authorization(backend.at('/private/cart')), ['Bearer token-1', 'Bearer token-2'])
  })

  test('R3 the package’s own options do not reach the host', async () => {
    const { client, done, native } = createWorld()
    await done(
      client.request({
        url: '/goods',
        needs: 'login',
        validateStatus: () => true,
        onTask: () => {},
        anonymous: false,
        complete: () => {},
      }),
    )
    const [options] = native()
    assert.deepEqual(Object.keys(options).sort(), ['header', 'url'])
  })

  for (const url of [
    '/goods?q=%E8%8C%B6&a=b&a=c#part',
    '/goods?next=https://evil.example/?a=b',
    '/茶?q=茶&x=%2F..%2f',
    '/a//b/../c?',
    '/%00%0d%0a',
    '?page=2',
    '#top',
    '',
  ]) {
    test(`R3 the URL ${JSON.stringify(url)} arrives as given, behind baseURL`, async () => {
      const { client, done, native } = createWorld({ baseURL: `${ORIGIN}/api` })
      await done(client.request({ url }))
      assert.equal(native()[0].url, `${ORIGIN}/api${url}`)
    })
  }

  for (const [base, url, whole] of [
    [`${ORIGIN}/`, '/goods', `${ORIGIN}/goods`],
    [`${ORIGIN}/`, 'goods', `${ORIGIN}/goods`],
    [ORIGIN, 'goods', `${ORIGIN}/goods`],
    [`${ORIGIN}/v1/`, '/goods', `${ORIGIN}/v1/goods`],
    [`${ORIGIN}/v1`, 'goods?a=/b', `${ORIGIN}/v1/goods?a=/b`],
    [ORIGIN, `${ORIGIN}/abs`, `${ORIGIN}/abs`],
  ]) {
    test(`R3 ${base} and ${url} make ${whole}`, async () => {
      const { client, done, native } = createWorld({ baseURL: base })
      await done(client.request({ url }))
      assert.equal(native()[0].url, whole)
    })
  }

  test('R3 attach as a function is asked for every attempt, with copies', async () => {
    const seen = []
    const { backend, client, done } = createWorld({
      attach(request, session) {
        seen.push(session.token)
        request.header['X-Spoilt'] = 'yes'
        return { header: { 'X-Session': session.token, 'X-Time': String(seen.length) } }
      },
    })
    await done(client.login())
    backend.answer('/goods', { status: 401 })
    const header = { accept: '*/*' }
    await done(client.request({ url: '/goods', header }))
    assert.deepEqual(seen, ['token-1', 'token-2'])
    assert.deepEqual(
      backend
        .at('/goods')
        .map(({ headers }) => [headers['x-session'], headers['x-time'], headers['x-spoilt']]),
      [
        ['token-1', '1', undefined],
        ['token-2', '2', undefined],
      ],
    )
    assert.deepEqual(header, { accept: '*/*' })
  })
})
