import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld } from '../world.js'

describe('R6 listeners', () => {
  test('R6 can’t change what the next one hears', async () => {
    const { client, done } = createWorld()
    const heard = []
    client.onChange((change) => {
      try {
        change.type = 'spoilt'
        change.session = null
      } catch {
        // Frozen is as good.
      }
    })
    client.onChange(({ type, session }) => heard.push([type, session?.token]))
    await done(client.login())
    assert.deepEqual(heard, [['login', 'token-1']])
    assert.equal(client.session.token, 'token-1')
  })

  test('R6 nor what the next one is traced', async () => {
    const { client, done } = createWorld()
    const heard = []
    client.onTrace((step) => {
      try {
        step.step = 'spoilt'
      } catch {
        // Frozen is as good.
      }
    })
    client.onTrace(({ step }) => heard.push(step))
    await done(client.request({ url: '/goods' }))
    assert.ok(heard.length > 0 && !heard.includes('spoilt'), heard.join())
  })

  for (const [kind, call] of [
    ['makes requests', (client) => client.request({ url: '/metrics' })],
    ['asks for the session', (client) => client.getSession()],
    ['logs in', (client) => client.login({ force: true })],
  ]) {
    test(`R6 a trace listener that ${kind} does not feed itself for ever`, async () => {
      const { backend, client, clock, control } = createWorld()
      let calls = 0
      client.onTrace(() => {
        calls += 1
        if (calls < 20_000) call(client).catch(() => {})
      })
      client.request({ url: '/goods' })
      for (let ms = 0; ms < 500 && calls < 20_000; ms += 10) await clock.advance(10)
      assert.ok(calls < 1000, `${calls} steps`)
      assert.ok(backend.hits.length < 1000 && control.count('login') < 1000)
    })
  }
})
