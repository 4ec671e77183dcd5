/** What `SECURITY.md` says of attacks and no other test shows. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createRealm } from './realm.js'
import { createClock } from './wechat/clock.js'
import { createWXWebAssembly } from './wechat/wxwebassembly.js'
import { compile, createWorld, ORIGIN, STORAGE_KEY } from './world.js'

const EVIL = 'https://evil.example'
const FOREVER = Number.POSITIVE_INFINITY

/** The app's own requests, as the host got them. */
const sent = ({ control }) =>
  control.calls
    .filter(({ api, options }) => api === 'request' && options.url !== `${ORIGIN}/login`)
    .map(({ options }) => options)

/** A client whose options are objects of the realm, as an app's are. */
function clientInRealm({ api, realm }, options) {
  return api.createClient(Object.assign(realm.run('({})'), { baseURL: ORIGIN, exchange: '/login' }, options))
}

describe('a malicious reply', () => {
  const tokens = ['t\r\nX-Admin: 1', 't\nX-Admin: 1', 't\r', 't\0', 't\u007f']

  for (const token of tokens) {
    const named = JSON.stringify(token)

    test(`the token ${named} is no session`, async () => {
      const { backend, client, control, failure } = createWorld()
      backend.answer('/login', { data: { token } })
      await failure(client.login(), 'EXCHANGE_INVALID')
      assert.equal(control.storage.size, 0)
    })

    test(`nor is ${named} out of readSession`, async () => {
      const { client, failure } = createWorld({ readSession: () => ({ token }) })
      await failure(client.login(), 'EXCHANGE_INVALID')
    })

    test(`nor is ${named} in the reply to a submission`, async () => {
      const { backend, client, done } = createWorld({
        prompts: { phone: { ask: () => ({}), submit: '/phone' } },
      })
      await done(client.login())
      backend.answer('/phone', { data: { token } })
      await done(client.ensure('phone'))
      assert.equal((await done(client.getSession())).token, 'token-1')
    })
  }

  test('its __proto__ is read by nobody and changes no prototype', async () => {
    const { backend, client, failure, realm } = createWorld()
    backend.answer('/login', { data: '{"__proto__":{"token":"t"},"data":{"__proto__":{"openid":"o"}}}' })
    await failure(client.login(), 'EXCHANGE_INVALID')
    assert.equal(realm.run('Object.keys(Object.prototype).length'), 0)
    assert.equal({}.token, undefined)
  })

  test('a Retry-After in the __proto__ of its header is none', async () => {
    const { client, control, failure } = createWorld()
    const header = JSON.parse('{"__proto__":{"Retry-After":"86400"}}')
    control.succeed('request', { statusCode: 429, data: {}, header })
    assert.ok((await failure(client.login(), 'RATE_LIMITED')).retryAfter <= 120)
  })

  test('a Retry-After without an end does not outlast force', async () => {
    const { backend, client, done, failure } = createWorld()
    backend.answer('/login', { status: 429, header: { 'Retry-After': '1e300' } })
    await failure(client.login(), 'RATE_LIMITED')
    await failure(client.login(), 'RATE_LIMITED')
    assert.equal((await done(client.login({ force: true }))).token, 'token-1')
  })

  for (const need of ['__proto__', 'constructor', 'toString', 'scope.__proto__', 'scope.constructor']) {
    test(`the need ${need} shows nothing and is AUTH_UNAVAILABLE`, async () => {
      const asked = []
      const { backend, client, control, failure } = createWorld({
        needs: ({ data }) => data.need,
        prompts: { phone: { ask: (context) => asked.push(context) } },
      })
      backend.answer('/goods', { data: { need } })
      assert.equal((await failure(client.request({ url: '/goods' }), 'AUTH_UNAVAILABLE')).need, need)
      assert.deepEqual([asked.length, control.popups.length], [0, 0])
    })
  }

  test('ten thousand needs at once end with the first that has no prompt', async () => {
    const { backend, client, failure } = createWorld({ needs: ({ data }) => data.needs })
    backend.answer('/goods', {
      data: { needs: Array.from({ length: 10_000 }, (_, index) => `need-${index}`) },
    })
    assert.equal((await failure(client.request({ url: '/goods' }), 'AUTH_UNAVAILABLE')).need, 'need-0')
  })
})

