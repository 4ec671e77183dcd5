import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld } from '../world.js'

const code = (error) => error.code

describe('X6 requests sent by the lease, of which the core hears only if it has to', () => {
  describe('S7 the session of that moment, also in the midst of what the core performs', () => {
    const ways = {
      'a success that the core settles': ({ client }, next) =>
        client.request({ url: '/private/cart', needs: 'login', success: next }),
      'a listener on changes': ({ client }, next) => {
        const stop = client.onChange(() => {
          stop()
          next()
        })
        return client.login()
      },
      'a prompt': (world, next) => {
        world.showing = next
        return world.client.ensure(['login', 'phone'])
      },
    }
    for (const [name, way] of Object.entries(ways)) {
      test(`S7 after a log-out in ${name} nothing of the session travels`, async () => {
        const world = createWorld({ prompts: { phone: { ask: () => world.showing() } } })
        const next = () => {
          world.client.logout()
          world.client.request({ url: '/goods' })
        }
        way(world, next).catch(code)
        await world.clock.advance(1000)
        assert.deepEqual(
          world.backend.at('/goods').map(({ headers }) => headers.authorization),
          [undefined],
        )
      })
    }
  })

  describe('X6 how often the border is crossed', () => {
    const crossings = async ({ loader }, run) => {
      const before = loader.calls + loader.callsOut
      await run()
      return loader.calls + loader.callsOut - before
    }

    test('X6 not at all by a plain request, and some tens of times by a 401, its login and the resend', async () => {
      const world = createWorld()
      const { backend, client, done } = world
      await done(client.login())
      assert.equal(await crossings(world, () => done(client.request({ url: '/goods' }))), 0)
      backend.answer('/goods', { status: 401 })
      const made = await crossings(world, () => done(client.request({ url: '/goods' })))
      assert.ok(made > 0 && made < 150, `${made} crossings`)
    })

    test('X6 a few times by each of a thousand plain requests on an expired session', async () => {
      const world = createWorld()
      const { client, clock, done } = world
      await done(client.login())
      clock.sleep(7_200_000)
      const storm = () =>
        done(Promise.all(Array.from({ length: 1000 }, () => client.request({ url: '/private/a' }))))
      const made = (await crossings(world, storm)) / 1000
      assert.ok(made < 25, `${made} crossings each`)
    })
  })

  test('R6 a request that the app’s rule ended is not judged any further', async () => {
    let rule = () => undefined
    const { client, done, failure, loader } = createWorld({ needs: () => rule() })
    await done(client.login())
    rule = () => {
      rule = () => undefined
      loader.trap()
      client.ensure('nothing').catch(code)
    }
    await failure(client.request({ url: '/goods' }), 'INTERNAL')
    for (const needs of [undefined, 'login', undefined]) {
      assert.equal((await done(client.request({ url: '/goods', needs }))).statusCode, 200)
    }
  })

  test('R6 a request that is answered while another is handed over is not handed over itself', async () => {
    const { client, clock, done, wx } = createWorld()
    await done(client.ensure('scope.camera'))
    const { request } = wx
    let answerSecond = () => {}
    wx.request = (options) => {
      if (options.url.endsWith('/first')) return { abort() {} }
      if (options.url.endsWith('/login')) return { abort: () => answerSecond() }
      if (!options.url.endsWith('/second')) return request(options)
      answerSecond = () => options.success({ statusCode: 200, data: 2 })
      return { abort() {} }
    }
    const other = client.request({ url: '/goods', needs: 'login' }).catch(code)
    await clock.advance(13_000)
    const first = client.request({ url: '/first' }).catch(code)
    const second = client.request({ url: '/second' }).catch(code)
    // The phone slept: the login is overdue when the first of the two is handed over.
    clock.sleep(60_000)
    await clock.advance(1000)
    assert.equal(await other, 'LOGIN_TIMEOUT')
    assert.equal((await second).data, 2)
    await clock.advance(130_000)
    assert.equal(await first, 'TIMEOUT')
    assert.equal(clock.pending, 0)
  })

  test('R6 a host that never answers is waited for a second longer at most', async () => {
    const { client, clock, control, done } = createWorld()
    await done(client.ensure('scope.camera'))
    control.silent('request', 1)
    let outcome
    client.request({ url: '/goods', timeout: 5000 }).catch((error) => {
      outcome = error.code
    })
    await clock.advance(64_900)
    assert.equal(outcome, undefined)
    await clock.advance(1200)
    assert.equal(outcome, 'TIMEOUT')
  })

  for (const [name, needs, statuses] of [
    ['the first send', ['terms'], []],
    ['the second send', [], [401]],
  ]) {
    test(`R7 aborted in its own attach, ${name} is none`, async () => {
      let mine
      const { backend, client, clock, done, failure } = createWorld({
        attach: () => mine?.abort(),
        prompts: { terms: { ask: () => ({}) } },
      })
      await done(client.login())
      for (const status of statuses) backend.answer('/goods', { status })
      mine = client.request({ url: '/goods', needs })
      await failure(mine, 'ABORTED')
      await clock.advance(100)
      assert.equal(backend.at('/goods').length, statuses.length)
    })
  }

  test('R8 an attach that returns the whole request takes no callback along', async () => {
    const seen = []
    const { client, done } = createWorld({
      attach(request, { token }) {
        request.header['X-Session'] = token
        return request
      },
    })
    await done(client.login())
    const note = (name) => () => seen.push(name)
    const callbacks = { success: note('success'), fail: note('fail'), complete: note('complete') }
    await done(client.request({ url: '/goods', needs: 'login', ...callbacks }))
    assert.deepEqual(seen, ['success', 'complete'])
  })

  test('X6 a listener hears of what was under way when it came', async () => {
    const { backend, client, clock, done } = createWorld()
    await done(client.ensure('scope.camera'))
    const held = backend.hold('/goods')
    const pending = client.request({ url: '/goods' })
    await clock.advance(1)
    const steps = []
    client.onTrace(({ step }) => steps.push(step))
    held.release()
    await done(pending)
    assert.deepEqual(steps, ['replied', 'settled'])
  })

  test('X2 a clock that shows no time stands still', async () => {
    const clock = { ...createWorld().clock, now: () => NaN }
    const { client, done } = createWorld({}, { clock })
    assert.equal((await done(client.login())).token, 'token-1')
    assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 200)
  })
})
