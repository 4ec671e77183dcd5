import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { createWorld, NEVER, plain } from '../world.js'

const LIFE = 7200_000

/** All that an app can see of a client while `run` runs: what it is told, given, and what is stored. */
async function seenDuring(world, run) {
  const seen = []
  const note = (value) => {
    seen.push(value)
    if (value instanceof Object) for (const key of Object.getOwnPropertyNames(value)) seen.push(value[key])
  }
  world.client.onTrace(note)
  world.client.onChange((change) => {
    note(change)
    note(world.client.session)
  })
  await run().then(note, note)
  seen.push([...world.control.storage])
  return JSON.stringify(seen)
}

describe('S3 what is kept of a reply', () => {
  test('S3 the named fields make the session; nothing else of the reply is kept', async () => {
    const world = createWorld()
    const named = { token: 't', openid: 'o', unionid: 'u', granted: ['phone'] }
    const other = { nickname: 'OTHER', uid: 'OTHER', extra: { a: 'OTHER' }, user: { token: 'OTHER' } }
    world.backend.answer('/login', { data: { ...named, ...other, expires_in: 7200 } })
    const before = world.clock.now()
    const session = await world.done(world.client.login())
    const { expiresAt, ...fields } = plain(session)
    assert.deepEqual(fields, named)
    assert.ok(expiresAt >= before + LIFE && expiresAt <= world.clock.now() + LIFE)
    assert.ok(Object.isFrozen(session) && Object.isFrozen(session.granted))
    assert.doesNotMatch(JSON.stringify([...world.control.storage]), /OTHER/)
  })

  test('S3 they are the session of the next start', async () => {
    const world = createWorld({}, { phone: { user: { openid: 'o1', unionid: 'u1' } } })
    const session = await world.done(world.client.login())
    const cold = world.restart()
    assert.deepEqual(plain(cold.client.session), plain(session))
    assert.deepEqual(plain(await cold.done(cold.client.getSession())), plain(session))
  })

  test('S3 a session is the same object until it changes', async () => {
    const { client, done } = createWorld()
    const session = await done(client.login())
    assert.equal(client.session, session)
    assert.equal(await client.getSession(), session)
    assert.equal(await done(client.login()), session)
    await done(client.setSession({ extra: { a: 1 } }))
    assert.notEqual(client.session, session)
    assert.equal(client.session, client.session)
  })

  for (const [kind, reply] of [
    ['good', { token: 't', session_key: 'KEY', data: { session_key: 'KEY' } }],
    ['empty', { session_key: 'KEY' }],
    ['refusing', { errcode: 40125, errmsg: 'no', session_key: 'KEY' }],
  ]) {
    test(`S3 the session_key of a ${kind} reply reaches no one`, async () => {
      const world = createWorld()
      world.backend.answer('/login', { data: reply })
      const seen = await seenDuring(world, () => world.done(world.client.login()))
      assert.ok(seen.length > 100)
      assert.doesNotMatch(seen, /KEY/)
    })
  }
})

describe('S3 a refresh token', () => {
  const noted = async (world) => {
    const text = await seenDuring(world, async () => {
      await world.done(world.client.login())
      await world.done(world.client.login({ force: true }))
      await world.clock.advance(LIFE)
      await world.done(world.client.request({ url: '/private/cart' }))
      return [world.client.session, await world.client.getSession()]
    })
    // What is stored comes last, and does hold it.
    return text.slice(0, text.lastIndexOf('wxlogin:'))
  }

  test('S3 is shown to nobody but renew', async () => {
    const shown = []
    const phone = createPrompt((context) => void shown.push(Object.keys(context).join()))
    const attached = []
    const world = createWorld({
      renew: '/renew',
      attach: (_request, session) => {
        attached.push(plain(session))
        return { header: { Authorization: `Bearer ${session.token}` } }
      },
      prompts: { phone: phone.prompt },
    })
    world.backend.refreshes = true
    assert.doesNotMatch(await noted(world), /refresh-\d/)
    assert.doesNotMatch(JSON.stringify(attached), /refresh-\d/)
    assert.ok(attached.length > 0 && world.backend.at('/renew').length > 1)
    assert.match(JSON.stringify([...world.control.storage]), /refresh-\d/)
  })

  test('S3 is in no error', async () => {
    const world = createWorld({ renew: '/renew' })
    world.backend.refreshes = true
    await world.done(world.client.login())
    world.backend.answer('/renew', ({ data }) => ({ status: 500, data: { ...data, errmsg: 'no' } }))
    const seen = await seenDuring(world, () => world.done(world.client.login({ force: true })))
    assert.doesNotMatch(seen.slice(0, seen.lastIndexOf('wxlogin:')), /refresh-1/)
  })
})

