import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createLaunch, KEY, recordOf } from './stub.js'

const good = { token: 't', openid: 'o' }
const own = JSON.parse('{"__proto__":{"token":"t"}}')

describe('X6 the reader of the stored record', () => {
  test('shows the session at once, frozen in depth, and the same object each time', () => {
    const session = { ...good, unionid: 'u', granted: ['phone', ''], extra: { user: { roles: ['a'] } } }
    const { client, opened } = createLaunch({}, recordOf(session))
    const shown = client.session
    assert.equal(client.session, shown)
    assert.deepEqual({ ...shown, expiresAt: 0 }, { ...session, granted: ['phone'], expiresAt: 0 })
    for (const object of [shown, shown.granted, shown.extra, shown.extra.user, shown.extra.user.roles])
      assert.ok(Object.isFrozen(object))
    assert.equal(opened, 0)
  })

  test('S4 shows nothing of what the core would not take, and removes it', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`
    for (const [name, stored] of Object.entries({
      'another version': recordOf(good, { v: 1 }),
      'no version': recordOf(good, { v: undefined }),
      'not JSON': '{"v":2,',
      'a list': '[]',
      'a text': '"2"',
      nothing: 'null',
      'no session': recordOf(good, { session: null }),
      'nobody’s session': recordOf({}),
      'empty texts': recordOf({ token: '', openid: '' }),
      'a token that ends its header': recordOf({ token: 'a\r\nb' }),
      'a token with a blank at its end': recordOf({ token: 'a ' }),
      'a token beyond ASCII': recordOf({ token: 'ä' }),
      'a token that is a number': recordOf({ token: 7 }),
      'an openid with a control': recordOf({ openid: 'a\u0085' }),
      'an openid with a line separator': recordOf({ openid: 'a\u2028' }),
      'an openid with half of a pair': recordOf({ openid: 'a\ud800' }),
      'a refresh token with a control': recordOf(good, { refreshToken: 'a\n' }),
      'an end without an end': JSON.stringify(recordOf(good)).replace(/"expiresAt":\d+/, '"expiresAt":1e999'),
      'an end that is a text': recordOf({ ...good, expiresAt: '1' }),
      'no beginning': recordOf(good, { from: null }),
      'no save': recordOf(good, { savedAt: undefined }),
      'needs that are no list': recordOf({ ...good, granted: '' }),
      'needs that are no texts': recordOf({ ...good, granted: [7] }),
      'too many needs': recordOf({ ...good, granted: Array(257).fill('a') }),
      'an extra that is a list': recordOf({ ...good, extra: [] }),
      'an extra that is a text': recordOf({ ...good, extra: '' }),
      'an extra that is too large': recordOf({ ...good, extra: { a: '茶'.repeat(22_000) } }),
      'a session on a prototype': recordOf(own),
      'a record on a prototype': `{"__proto__":${JSON.stringify(recordOf(good))}}`,
      'without an end to its depth': JSON.stringify(recordOf(good, { x: 0 })).replace('"x":0', `"x":${deep}`),
    })) {
      const { client, storage } = createLaunch({}, stored)
      assert.equal(client.session, null, name)
      assert.equal(storage.size, 0, name)
    }
  })

  test('takes null for what is missing', () => {
    const session = { ...good, unionid: null, granted: null, extra: null }
    const { client } = createLaunch({}, recordOf(session, { refreshToken: null }))
    assert.equal(client.session.token, 't')
    assert.deepEqual(client.session.granted, [])
  })

  test('S1, S2 shows it between its instants, judged at every use', (context) => {
    const now = 1_700_000_000_000
    context.mock.timers.enable({ apis: ['Date'], now })
    const record = recordOf({ ...good, expiresAt: now + 10_000 }, { from: now - 5, until: now + 5 })
    const { client, storage } = createLaunch({}, record)
    assert.equal(client.session.token, 't')
    context.mock.timers.setTime(now + 4)
    assert.equal(client.session.token, 't')
    context.mock.timers.setTime(now + 5)
    assert.equal(client.session, null)
    context.mock.timers.setTime(now - 6)
    assert.equal(client.session, null)
    assert.equal(storage.size, 1)
  })

  test('an expired record goes to the core, and requests go out as a guest’s', () => {
    const record = recordOf(good, { until: Date.now() - 1 })
    const launch = createLaunch({}, record)
    launch.client.request({ url: '/a' })
    assert.equal(launch.sent[0].native.header, undefined)
    launch.client.login()
    assert.equal(launch.connection.record.session.token, 't')
  })

  test('S4 storage that throws, answers later, or holds no text is empty', () => {
    for (const getItem of [
      () => {
        throw new Error('full')
      },
      () => Promise.reject(new Error('later')),
      () => Symbol('s'),
      () => null,
    ]) {
      const storage = { getItem, setItem() {}, removeItem() {} }
      const { client, sent } = createLaunch({ storage })
      assert.equal(client.session, null)
      client.request({ url: '/a' })
      assert.equal(sent.length, 1)
    }
  })

  test('reads once, by a key that the host need not give', () => {
    const read = []
    const storage = { getItem: (key) => read.push(key) && null, setItem() {}, removeItem() {} }
    const { client } = createLaunch({ storage })
    for (let i = 0; i < 3; i++) assert.equal(client.session, null)
    client.request({ url: '/a' })
    assert.deepEqual(read, [KEY])
  })
})
