import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { openStore } from '../../examples/backend/store.js'

/** What an engine is held to. `address()` names an empty store. */
export function storeSuite(address) {
  describe('store', () => {
    let at
    let store
    const others = []

    const openAnother = async () => {
      others.push(await openStore(at))
      return others.at(-1)
    }
    beforeEach(async () => {
      at = address()
      store = await openStore(at)
    })
    afterEach(async () => {
      await store.close()
      for (const other of others.splice(0)) await other.close()
    })

    test('what was put is there, for others and after a restart too', async () => {
      assert.equal(await store.get('a'), null)
      await store.put('a', { n: 1, text: '名字 "x"\n' })
      assert.deepEqual(await store.get('a'), { n: 1, text: '名字 "x"\n' })
      assert.deepEqual(await (await openAnother()).get('a'), { n: 1, text: '名字 "x"\n' })
      await store.put('a', { n: 2 })
      await store.close()
      store = await openStore(at)
      assert.deepEqual(await store.get('a'), { n: 2 })
    })

    test('add takes a name that is free, replace what still stands, delete what is there', async () => {
      assert.equal(await store.replace('a', { n: 1 }, { n: 2 }), false)
      assert.equal(await store.delete('a'), false)
      assert.equal(await store.add('a', { n: 1 }), true)
      assert.equal(await store.add('a', { n: 9 }), false)
      assert.equal(await store.replace('a', { n: 9 }, { n: 2 }), false)
      assert.equal(await store.replace('a', await store.get('a'), { n: 2 }), true)
      assert.deepEqual(await store.get('a'), { n: 2 })
      assert.equal(await store.delete('a'), true)
      assert.equal(await store.get('a'), null)
    })

    test('of many at once, from two sides, one adds, one replaces, one deletes', async () => {
      const both = [store, await openAnother()]
      const race = async (run) => {
        const done = await Promise.all(Array.from({ length: 40 }, (_, i) => run(both[i % 2], i)))
        return done.filter(Boolean).length
      }
      assert.equal(await race((side, i) => side.add('a', { i })), 1)
      const was = await store.get('a')
      assert.equal(await race((side, i) => side.replace('a', was, { by: i })), 1)
      assert.equal(await race((side) => side.delete('a')), 1)
    })

    test('what has an end is gone after it, and its name is free again', async () => {
      await store.put('put', { n: 1 }, 80)
      await store.add('added', { n: 1 }, 80)
      await store.put('replaced', { n: 1 })
      await store.replace('replaced', { n: 1 }, { n: 2 }, 80)
      await store.put('stays', { n: 1 }, 80)
      await store.replace('stays', { n: 1 }, { n: 2 })
      for (const key of ['put', 'added', 'replaced']) assert.ok(await store.get(key), key)
      await pause(120)
      for (const key of ['put', 'added', 'replaced']) {
        assert.equal(await store.get(key), null)
        assert.equal(await store.replace(key, { n: 1 }, { n: 3 }), false)
        assert.equal(await store.delete(key), false)
        assert.equal(await store.add(key, { n: 4 }), true)
      }
      assert.deepEqual(await store.get('stays'), { n: 2 })
    })
  })
}
