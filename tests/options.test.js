import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createRealm } from './realm.js'
import { storedWith } from './stored.js'
import { createClock } from './wechat/clock.js'
import { createWorld } from './world.js'

const good = { baseURL: 'https://shop.example', exchange: '/login' }
const { createClient, isLoginError, LoginError } = createRealm({ clock: createClock() }).load('index')

describe('options that can’t work throw CONFIG_INVALID, naming the field and what was expected', () => {
  for (const [field, values] of Object.entries({
    baseURL: [
      undefined,
      '',
      7,
      '/api',
      'shop.example',
      'ftp://a',
      'https://a?b=c',
      'https://a#b',
      'https://u:p@a',
    ],
    trustedOrigins: ['https://a', [7], ['a'], ['https://a/path'], ['https://*.a'], [null]],
    exchange: [undefined, '', 7, null],
    'exchange.url': [{}, { url: '' }, { url: 7 }],
    'exchange.cloud': [{ cloud: '' }, { cloud: 7 }],
    codeField: [{ url: '/login', codeField: 7 }],
    readSession: ['x', {}],
    attach: ['token', 7, {}, { header: '' }, null],
    needs: ['login', ['login']],
    renew: ['', 7, null, {}],
    renewAhead: [-1, '60', Number.NaN, Number.POSITIVE_INFINITY],
    defaults: [7, 'x', null],
    accept: ['x', {}],
    unwrap: ['x', {}],
    onError: ['x', {}],
    prompts: [null, 7],
    expiryMargin: [-1, '60', Number.NaN, Number.POSITIVE_INFINITY],
    defaultExpiresIn: [0, -1, '7200'],
    loginTimeout: [0, '15000', 2 ** 31],
    promptTimeout: [0, Number.NaN],
    retries: [-1, '2', Number.POSITIVE_INFINITY],
    storage: [7, {}, { getItem() {} }],
    storageKey: ['', 7],
    host: [7, null],
    fallback: ['fallback', null],
  })) {
    for (const value of values) {
      test(`${field}: ${JSON.stringify(value) ?? value}`, () => {
        const option = field === 'codeField' ? 'exchange' : field.split('.')[0]
        assert.throws(
          () => createClient({ ...good, [option]: value }),
          (error) => {
            assert.equal(error.code, 'CONFIG_INVALID')
            assert.equal(error.retryable, false)
            assert.match(error.message, new RegExp(`${field.replace('.', '\\.')}: expected .+`))
            return isLoginError(error)
          },
        )
      })
    }
  }

  for (const [field, prompts] of [
    ["prompts['phone'].ask", { phone: {} }],
    ["prompts['phone'].ask", { phone: null }],
    ["prompts['phone'].submit", { phone: { ask() {}, submit: 7 } }],
    ["prompts['phone'].close", { phone: { ask() {}, close: 7 } }],
    ["prompts['a\nb']", { 'a\nb': { ask() {} } }],
  ]) {
    test(`${JSON.stringify(field)}`, () => {
      assert.throws(
        () => createClient({ ...good, prompts }),
        ({ message }) => message.includes(`${field}: expected`),
      )
    })
  }

  for (const need of ['sessionKey', 'privacy']) {
    test(`prompts.${need}: WeChat shows that itself`, () => {
      assert.throws(
        () => createClient({ ...good, prompts: { [need]: { ask() {} } } }),
        ({ code, message }) => code === 'CONFIG_INVALID' && message.includes(need),
      )
    })
  }

  test('prompts.login and prompts of scopes are fine', () => {
    createClient({
      ...good,
      prompts: { login: { ask() {} }, 'scope.camera': { ask() {} }, phone: { ask() {} } },
    })
  })

  test('neither exchange nor prompts.login, whatever else there is', () => {
    const { baseURL } = good
    for (const options of [
      {},
      { renew: '/renew' },
      { prompts: { phone: { ask() {} } } },
      { exchange: undefined },
    ]) {
      assert.throws(
        () => createClient({ baseURL, ...options }),
        ({ code, message }) => code === 'CONFIG_INVALID' && /exchange/.test(message),
      )
    }
    createClient({ baseURL, prompts: { login: { ask() {} } } })
  })

  for (const [options, given, meant] of [
    [{ expriyMargin: 60 }, 'expriyMargin', 'expiryMargin'],
    [{ baseUrl: 'https://shop.example' }, 'baseUrl', 'baseURL'],
    [{ trustedOrigin: [] }, 'trustedOrigin', 'trustedOrigins'],
    [{ retry: 2 }, 'retry', 'retries'],
    [{ defalts: {} }, 'defalts', 'defaults'],
    [{ prompt: {} }, 'prompt', 'prompts'],
    [{ exchange: { url: '/login', codefield: 'js_code' } }, 'codefield', 'codeField'],
    [{ exchange: { cloud: 'login', date: {} } }, 'date', 'data'],
    [{ prompts: { phone: { ask() {}, sumbit: '/phone' } } }, 'sumbit', 'submit'],
    [{ prompts: { phone: { ask() {}, onClose() {} } } }, 'onClose', 'close'],
  ]) {
    test(`${given}: no such option, and ${meant} is meant`, () => {
      assert.throws(
        () => createClient({ ...good, ...options }),
        (error) => {
          assert.equal(error.code, 'CONFIG_INVALID')
          assert.match(error.message, new RegExp(`\\b${given}\\b`))
          assert.match(error.message, new RegExp(`\\b${meant}\\b`))
          return true
        },
      )
    })
  }

  test('an option that is like no other is none either', () => {
    assert.throws(
      () => createClient({ ...good, zzz: 1 }),
      ({ code, message }) => {
        return code === 'CONFIG_INVALID' && /\bzzz\b/.test(message)
      },
    )
  })

  for (const nothing of [undefined, null, 'https://shop.example', 7]) {
    test(`${nothing} instead of options`, () => {
      assert.throws(() => createClient(nothing), { code: 'CONFIG_INVALID' })
    })
  }
})