describe('a URL that leads elsewhere', () => {
  test('what is written into the options after the call does not take the session along', async () => {
    const world = createWorld()
    const options = { url: '/private/cart', needs: 'login' }
    world.backend.answer('/private/cart', () => {
      options.url = `${EVIL}/before-the-second`
      return { status: 401 }
    })
    const pending = world.client.request(options)
    options.url = `${EVIL}/before-the-send`
    await world.done(pending)
    assert.deepEqual(
      sent(world).map(({ url, header }) => [url, header.Authorization]),
      [
        [`${ORIGIN}/private/cart`, 'Bearer token-1'],
        [`${ORIGIN}/private/cart`, 'Bearer token-2'],
      ],
    )
  })

  test('a URL that reads differently each time is the one that was judged', async () => {
    const world = createWorld()
    await world.done(world.client.login())
    let reads = 0
    const options = {
      get url() {
        reads += 1
        return reads === 1 ? '/goods' : `${EVIL}/x`
      },
    }
    await world.done(world.client.request(options))
    assert.deepEqual(
      sent(world).map(({ url }) => url),
      [`${ORIGIN}/goods`],
    )
  })

  for (const urls of [
    ['?page=2', '/\t/evil.example/x'],
    ['/\t/evil.example/x', '?page=2'],
    ['\\x', '?page=2'],
    ['?page=2', '\\x'],
  ]) {
    test(`the judgement of ${JSON.stringify(urls[0])} is not that of ${JSON.stringify(urls[1])}`, async () => {
      const world = createWorld()
      await world.done(world.client.login())
      for (const url of urls) await world.done(world.client.request({ url })).catch(() => {})
      for (const { url, header } of sent(world)) {
        assert.equal(header?.Authorization, url.startsWith(ORIGIN) ? 'Bearer token-1' : undefined, url)
      }
      const expected = urls.map((url) => (url.startsWith('?') ? ORIGIN + url : url))
      assert.deepEqual(
        sent(world).map(({ url }) => url),
        expected,
      )
    })
  }

  test('a submission to a foreign URL goes without the session', async () => {
    const world = createWorld({ prompts: { phone: { ask: () => ({}), submit: `${EVIL}/phone` } } })
    await world.done(world.client.login())
    await world.done(world.client.ensure('phone'))
    assert.deepEqual(
      sent(world).map(({ url, header }) => [url, header.Authorization]),
      [[`${EVIL}/phone`, undefined]],
    )
  })

  test('its 401 says nothing of the session, which it has not seen', async () => {
    const world = createWorld({ prompts: { phone: { ask: () => ({}), submit: `${EVIL}/phone` } } })
    const session = await world.done(world.client.login())
    world.wx.request = ({ success }) => success({ statusCode: 401, data: {}, header: {} })
    await world.failure(world.client.ensure('phone'), 'STATUS', 1000)
    assert.equal(await world.done(world.client.getSession()), session)
  })
})

