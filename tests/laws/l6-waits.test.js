import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { createWorld } from '../world.js'

const PRIVATE = { url: '/private/cart', needs: 'login' }
const FOREVER = Number.POSITIVE_INFINITY

describe('L6 after a failed login the next one waits', () => {
  test('L6 1 s, doubling to 60 s, with jitter, and nobody is called inside the wait', async () => {
    const { client, clock, control, failure } = createWorld()
    control.fail('login', { errMsg: 'login:fail' }, FOREVER)
    const waits = []
    for (const full of [1, 2, 4, 8, 16, 32, 60, 60]) {
      const { retryAfter } = await failure(client.login(), 'LOGIN_FAILED')
      assert.ok(retryAfter > full / 2 && retryAfter <= full, `${retryAfter} s of ${full}`)
      waits.push(retryAfter / full)
      const before = control.count('login')
      await clock.advance(retryAfter * 500)
      const inside = await failure(client.request(PRIVATE), 'LOGIN_FAILED', 0)
      assert.equal(inside.errMsg, 'login:fail')
      assert.ok(inside.retryAfter > 0 && inside.retryAfter <= retryAfter / 2 + 0.001)
      assert.equal(control.count('login'), before)
      await clock.advance(inside.retryAfter * 1000 + 1)
    }
    assert.ok(new Set(waits).size > 1, 'no jitter')
  })

  test('L6 a success ends it', async () => {
    const { client, clock, control, done, failure } = createWorld()
    control.fail('login', {}, 3)
    for (let i = 0; i < 3; i += 1) {
      const { retryAfter } = await failure(client.login(), 'LOGIN_FAILED')
      await clock.advance(retryAfter * 1000 + 1)
    }
    await done(client.login())
    control.fail('login', {})
    const { retryAfter } = await failure(client.login({ force: true }), 'LOGIN_FAILED')
    assert.ok(retryAfter <= 1)
  })

  for (const [reply, least] of [
    [{ status: 429, data: { errcode: 45011 }, header: { 'retry-after': '5' } }, 60],
    [{ status: 429, header: { 'retry-after': '600' } }, 600],
    [{ data: { errcode: 45009 } }, 600],
    [{ status: 400, data: { data: { errcode: 45009 } } }, 600],
  ]) {
    for (const headerCase of ['title', 'lower', 'upper']) {
      test(`L6 RATE_LIMITED waits ${least} s at least: ${JSON.stringify(reply)}, ${headerCase}`, async () => {
        const { backend, client, clock, control, done, failure } = createWorld({}, { phone: { headerCase } })
        backend.answer('/login', reply)
        const { retryAfter } = await failure(client.login(), 'RATE_LIMITED')
        assert.ok(retryAfter >= least, `${retryAfter} s`)
        await clock.advance(least * 1000 - 200)
        await failure(client.login(), 'RATE_LIMITED')
        assert.equal(control.count('login'), 1)
        await clock.advance((retryAfter - least) * 1000 + 200)
        await done(client.login())
      })
    }
  }

  test('L6 LOGIN_BLOCKED holds until logout', async () => {
    const { backend, client, clock, control, done, failure } = createWorld()
    backend.answer('/login', { status: 403, data: { errcode: 40226 } })
    const error = await failure(client.login(), 'LOGIN_BLOCKED')
    assert.equal(error.retryable, false)
    await clock.advance(86_400_000)
    await failure(client.login(), 'LOGIN_BLOCKED')
    assert.equal(control.count('login'), 1)
    await done(client.logout())
    await done(client.login())
  })

  test('L6 force skips the block and the wait, but not L1', async () => {
    const { backend, client, control, done, failure } = createWorld()
    backend.answer('/login', { status: 403, data: { errcode: 40226 } })
    await failure(client.login(), 'LOGIN_BLOCKED')
    await done(Promise.all([client.login({ force: true }), client.login({ force: true }), client.login()]))
    assert.equal(control.count('login'), 2)
  })

  test('L6 logout alone lifts no wait but the block', async () => {
    const { client, control, done, failure } = createWorld()
    control.fail('login', {})
    await failure(client.login(), 'LOGIN_FAILED')
    await done(client.logout())
    await failure(client.login(), 'LOGIN_FAILED')
    assert.equal(control.count('login'), 1)
  })
})

describe('L6 what is a failure and what is none', () => {
  test('L6 calls inside the wait are told the same words', async () => {
    const { backend, client, failure } = createWorld()
    backend.answer('/login', { status: 503, data: { errcode: -1, errmsg: 'system busy' } })
    const first = await failure(client.login(), 'EXCHANGE_FAILED')
    const inside = await failure(client.login(), 'EXCHANGE_FAILED', 0)
    for (const field of ['errMsg', 'errcode', 'statusCode', 'message'])
      assert.deepEqual(inside[field], first[field], field)
  })

  test('L6 a renewal that did not get through is one', async () => {
    const { backend, client, clock, done, failure } = createWorld({ renew: '/renew' })
    backend.refreshes = true
    await done(client.login())
    await clock.advance(7200_000)
    backend.answer('/renew', { status: 503 })
    const { retryAfter } = await failure(client.login(), 'EXCHANGE_FAILED')
    assert.ok(retryAfter > 0.5 && retryAfter <= 1, `${retryAfter} s`)
    await failure(client.request(PRIVATE), 'EXCHANGE_FAILED', 0)
    assert.equal(backend.at('/renew').length, 1)
    await clock.advance(retryAfter * 1000 + 1)
    await done(client.login())
    assert.equal(backend.at('/renew').length, 2)
  })

  test('L6 and force skips its wait', async () => {
    const { backend, client, clock, done, failure } = createWorld({ renew: '/renew' })
    backend.refreshes = true
    await done(client.login())
    await clock.advance(7200_000)
    backend.answer('/renew', { status: 503 })
    await failure(client.login(), 'EXCHANGE_FAILED')
    assert.equal((await done(client.login({ force: true }))).token, 'token-2')
  })

  test('L6 a 429 of a renewal waits as it says', async () => {
    const { backend, client, clock, done, failure } = createWorld({ renew: '/renew' })
    backend.refreshes = true
    await done(client.login())
    await clock.advance(7200_000)
    backend.answer('/renew', { status: 429, header: { 'retry-after': '300' } })
    assert.ok((await failure(client.login(), 'RATE_LIMITED')).retryAfter >= 300)
  })

  for (const [kind, answer, code] of [
    ['a refusal by the user', () => false, 'AUTH_DENIED'],
    ['that nobody answered', () => undefined, 'AUTH_TIMEOUT'],
  ]) {
    test(`L6 ${kind} is none: the next call asks at once`, async () => {
      const login = createPrompt(answer)
      const { client, failure } = createWorld({
        exchange: undefined,
        promptTimeout: 1000,
        prompts: { login: login.prompt },
      })
      assert.equal((await failure(client.login(), code, 1001)).retryAfter, undefined)
      await failure(client.login(), code, 1001)
      assert.equal(login.asked, 2)
    })
  }
})
