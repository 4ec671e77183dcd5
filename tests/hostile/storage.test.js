import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { phoneWith, storedText, storedWith } from '../stored.js'
import { authorization, createWorld, NEVER } from '../world.js'

describe('storage written by someone else', () => {
  const texts = {
    'with a token that would end its header': () =>
      storedWith(({ session }) => Object.assign(session, { token: 'planted\r\nX-Admin: 1' })),
    'with a token that no header can carry': () =>
      storedWith(({ session }) => Object.assign(session, { token: '登录' })),
    'with an openid that would': () =>
      storedWith(({ session }) => Object.assign(session, { openid: 'planted\n' })),
    'with its session in a __proto__': async () =>
      (await storedText()).replace('"session":{', '"session":{"__proto__":{').replace('}', '}}'),
    'that is all in a __proto__': async () => `{"__proto__":${await storedText()}}`,
    'without an end': () => storedWith(({ session }) => Object.assign(session, { expiresAt: 'never' })),
    'with needs that are no words': () =>
      storedWith(({ session }) => Object.assign(session, { granted: [{}] })),
    'with an extra that is no object': () =>
      storedWith(({ session }) => Object.assign(session, { extra: [1] })),
  }
  for (const [kind, make] of Object.entries(texts)) {
    test(`S4 a text ${kind} counts as none and is removed`, async () => {
      const world = createWorld({}, { phone: phoneWith(await make()) })
      assert.equal(world.client.session, null)
      assert.equal(await world.done(world.client.getSession()), null)
      await world.clock.advance(60_000)
      assert.equal(world.control.storage.size, 0)
    })
  }

  test('S4 a well-formed session is taken until the server refuses it', async () => {
    const world = createWorld({}, { phone: phoneWith(await storedText({ token: 'planted' })) })
    await world.done(world.client.request({ url: '/private/cart' }))
    assert.deepEqual(authorization(world.backend.at('/private/cart')), ['Bearer planted', 'Bearer token-1'])
    assert.equal(world.restart({}, NEVER).client.session.token, 'token-1')
  })

  test('S3 what a planted extra holds changes no prototype', async () => {
    const text = (await storedText({ token: 't', extra: { a: 1 } })).replace(
      '"a":1',
      '"__proto__":{"planted":1}',
    )
    const world = createWorld({}, { phone: phoneWith(text), wasm: NEVER })
    assert.equal(world.client.session?.extra?.planted, undefined)
    assert.equal(world.realm.run('({}).planted'), undefined)
  })
})
