import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, STORAGE_KEY } from '../world.js'

describe('storage written by someone else', () => {
  const session = { token: 'planted', expiresAt: Number.MAX_SAFE_INTEGER, granted: [] }
  const text = (more) => JSON.stringify({ v: 1, session: { ...session, ...more }, savedAt: 1 })

  for (const [kind, stored] of [
    ['with a token that would end its header', text({ token: 'planted\r\nX-Admin: 1' })],
    ['with an openid that would', text({ openid: 'planted\n' })],
    ['with its session in a __proto__', `{"v":1,"session":{"__proto__":${text()}},"savedAt":1}`],
    ['that is all in a __proto__', `{"__proto__":${text()}}`],
    ['without an end', text({ expiresAt: 'never' })],
    ['with needs that are no words', text({ granted: [{}] })],
  ]) {
    test(`a text ${kind} counts as none and is removed`, async () => {
      const world = createWorld({}, { phone: { storage: new Map([[STORAGE_KEY, stored]]) } })
      assert.equal(await world.done(world.client.getSession()), null)
      assert.equal(world.control.storage.size, 0)
    })
  }

  test('a well-formed session is taken until the server refuses it', async () => {
    const world = createWorld({}, { phone: { storage: new Map([[STORAGE_KEY, text()]]) } })
    await world.done(world.client.request({ url: '/private/cart' }))
    assert.deepEqual(
      sent(world).map(({ header }) => header.Authorization),
      ['Bearer planted', 'Bearer token-1'],
    )
    assert.equal(JSON.parse(world.control.storage.get(STORAGE_KEY)).session.token, 'token-1')
  })
})
