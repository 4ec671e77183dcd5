import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { authorization, createWorld, NEVER } from '../world.js'

const ORDER = { url: '/orders', method: 'POST', data: { sku: 'tea' } }

/** A, logged in, and a way to let B log in on the same phone. */
async function ofA(options, around) {
  const world = createWorld(options, around)
  world.backend.answer('/login', { data: { token: 'A', openid: 'a' } })
  await world.done(world.client.login())
  world.backend.answer('/login', { data: { token: 'B', openid: 'b' } })
  return world
}

describe('S7 after a log-out a call is never sent again', () => {
  for (const [way, options, reply] of [
    ['a phone number', { needs: ({ data }) => data.need }, { status: 403, data: { need: 'phone' } }],
    [
      'a step of the app’s own',
      { needs: ({ statusCode }) => (statusCode === 403 ? 'phone' : undefined) },
      { status: 403 },
    ],
  ]) {
    test(`S7 when its reply has asked for ${way}, and the next user gives it`, async () => {
      const phone = createPrompt()
      const world = await ofA({ ...options, prompts: { phone: phone.prompt } })
      const { backend, client, clock, done, failure } = world
      backend.answer('/orders', reply)
      const order = client.request(ORDER)
      order.catch(() => {})
      await clock.advance(20)
      assert.equal(phone.asked, 1)
      await done(client.logout())
      await failure(order, 'LOGGED_OUT')
      await done(client.login())
      await done(client.provide('phone', { code: 'of B' }))
      await clock.advance(100)
      assert.deepEqual(authorization(backend.at('/orders')), ['Bearer A'])
    })
  }

  test('S7 when it waits for needs before its first send', async () => {
    const phone = createPrompt()
    const { backend, client, clock, done, failure } = await ofA({ prompts: { phone: phone.prompt } })
    const order = client.request({ ...ORDER, needs: ['login', 'phone'] })
    order.catch(() => {})
    await clock.advance(20)
    client.logout()
    await failure(order, 'LOGGED_OUT')
    await done(client.login())
    await done(client.provide('phone', { code: 'of B' }))
    await clock.advance(100)
    assert.equal(backend.at('/orders').length, 0)
  })

  test('S7 when it waits for the login', async () => {
    const { backend, client, clock, control, done, failure } = createWorld()
    control.delay('login', 50)
    const order = client.request({ ...ORDER, needs: 'login' })
    order.catch(() => {})
    await clock.advance(20)
    client.logout()
    await failure(order, 'LOGGED_OUT')
    await done(client.login(), 200)
    await clock.advance(100)
    assert.equal(backend.at('/orders').length, 0)
  })

  test('S7 when a retry waits', async () => {
    const { backend, client, clock, control, failure } = await ofA({ retries: 3 })
    control.offline()
    const wanted = client.request({ url: '/orders', needs: 'login' })
    wanted.catch(() => {})
    await clock.advance(20)
    client.logout()
    control.offline(false)
    await failure(wanted, 'LOGGED_OUT')
    await clock.advance(10_000)
    assert.equal(backend.at('/orders').length, 0)
  })

  test('S7 when it is under way and comes to a 401', async () => {
    const { backend, client, clock, control, failure } = await ofA()
    const held = backend.hold('/orders')
    const order = client.request(ORDER)
    await clock.advance(10)
    client.logout()
    held.release({ status: 401 })
    await failure(order, 'LOGGED_OUT')
    await clock.advance(100)
    assert.equal(backend.at('/orders').length, 1)
    assert.equal(control.count('login'), 1)
  })

  test('S7 what is under way and is answered well still resolves', async () => {
    const { backend, client, clock, done } = await ofA()
    const held = backend.hold('/orders')
    const order = client.request(ORDER)
    await clock.advance(10)
    client.logout()
    held.release({ data: 'fine' })
    assert.equal((await done(order)).data, 'fine')
  })

  test('S7 an ensure() of the old user’s is over too', async () => {
    const phone = createPrompt()
    const { client, clock, done, failure } = await ofA({ prompts: { phone: phone.prompt } })
    const wanted = client.ensure('phone')
    wanted.catch(() => {})
    await clock.advance(20)
    await done(client.logout())
    await failure(wanted, 'LOGGED_OUT')
    assert.equal(phone.closed, 1)
  })
})

