import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld } from '../world.js'

describe('R7 abort', () => {
  test('R7 before the send: never sent; the login goes on for others', async () => {
    const { backend, client, clock, control, done, failure } = createWorld()
    control.delay('login', 20)
    const mine = client.request({ url: '/private/mine', needs: 'login' })
    const other = client.request({ url: '/private/other', needs: 'login' })
    await clock.advance(10)
    mine.abort()
    await failure(mine, 'ABORTED', 0)
    await done(other)
    assert.equal(backend.at('/private/mine').length, 0)
    assert.equal(control.count('login'), 1)
  })

  test('R7 before the module is there', async () => {
    const { backend, client, clock, failure } = createWorld({}, { wasm: { delay: 50 } })
    const mine = client.request({ url: '/goods', needs: 'login' })
    mine.abort()
    await failure(mine, 'ABORTED')
    await clock.advance(100)
    assert.equal(backend.hits.length, 0)
  })

  test('R7 after the send: the native task is aborted', async () => {
    const { backend, client, clock, control, failure } = createWorld()
    backend.answer('/goods', 'hang')
    const mine = client.request({ url: '/goods' })
    await clock.advance(10)
    assert.equal(control.underWay().running, 1)
    mine.abort()
    await failure(mine, 'ABORTED', 0)
    await clock.advance(10)
    assert.equal(control.underWay().running, 0)
    assert.match(control.calls.at(-1).errMsg, /abort/)
  })

  test('R7 while a prompt is open, between two sends, and after the end', async () => {
    const { backend, client, clock, failure, done } = createWorld({ prompts: { phone: { ask: () => {} } } })
    const waiting = client.request({ url: '/goods', needs: 'phone' })
    await clock.advance(10)
    waiting.abort()
    await failure(waiting, 'ABORTED', 0)
    const held = backend.hold('/login')
    const between = client.request({ url: '/private/cart' })
    await clock.advance(10)
    between.abort()
    await failure(between, 'ABORTED', 0)
    held.release()
    await clock.advance(100)
    assert.equal(backend.at('/private/cart').length, 1)
    const over = client.request({ url: '/goods' })
    await done(over)
    over.abort()
    over.abort()
    assert.equal((await over).statusCode, 200)
  })

  test('R7 by the native task is ABORTED too', async () => {
    const { backend, client, failure, clock } = createWorld()
    backend.answer('/goods', 'hang')
    let task
    const mine = client.request({
      url: '/goods',
      onTask(given) {
        task = given
      },
    })
    await clock.advance(10)
    task.abort()
    await failure(mine, 'ABORTED')
  })

  test('R7 in a callback of its own', async () => {
    const { client, failure } = createWorld()
    const mine = client.request({ url: '/goods', onTask: () => mine.abort() })
    await failure(mine, 'ABORTED')
  })

  for (const [kind, wasm] of [
    ['in the turn of its call', {}],
    ['in the turn of its call, though the module comes late', { delay: 500 }],
  ]) {
    test(`R7 ${kind}: the native task is aborted`, async () => {
      const { client, control, failure } = createWorld({}, { wasm })
      const mine = client.request({ url: '/goods' })
      assert.equal(control.underWay().running, 1)
      mine.abort()
      const { errMsg } = await failure(mine, 'ABORTED', 600)
      assert.equal(errMsg, 'request:fail abort')
      assert.equal(control.underWay().running, 0)
    })
  }
})
