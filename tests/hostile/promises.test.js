// biome-ignore-all lint/suspicious/noThenProperty: replies that look like promises are the subject
/** Replies that look like promises, and hosts that call back from within. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, unhandledDuring } from '../world.js'

/** A host whose replies to `/goods` are `more` richer. */
function hostWith({ wx }, more) {
  return {
    ...wx,
    request(options) {
      if (!options.url.endsWith('/goods')) return wx.request(options)
      return wx.request({ ...options, success: (reply) => options.success({ ...reply, ...more }) })
    },
  }
}

const replies = {
  'never settles': { then() {} },
  rejects: { then: (_, reject) => reject(new Error('foreign')) },
  resolves: { then: (resolve) => resolve('foreign') },
  throws: {
    then() {
      throw new Error('foreign')
    },
  },
}

describe('R6 a native reply that has a then', () => {
  for (const [kind, more] of Object.entries(replies)) {
    test(`R6 which ${kind} settles its call, with nothing foreign`, async () => {
      const world = createWorld()
      const client = world.createClient({ host: hostWith(world, more) })
      let got
      const success = (reply) => {
        got = reply
      }
      const outcome = await world.done(client.request({ url: '/goods', success })).then(
        ({ statusCode }) => statusCode,
        (error) => error,
      )
      if (outcome === 200) assert.equal(got.statusCode, 200)
      else assert.ok(world.isLoginError(outcome), String(outcome))
    })
  }

  test('R7 such a call can be aborted before its reply', async () => {
    const world = createWorld()
    const client = world.createClient({ host: hostWith(world, replies['never settles']) })
    const held = world.backend.hold('/goods')
    const pending = client.request({ url: '/goods' })
    await world.clock.advance(10)
    pending.abort()
    await world.failure(pending, 'ABORTED')
    held.release()
    await world.clock.advance(100)
  })

  test('R6 a session that has one is a session', async () => {
    const exchange = async () => {
      const reply = { token: 't' }
      return [reply]
    }
    const readSession = ([reply]) => ({ ...reply, then() {} })
    const { client, done } = createWorld({ exchange, readSession })
    const outcome = await done(client.login()).catch(({ code }) => code)
    assert.ok(outcome.token === 't' || /INVALID|FAILED/.test(outcome), String(outcome))
  })

  test('R6 an unwrap that makes a promise is CALLBACK_FAILED', async () => {
    const makers = [async () => 1, () => Promise.reject(new Error('foreign')), () => ({ then() {} })]
    for (const unwrap of makers) {
      const { client, failure } = createWorld({ unwrap })
      const unhandled = await unhandledDuring(() =>
        failure(client.request({ url: '/goods' }), 'CALLBACK_FAILED'),
      )
      assert.deepEqual(unhandled, [])
    }
  })
})

describe('R7 abort() from within the host’s own call', () => {
  for (const [kind, needs] of [
    ['of a plain request', undefined],
    ['of one that waited for a login', 'login'],
  ]) {
    test(`R7 ${kind} reaches the native task`, async () => {
      const world = createWorld()
      let aborts = 0
      let pending
      const host = {
        ...world.wx,
        request(options) {
          if (!options.url.endsWith('/goods')) return world.wx.request(options)
          if (pending) pending.abort()
          else Promise.resolve().then(() => pending.abort())
          return {
            abort() {
              aborts += 1
              options.fail({ errMsg: 'request:fail abort' })
            },
          }
        },
      }
      const client = world.createClient({ host })
      pending = client.request({ url: '/goods', needs })
      await world.failure(pending, 'ABORTED')
      await world.clock.advance(100)
      assert.equal(aborts, 1)
    })
  }
})
