import assert from 'node:assert/strict'
import { after, afterEach, before, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { startBackend } from './process.js'
import { check, get, inTurns, openWorld, post, renew } from './visitors.js'

const LOGINS = 200

/** So many processes on one store, killed and started. `address()` names an empty one. */
export function instancesSuite(address, instances) {
  describe('processes', () => {
    let world
    const running = []
    before(async () => {
      world = await openWorld()
    })
    after(() => world.close())
    afterEach(async () => {
      for (const backend of running.splice(0)) await backend.end('SIGKILL')
    })

    async function start(STORE, more) {
      const backend = await startBackend({ ...world.env, STORE, ...more })
      running.push(backend)
      return backend
    }

    test('kill -9 in the midst of 200 logins: whoever was told of a session has it', async () => {
      const store = address()
      const all = []
      for (let i = 0; i < instances; i += 1) all.push(await start(store))
      const told = []
      let restarted
      let failed = 0

      async function restart() {
        await all[0].end('SIGKILL')
        all[0] = await start(store, { PORT: new URL(all[0].url).port })
      }
      /** As behind a load balancer: whoever finds one gone comes to the next. */
      async function logIn(i) {
        for (let tries = 0; tries < 200; tries += 1) {
          const login = world.login(all[(i + tries) % all.length].url, `user-${i}`)
          const { status, body } = await login.catch(() => ({}))
          if (status === 200) return told.push(body)
          assert.equal(status, undefined, JSON.stringify(body))
          failed += 1
          await pause(20)
        }
        return assert.fail(`user-${i} is not let in`)
      }
      await inTurns(
        Array.from({ length: LOGINS }, (_, i) => async () => {
          await logIn(i)
          if (told.length >= LOGINS / 2) restarted ||= restart()
        }),
      )
      await restarted
      assert.equal(told.length, LOGINS)
      assert.ok(failed > 0, 'nobody was cut off: nothing was killed in the midst')

      const statuses = new Set()
      await inTurns(
        told.flatMap((session) =>
          all.map(
            ({ url }) =>
              async () =>
                statuses.add(await check(url, session)),
          ),
        ),
      )
      await inTurns(
        told.map((session, i) => async () => {
          const renewed = await renew(all[i % all.length].url, session)
          statuses.add(renewed.status)
          statuses.add(await check(all[0].url, renewed.body))
        }),
      )
      assert.deepEqual([...statuses], [200])
    })

    test('one access token for all, and what one learns the other knows', async () => {
      const store = address()
      const [one, two] = [await start(store), await start(store)]
      const before = world.counts.tokenFetches
      const { token } = (await world.login(one.url, 'shared')).body
      const replies = await Promise.all(
        [one, two, one, two].map(({ url }) => post(`${url}/phone`, { code: world.phoneCode() }, token)),
      )
      assert.deepEqual(
        replies.map(({ status }) => status),
        [200, 200, 200, 200],
      )
      assert.equal(world.counts.tokenFetches, before + 1)
      assert.equal((await get(`${two.url}/profile`, token)).body.phone, '+86 138****1234')
      await fetch(`${two.url}/logout`, { method: 'POST', headers: { authorization: `Bearer ${token}` } })
      assert.equal(await check(one.url, { token }), 401)
    })

    test('told to stop, it first answers who waits', async () => {
      const backend = await start(address())
      world.wechat.platform.fail('jscode2session', { delay: 600 })
      const login = world.login(backend.url, 'late')
      await pause(200)
      const begin = Date.now()
      const ended = backend.end('SIGTERM')
      assert.equal((await login).status, 200)
      assert.equal(await ended, 0)
      assert.ok(Date.now() - begin < 4000, 'a connection held it up')
      await assert.rejects(get(`${backend.url}/health`), TypeError)
    })

    test('the log names no token, no code, no key and no secret', async () => {
      const { accounts, appid } = world.wechat.platform
      const backend = await start(address(), { LOG_LEVEL: 'trace' })
      const { url } = backend
      const code = world.code('logged')
      const { session_key } = accounts.sessionKey({ appid, openid: 'logged' })
      const first = (await post(`${url}/login`, { code })).body
      const used = await post(`${url}/login`, { code })
      assert.equal(used.body.errcode, 40163)
      const second = (await renew(url, first)).body
      const phoneCode = world.phoneCode()
      await post(`${url}/phone`, { code: phoneCode }, second.token)
      await post(`${url}/phone`, { code: phoneCode }, second.token)
      const page = (await post(`${url}/scan`, {})).body
      await post(`${url}/scan/${page.scene}/confirm`, {}, second.token)
      await get(`${url}/scan/${page.scene}?secret=${page.secret}`)
      await renew(url, first)
      await check(url, second)
      await backend.end()

      const log = backend.log()
      const lines = log.trim().split('\n')
      assert.ok(lines.length > 15)
      for (const line of lines) assert.equal(typeof JSON.parse(line).level, 'number')
      const secrets = { code, phoneCode, session_key, secret: world.env.WECHAT_SECRET, ...page }
      for (const [which, { token, refresh_token }] of Object.entries({ first, second })) {
        const [id, half] = token.split('.')
        Object.assign(secrets, { [`${which} id`]: id, [`${which} token`]: half })
        secrets[`${which} refresh token`] = refresh_token.split('.')[1]
      }
      delete secrets.expires_in
      for (const [name, secret] of Object.entries(secrets)) assert.ok(!log.includes(secret), name)
    })
  })
}