describe('S7 a detail belongs to the user who gave it', () => {
  test('S7 given before a log-out, it is not submitted after it', async () => {
    const phone = createPrompt(undefined, { submit: '/phone' })
    const { backend, client, clock, control, done, failure } = await ofA({ prompts: { phone: phone.prompt } })
    client.ensure('phone').catch(() => {})
    await clock.advance(20)
    control.delay('login', 50)
    client.login({ force: true }).catch(() => {})
    await clock.advance(10)
    const given = client.provide('phone', { code: 'of A' })
    given.catch(() => {})
    client.logout()
    await failure(given, 'LOGGED_OUT')
    await done(client.login(), 500)
    await clock.advance(500)
    assert.equal(backend.at('/phone').length, 0)
  })

  test('S7 nor after the session has become another’s', async () => {
    const phone = createPrompt(undefined, { submit: '/phone' })
    const { backend, client, clock, control, done, failure } = await ofA({ prompts: { phone: phone.prompt } })
    client.ensure('phone').catch(() => {})
    await clock.advance(20)
    control.delay('login', 50)
    client.login({ force: true }).catch(() => {})
    await clock.advance(10)
    const given = client.provide('phone', { code: 'of A' })
    given.catch(() => {})
    await done(client.setSession({ token: 'B', openid: 'b' }))
    await failure(given, 'LOGGED_OUT')
    await clock.advance(500)
    assert.equal(backend.at('/phone').length, 0)
  })
})

describe('S7 a call that began with a session of one user', () => {
  const others = {
    openid: [
      { token: 'A', openid: 'a' },
      { token: 'B', openid: 'b' },
    ],
    unionid: [
      { token: 'A', unionid: 'a' },
      { token: 'B', unionid: 'b' },
    ],
  }
  for (const [name, [mine, another]] of Object.entries(others)) {
    test(`S7 is not sent with that of another ${name}`, async () => {
      const phone = createPrompt()
      const { backend, client, clock, done, failure } = createWorld({ prompts: { phone: phone.prompt } })
      await done(client.setSession(mine))
      const order = client.request({ ...ORDER, needs: 'phone' })
      order.catch(() => {})
      await clock.advance(20)
      await done(client.setSession(another))
      await failure(order, 'LOGGED_OUT')
      await done(client.provide('phone', {}))
      await clock.advance(100)
      assert.equal(backend.at('/orders').length, 0)
    })
  }

  test('S7 nor when its 401 leads to another’s login', async () => {
    const { backend, client, failure } = await ofA()
    backend.answer('/orders', { status: 401 })
    await failure(client.request(ORDER), 'LOGGED_OUT')
    assert.deepEqual(authorization(backend.at('/orders')), ['Bearer A'])
    assert.equal(client.session.token, 'B')
  })

  test('S7 is sent with the same user’s next one', async () => {
    const phone = createPrompt()
    const { backend, client, clock, done } = await ofA({ prompts: { phone: phone.prompt } })
    const order = client.request({ ...ORDER, needs: 'phone' })
    await clock.advance(20)
    await done(client.setSession({ token: 'A2', openid: 'a' }))
    await done(client.provide('phone', {}))
    await done(order)
    assert.deepEqual(authorization(backend.at('/orders')), ['Bearer A2'])
  })

  test('S7 a guest’s goes on with whoever logs in', async () => {
    const { backend, client, done } = createWorld()
    backend.answer('/orders', { status: 401 })
    await done(client.request(ORDER))
    assert.deepEqual(authorization(backend.at('/orders')), [undefined, 'Bearer token-1'])
  })
})

