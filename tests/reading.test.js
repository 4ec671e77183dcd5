/** What is taken out of values from outside, whatever their shape. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  errno,
  number,
  own,
  retryAfter,
  said,
  sessionFrom,
  sessionNumber,
  sessionTexts,
} from '../js/reading.js'

const hostile = Object.create(
  { openid: 'inherited' },
  {
    token: {
      enumerable: true,
      get() {
        throw new Error('mine')
      },
    },
  },
)

test('S3 a session is read by its own fields alone, and only these', () => {
  const reply = {
    token: 't',
    openid: 'ö',
    unionid: 'u',
    granted: ['phone', '手机号'],
    session_key: 'KEY',
    expires_in: 7200,
  }
  assert.equal(sessionTexts(reply), 't\nö\nu\nphone\n手机号')
  assert.equal(sessionNumber(reply, 'expires_in'), 7200)
  assert.equal(sessionTexts(hostile), '\n\n\n')
  for (const nothing of [undefined, null, 7, 'text', [], {}, { token: null, granted: null }]) {
    assert.equal(sessionTexts(nothing), '\n\n\n')
    assert.ok(Number.isNaN(sessionNumber(nothing, 'expires_in')))
  }
})

test('what is not what it should be is told apart from what is not there', () => {
  for (const token of [7, {}, [], true, 'a\nb']) assert.equal(sessionTexts({ token }), '\x7f\n\n\n')
  const revoked = Proxy.revocable([], {})
  revoked.revoke()
  for (const granted of ['phone', {}, 7, [7], [''], ['a\nb'], [null], [undefined]]) {
    assert.equal(sessionTexts({ granted }), '\n\n\n\x7f')
  }
  assert.equal(sessionTexts({ granted: revoked.proxy }), '\n\n\n\x7f')
  assert.equal(sessionTexts({ granted: [] }), '\n\n\n')
  for (const expires_in of ['7200', {}, Number.NaN, true])
    assert.equal(sessionNumber({ expires_in }, 'expires_in'), -1)
})

test('what the app sees is what was read', () => {
  const session = { token: 't', openid: 'o', unionid: 'u', expiresAt: 5, granted: ['phone', '手机号'] }
  assert.deepEqual(sessionFrom(sessionTexts(session), 5), session)
  assert.deepEqual(sessionFrom(sessionTexts({ openid: 'o' }), 5), { openid: 'o', expiresAt: 5, granted: [] })
  assert.ok(Object.isFrozen(sessionFrom('t\n\n\n', 5)) && Object.isFrozen(sessionFrom('t\n\n\n', 5).granted))
})

test('a failure is read in every shape', () => {
  assert.equal(said({ errMsg: 'login:fail', message: 'other' }), 'login:fail')
  assert.equal(said(new Error('boom')), 'boom')
  assert.equal(said('boom'), 'boom')
  assert.equal(said({ confirm: false, errMsg: 'showModal:ok' }), 'showModal:fail cancel')
  for (const silent of [undefined, null, 7, {}, { errMsg: 7 }, hostile]) assert.equal(said(silent), undefined)
  assert.deepEqual([errno({ errno: 5, errCode: 6 }), errno({ errCode: -1 }), errno({ errno: 0 })], [5, -1, 0])
  for (const silent of [undefined, null, {}, { errno: '5' }, hostile]) assert.ok(Number.isNaN(errno(silent)))
})

test('no field of a hostile object is read', () => {
  assert.equal(own(hostile, 'token'), undefined)
  assert.equal(own(hostile, 'toString'), undefined)
  assert.ok(Number.isNaN(number(hostile, 'token')))
})

test('L6 Retry-After in whatever case, in seconds or as a date', () => {
  assert.equal(retryAfter({ 'RETRY-after': '90' }), 90)
  const wait = retryAfter({ 'Retry-After': new Date(Date.now() + 60_000).toUTCString() })
  assert.ok(wait > 50 && wait <= 60, String(wait))
  for (const none of [
    undefined,
    null,
    {},
    { 'retry-after': 'soon' },
    { 'retry-after': '-1' },
    { 'retry-after': 0 },
  ]) {
    assert.ok(Number.isNaN(retryAfter(none)))
  }
})
