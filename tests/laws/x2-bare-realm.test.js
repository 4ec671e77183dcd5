import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { transform } from 'esbuild'
import { dist } from '../realm.js'
import { createWorld, plain } from '../world.js'

describe('X2 nothing but ECMAScript 2017, timers, the host and WXWebAssembly', () => {
  test('X2 the realm of these tests is bare', () => {
    const { realm } = createWorld()
    const absent =
      'TextDecoder TextEncoder URL queueMicrotask FinalizationRegistry WeakRef BigInt globalThis console WebAssembly ' +
      'window self document location navigator fetch setInterval setImmediate process require module performance crypto'
    for (const name of absent.split(' ')) assert.equal(realm.run(`typeof ${name}`), 'undefined', name)
    assert.throws(() => realm.run('eval("1")'), { name: 'EvalError' })
    assert.throws(() => realm.run('new Function("return 1")()'), { name: 'EvalError' })
    assert.throws(() => realm.run('[].flat()'), { name: 'TypeError' })
    assert.throws(() => realm.run('Object.hasOwn({}, "a")'), { name: 'TypeError' })
  })

  for (const name of ['index', 'core', 'fallback']) {
    test(`X2 miniprogram/${name}.js has no syntax that ES2017 lacks`, async () => {
      const source = readFileSync(`${dist}/miniprogram/${name}.js`, 'utf8')
      const [lowered, kept] = await Promise.all(
        ['es2017', 'esnext'].map((target) => transform(source, { target, charset: 'utf8' })),
      )
      assert.equal(lowered.code, kept.code)
    })

    test(`X2 miniprogram/${name}.js requires ${name === 'index' ? './core.js alone' : 'nothing'}`, () => {
      const source = readFileSync(`${dist}/miniprogram/${name}.js`, 'utf8')
      // Messages quote require('…') to their readers; esbuild writes calls of it with double quotes.
      const found = source.match(/\brequire\("[^)]*\)|\bimport\s*[("{*]/g)
      if (name === 'index') assert.deepEqual(new Set(found), new Set(['require("./core.js")']))
      else assert.equal(found, null)
    })
  }

  test('X2 texts beyond ASCII cross the border whole', async () => {
    const { backend, client, done } = createWorld()
    const texts = ['登录', 'é', '😀', '\ud800', 'x'.repeat(70_000), 'ü'.repeat(70_000)]
    for (const text of texts) {
      backend.answer('/login', { data: { token: 't', openid: `o${text}` } })
      const { openid } = await done(client.login({ force: true }))
      assert.equal(openid, `o${text}`.toWellFormed())
    }
  })

  test('X2 the whole way on the fallback', async () => {
    const world = createWorld({ prompts: { phone: { ask: () => ({}) } } }, { wasm: null, fallback: true })
    world.backend.answer('/private/a', { status: 401 })
    await world.done(world.client.request({ url: '/private/a', needs: ['phone', 'scope.camera'] }))
    const session = await world.done(world.client.getSession())
    assert.equal(session.token, 'token-1')
    const cold = world.restart()
    assert.deepEqual(plain(await cold.done(cold.client.getSession())), plain(session))
  })
})
