import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { authorization, createWorld, NEVER } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY
const BADGE = { url: '/badge', passive: true }

describe('R11 a passive request', () => {
  test('R11 goes with the session if there is a fresh one, as a guest’s if not', async () => {
    const { backend, client, clock, control, done } = createWorld()
    await done(client.request(BADGE))
    await done(client.login())
    await done(client.request(BADGE))
    await clock.advance(7200_000)
    await done(client.request(BADGE))
    assert.deepEqual(authorization(backend.at('/badge')), [undefined, 'Bearer token-1', undefined])
    assert.equal(control.count('login'), 1)
  })

  for (const [way, options, reply] of [
    ['a 401', {}, { status: 401 }],
    ['a rule', { needs: ({ data }) => data.need }, { data: { need: 'login' } }],
  ]) {
    test(`R11 starts no login after ${way}: it resolves with the reply as it is`, async () => {
      const login = createPrompt()
      const { backend, client, clock, control, done } = createWorld({
        ...options,
        prompts: { login: login.prompt },
      })
      backend.answer('/badge', reply, FOREVER)
      const got = await done(client.request(BADGE))
      assert.equal(got.statusCode, reply.status || 200)
      await clock.advance(60_000)
      assert.deepEqual([control.count('login'), login.asked, backend.at('/badge').length], [0, 0, 1])
    })

    test(`R11 after ${way} the session that it carried is over, and the next request logs in`, async () => {
      const world = createWorld(options)
      const { backend, client, control, done } = world
      await done(client.login())
      backend.answer('/badge', reply)
      await done(client.request(BADGE))
      assert.equal(client.session, null)
      assert.equal(world.restart({}, NEVER).client.session, null)
      await done(client.request({ url: '/orders', needs: 'login' }))
      assert.equal(control.count('login'), 2)
    })
  }

  test('R11 a late one harms no newer session', async () => {
    const { backend, client, clock, done } = createWorld()
    await done(client.login())
    const held = backend.hold('/badge')
    const late = client.request(BADGE)
    await clock.advance(10)
    await done(client.login({ force: true }))
    held.release({ status: 401 })
    await done(late)
    assert.equal(client.session.token, 'token-2')
  })

  test('R11 asks nobody for anything else', async () => {
    const phone = createPrompt({})
    const { backend, client, done } = createWorld({
      needs: ({ data }) => data.need,
      prompts: { phone: phone.prompt },
    })
    await done(client.login())
    backend.answer('/badge', { data: { need: 'phone' } })
    assert.equal((await done(client.request(BADGE))).data.need, 'phone')
    assert.equal(phone.asked, 0)
    assert.equal(client.session.token, 'token-1')
  })

  test('R11 is judged by accept and validateStatus', async () => {
    const { backend, client, failure } = createWorld({ accept: ({ data }) => data.code !== 7 || data.msg })
    backend.answer('/badge', { data: { code: 7, msg: 'no' } })
    assert.equal((await failure(client.request(BADGE), 'REFUSED')).errMsg, 'no')
    backend.answer('/badge', { status: 401, data: {} })
    const validateStatus = (status) => status < 400
    await failure(client.request({ ...BADGE, validateStatus }), 'STATUS')
  })

  test('R11 waits for no login under way', async () => {
    const { client, clock, control, done } = createWorld()
    control.silent('login')
    client.login().catch(() => {})
    await clock.advance(20)
    assert.equal((await done(client.request(BADGE))).statusCode, 200)
  })

  test('R11 may be an upload or a download', async () => {
    const phone = { files: new Map([['f', { bytes: Uint8Array.of(1), type: '' }]]) }
    const { client, control, done } = createWorld({}, { phone })
    assert.equal((await done(client.download({ url: '/private/f', passive: true }))).statusCode, 401)
    const upload = { url: '/private/u', filePath: 'f', name: 'f', passive: true }
    assert.equal((await done(client.upload(upload))).statusCode, 401)
    assert.equal(control.count('login'), 0)
  })

  test('R11 does not reach the host as an option', async () => {
    const { client, done, native } = createWorld()
    await done(client.request(BADGE))
    assert.equal('passive' in native()[0], false)
  })

  test('R11 has no needs: both are CONFIG_INVALID', async () => {
    const { backend, client, failure } = createWorld()
    for (const needs of ['login', ['phone']]) {
      const { message } = await failure(client.request({ ...BADGE, needs }), 'CONFIG_INVALID')
      assert.match(message, /passive/)
      assert.match(message, /needs/)
    }
    assert.equal(backend.hits.length, 0)
  })
})

describe('R11 an anonymous request', () => {
  test('R11 carries nothing, and its 401 is nobody’s but the caller’s', async () => {
    const { backend, client, control, done } = createWorld()
    await done(client.login())
    const reply = await done(client.request({ url: '/private/cart', anonymous: true }))
    assert.equal(reply.statusCode, 401)
    assert.deepEqual(authorization(backend.at('/private/cart')), [undefined])
    assert.equal(client.session.token, 'token-1')
    assert.equal(control.count('login'), 1)
  })

  test('R11 is judged by accept', async () => {
    const { client, failure } = createWorld({ accept: () => 'no' })
    await failure(client.request({ url: '/goods', anonymous: true }), 'REFUSED')
  })
})
