import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { authorization, createWorld } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY
const code = (error) => error.code

/** A user who is logged in, and an endpoint that says 401 whatever it is sent. */
async function refusing(options) {
  const world = createWorld(options)
  world.backend.answer('/orders', { status: 401 }, FOREVER)
  await world.done(world.client.login())
  return { ...world, poll: () => world.done(world.client.request({ url: '/orders' })).catch(code) }
}

/** Polls once a second; how many logins that came to. */
async function pollFor(seconds, { clock, control, poll }) {
  const before = control.count('login')
  for (let second = 0; second < seconds; second += 1) {
    assert.equal(await poll(), 'LOGIN_REJECTED')
    await clock.advance(1000)
  }
  return control.count('login') - before
}

describe('L10 a server that refuses the session it has just given', () => {
  test('L10 is not hammered: a minute of polling costs a handful of logins', async () => {
    const world = await refusing()
    const logins = await pollFor(60, world)
    assert.ok(logins >= 2 && logins <= 8, `${logins} logins`)
  })

  test('L10 by a rule of the app’s the same', async () => {
    const world = createWorld({ needs: ({ data }) => data.need })
    world.backend.answer('/orders', { data: { need: 'login' } }, FOREVER)
    await world.done(world.client.login())
    const poll = () => world.done(world.client.request({ url: '/orders' })).catch(code)
    const logins = await pollFor(60, { ...world, poll })
    assert.ok(logins <= 8, `${logins} logins`)
  })

  test('L10 each poll inside the wait is one send, and rejects at once', async () => {
    const { backend, client, failure, poll } = await refusing()
    await poll()
    const before = backend.hits.length
    const error = await failure(client.request({ url: '/orders' }), 'LOGIN_REJECTED')
    assert.equal(error.statusCode, 401)
    assert.equal(backend.hits.length, before + 1)
  })

  test('L10 the session stays, here and at the next start', async () => {
    const world = await refusing()
    await world.poll()
    await world.poll()
    assert.equal(world.client.session.token, 'token-2')
    assert.equal((await world.client.getSession()).token, 'token-2')
    const cold = world.restart()
    assert.equal(cold.client.session.token, 'token-2')
  })

  test('L10 its neighbours are sent once, with that session', async () => {
    const { backend, client, done, poll } = await refusing()
    await poll()
    for (let nth = 0; nth < 3; nth += 1) {
      await poll()
      await done(client.request({ url: '/private/cart' }))
    }
    const sent = authorization(backend.at('/private/cart'))
    assert.equal(sent.length, 3)
    for (const header of sent) assert.match(header, /^Bearer token-\d$/)
  })
})

describe('L10 the end of the wait', () => {
  test('L10 comes with a reply to that session that asks for nothing', async () => {
    const { client, control, done, poll } = await refusing()
    await poll()
    await poll()
    assert.equal(control.count('login'), 2)
    await done(client.request({ url: '/goods' }))
    await poll()
    assert.equal(control.count('login'), 3)
  })

  test('L10 but not with a reply to a request that did not carry it', async () => {
    const { client, control, done, poll } = await refusing()
    await poll()
    await done(client.request({ url: '/goods', anonymous: true }))
    await done(client.request({ url: 'https://elsewhere.example/x' }))
    await poll()
    assert.equal(control.count('login'), 2)
  })

  /** How long, in seconds, polls reject without a login after one that came to LOGIN_REJECTED. */
  async function waitAfterRejection({ clock, control, poll }) {
    const before = control.count('login')
    let waited = 0
    while (control.count('login') === before) {
      await clock.advance(250)
      waited += 0.25
      await poll()
      assert.ok(waited < 200, 'no login for 200 s')
    }
    return waited
  }

  test('L10 the waits double, whatever a good reply has ended', async () => {
    const world = await refusing()
    await world.poll()
    await world.done(world.client.request({ url: '/goods' }))
    await world.poll()
    await world.done(world.client.request({ url: '/goods' }))
    await world.poll()
    const waited = await waitAfterRejection(world)
    assert.ok(waited > 2 && waited <= 4.25, `${waited} s`)
  })

  test('L10 the doubling is forgotten after ten minutes without a LOGIN_REJECTED', async () => {
    const world = await refusing()
    await world.poll()
    for (let nth = 0; nth < 5; nth += 1) await waitAfterRejection(world)
    await world.clock.advance(601_000)
    await world.poll()
    const waited = await waitAfterRejection(world)
    assert.ok(waited <= 1.25, `${waited} s`)
  })

  test('L10 a forced login is the app’s own affair', async () => {
    const { client, control, done, poll } = await refusing()
    await poll()
    await done(client.login({ force: true }))
    assert.equal(control.count('login'), 3)
  })
})