describe('a polluted Object.prototype', () => {
  test('its token goes into no header', async () => {
    const world = createWorld()
    world.realm.run(String.raw`Object.prototype.token = 'planted\r\nX-Admin: 1'`)
    world.backend.answer('/login', { data: { openid: 'o' } })
    await world.done(world.client.request({ url: '/goods', needs: 'login' }))
    assert.equal(sent(world)[0].header, undefined)
  })

  test('its token is in no reply', async () => {
    const world = createWorld()
    const readSession = world.realm.run(`Object.prototype.token = 'planted'; () => ({})`)
    await world.failure(clientInRealm(world, { readSession }).login(), 'EXCHANGE_INVALID')
  })

  test('nor in a stored text', async () => {
    const stored = JSON.stringify({ v: 1, session: { expiresAt: Number.MAX_SAFE_INTEGER }, savedAt: 1 })
    const world = createWorld({}, { phone: { storage: new Map([[STORAGE_KEY, stored]]) } })
    world.realm.run(`Object.prototype.token = 'planted'`)
    assert.equal(await world.done(world.client.getSession()), null)
  })

  for (const [name, value] of [
    ['trustedOrigins', `['${EVIL}']`],
    ['attach', `{ header: 'X-Planted' }`],
    ['storageKey', `'planted'`],
    ['readSession', `() => ({ token: 'planted' })`],
    ['host', '{}'],
    ['cloud', `'planted'`],
  ]) {
    test(`its ${name} is no option`, async () => {
      const world = createWorld()
      world.realm.run(`Object.prototype.${name} = ${value}`)
      const client = clientInRealm(world)
      await world.done(client.login())
      await world.done(client.request({ url: '/goods' }))
      await world.done(client.request({ url: `${EVIL}/x` }))
      const [home, foreign] = sent(world)
      assert.deepEqual({ ...home.header }, { Authorization: 'Bearer token-1' })
      assert.equal(foreign.header, undefined)
      assert.deepEqual([...world.control.storage.keys()], [STORAGE_KEY])
    })
  }

  test('its scheme stands in front of no bare token', async () => {
    const world = createWorld()
    world.realm.run(`Object.prototype.scheme = 'Planted '`)
    const client = clientInRealm(world, { attach: world.realm.run(`({ header: 'X-Token' })`) })
    await world.done(client.login())
    await world.done(client.request({ url: '/goods' }))
    assert.deepEqual({ ...sent(world)[0].header }, { 'X-Token': 'token-1' })
  })

  test('its submit takes no detail away', async () => {
    const world = createWorld()
    const prompt = world.realm.run(`Object.prototype.submit = '${EVIL}/x'; ({})`)
    const client = clientInRealm(world, {
      prompts: { phone: Object.assign(prompt, { ask: () => ({ code: 'secret' }) }) },
    })
    await world.done(client.ensure('phone'))
    assert.equal(world.backend.hits.length, 0)
  })

  test('a __proto__ among the options and headers is a name like any other', async () => {
    const world = createWorld()
    const options = `{"__proto__":{"trustedOrigins":["${EVIL}"]}}`
    const client = clientInRealm(world, world.realm.run(`JSON.parse('${options}')`))
    await world.done(client.login())
    const header = JSON.parse('{"__proto__":{"Authorization":"planted"}}')
    await world.done(client.request({ url: '/goods', header }))
    await world.done(client.request({ url: `${EVIL}/x` }))
    const [home, foreign] = sent(world)
    assert.equal(home.header.Authorization, 'Bearer token-1')
    assert.equal(foreign.header, undefined)
    assert.equal(world.realm.run('({}).Authorization || ({}).trustedOrigins'), undefined)
  })
})

describe('storage written by someone else', () => {
  const session = { token: 'planted', expiresAt: Number.MAX_SAFE_INTEGER, granted: [] }
  const text = (more) => JSON.stringify({ v: 1, session: { ...session, ...more }, savedAt: 1 })

  for (const [kind, stored] of [
    ['with a token that would end its header', text({ token: 'planted\r\nX-Admin: 1' })],
    ['with an openid that would', text({ openid: 'planted\n' })],
    ['with its session in a __proto__', `{"v":1,"session":{"__proto__":${text()}},"savedAt":1}`],
    ['that is all in a __proto__', `{"__proto__":${text()}}`],
    ['without an end', text({ expiresAt: 'never' })],
    ['with needs that are no words', text({ granted: [{}] })],
  ]) {
    test(`a text ${kind} counts as none and is removed`, async () => {
      const world = createWorld({}, { phone: { storage: new Map([[STORAGE_KEY, stored]]) } })
      assert.equal(await world.done(world.client.getSession()), null)
      assert.equal(world.control.storage.size, 0)
    })
  }

  test('a well-formed session is taken until the server refuses it', async () => {
    const world = createWorld({}, { phone: { storage: new Map([[STORAGE_KEY, text()]]) } })
    await world.done(world.client.request({ url: '/private/cart' }))
    assert.deepEqual(
      sent(world).map(({ header }) => header.Authorization),
      ['Bearer planted', 'Bearer token-1'],
    )
    assert.equal(JSON.parse(world.control.storage.get(STORAGE_KEY)).session.token, 'token-1')
  })
})

