import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { createWorld, plain } from '../world.js'

const LIFE = 7200_000

/** What onChange hears of the sessions that come. */
function comings({ client }) {
  const heard = []
  client.onChange(({ type }) => {
    if (type === 'login' || type === 'renewed') heard.push(type)
  })
  return heard
}

describe('S10 the same user is told as renewed, any other as login', () => {
  const pairs = [
    ['the same openid', { openid: 'a' }, { openid: 'a' }, 'renewed'],
    ['another openid', { openid: 'a' }, { openid: 'b' }, 'login'],
    ['the same unionid', { unionid: 'a' }, { unionid: 'a' }, 'renewed'],
    ['another unionid', { unionid: 'a' }, { unionid: 'b' }, 'login'],
    ['the same openid beside another unionid', { openid: 'a', unionid: 'u' }, { openid: 'a' }, 'renewed'],
    ['the same unionid, an openid in one alone', { openid: 'a', unionid: 'u' }, { unionid: 'u' }, 'renewed'],
    ['no name in either', {}, {}, 'renewed'],
  ]
  for (const [kind, first, second, type] of pairs) {
    test(`S10 by exchange, with ${kind}: ${type}`, async () => {
      const world = createWorld()
      const heard = comings(world)
      for (const names of [first, second]) {
        world.backend.answer('/login', { data: { token: 't', ...names } })
        await world.done(world.client.login({ force: true }))
      }
      assert.deepEqual(heard, ['login', type])
    })

    test(`S10 by setSession, with ${kind}: ${type}`, async () => {
      const world = createWorld()
      const heard = comings(world)
      await world.done(world.client.setSession({ token: 't', ...first }))
      await world.done(world.client.setSession({ token: 'u', ...second }))
      assert.deepEqual(heard, ['login', type])
    })
  }

  const ends = {
    'its time': ({ clock }) => clock.advance(LIFE),
    'the server': ({ backend }) => backend.answer('/orders', { status: 401 }),
  }
  for (const [way, end] of Object.entries(ends)) {
    for (const names of [{ openid: 'a' }, {}]) {
      test(`S10 also after ${way} has ended the one before, ${names.openid ? '' : 'un'}named`, async () => {
        const world = createWorld({ exchange: () => ({ token: 't', ...names }) })
        const heard = comings(world)
        await world.done(world.client.login())
        await end(world)
        await world.done(world.client.request({ url: '/orders', needs: 'login' }))
        assert.deepEqual(heard, ['login', 'renewed'])
      })
    }
  }

  test('S10 also after a cold start with a session that has ended', async () => {
    const first = createWorld()
    await first.done(first.client.login())
    await first.clock.advance(LIFE)
    const world = first.restart()
    const heard = comings(world)
    await world.done(world.client.login())
    assert.deepEqual(heard, ['renewed'])
  })

  test('S10 a log-out comes between two users who are not named', async () => {
    const world = createWorld({ exchange: () => ({ token: 't' }) })
    const heard = comings(world)
    await world.done(world.client.login())
    await world.done(world.client.logout())
    await world.done(world.client.login())
    await world.done(world.client.logout())
    await world.done(world.client.setSession({ token: 'u' }))
    assert.deepEqual(heard, ['login', 'login', 'login'])
  })

  test('S10 an unnamed renewal is the same user’s', async () => {
    const world = createWorld({
      exchange: () => ({ token: 't', refresh_token: 'r' }),
      renew: () => ({ token: 'u' }),
    })
    const heard = comings(world)
    await world.done(world.client.login())
    await world.done(world.client.login({ force: true }))
    assert.deepEqual(heard, ['login', 'renewed'])
  })
})

describe('S10 what is not named is kept', () => {
  const whole = {
    token: 't',
    openid: 'o',
    unionid: 'u',
    granted: ['phone'],
    extra: { uid: 7 },
    refresh_token: 'r',
  }

  test('S10 by a renewal, field by field', async () => {
    const renewals = [{ token: 'second' }, { token: 'third', extra: { uid: 8 } }]
    const { client, done } = createWorld({ exchange: () => whole, renew: () => renewals.shift() })
    await done(client.login())
    const { expiresAt: _, ...second } = plain(await done(client.login({ force: true })))
    const { refresh_token: __, ...kept } = whole
    assert.deepEqual(second, { ...kept, token: 'second' })
    const { expiresAt: ___, ...third } = plain(await done(client.login({ force: true })))
    assert.deepEqual(third, { ...kept, token: 'third', extra: { uid: 8 } })
  })

  test('S10 but for the end of the session, by a renewal', async () => {
    const { client, clock, done } = createWorld({
      exchange: () => ({ ...whole, expires_in: 100 }),
      renew: () => ({ token: 'second' }),
      defaultExpiresIn: 300,
    })
    await done(client.login())
    await clock.advance(100_000)
    const { expiresAt } = await done(client.login())
    assert.ok(expiresAt > clock.now() + 299_000, 'it has ended again')
  })

  test('S10 by setSession on a session that stands: the extra alone is enough', async () => {
    const world = createWorld({
      exchange: () => ({ ...whole, expires_in: 1000 }),
      renew: () => ({ token: 'later' }),
    })
    const heard = comings(world)
    const before = plain(await world.done(world.client.login()))
    await world.clock.advance(50_000)
    const session = await world.done(world.client.setSession({ extra: { uid: 7, nickname: 'n' } }))
    assert.deepEqual(plain(session), { ...before, extra: { uid: 7, nickname: 'n' } })
    assert.deepEqual(heard, ['login', 'renewed'])
    assert.equal((await world.done(world.client.login({ force: true }))).token, 'later')
  })

  test('S10 but not of another user’s', async () => {
    const { client, done } = createWorld()
    await done(client.setSession(whole))
    const session = plain(await done(client.setSession({ token: 'b', openid: 'another' })))
    assert.deepEqual(
      [session.openid, session.unionid, session.granted, session.extra],
      ['another', undefined, [], undefined],
    )
  })

  test('S10 nor once no session stands', async () => {
    const { client, done, failure } = createWorld()
    await done(client.setSession(whole))
    await done(client.logout())
    await failure(client.setSession({ extra: { uid: 7 } }), 'EXCHANGE_INVALID')
  })
})

describe('S10 sheets that are open', () => {
  test('S10 are closed when another user comes', async () => {
    const phone = createPrompt()
    const { client, clock, done, failure } = createWorld({ prompts: { phone: phone.prompt } })
    await done(client.setSession({ token: 'a', openid: 'a' }))
    const wanted = client.ensure('phone')
    wanted.catch(() => {})
    await clock.advance(20)
    await done(client.setSession({ token: 'b', openid: 'b' }))
    await failure(wanted, 'LOGGED_OUT')
    assert.deepEqual([phone.asked, phone.closed], [1, 1])
  })

  test('S10 stay for the same user', async () => {
    const phone = createPrompt()
    const { client, clock, done } = createWorld({ prompts: { phone: phone.prompt } })
    await done(client.login())
    const wanted = client.ensure('phone')
    await clock.advance(20)
    await done(client.login({ force: true }))
    assert.equal(phone.closed, 0)
    await done(client.provide('phone', {}))
    await done(wanted)
    assert.equal(phone.asked, 1)
  })
})