describe('S3 extra', () => {
  const withExtra = (extra) => createWorld({ exchange: () => ({ token: 't', extra }) })

  test('S3 is kept as the app’s own function gave it, frozen, over a cold start', async () => {
    const extra = { uid: 7, roles: ['a', { deep: [null, true, 'ü'] }] }
    const world = withExtra(extra)
    const session = await world.done(world.client.login())
    assert.deepEqual(plain(session.extra), extra)
    assert.ok(Object.isFrozen(session.extra) && Object.isFrozen(session.extra.roles))
    assert.ok(Object.isFrozen(session.extra.roles[1]) && Object.isFrozen(session.extra.roles[1].deep))
    const cold = world.restart({}, NEVER)
    assert.deepEqual(plain(cold.client.session.extra), extra)
    assert.ok(Object.isFrozen(cold.client.session.extra.roles))
  })

  test('S3 is not what that object becomes later', async () => {
    const extra = { uid: 7, list: [1] }
    const { client, done } = withExtra(extra)
    await done(client.login())
    extra.uid = 8
    extra.list.push(2)
    assert.deepEqual(plain(client.session.extra), { uid: 7, list: [1] })
    assert.ok(!Object.isFrozen(extra))
  })

  const sources = {
    readSession: { readSession: (reply) => ({ ...plain(reply), extra: { from: 'app' } }) },
    renew: {
      exchange: () => ({ token: 't', refresh_token: 'r' }),
      renew: () => ({ token: 'u', extra: { from: 'app' } }),
    },
    submit: {
      exchange: undefined,
      prompts: { login: { ask: () => true, submit: () => ({ token: 't', extra: { from: 'app' } }) } },
    },
    ask: { exchange: undefined, prompts: { login: { ask: () => ({ token: 't', extra: { from: 'app' } }) } } },
  }
  for (const [name, options] of Object.entries(sources)) {
    test(`S3 is read from what ${name} gives`, async () => {
      const { client, done } = createWorld(options)
      await done(client.login())
      if (options.renew) await done(client.login({ force: true }))
      assert.deepEqual(plain(client.session.extra), { from: 'app' })
    })
  }

  test('S3 is never read straight from a backend’s reply', async () => {
    const { backend, client, clock, done } = createWorld({
      renew: '/renew',
      prompts: { phone: { ask: () => ({}), submit: '/phone' } },
    })
    const reply = { data: { token: 't', refresh_token: 'r', extra: { from: 'backend' } } }
    for (const path of ['/login', '/renew', '/phone']) backend.answer(path, reply)
    await done(client.login())
    assert.equal(client.session.extra, undefined)
    await done(client.login({ force: true }))
    assert.equal(client.session.extra, undefined)
    await done(client.ensure('phone'))
    await clock.advance(10)
    assert.equal(client.session.extra, undefined)
  })

  const cyclic = {}
  cyclic.self = cyclic
  for (const [kind, extra, found] of [
    ['an array', [1], /array/],
    ['a text', 'nickname', /string|text/],
    ['a number', 7, /number/],
    ['a function', () => {}, /function/],
    ['too large', { text: 'x'.repeat(65 * 1024) }, /64 ?KB/],
    ['no JSON', cyclic, /extra/],
  ]) {
    test(`S3 that is ${kind} is EXCHANGE_INVALID, which says so`, async () => {
      const { client, failure } = withExtra(extra)
      const { message } = await failure(client.login(), 'EXCHANGE_INVALID')
      assert.match(message, /extra/)
      assert.match(message, found)
      const second = createWorld()
      await second.failure(second.client.setSession({ token: 't', extra }), 'EXCHANGE_INVALID')
    })
  }

  test('S3 of nearly 64 KB is kept', async () => {
    const { client, done } = withExtra({ text: 'x'.repeat(63 * 1024) })
    assert.equal((await done(client.login())).extra.text.length, 63 * 1024)
  })
})

describe('S3 the end of a session', () => {
  test('S3 may be an instant', async () => {
    const { client, clock, done } = createWorld()
    const end = clock.now() + 1_234_567
    assert.equal((await done(client.setSession({ token: 't', expires_at: end }))).expiresAt, end)
  })

  for (const [field, value, pattern] of [
    ['expires_at', Date.UTC(2026, 10, 1) / 1000 + 7200, /second/i],
    ['expires_at', 'tomorrow', /expires_at/],
    ['expires_in', '7200', /expires_in/],
    ['token', 7, /token/],
    ['openid', {}, /openid/],
    ['granted', 'phone', /granted/],
    ['refresh_token', 7, /refresh_token/],
  ]) {
    test(`S3 ${field}: ${JSON.stringify(value)} is EXCHANGE_INVALID, which names it`, async () => {
      const reply = { token: 't', [field]: value }
      const { client, failure } = createWorld({ exchange: () => reply })
      const { message } = await failure(client.login(), 'EXCHANGE_INVALID')
      assert.match(message, new RegExp(field))
      assert.match(message, pattern)
      const { message: given } = await failure(client.setSession(reply), 'EXCHANGE_INVALID')
      assert.match(given, pattern)
    })
  }
})
