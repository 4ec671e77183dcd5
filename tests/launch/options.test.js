import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLaunch, isLoginError, ORIGIN } from './stub.js'

const { createClient } = createLaunch()
const good = { baseURL: ORIGIN, exchange: '/login' }
const ask = () => {}

const refused = (options) => {
  try {
    createClient(options)
  } catch (error) {
    assert.ok(isLoginError(error), String(error))
    assert.equal(error.code, 'CONFIG_INVALID')
    assert.match(error.errMsg, /^createClient:fail /)
    return error.message
  }
  return assert.fail('taken')
}

describe('options that nobody knows name the one that was meant', () => {
  for (const [options, unknown, meant] of [
    [{ expriyMargin: 1 }, 'expriyMargin', 'expiryMargin'],
    [{ retry: 1 }, 'retry', 'retries'],
    [{ baseUrl: ORIGIN }, 'baseUrl', 'baseURL'],
    [{ prompt: {} }, 'prompt', 'prompts'],
    [{ readsession: ask }, 'readsession', 'readSession'],
    [{ onerror: ask }, 'onerror', 'onError'],
    [{ exchange: { url: '/l', headers: {} } }, 'exchange.headers', 'exchange.header'],
    [{ exchange: { cloud: 'l', date: {} } }, 'exchange.date', 'exchange.data'],
    [{ attach: { headers: 'X' } }, 'attach.headers', 'attach.header'],
    [{ defaults: { headers: {} } }, 'defaults.headers', 'defaults.header'],
    [{ prompts: { phone: { ask, sumbit: '/p' } } }, "prompts['phone'].sumbit", "prompts['phone'].submit"],
  ]) {
    test(unknown, () => {
      const message = refused({ ...good, ...options })
      assert.ok(
        message.includes(`${unknown}: no such option, did you mean ${meant.split('.').pop()}?`),
        message,
      )
    })
  }

  test('a name without end is no trouble', () => refused({ ...good, ['x'.repeat(1e6)]: 1 }))
})

describe('options that can’t work name the field and what was expected', () => {
  for (const [field, options] of [
    ['baseURL', { baseURL: undefined }],
    ['baseURL', { baseURL: 'https://a:70000' }],
    ['trustedOrigins', { trustedOrigins: ['https://a/path'] }],
    ['trustedOrigins', { trustedOrigins: ['https://a:65536'] }],
    ['exchange', { exchange: undefined }],
    ['exchange', { exchange: null }],
    ['exchange.url', { exchange: {} }],
    ['exchange.cloud', { exchange: { cloud: '' } }],
    ['exchange.codeField', { exchange: { url: '/l', codeField: 7 } }],
    ['attach', { attach: {} }],
    ['attach', { attach: null }],
    ['renew', { renew: 7 }],
    ['renewAhead', { renewAhead: -1 }],
    ['accept', { accept: 'x' }],
    ['unwrap', { unwrap: {} }],
    ['onError', { onError: 1 }],
    ['defaults', { defaults: 'x' }],
    ['defaults.header', { defaults: { header: 'x' } }],
    ['defaults.validateStatus', { defaults: { validateStatus: 200 } }],
    ["prompts['phone'].ask", { prompts: { phone: null } }],
    ["prompts['phone'].close", { prompts: { phone: { ask, close: 1 } } }],
    ["prompts['sessionKey']", { prompts: { sessionKey: { ask } } }],
    ["prompts['privacy']", { prompts: { privacy: { ask } } }],
    ["prompts['a\nb']", { prompts: { 'a\nb': { ask } } }],
  ]) {
    test(`${field}: ${JSON.stringify(Object.values(options)[0])}`, () => {
      const message = refused({ ...good, ...options })
      assert.ok(message.startsWith(`CONFIG_INVALID: ${field}: expected `), message)
    })
  }

  test('what can’t be read is such an error, too', () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    const get = () => {
      throw new Error('no')
    }
    for (const options of [
      proxy,
      { ...good, prompts: proxy },
      Object.defineProperty({ ...good }, 'wasm', { get }),
    ])
      refused(options)
  })
})

describe('ways to a session', () => {
  test('prompts.login is one', () => {
    createClient({ baseURL: ORIGIN, prompts: { login: { ask } } })
  })
})

describe('what is read of an options object', () => {
  test('its own fields, and those of prototypes of the app’s own, getters included', () => {
    class Options {
      get baseURL() {
        return ORIGIN
      }
    }
    createClient(Object.assign(new Options(), { exchange: '/login' }))
    createClient(Object.create(good))
    refused(Object.create(null))
  })

  test('nothing that stands on Object.prototype, and no __proto__', () => {
    const planted = JSON.parse(`{"__proto__":{"baseURL":"${ORIGIN}"},"exchange":"/login"}`)
    refused(planted)
    Object.prototype.baseURL = ORIGIN
    try {
      refused({ exchange: '/login' })
    } finally {
      delete Object.prototype.baseURL
    }
  })
})
