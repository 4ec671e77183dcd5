import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld } from '../world.js'

const PRIVATE = { url: '/private/cart', needs: 'login' }
const LIFE = 7200_000

describe('what a listener does counts for what was decided before', () => {
  const log = (run) => run.catch((error) => error.code)

  test('S7 after a log-out no request takes the session along that has just begun', async () => {
    const { backend, client, clock } = createWorld()
    client.onChange(({ type }) => {
      if (type === 'login') client.logout()
    })
    const all = ['/private/a', '/private/b'].map((url) => log(client.request({ url, needs: 'login' })))
    await clock.advance(1000)
    assert.deepEqual(await Promise.all(all), ['LOGGED_OUT', 'LOGGED_OUT'])
    for (const { headers } of backend.hits.filter(({ path }) => path.startsWith('/private'))) {
      assert.equal(headers.authorization, undefined)
    }
  })

  test('S7 the login itself gives what it got', async () => {
    const world = createWorld()
    world.client.onChange(({ type }) => {
      if (type === 'login') world.client.logout()
    })
    assert.equal((await world.done(world.client.login())).token, 'token-1')
    assert.equal(await world.client.getSession(), null)
    assert.equal(world.control.storage.size, 0)
  })

  for (const again of [false, true]) {
    test(`L1 a log-out${again ? ' and a login' : ''} at a session’s end: no login for nobody`, async () => {
      const { client, clock, control, done } = createWorld()
      await done(client.login())
      clock.sleep(LIFE)
      control.delay('login', 50)
      const before = control.count('login')
      let login
      client.onChange(({ type }) => {
        if (type !== 'expired') return
        client.logout()
        if (again) login = client.login()
      })
      const request = log(client.request(PRIVATE))
      await clock.advance(1000)
      assert.equal(control.count('login') - before, again ? 1 : 0)
      assert.equal(await request, 'LOGGED_OUT')
      assert.equal((await login)?.token, again ? 'token-2' : undefined)
    })
  }

  test('L3 the code of a login that a log-out ended is not used', async () => {
    const { backend, client, clock } = createWorld()
    client.onTrace(({ step }) => {
      if (step === 'exchange-started') client.logout()
    })
    const login = log(client.login())
    await clock.advance(100)
    assert.equal(await login, 'LOGGED_OUT')
    assert.equal(backend.at('/login').length, 0)
  })

  test('A2 a need that is denied meanwhile shows no prompt', async () => {
    const shown = []
    const prompts = { badge: { ask: () => void shown.push('badge') } }
    const { client, clock, done, failure } = createWorld({ prompts })
    await done(client.login())
    clock.sleep(LIFE)
    client.onChange(() => client.deny('badge'))
    await failure(client.ensure('badge'), 'AUTH_DENIED')
    assert.deepEqual(shown, [])
  })
})

test('X6 listeners that come or go while the client is made count from then on', async () => {
  const first = createWorld()
  await first.done(first.client.login())

  const crossings = async (listen) => {
    const { client, done, loader } = first.restart()
    listen(client)
    await done(client.ensure('scope.camera'))
    const before = loader.callsOut
    await done(client.ensure('scope.camera'))
    return loader.callsOut - before
  }
  const silent = await crossings(() => {})
  const gone = await crossings((client) => {
    const stop = client.onTrace(() => stop())
  })
  assert.equal(gone, silent)

  const heard = []
  const storage = {
    getItem() {
      client.onTrace(({ step }) => heard.push(step))
      return null
    },
    setItem() {},
    removeItem() {},
  }
  const { client, done } = createWorld({ storage })
  await done(client.request({ url: '/goods' }))
  assert.ok(heard.includes('requested'), String(heard))
})
