import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { phoneWith, storedText, storedWith } from '../stored.js'
import { createWorld, NEVER } from '../world.js'

const PRIVATE = { url: '/private/cart', needs: 'login' }

describe('S4 a text that can’t be read', () => {
  const texts = {
    'of another version': () => storedWith((record) => Object.assign(record, { v: record.v + 1 })),
    'of version 1': () => storedWith((record) => Object.assign(record, { v: 1 })),
    'cut off': async () => (await storedText()).slice(0, -9),
    'not ours': () => 'hello',
    'a number': () => '7',
    null: () => 'null',
    'an array': async () => `[${await storedText()}]`,
    'without a session': () => storedWith((record) => delete record.session),
    'with a session of wrong fields': () => storedWith(({ session }) => Object.assign(session, { token: 7 })),
    'without a version': () => storedWith((record) => delete record.v),
  }
  for (const [kind, make] of Object.entries(texts)) {
    test(`S4 ${kind}, counts as none and is removed`, async () => {
      const world = createWorld({}, { phone: phoneWith(await make()) })
      assert.equal(world.client.session, null)
      assert.equal(await world.done(world.client.getSession()), null)
      await world.clock.advance(60_000)
      assert.equal(world.control.storage.size, 0)
    })

    test(`S4 ${kind}, hinders no guest and no login`, async () => {
      const world = createWorld({}, { phone: phoneWith(await make()) })
      await world.done(world.client.request({ url: '/goods' }))
      assert.equal(world.backend.at('/goods')[0].headers.authorization, undefined)
      assert.equal((await world.done(world.client.request(PRIVATE))).statusCode, 200)
      assert.equal(world.restart({}, NEVER).client.session.token, 'token-1')
    })
  }
})

describe('S4 storage that throws', () => {
  for (const [api, error] of [
    ['setStorageSync', new Error('setStorageSync:fail exceed storage max size 10Mb')],
    ['setStorageSync', { errMsg: 'setStorageSync:fail' }],
    ['getStorageSync', 'broken'],
    ['removeStorageSync', null],
  ]) {
    test(`S4 ${api} throwing ${JSON.stringify(error)} fails no call, and the trace says so`, async () => {
      const world = createWorld({}, { phone: phoneWith('hello') })
      const steps = []
      world.client.onTrace(({ step }) => steps.push(step))
      world.control.throws(api, error, Number.POSITIVE_INFINITY)
      assert.equal((await world.done(world.client.request(PRIVATE))).statusCode, 200)
      assert.equal((await world.client.getSession()).token, 'token-1')
      await world.done(world.client.logout())
      assert.equal(await world.client.getSession(), null)
      assert.ok(steps.includes('storage-failed'), steps.join(' '))
    })
  }

  test('S4 nor does it at the first look at the session', () => {
    const { client, control } = createWorld()
    control.throws('getStorageSync', new Error('broken'))
    assert.equal(client.session, null)
  })
})
