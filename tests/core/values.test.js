import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Detail, Fields, Said } from '../../js/core/values.js'
import { LoginError } from '../../js/error.js'

const throwing = (name) =>
  Object.defineProperty({}, name, { enumerable: true, get: () => assert.fail('read') })
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}
const words = (value) => JSON.parse(JSON.stringify(new Said(value), (_, part) => part))

test('a failure speaks as the host does, as an Error, or as a text', () => {
  assert.equal(new Said({ errMsg: 'login:fail', message: 'other' }).errMsg, 'login:fail')
  assert.equal(new Said(new TypeError('broken')).errMsg, 'broken')
  assert.equal(new Said('a text').errMsg, 'a text')
  assert.equal(new Said(undefined).errMsg, undefined)
  const { errno, errcode, cause } = new Said({ errMsg: 'x', errno: 600001, errcode: 'E1' })
  assert.deepEqual([errno, errcode, cause], [600001, 'E1', { errMsg: 'x', errno: 600001, errcode: 'E1' }])
})

test('what throws when it is read has said nothing', () => {
  for (const value of [throwing('errMsg'), throwing('message'), throwing('header'), revoked()]) {
    const said = new Said(value)
    assert.deepEqual(
      [said.errMsg, said.errno, said.statusCode, said.code],
      [undefined, undefined, undefined, undefined],
    )
    assert.equal(said.cause, value)
  }
})

test('A10 a rejection keeps its own status, code and words, and none is made up', () => {
  const passedOn = new LoginError('STATUS', 'it answered 503', {
    statusCode: 503,
    retryAfter: 7,
    errMsg: 'busy',
  })
  const { code, statusCode, retryAfter, errMsg } = new Said(passedOn)
  assert.deepEqual([code, statusCode, retryAfter, errMsg], ['STATUS', 503, 7, 'busy'])
  const response = {
    statusCode: 429,
    header: { 'retry-AFTER': '30' },
    data: { errcode: 45011, msg: 'slow' },
    errMsg: 'request:ok',
  }
  const said = new Said(response)
  assert.deepEqual([said.statusCode, said.retryAfter, said.errcode, said.errMsg], [429, 30, 45011, 'slow'])
  assert.equal(new Said(new Error('no')).statusCode, undefined)
  assert.equal(words({ code: 'NETWORK' }).code, undefined)
})

test('Retry-After is a number of seconds or a date, and nothing else', () => {
  const after = (value) => new Said({ header: { 'Retry-After': value } }).retryAfter
  assert.equal(after('12'), 12)
  assert.equal(after(3), 3)
  const wait = after(new Date(Date.now() + 60_000).toUTCString())
  assert.ok(wait > 50 && wait <= 60)
  for (const value of ['soon', '-1', '0', undefined, {}, new Date(0).toUTCString()])
    assert.equal(after(value), undefined)
})

test('only own fields of a reply are read, once each, and a getter that throws has none', () => {
  let reads = 0
  const reply = {
    get token() {
      reads += 1
      return 'token'
    },
    openid: null,
  }
  const fields = new Fields(reply)
  assert.deepEqual([fields.field('token'), fields.field('token'), reads], ['token', 'token', 1])
  for (const name of ['openid', 'toString', 'unionid']) assert.equal(fields.field(name), undefined)
  assert.equal(new Fields(throwing('token')).field('token'), undefined)
  for (const value of [undefined, null, 1, 'text', revoked()])
    assert.equal(new Fields(value).field('length'), undefined)
})

test('what is neither text, number nor list of texts is an object, whatever it is', () => {
  for (const value of [true, () => {}, Symbol('s'), {}, [1], revoked()]) {
    assert.deepEqual(new Fields({ token: value }).field('token'), {})
  }
  assert.deepEqual(new Fields({ granted: ['phone', 'profile'] }).field('granted'), ['phone', 'profile'])
})

test('a list of names without end is cut behind the first that is too many', () => {
  assert.equal(new Fields({ granted: Array(100_000).fill('x') }).field('granted').length, 257)
})

test('S3 extra comes from the app alone, as a frozen copy of a JSON object of at most 64 KB', () => {
  const extra = { uid: 1, roles: ['a', { b: 2 }], skipped: undefined }
  assert.equal(new Fields({ extra }, false).field('extra'), undefined)
  const kept = new Fields({ extra }, true).field('extra')
  assert.deepEqual(kept, { uid: 1, roles: ['a', { b: 2 }] })
  assert.ok(Object.isFrozen(kept) && Object.isFrozen(kept.roles) && Object.isFrozen(kept.roles[1]))
  const loop = {}
  loop.loop = loop
  const said = [[], 'a text', 1, true, new Date(0), { text: '界'.repeat(22_000) }, loop].map((value) =>
    new Fields({ extra: value }, true).field('extra'),
  )
  assert.deepEqual(said, [
    'an array',
    'no object',
    'no object',
    'no object',
    'no object',
    '65 KB of JSON',
    'what JSON can not hold',
  ])
})

test('A3 of a detail only what WeChat writes into its own counts as a failure', () => {
  const failed = (value) => new Detail(value).error !== undefined
  for (const value of [
    { errMsg: 'getPhoneNumber:fail user deny' },
    { errMsg: 'getPhoneNumber:fail:user deny' },
    { errMsg: 'getPhoneNumber:fail', errno: 1400001 },
    { errno: 103 },
  ]) {
    assert.ok(failed(value), JSON.stringify(value))
  }
  for (const value of [
    {},
    { confirm: false },
    { message: 'why it is called "x:fail"' },
    { errCode: 5 },
    { errMsg: 'getPhoneNumber:ok', code: 'c' },
    { errMsg: 'it may say so: it must not :fail here' },
    { errno: 0 },
  ]) {
    assert.ok(!failed(value), JSON.stringify(value))
  }
  assert.equal(new Detail({ encryptedData: '…' }).encrypted, true)
  assert.equal(new Detail({ code: 'c' }).encrypted, false)
})
