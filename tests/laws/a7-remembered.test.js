import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { createWorld, plain } from '../world.js'

describe('A7 a need is remembered with the session', () => {
  test('A7 met once, not asked again, and listeners hear of it', async () => {
    const phone = createPrompt({ code: 'x' })
    const world = createWorld({ prompts: { phone: phone.prompt } })
    const changes = []
    world.client.onChange(({ type, session }) => changes.push([type, session && [...session.granted]]))
    await world.done(world.client.ensure(['login', 'phone']))
    await world.done(world.client.request({ url: '/goods', needs: 'phone' }))
    assert.equal(phone.asked, 1)
    assert.deepEqual(changes, [
      ['login', []],
      ['granted', ['phone']],
    ])
    const cold = world.restart()
    await cold.done(cold.client.ensure('phone'))
    assert.equal(phone.asked, 1)
  })

  test('A7 until a reply asks for it', async () => {
    const phone = createPrompt({})
    const { backend, client, done } = createWorld({
      prompts: { phone: phone.prompt },
      needs: ({ data }) => data.need,
    })
    await done(client.ensure(['login', 'phone']))
    backend.answer('/checkout', { status: 403, data: { need: 'phone' } })
    assert.equal((await done(client.request({ url: '/checkout', needs: 'phone' }))).statusCode, 200)
    assert.equal(phone.asked, 2)
  })

  const renewals = {
    'its time is up': ({ clock }) => clock.advance(7200_000),
    'the server has refused it': ({ backend, client, done }) => {
      backend.forget()
      return done(client.request({ url: '/private/cart' }))
    },
    'a new one was forced': ({ client, done }) => done(client.login({ force: true })),
  }
  for (const [way, renew] of Object.entries(renewals)) {
    test(`A7 a session that follows since ${way} keeps it for the same openid`, async () => {
      const phone = createPrompt({})
      const world = createWorld({ prompts: { phone: phone.prompt } })
      await world.done(world.client.ensure(['login', 'phone']))
      await renew(world)
      await world.done(world.client.ensure(['login', 'phone']))
      assert.equal(phone.asked, 1)
      assert.deepEqual([...world.client.session.granted], ['phone'])
      assert.equal(world.control.count('login'), 2)
    })
  }

  test('A7 so does the first one after a cold start with a session that has ended', async () => {
    const phone = createPrompt({})
    const first = createWorld({ prompts: { phone: phone.prompt } })
    await first.done(first.client.ensure(['login', 'phone']))
    await first.clock.advance(7200_000)
    const { client, done } = first.restart()
    await done(client.ensure(['login', 'phone']))
    assert.equal(phone.asked, 1)
  })

  test('A7 unless the new session’s reply names granted itself', async () => {
    const phone = createPrompt({})
    const { backend, client, done } = createWorld({ prompts: { phone: phone.prompt } })
    const session = { token: 't', openid: 'o' }
    backend.answer('/login', { data: session })
    await done(client.ensure(['login', 'phone']))
    backend.answer('/login', { data: { ...session, granted: [] } })
    await done(client.login({ force: true }))
    await done(client.ensure('phone'))
    assert.equal(phone.asked, 2)
  })

  const endings = {
    logout: ({ client, done }) => done(client.logout()),
    'another user': ({ backend, client, done }) => {
      backend.answer('/login', { data: { token: 'b', openid: 'another' } })
      return done(client.login({ force: true }))
    },
  }
  for (const [way, end] of Object.entries(endings)) {
    test(`A7 until ${way} ends it`, async () => {
      const phone = createPrompt({})
      const world = createWorld({ prompts: { phone: phone.prompt } })
      await world.done(world.client.ensure(['login', 'phone']))
      await end(world)
      await world.done(world.client.ensure(['login', 'phone']))
      assert.equal(phone.asked, 2)
    })
  }

  test('A7 what the backend knows to hold is not asked', async () => {
    const phone = createPrompt({})
    const { backend, client, done } = createWorld({ prompts: { phone: phone.prompt } })
    backend.answer('/login', { data: { token: 't', granted: ['phone'] } })
    await done(client.ensure(['login', 'phone']))
    assert.equal(phone.asked, 0)
  })

  test('A7 needs of different names share neither prompt nor detail', async () => {
    const details = []
    const submit = (detail) => {
      details.push(plain(detail))
    }
    const [phone, profile] = [createPrompt(undefined, { submit }), createPrompt(undefined, { submit })]
    const { client, clock, done } = createWorld({ prompts: { phone: phone.prompt, profile: profile.prompt } })
    const calls = [client.ensure('phone'), client.ensure('profile')]
    await clock.advance(10)
    assert.deepEqual([phone.asked, profile.asked], [1, 1])
    await client.provide('profile', { nickname: 'n' })
    await done(calls[1])
    assert.deepEqual(details, [{ nickname: 'n' }])
    await client.provide('phone', { code: 'p' })
    await done(calls[0])
    assert.deepEqual(details, [{ nickname: 'n' }, { code: 'p' }])
  })
})
