import assert from 'node:assert/strict'
import { afterEach, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { createAccessToken } from '../../examples/backend/access-token.js'
import { openStore } from '../../examples/backend/store.js'
import { createClock } from '../wechat/clock.js'

/** The access token over a store. `address()` names an empty one. */
export function accessTokenSuite(address) {
  describe('access token', () => {
    const stores = []
    afterEach(async () => {
      for (const store of stores.splice(0)) await store.close()
    })

    /** So many instances, each with its own connection to one store. */
    async function instances(number, { expiresIn = 7200, takes = 0 } = {}) {
      const clock = createClock()
      const at = address()
      const wechat = { fetches: 0, under: 0, most: 0, fails: false }
      async function fetchToken() {
        wechat.fetches += 1
        wechat.under += 1
        wechat.most = Math.max(wechat.most, wechat.under)
        await pause(takes)
        wechat.under -= 1
        if (wechat.fails) throw new Error('down')
        return { token: `token-${wechat.fetches}`, expiresIn }
      }
      const all = []
      for (let i = 0; i < number; i += 1) {
        const store = await openStore(at)
        stores.push(store)
        all.push(createAccessToken({ store, fetchToken, now: clock.now }))
      }
      return { clock, wechat, all, store: stores[0] }
    }

    test('concurrent callers of many instances cause one fetch', async () => {
      const { all, wechat } = await instances(4, { takes: 150 })
      const tokens = await Promise.all(all.flatMap((each) => Array.from({ length: 20 }, () => each.get())))
      assert.deepEqual(new Set(tokens), new Set(['token-1']))
      assert.equal(wechat.fetches, 1)
    })

    test('it is renewed ahead of its end, by one', async () => {
      const { all, clock, wechat } = await instances(2)
      const [one, two] = all
      assert.equal(await one.get(), 'token-1')
      await clock.advance((7200 - 300) * 1000 - 1)
      assert.equal(await one.get(), 'token-1')
      await clock.advance(1)
      assert.equal(await one.get(), 'token-2')
      assert.equal(await two.get(), 'token-2')
      assert.equal(wechat.fetches, 2)
    })

    test('one that ends soon is still used for a while', async () => {
      const { all, clock } = await instances(1, { expiresIn: 60 })
      assert.equal(await all[0].get(), 'token-1')
      await clock.advance(29999)
      assert.equal(await all[0].get(), 'token-1')
      await clock.advance(1)
      assert.equal(await all[0].get(), 'token-2')
    })

    test('a failed fetch is tried again, by whoever comes next', async () => {
      const { all, wechat } = await instances(2)
      wechat.fails = true
      await assert.rejects(all[0].get(), /down/)
      wechat.fails = false
      assert.equal(await all[1].get(), 'token-2')
      assert.equal(await all[0].get(), 'token-2')
    })

    test('a refused one is replaced once, whoever was refused', async () => {
      const { all, wechat } = await instances(3)
      for (const each of all) assert.equal(await each.get(), 'token-1')
      const tokens = await Promise.all(all.map((each) => each.get('token-1')))
      assert.deepEqual(tokens, ['token-2', 'token-2', 'token-2'])
      assert.equal(wechat.fetches, 2)
    })

    test('an instance that died while it fetched holds the others up for a while only', async () => {
      const { all, store } = await instances(1)
      await store.add('access-token-lock', {}, 300)
      const got = all[0].get()
      assert.equal(await Promise.race([got, pause(150, 'waits')]), 'waits')
      assert.equal(await got, 'token-1')
    })
  })
}
