import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, test } from 'node:test'
import { spawnBackend, startBackend } from './process.js'

/** How it starts from its environment. `address()` names an empty store. */
export function serverSuite(address) {
  const app = { WECHAT_APPID: 'a', WECHAT_SECRET: 's' }

  describe('server.js', () => {
    test('says what is missing or wrong in the environment', async () => {
      for (const [env, said] of [
        [{}, /^WECHAT_APPID is not set: expected/],
        [{ ...app, PORT: 'web' }, /^PORT: expected a whole number of at least 0, got "web"/],
        [{ ...app, SESSION_TTL: '2h' }, /^SESSION_TTL: expected a whole number of at least 1, got "2h"/],
        [{ ...app, RATE_LIMIT: '0' }, /^RATE_LIMIT: expected a whole number of at least 1, got "0"/],
        [
          { ...app, TRUST_PROXY: 'yes' },
          /^TRUST_PROXY: expected addresses or CIDR ranges, by comma, got "yes"/,
        ],
        [{ ...app, LOG_LEVEL: 'loud' }, /^LOG_LEVEL: expected one of trace, /],
        [{ ...app, STORE: 'mysql://me:pass@db' }, /^STORE: expected sqlite:PATH or redis:\/\/…\n$/],
        [{ ...app, STORE: 'sqlite:/no/such/folder/a.db' }, /^STORE: .*\/no\/such\/folder/],
      ]) {
        const server = spawnBackend(env)
        const exit = once(server, 'exit')
        const [text] = await once(server.stderr, 'data')
        assert.match(String(text), said)
        assert.equal((await exit)[0], 1)
      }
    })

    test('listens where it is told and stops when it is told', async () => {
      for (const signal of ['SIGTERM', 'SIGINT']) {
        const server = await startBackend({ ...app, STORE: address(), TRUST_PROXY: '127.0.0.1, 10.0.0.0/8' })
        assert.equal((await fetch(`${server.url}/goods`)).status, 200)
        assert.ok(!server.url.endsWith(':3000'))
        assert.equal(await server.end(signal), 0)
      }
    })
  })
}
