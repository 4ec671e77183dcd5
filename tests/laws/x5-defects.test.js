import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, ORIGIN } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY

/** A call that the module has to hear of at once, once it is there. */
const entering = (client) => client.ensure('nothing')

describe('X5 a defect of the module', () => {
  test('X5 everything waiting rejects INTERNAL, whichever client’s, and the next call works', async () => {
    const { backend, client, clock, control, createClient, done, failure, loader } = createWorld({
      prompts: { phone: { ask: () => {} } },
    })
    const other = createClient({ storageKey: 'other' })
    await done(client.login())
    await done(other.ensure('scope.camera'))
    control.files.set('f', { bytes: Uint8Array.of(1), type: '' })
    backend.answer('/slow', 'hang', FOREVER)
    control.silent('login', 1)
    const waiting = [
      client.request({ url: '/slow' }),
      client.upload({ url: '/slow', filePath: 'f', name: 'f' }),
      client.request({ url: '/goods', needs: 'phone' }),
      client.login({ force: true }),
      other.request({ url: '/slow' }),
    ]
    await clock.advance(10)
    loader.trap()
    await failure(entering(client), 'INTERNAL', 1)
    for (const call of waiting) assert.equal((await failure(call, 'INTERNAL', 1)).retryable, true)
    assert.equal((await done(client.request({ url: '/private/cart', needs: 'login' }))).statusCode, 200)
    assert.equal((await done(other.request({ url: '/goods' }))).statusCode, 200)
    assert.equal(loader.loads, 2)
    assert.equal((await client.getSession()).token, 'token-1')
  })

  /** A bit of everything; how each call ended, once all had all the time they could want. */
  async function busyDay({ backend, clock, control, createClient }, name) {
    const busy = createClient({
      storageKey: name,
      needs: ({ data }) => data.need,
      exchange: async () => ({ token: name }),
      prompts: { phone: { ask: () => {} }, profile: { ask: async () => ({}), submit: async () => {} } },
      loginTimeout: 1000,
      promptTimeout: 1000,
    })
    backend.answer('/asks', { data: { need: 'profile' } })
    backend.answer('/late', 'hang')
    control.fail('downloadFile', { errMsg: 'downloadFile:fail' })
    const thrown = []
    const tolerant = (run) => {
      try {
        run()
      } catch (error) {
        thrown.push(error)
      }
    }
    const stop = busy.onTrace(() => {})
    const aborted = busy.request({ url: '/late' })
    const calls = [
      aborted,
      busy.getSession(),
      busy.request({ url: '/asks' }),
      busy.request({ url: `https://${name}.example/a` }),
      busy.request({ url: '/private/cart', needs: 'login', validateStatus: () => thrown.missing.field }),
      busy.download({ url: '/d' }),
      busy.ensure(['phone', 'login']),
      busy.ensure('scope.camera'),
      busy.login(),
    ]
    await clock.advance(5)
    tolerant(() => aborted.abort())
    tolerant(stop)
    calls.push(busy.provide('phone', {}), busy.logout(), busy.ensure('phone'))
    tolerant(() => busy.deny('phone'))
    const outcomes = calls.map(() => 'nothing')
    calls.forEach((call, index) => {
      call.then(
        () => {
          outcomes[index] = 'fine'
        },
        (error) => {
          outcomes[index] = error.code
        },
      )
    })
    await clock.advance(300_000)
    return { busy, outcomes, thrown }
  }

  for (const [way, spring] of [
    ['a trap on every way in', 'trap'],
    ['an exception from every way out', 'poison'],
  ]) {
    test(`X5 ${way}: every call settles, and the next ones work`, async () => {
      let world
      const found = []
      let nth = 1
      for (; ; nth += 1) {
        if (nth % 25 === 1) world = createWorld()
        const { loader, clock, done } = world
        const sprung = loader.sprung
        const pending = clock.pending
        loader[spring](nth)
        const { busy, outcomes, thrown } = await busyDay(world, `c${nth}`)
        if (loader.sprung === sprung) break
        if (outcomes.includes('nothing')) found.push(`${nth}: hangs: ${outcomes}`)
        if (thrown.length > 0) found.push(`${nth}: throws ${thrown}`)
        await done(busy.request({ url: '/goods', needs: 'login' }), 2000).catch((error) =>
          found.push(`${nth}: the next call: ${error.message}`),
        )
        await clock.advance(300_000)
        if (clock.pending > pending) found.push(`${nth}: leaves a timer`)
      }
      assert.deepEqual(found, [])
      assert.ok(nth > 30, `${nth} places`)
    })
  }

  test('X5 what the host still answers to the broken instance is nobody’s', async () => {
    const { backend, client, clock, control, done, failure, loader } = createWorld()
    const held = backend.hold('/late')
    const late = client.request({ url: '/late' })
    control.delay('login', 50)
    const login = client.login()
    await clock.advance(10)
    loader.trap()
    await failure(entering(client), 'INTERNAL')
    await failure(late, 'INTERNAL')
    await failure(login, 'INTERNAL')
    const again = client.request({ url: '/goods' })
    held.release()
    await clock.advance(100)
    await done(again)
    assert.equal(await client.getSession(), null)
    assert.equal(backend.at('/login').length, 0)
    assert.equal(loader.sprung, 1)
  })

  test('X5 a client that shares the load does not enter what another client broke', async () => {
    const { client, createClient, done, failure, loader } = createWorld()
    const other = createClient({ storageKey: 'other' })
    await done(client.ensure('scope.camera'))
    loader.trap()
    const [first, second] = [entering(client), other.login()]
    await failure(first, 'INTERNAL')
    assert.equal((await done(second)).token, 'token-1')
    assert.equal(loader.loads, 2)
  })

  test('X5 wherever a login, its exchange and a submission by absolute URLs break it', async () => {
    let nth = 0
    for (let sprung = 1; sprung === 1; ) {
      nth += 1
      const { client, clock, done, loader } = createWorld({
        exchange: `${ORIGIN}/login`,
        prompts: { phone: { ask: () => ({}), submit: `${ORIGIN}/phone` } },
      })
      await done(client.ensure('scope.camera'))
      loader.trap(nth)
      const ended = client.ensure(['login', 'phone']).then(
        () => 'fine',
        ({ code }) => code,
      )
      await clock.advance(1000)
      sprung = loader.sprung
      assert.equal(await ended, sprung ? 'INTERNAL' : 'fine', `crossing ${nth}`)
      if (sprung) await done(client.login())
    }
    assert.ok(nth > 5, `${nth} crossings`)
  })

  test('X5 where it broke in what it had called, it does not go on to act', async () => {
    const { client, clock, control, done, failure, loader } = createWorld()
    await done(client.login())
    clock.sleep(7_200_000)
    const logins = control.count('login')
    const stop = client.onChange(() => {
      stop()
      loader.trap()
      entering(client).catch(() => {})
    })
    await failure(client.request({ url: '/goods', needs: 'login' }), 'INTERNAL')
    assert.equal(control.count('login'), logins)
    await done(client.login())
    assert.equal(control.count('login'), logins + 1)
  })

  test('X5 nor to store a session that is no longer its own', async () => {
    const { client, control, done, loader } = createWorld({ prompts: { phone: { ask: () => ({}) } } })
    await done(client.login())
    const stored = () => [...control.storage.values()].map((text) => JSON.parse(text).session.token)
    const stop = client.onTrace(({ step }) => {
      if (step !== 'detail-given') return
      stop()
      loader.trap()
      entering(client).catch(() => {})
    })
    await done(client.ensure('phone').catch(() => {}))
    assert.deepEqual(stored(), ['token-1'])
    assert.equal((await done(client.getSession())).token, 'token-1')
  })

  test('X5 nor to post a detail after the app’s attach broke it', async () => {
    const { backend, client, clock, done, failure, loader } = createWorld({
      prompts: { phone: { ask: () => ({}), submit: '/phone' } },
      attach() {
        loader.trap()
        entering(client).catch(() => {})
        return {}
      },
    })
    await done(client.login())
    await failure(client.ensure('phone'), 'INTERNAL')
    await clock.advance(100)
    assert.equal(backend.at('/phone').length, 0)
  })

  test('X5 a request during whose look at the host it breaks waits for the next one', async () => {
    const { client, done, loader, wx } = createWorld()
    await done(client.ensure('scope.camera'))
    const { request } = wx
    let broken = false
    Object.defineProperty(wx, 'request', {
      get() {
        if (!broken) {
          broken = true
          loader.trap()
          entering(client).catch(() => {})
        }
        return request
      },
    })
    assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 200)
    assert.equal(loader.loads, 2)
  })

  test('X5 a module that breaks whenever it is entered rejects, and hangs nothing', async () => {
    const { client, done, loader } = createWorld()
    for (let round = 0; round < 3; round += 1) {
      loader.trap()
      const outcome = await done(
        client.request({ url: '/a', needs: 'login' }).catch(({ code }) => ({ code })),
      )
      assert.ok(outcome.statusCode === 200 || outcome.code === 'INTERNAL', JSON.stringify(outcome))
    }
    assert.equal((await done(client.request({ url: '/a', needs: 'login' }))).statusCode, 200)
  })

  test('X5 a module that breaks in one client while another connects is not entered again', async () => {
    for (let nth = 1; nth < 60; nth += 1) {
      const { client, clock, createClient, done, loader } = createWorld({}, { wasm: { delay: 10 } })
      const other = createClient({ storageKey: 'other' })
      loader.trap(nth)
      const outcomes = []
      for (const each of [client, other]) {
        each.login().then(
          () => outcomes.push('fine'),
          ({ code }) => outcomes.push(code),
        )
      }
      await clock.advance(1000)
      assert.equal(outcomes.length, 2, `entry ${nth}: ${outcomes}`)
      for (const outcome of outcomes) assert.match(outcome, /^(?:fine|INTERNAL)$/, `entry ${nth}`)
      for (const each of [client, other])
        await done(each.request({ url: '/private/a', needs: 'login' }), 3000)
    }
  })
})