describe('a hostile host', () => {
  const no = () => {
    throw new Error('no')
  }
  const throwing = (name) => (wx) => Object.defineProperty({ ...wx }, name, { get: no })
  const replying = (reply) => (wx) => ({ ...wx, request: ({ success }) => success(reply) })
  const unreadable = () => new Proxy({}, { get: no, ownKeys: no, getOwnPropertyDescriptor: no })
  const kept = { statusCode: Symbol('s'), data: { token: 't' } }

  // [what the host does, the host, how a login ends, how a request ends]
  for (const [kind, hostOf, login, request] of [
    ['a getter of login that throws', throwing('login'), 'HOST_UNSUPPORTED', 'fine'],
    ['a getter of request that throws', throwing('request'), 'HOST_UNSUPPORTED', 'NETWORK'],
    ['a getter of getStorageSync that throws', throwing('getStorageSync'), 'fine', 'fine'],
    ['a getter of getAccountInfoSync that throws', throwing('getAccountInfoSync'), 'fine', 'fine'],
    ['no account', (wx) => ({ ...wx, getAccountInfoSync: () => ({}) }), 'fine', 'fine'],
    [
      'a stored value that is no text',
      (wx) => ({ ...wx, getStorageSync: () => Symbol('s') }),
      'fine',
      'fine',
    ],
    ['nothing but getters that throw', unreadable, 'HOST_UNSUPPORTED', 'NETWORK'],
    ['replies of nothing', replying(undefined), 'EXCHANGE_INVALID', 'fine'],
    ['replies without a status', replying({ data: {} }), 'EXCHANGE_INVALID', 'fine'],
    ['a status that is no number', replying(kept), 'fine', 'fine'],
    [
      'a status whose getter throws',
      replying(Object.defineProperty({ data: {} }, 'statusCode', { get: no })),
      'EXCHANGE_INVALID',
      'fine',
    ],
    [
      'a Retry-After that is no text',
      replying({ statusCode: 429, data: {}, header: { 'Retry-After': Symbol('s') } }),
      'RATE_LIMITED',
      'fine',
    ],
    ['header that throws', replying({ statusCode: 429, header: unreadable() }), 'RATE_LIMITED', 'fine'],
    [
      'errors that throw when read',
      (wx) => ({ ...wx, request: ({ fail }) => fail(unreadable()) }),
      'EXCHANGE_FAILED',
      'NETWORK',
    ],
    [
      'a rejected promise from everything',
      (wx) => ({
        ...wx,
        request(options) {
          wx.request(options)
          const rejected = Promise.reject(new Error('no'))
          rejected.catch(() => {})
          return rejected
        },
      }),
      'fine',
      'fine',
    ],
  ]) {
    test(`${kind}: a login is ${login}, a request ${request}, and no other client notices`, async () => {
      const world = createWorld()
      const other = world.createClient({ storageKey: 'other' })
      await world.done(other.login())
      const client = world.createClient({ host: hostOf(world.wx) })
      const ended = (call) =>
        world.done(call).then(
          () => 'fine',
          ({ code }) => code,
        )
      assert.equal(await ended(client.login()), login)
      assert.equal(await ended(client.request({ url: '/goods' })), request)
      assert.equal(await ended(other.request({ url: '/private/cart' })), 'fine')
      assert.equal(world.loader.loads, 1)
    })
  }

  test('a listener that throws what can’t be read harms nobody', async () => {
    const { client, done, loader } = createWorld()
    client.onTrace(() => {})
    client.onChange(() => {
      throw Object.defineProperty({}, 'message', { get: no })
    })
    assert.equal((await done(client.login())).token, 'token-1')
    assert.equal(loader.loads, 1)
  })

  test('a refusal whose reason is no text is a refusal', async () => {
    const { client, clock, failure } = createWorld({ prompts: { phone: { ask: () => {} } } })
    const waiting = client.ensure('phone')
    await clock.advance(10)
    client.deny('phone', { errMsg: 'no' })
    await failure(waiting, 'AUTH_DENIED')
  })
})

