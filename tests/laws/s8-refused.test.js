import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, NEVER } from '../world.js'

/** Who is logged in, and at whose next request the server wants a login. */
const asking = {
  'a 401': [{}, { status: 401 }],
  'a rule of the app’s': [{ needs: ({ data }) => data.need }, { data: { need: 'login' } }],
  'a rule that names a login among others': [
    { needs: ({ data }) => data.needs, prompts: { phone: { ask: () => ({}) } } },
    { data: { needs: ['phone', 'login'] } },
  ],
}

for (const [way, [options, reply]] of Object.entries(asking)) {
  describe(`S8 after ${way} the session that was sent is shown to nobody`, () => {
    async function refused() {
      const world = createWorld(options)
      await world.done(world.client.login())
      world.backend.answer('/orders', reply)
      return world
    }

    test('S8 while the login is under way', async () => {
      const { client, clock, control, done } = await refused()
      control.silent('login')
      client.request({ url: '/orders' }).catch(() => {})
      await clock.advance(20)
      assert.equal(client.session, null)
      assert.equal(await done(client.getSession()), null)
    })

    test('S8 when that login has failed', async () => {
      const { client, control, done, failure } = await refused()
      control.fail('login', { errMsg: 'login:fail' })
      await failure(client.request({ url: '/orders' }), 'LOGIN_FAILED')
      assert.equal(client.session, null)
      assert.equal(await done(client.getSession()), null)
    })

    test('S8 nor at the next start', async () => {
      const world = await refused()
      world.control.silent('login')
      world.client.request({ url: '/orders' }).catch(() => {})
      await world.clock.advance(20)
      const cold = world.restart(options, NEVER)
      assert.equal(cold.client.session, null)
      assert.equal(await cold.done(cold.client.getSession()), null)
    })

    test('S8 nor is it sent again', async () => {
      const { backend, client, clock, control, done } = await refused()
      control.silent('login')
      client.request({ url: '/orders' }).catch(() => {})
      await clock.advance(20)
      await done(client.request({ url: '/goods' }))
      assert.equal(backend.at('/goods')[0].headers.authorization, undefined)
    })
  })
}

test('S8 a refusal that is judged before the module is there counts from its reply on', async () => {
  const first = createWorld()
  await first.done(first.client.login())
  const { backend, client, clock } = first.restart({}, NEVER)
  backend.answer('/orders', { status: 401 })
  client.request({ url: '/orders' }).catch(() => {})
  await clock.advance(20)
  assert.equal(client.session, null)
})
