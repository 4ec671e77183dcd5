import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { dist } from '../realm.js'
import { createWx } from '../wechat/wx.js'
import { startBackend } from './process.js'
import { get, openWorld } from './visitors.js'

/** The package's own client, and a backend that comes and goes. `address()` names an empty store. */
export function clientSuite(address) {
  describe('the client', () => {
    let world
    let createClient
    before(async () => {
      world = await openWorld()
      ;({ createClient } = await import(pathToFileURL(`${dist}/node.js`)))
    })
    after(() => world.close())

    for (const signal of ['SIGTERM', 'SIGKILL']) {
      test(`a backend stopped by ${signal} and started again: nobody logs in again`, async () => {
        const env = { ...world.env, STORE: address() }
        let backend = await startBackend(env)
        const { url } = backend
        const { accounts, appid } = world.wechat.platform
        const phones = Array.from({ length: 5 }, (_, i) =>
          createWx({ accounts, appId: appid, user: { openid: `phone-${i}` }, callbacks: 'soon' }),
        )
        const clientOf = ({ wx }) => createClient({ baseURL: url, exchange: '/login', host: wx })
        const shops = phones.map(clientOf)
        try {
          for (const shop of shops) {
            await shop.request({ url: '/favourites', method: 'POST', data: { id: 'tea' }, needs: 'login' })
          }
          await backend.end(signal)
          await assert.rejects(shops[0].request({ url: '/favourites', needs: 'login' }), { code: 'NETWORK' })

          backend = await startBackend({ ...env, PORT: new URL(url).port })
          const cold = phones[4].control.restart()
          for (const shop of [...shops.slice(0, 4), clientOf(cold)]) {
            const { statusCode, data } = await shop.request({ url: '/favourites', needs: 'login' })
            assert.equal(statusCode, 200)
            assert.deepEqual([...data.favourites], ['tea'])
          }
          for (const { control } of phones) assert.equal(control.count('login'), 1)
          assert.equal(cold.control.count('login'), 0)
          assert.equal((await get(`${url}/health`)).status, 200)
        } finally {
          await backend.end('SIGKILL')
        }
      })
    }
  })
}
