/** What is said of a session counts only if it was really sent, and what is sent was read once. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { authorization, createWorld, ORIGIN } from '../world.js'

const EVIL = 'https://evil.example'
const FOREVER = Number.POSITIVE_INFINITY

describe('S5 a 401 to what the session did not go with ends no session', () => {
  const ways = {
    'with an Authorization of the caller’s own': [{}, { header: { authorization: 'Basic mine' } }],
    'whose attach returned nothing': [{ attach: () => undefined }, {}],
    'whose attach returned an empty object': [{ attach: () => ({}) }, {}],
  }
  for (const [kind, [options, request]] of Object.entries(ways)) {
    test(`S5 twenty requests ${kind} cost no login`, async () => {
      const { backend, client, control, done } = createWorld(options)
      await done(client.login())
      backend.answer('/orders', { status: 401 }, FOREVER)
      for (let nth = 0; nth < 20; nth += 1)
        await done(client.request({ url: '/orders', ...request })).catch(({ code }) =>
          assert.equal(code, 'LOGIN_REJECTED'),
        )
      assert.equal(control.count('login'), 1)
      assert.equal(client.session.token, 'token-1')
    })
  }

  test('S5 a session that travels in the body has really gone along', async () => {
    const attach = (request, { token }) => ({ data: { ...request.data, token } })
    const { backend, client, control, done } = createWorld({ attach })
    await done(client.login())
    backend.answer('/orders', { status: 401 })
    await done(client.request({ url: '/orders', method: 'POST', data: { sku: 'tea' } }))
    assert.deepEqual(
      backend.at('/orders').map(({ data }) => data),
      [
        { sku: 'tea', token: 'token-1' },
        { sku: 'tea', token: 'token-2' },
      ],
    )
    assert.equal(control.count('login'), 2)
  })
})

describe('S7 a log-out in the midst of building a request', () => {
  test('S7 in attach: that very request does not carry the old session', async () => {
    const { backend, client, clock, done } = createWorld({
      attach(_request, { token }) {
        client.logout()
        return { header: { Authorization: `Bearer ${token}` } }
      },
    })
    await done(client.login())
    client.request({ url: '/goods' }).catch(() => {})
    await clock.advance(100)
    for (const header of authorization(backend.at('/goods'))) assert.equal(header, undefined)
  })

  for (const field of ['header', 'data', 'method', 'timeout', 'needs', 'anonymous']) {
    test(`S7 in the getter of ${field}: the same`, async () => {
      const { backend, client, clock, done } = createWorld()
      await done(client.login())
      const options = Object.defineProperty({ url: '/goods' }, field, {
        enumerable: true,
        get() {
          client.logout()
          return undefined
        },
      })
      client.request(options).catch(() => {})
      await clock.advance(100)
      for (const header of authorization(backend.at('/goods'))) assert.equal(header, undefined)
    })
  }
})

describe('R9 what is really sent decides whether it is sent again', () => {
  test('R9 a GET that attach makes a POST is not resent', async () => {
    const { client, control, done, failure } = createWorld({ attach: () => ({ method: 'POST' }), retries: 2 })
    await done(client.login())
    const before = control.count('request')
    control.offline()
    await failure(client.request({ url: '/orders' }), 'NETWORK', 10_000)
    assert.equal(control.count('request') - before, 1)
  })
})

/** An object whose fields say something else at the second look. */
function fickle(first, second) {
  const object = {}
  for (const name of Object.keys(first)) {
    let looks = 0
    Object.defineProperty(object, name, {
      enumerable: true,
      get() {
        looks += 1
        return looks === 1 ? first[name] : second[name]
      },
    })
  }
  return object
}

describe('R4 what answers twice differently is read once', () => {
  test('R4 the URL of an attach', async () => {
    const world = createWorld({
      attach: (_request, { token }) =>
        fickle(
          { url: `${ORIGIN}/home`, header: { Authorization: token } },
          { url: `${EVIL}/x`, header: { Authorization: token } },
        ),
    })
    await world.done(world.client.login())
    await world.done(world.client.request({ url: '/goods' })).catch(() => {})
    for (const { url } of world.native()) assert.ok(url.startsWith(ORIGIN), url)
  })

  test('R4 the token of an exchange', async () => {
    const exchange = () => fickle({ token: 'first' }, { token: 'second\r\nX-Admin: 1' })
    const { backend, client, done } = createWorld({ exchange })
    await done(client.request({ url: '/goods', needs: 'login' }))
    assert.equal(client.session.token, 'first')
    assert.deepEqual(authorization(backend.at('/goods')), ['Bearer first'])
  })

  test('R4 the session of setSession', async () => {
    const { client, done } = createWorld()
    const reply = fickle({ token: 'first', openid: 'a' }, { token: 7, openid: 'b\n' })
    const session = await done(client.setSession(reply))
    assert.deepEqual([session.token, session.openid], ['first', 'a'])
  })

  test('R4 the options of a request', async () => {
    const world = createWorld()
    await world.done(world.client.login())
    const options = fickle(
      { url: '/goods', needs: 'login', anonymous: false, method: 'GET' },
      { url: `${EVIL}/x`, needs: 'phone', anonymous: true, method: 'DELETE' },
    )
    world.backend.answer('/goods', { status: 401 })
    await world.done(world.client.request(options))
    for (const { url, method } of world.native()) assert.deepEqual([url, method], [`${ORIGIN}/goods`, 'GET'])
  })
})