describe('leaks', () => {
  const SECRETS = /token-\d|KEY|o6_bmj|hunter2|tapped/

  test('no step of the trace holds a token, an id, a code, a detail, a query or user-info', async () => {
    const { accounts, backend, client, clock, done } = createWorld({
      prompts: { phone: { ask: () => ({ code: 'tapped' }), submit: '/phone' } },
    })
    const codes = []
    const { redeemCode } = accounts
    accounts.redeemCode = (given) => {
      codes.push(given.code)
      return redeemCode(given)
    }
    const steps = []
    client.onTrace((step) => steps.push(step))
    backend.answer('/phone', { data: { token: 'token-9', session_key: 'KEY' } })
    await done(client.request({ url: '/private/cart?password=hunter2#hunter2', needs: ['login', 'phone'] }))
    for (const url of [
      `https://me:hunter2@evil.example/x`,
      '//hunter2@evil.example/x',
      'https:\\\\hunter2@evil.example',
    ])
      await done(client.request({ url })).catch(() => {})
    backend.answer('/private/cart', { status: 401, data: { token: 'token-8' } }, 2)
    await done(client.request({ url: '/private/cart' })).catch(() => {})
    await done(client.logout())
    await clock.advance(100)
    assert.ok(codes.length > 1 && steps.length > 20)
    const text = JSON.stringify(steps)
    assert.doesNotMatch(text, SECRETS)
    for (const code of codes) assert.ok(!text.includes(code))
    assert.ok(text.includes('/private/cart') && text.includes('evil.example/x'))
  })

  for (const [code, data, status] of [
    ['EXCHANGE_INVALID', { session_key: 'KEY', token: 7 }],
    ['CODE_INVALID', { session_key: 'KEY', errcode: 40163 }],
    ['EXCHANGE_FAILED', { session_key: 'KEY', token: 'token-1' }, 500],
    ['RATE_LIMITED', { session_key: 'KEY', token: 'token-1' }, 429],
  ]) {
    test(`the reply of an exchange that ends with ${code} is in no field of the error`, async () => {
      const { backend, client, failure } = createWorld()
      backend.answer('/login', { status, data }, FOREVER)
      const error = await failure(client.login(), code)
      assert.deepEqual([error.cause, error.response], [undefined, undefined])
      const fields = Object.getOwnPropertyNames(error).map((name) => error[name])
      assert.doesNotMatch(JSON.stringify(fields), SECRETS)
    })
  }

  test('an error of a request holds the reply, and of the request nothing', async () => {
    const { backend, client, done, failure } = createWorld()
    await done(client.login())
    backend.answer('/goods', { status: 401, data: { why: 'because' } }, FOREVER)
    const error = await failure(
      client.request({ url: '/goods', data: { password: 'hunter2' } }),
      'LOGIN_REJECTED',
    )
    assert.equal(error.response.data.why, 'because')
    assert.doesNotMatch(JSON.stringify([error, error.stack, error.cause]), SECRETS)
  })
})

describe('growth', () => {
  test('URLs and needs that never come back are not remembered', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc')
    const loader = createWXWebAssembly(compile)
    const realm = createRealm({ clock: createClock(), WXWebAssembly: loader.WXWebAssembly })
    const client = realm.load('index').createClient({
      baseURL: ORIGIN,
      exchange: '/login',
      host: { request: ({ success, data }) => success({ statusCode: 200, data }) },
      needs: ({ data }) => data,
    })
    const long = 'x'.repeat(5000)
    let serial = 0
    async function odd(count) {
      for (const last = serial + count; serial < last; serial += 1) {
        await client.request({ url: `https://${serial}${long}.example/`, anonymous: true })
        await client.request({ url: '/goods', data: `${serial}${long}` }).catch(() => {})
      }
      collect()
      return [process.memoryUsage().heapUsed, loader.control.memory.buffer.byteLength]
    }
    const [heap, memory] = await odd(300)
    const [heapAfter, memoryAfter] = await odd(1200)
    assert.ok(heapAfter - heap < 3e6, `${heapAfter - heap} bytes of heap`)
    assert.equal(memoryAfter, memory)
  })
})