describe('errors', () => {
  test('are errors of the page’s own, with a name and a code in the message', () => {
    const error = new LoginError('NETWORK', 'no way through')
    assert.equal(error.name, 'LoginError')
    assert.match(String(error), /^LoginError: NETWORK: no way through/)
    assert.match(error.stack, /no way through/)
  })

  test('are known across realms and copies', () => {
    const other = createRealm({ clock: createClock() }).load('index')
    const error = new other.LoginError('NETWORK', '')
    assert.ok(!(error instanceof LoginError))
    assert.ok(isLoginError(error))
    for (const no of [null, undefined, 'NETWORK', {}, new Error('x'), { code: 'NETWORK' }])
      assert.equal(isLoginError(no), false)
  })
})

describe('what others might slip in', () => {
  for (const [kind, text] of [
    ['own __proto__', '{"__proto__":{"token":"evil"}}'],
    ['a token that ends its header', '{"token":"a\\r\\nX-Admin: 1"}'],
    ['a token that is an object', '{"token":{"toString":"x"}}'],
    ['a token without end', '{"token":"t","expires_in":1e999}'],
  ]) {
    test(`a reply with ${kind} is no session`, async () => {
      const { backend, client, failure } = createWorld()
      backend.answer('/login', { data: text })
      await failure(client.login(), 'EXCHANGE_INVALID')
    })
  }

  test('a polluted Object.prototype gives nobody a session', async () => {
    const { backend, client, failure, realm } = createWorld()
    realm.run('Object.prototype.token = "evil"; Object.prototype.data = { token: "evil" }')
    backend.answer('/login', { data: '{"hello":1}' })
    await failure(client.login(), 'EXCHANGE_INVALID')
  })

  test('a stored token that ends its header counts as none', async () => {
    const text = await storedWith(({ session }) => Object.assign(session, { token: 'a\r\nX-Admin: 1' }))
    const { client, done } = createWorld({ storageKey: 'k' }, { phone: { storage: new Map([['k', text]]) } })
    assert.equal(await done(client.getSession()), null)
  })

  test('a trace tells no token, no code, no detail and no query', async () => {
    const { backend, client, clock, control, done } = createWorld({
      prompts: { phone: { ask: () => ({ code: 'SECRET-DETAIL' }), submit: '/phone' } },
    })
    const steps = []
    client.onTrace((step) => steps.push(step))
    control.fail('login', { errMsg: 'login:fail' })
    await done(client.login()).catch(() => {})
    await clock.advance(2000)
    await done(client.request({ url: '/private/cart?key=SECRET-QUERY', needs: ['login', 'phone'] }))
    const { code } = backend.at('/login')[0].data
    const text = JSON.stringify(steps)
    assert.ok(steps.length > 10)
    for (const secret of ['token-1', code, 'SECRET-DETAIL', 'SECRET-QUERY', 'session_key'])
      assert.ok(!text.includes(secret), secret)
    for (const step of steps) assert.ok(typeof step.at === 'number' && typeof step.step === 'string')
  })
})
