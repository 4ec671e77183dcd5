import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { authorization, createWorld, ORIGIN, plain } from '../world.js'

describe('R4 the session stays at home', () => {
  const trusted = 'https://img.shop.example:8443'
  const urls = [
    '/goods',
    'goods',
    `${ORIGIN}/x`,
    `${ORIGIN}:443/x`,
    'HTTPS://SHOP.EXAMPLE/x',
    `${trusted}/x`,
    'https://img.shop.example/x',
    'http://shop.example/x',
    'https://shop.example:444/x',
    'https://shop.example.evil.example/x',
    'https://evil.example/https://shop.example/',
    'https://shop.example@evil.example/x',
    'https://user:pass@shop.example/x',
    'https://evil.example#@shop.example/',
    'https://evil.example?@shop.example/',
    'https://evil.example\\@shop.example/',
    'https:\\\\evil.example\\x',
    'https:/\\evil.example/x',
    'https:evil.example/x',
    'https:///evil.example/x',
    '//evil.example/x',
    '\\\\evil.example/x',
    '/\\evil.example/x',
    '/\t/evil.example/x',
    '\t//evil.example/x',
    ' https://evil.example/x',
    'ht\ntps://evil.example/x',
    'https://evil。example/x',
    'https://shop。example/x',
    'https://ev\u00adil.example/x',
    'https://shop.example%2eevil.example/x',
    'https://shop.example./x',
    'https://[::1]/x',
    'https://0x7f000001/x',
    'javascript:alert(1)',
    'data:text/plain,x',
    'wss://shop.example/x',
  ]

  for (const url of urls) {
    test(`R4 ${JSON.stringify(url)}`, async () => {
      const world = createWorld({ trustedOrigins: [trusted] })
      await world.done(world.client.login())
      await world.done(world.client.request({ url })).catch(() => {})
      for (const options of world.native()) {
        const carries = JSON.stringify(options).includes('token-1')
        const { origin } = URL.canParse(options.url) ? new URL(options.url) : { origin: 'none' }
        if (carries) assert.ok([ORIGIN, trusted].includes(origin), `the session went to ${origin}`)
        else assert.notEqual(options.url, `${ORIGIN}${url}`, 'the session was missed at home')
      }
    })
  }

  test('R4 every spelling of home is home', async () => {
    const world = createWorld({ trustedOrigins: [trusted] })
    await world.done(world.client.login())
    const homes = ['/x', 'x', `${ORIGIN}/x`, `${ORIGIN}:443/x`, 'HTTPS://SHOP.EXAMPLE/x', `${trusted}/x`]
    for (const url of homes) await world.done(world.client.request({ url }))
    for (const options of world.native())
      assert.equal(options.header?.Authorization, 'Bearer token-1', options.url)
    assert.equal(world.native().length, homes.length)
  })

  test('R4 a foreign 401 is the app’s own affair', async () => {
    const { backend, client, control, done } = createWorld()
    backend.answer('/x', { status: 401 })
    assert.equal((await done(client.request({ url: 'https://evil.example/x' }))).statusCode, 401)
    assert.equal(control.count('login'), 0)
  })

  test('R4 uploads and downloads the same', async () => {
    const phone = { files: new Map([['f', { bytes: Uint8Array.of(1), type: 'image/png' }]]) }
    const { backend, client, done } = createWorld({}, { phone })
    await done(client.login())
    await done(client.upload({ url: 'https://evil.example/u', filePath: 'f', name: 'f' }))
    await done(client.download({ url: 'https://evil.example/d' }))
    await done(client.upload({ url: '/u', filePath: 'f', name: 'f' }))
    await done(client.download({ url: '/d' }))
    assert.deepEqual(authorization(backend.hits.slice(1)), [
      undefined,
      undefined,
      'Bearer token-1',
      'Bearer token-1',
    ])
  })

  test('R4 an attach function can’t send the session elsewhere', async () => {
    const { client, done, failure, backend } = createWorld({
      attach: (_request, { token }) => ({ url: 'https://evil.example/x', header: { token } }),
    })
    await done(client.login())
    await failure(client.request({ url: '/goods' }), 'CALLBACK_FAILED')
    assert.equal(backend.at('/x').length, 0)
  })

  for (const name of ['Authorization', 'authorization', 'AUTHORIZATION']) {
    test(`R4 the caller’s own ${name} wins`, async () => {
      const { client, done, native } = createWorld()
      await done(client.login())
      await done(client.request({ url: '/goods', header: { [name]: 'mine' } }))
      assert.deepEqual(plain(native()[0].header), { [name]: 'mine' })
    })
  }

  test('R4 the bare token goes into a header of another name', async () => {
    const { backend, client, done } = createWorld({ attach: { header: 'X-Token' } })
    await done(client.login())
    await done(client.request({ url: '/goods' }))
    await done(client.request({ url: '/goods', header: { 'x-token': 'mine' } }))
    assert.deepEqual(
      backend.at('/goods').map(({ headers }) => headers['x-token']),
      ['token-1', 'mine'],
    )
  })

  test('R4 a session without a token attaches nothing', async () => {
    const { backend, client, done } = createWorld()
    backend.answer('/login', { data: { openid: 'o' } })
    await done(client.request({ url: '/goods', needs: 'login' }))
    assert.deepEqual(authorization(backend.at('/goods')), [undefined])
  })

  test('R4 anonymous requests carry nothing and log nobody in', async () => {
    const { backend, client, control, done } = createWorld()
    await done(client.login())
    const reply = await done(client.request({ url: '/private/cart', anonymous: true }))
    assert.equal(reply.statusCode, 401)
    assert.deepEqual(authorization(backend.at('/private/cart')), [undefined])
    assert.equal(control.count('login'), 1)
  })
})