describe('S7 from the very call of logout() on', () => {
  for (const [kind, wasm] of [
    ['with the module', {}],
    ['without it', NEVER],
  ]) {
    test(`S7 the session is null, ${kind}`, async () => {
      const { client } = (await ofA()).restart({}, wasm)
      assert.equal(client.session.token, 'A')
      client.logout().catch(() => {})
      assert.equal(client.session, null)
    })

    test(`S7 nothing carries the old one, ${kind}`, async () => {
      const { backend, client, clock } = (await ofA()).restart({}, wasm)
      client.request({ url: '/before' })
      client.logout().catch(() => {})
      client.request({ url: '/after' }).catch(() => {})
      await clock.advance(1000)
      assert.deepEqual(authorization(backend.at('/before')), ['Bearer A'])
      for (const header of authorization(backend.at('/after'))) assert.equal(header, undefined)
    })

    test(`S7 the next start has no session, ${kind}`, async () => {
      const world = (await ofA()).restart({}, wasm)
      world.client.logout().catch(() => {})
      assert.equal(world.restart({}, NEVER).client.session, null)
    })
  }

  test('S7 getSession() is null, and login() a new login', async () => {
    const { client, done } = await ofA()
    client.logout()
    assert.equal(await done(client.getSession()), null)
    assert.equal((await done(client.login())).token, 'B')
  })

  test('S7 a call that waited for the module is never sent', async () => {
    const phone = createPrompt({})
    const options = { prompts: { phone: phone.prompt } }
    const first = await ofA(options)
    const { backend, client, clock, failure } = first.restart(options, { delay: 500 })
    const order = client.request({ ...ORDER, needs: ['login', 'phone'] })
    order.catch(() => {})
    client.logout()
    await failure(order, 'LOGGED_OUT', 600)
    await clock.advance(1000)
    assert.equal(backend.at('/orders').length, 0)
    assert.equal(phone.asked, 0)
  })

  test('S7 a reply that waits for the module’s judgement comes to nothing but LOGGED_OUT', async () => {
    const first = await ofA()
    const { backend, client, clock, control, failure } = first.restart({}, { delay: 500 })
    backend.answer('/orders', { status: 401 })
    const order = client.request(ORDER)
    order.catch(() => {})
    await clock.advance(20)
    assert.equal(backend.at('/orders').length, 1)
    client.logout()
    await failure(order, 'LOGGED_OUT', 600)
    await clock.advance(1000)
    assert.equal(backend.at('/orders').length, 1)
    assert.equal(control.count('login'), 0)
  })
})

describe('S7 a login that no longer holds at the moment of sending', () => {
  test('S7 with a session that ends while a prompt is open there is another login, and no guest', async () => {
    const phone = createPrompt()
    const { backend, client, clock, control, done } = createWorld({
      prompts: { phone: phone.prompt },
      promptTimeout: 2 * 7200_000,
    })
    const order = client.request({ ...ORDER, needs: ['login', 'phone'] })
    await clock.advance(20)
    await clock.advance(7200_000)
    client.provide('phone', {})
    await done(order)
    assert.deepEqual(authorization(backend.at('/orders')), ['Bearer token-2'])
    assert.equal(control.count('login'), 2)
  })

  test('S7 with a session that ends while a retry waits the same', async () => {
    const world = createWorld({ retries: 1 })
    world.backend.life = 1
    await world.done(world.client.login())
    world.control.fail('request', { errMsg: 'request:fail' })
    await world.done(world.client.request({ url: '/orders', needs: 'login' }), 5000)
    for (const header of authorization(world.backend.at('/orders'))) assert.match(header, /^Bearer token-/)
  })

  test('S7 with a log-out in onChange it is LOGGED_OUT, and no guest', async () => {
    const { backend, client, failure } = createWorld()
    client.onChange(({ type }) => {
      if (type === 'login') client.logout()
    })
    await failure(client.request({ ...ORDER, needs: 'login' }), 'LOGGED_OUT')
    assert.equal(backend.at('/orders').length, 0)
  })
})
