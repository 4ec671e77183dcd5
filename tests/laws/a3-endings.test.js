import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { createWorld, plain } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY

describe('A3 an unanswered prompt ends', () => {
  test('A3 after promptTimeout, for all, and the next call may ask', async () => {
    const phone = createPrompt()
    const { client, clock, done, failure } = createWorld({
      prompts: { phone: phone.prompt },
      promptTimeout: 5000,
    })
    const first = client.ensure('phone')
    await clock.advance(4000)
    const second = client.ensure('phone')
    assert.equal((await failure(first, 'AUTH_TIMEOUT', 1001)).need, 'phone')
    await failure(second, 'AUTH_TIMEOUT', 0)
    const third = client.ensure('phone')
    await clock.advance(10)
    assert.equal(phone.asked, 2)
    await client.provide('phone', {})
    await done(third)
  })

  test('A3 180 s by default; a promise that never settles counts as unanswered', async () => {
    const { client, clock, failure } = createWorld({
      prompts: { phone: createPrompt(() => new Promise(() => {})).prompt },
    })
    const call = client.ensure('phone')
    call.catch(() => {})
    await clock.advance(179_000)
    await failure(call, 'AUTH_TIMEOUT', 1100)
  })

  test('A3 an answer that comes after it meets nothing', async () => {
    let answer
    const phone = createPrompt(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    const { client, clock, failure } = createWorld({ prompts: { phone: phone.prompt }, promptTimeout: 5000 })
    await failure(client.ensure('phone'), 'AUTH_TIMEOUT', 5001)
    const late = answer
    const second = client.ensure('phone')
    await clock.advance(10)
    late({})
    await clock.advance(10)
    assert.equal(phone.asked, 2)
    await failure(second, 'AUTH_TIMEOUT', 5001)
  })

  for (const api of [
    'getSetting',
    'authorize',
    'getPrivacySetting',
    'requirePrivacyAuthorize',
    'checkSession',
  ]) {
    test(`A3 a host whose ${api} never answers hangs nothing`, async () => {
      const { client, control, failure } = createWorld({}, { phone: { privacy: { state: 'unasked' } } })
      control.silent(api, FOREVER)
      const need = /Privacy/.test(api) ? 'privacy' : api === 'checkSession' ? 'sessionKey' : 'scope.camera'
      if (api === 'authorize') control.privacy.state = 'agreed'
      await failure(client.ensure(need), 'AUTH_TIMEOUT', 200_000)
    })
  }
})

describe('A3 a prompt that nobody waits for any more', () => {
  test('A3 is over when its last caller has given up, and the next call asks anew', async () => {
    const phone = createPrompt()
    const { client, clock, done, failure } = createWorld({ prompts: { phone: phone.prompt } })
    const calls = ['/a', '/b'].map((url) => client.request({ url, needs: 'phone' }))
    await clock.advance(10)
    calls[0].abort()
    await failure(calls[0], 'ABORTED')
    assert.equal(phone.closed, 0)
    calls[1].abort()
    await failure(calls[1], 'ABORTED')
    await clock.advance(10)
    assert.equal(phone.closed, 1)
    const next = client.ensure('phone')
    await clock.advance(10)
    assert.equal(phone.asked, 2)
    await done(client.provide('phone', {}))
    await done(next)
  })

  test('A3 what it still answers meets nothing', async () => {
    const answers = []
    const phone = createPrompt(() => new Promise((resolve) => answers.push(resolve)))
    const { client, clock, failure } = createWorld({ prompts: { phone: phone.prompt }, promptTimeout: 5000 })
    const first = client.request({ url: '/goods', needs: 'phone' })
    await clock.advance(10)
    first.abort()
    await failure(first, 'ABORTED')
    const second = client.ensure('phone')
    await clock.advance(10)
    answers[0]({})
    await failure(second, 'AUTH_TIMEOUT', 5001)
  })

  test('A3 a request that is aborted leaves the prompt to an ensure() that waits as well', async () => {
    const phone = createPrompt()
    const { client, clock, done } = createWorld({ prompts: { phone: phone.prompt } })
    const wanted = client.ensure('phone')
    const request = client.request({ url: '/goods', needs: 'phone' })
    request.catch(() => {})
    await clock.advance(10)
    request.abort()
    await clock.advance(10)
    assert.equal(phone.closed, 0)
    await done(client.provide('phone', {}))
    await done(wanted)
  })
})

describe('A3 close is told when the app has not answered', () => {
  const endings = {
    'time is up': ({ clock }) => clock.advance(5000),
    'a log-out': ({ client, done }) => done(client.logout()),
    'another user': ({ client, done }) => done(client.setSession({ token: 'b', openid: 'another' })),
  }
  for (const [way, end] of Object.entries(endings)) {
    test(`A3 once, after ${way}`, async () => {
      const phone = createPrompt()
      const world = createWorld({ prompts: { phone: phone.prompt }, promptTimeout: 5000 })
      await world.done(world.client.login())
      world.client.ensure('phone').catch(() => {})
      await world.clock.advance(10)
      assert.deepEqual([phone.asked, phone.closed], [1, 0])
      await end(world)
      await world.clock.advance(10)
      assert.equal(phone.closed, 1)
    })
  }

  const answers = {
    provide: ({ client, done }) => done(client.provide('phone', {})),
    deny: ({ client }) => client.deny('phone'),
    'a refusing detail': ({ client }) =>
      client.provide('phone', { errMsg: 'getPhoneNumber:fail user deny' }).catch(() => {}),
  }
  for (const [way, answer] of Object.entries(answers)) {
    test(`A3 not after ${way}`, async () => {
      const phone = createPrompt()
      const world = createWorld({ prompts: { phone: phone.prompt } })
      world.client.ensure('phone').catch(() => {})
      await world.clock.advance(10)
      await answer(world)
      await world.clock.advance(10)
      assert.equal(phone.closed, 0)
    })
  }

  test('A3 not after ask itself has answered', async () => {
    const phone = createPrompt({})
    const { client, done } = createWorld({ prompts: { phone: phone.prompt } })
    await done(client.ensure('phone'))
    assert.equal(phone.closed, 0)
  })

  test('A3 a close that throws harms nobody, and the host hears of it', async () => {
    const boom = new Error('boom')
    const reported = []
    const prompt = {
      ask() {},
      close() {
        throw boom
      },
    }
    const { client, clock, failure } = createWorld(
      { prompts: { phone: prompt }, promptTimeout: 1000 },
      { report: (error) => reported.push(error) },
    )
    await failure(client.ensure('phone'), 'AUTH_TIMEOUT', 1001)
    await clock.advance(100)
    assert.deepEqual(reported, [boom])
  })
})

describe('A3 what ask returns is the answer', () => {
  test('A3 true is an empty detail', async () => {
    const submitted = []
    const submit = (detail) => void submitted.push(plain(detail))
    const { client, done } = createWorld({ prompts: { terms: { ask: () => true, submit } } })
    await done(client.ensure('terms'))
    assert.deepEqual(submitted, [{}])
  })

  for (const [kind, given] of [
    ['returned', { errMsg: 'navigateTo:ok' }],
    ['promised', Promise.resolve({ errMsg: 'navigateTo:ok', eventChannel: {} })],
  ]) {
    test(`A3 WeChat’s own ok, ${kind}, is none: the page it opened will answer`, async () => {
      const submitted = []
      const submit = (detail) => void submitted.push(plain(detail))
      const page = createPrompt(() => given, { submit })
      const { client, clock, done } = createWorld({ prompts: { profile: page.prompt } })
      const wanted = client.ensure('profile')
      await clock.advance(100)
      assert.deepEqual(submitted, [])
      await done(client.provide('profile', { nickname: 'n' }))
      await done(wanted)
      assert.deepEqual(submitted, [{ nickname: 'n' }])
    })
  }

  test('A3 but its failure is one', async () => {
    const prompt = { ask: () => Promise.reject({ errMsg: 'navigateTo:fail page not found' }) }
    const { client, failure } = createWorld({ prompts: { profile: prompt } })
    const { errMsg } = await failure(client.ensure('profile'), 'AUTH_DENIED')
    assert.equal(errMsg, 'navigateTo:fail page not found')
  })

  for (const code of ['NETWORK', 'TIMEOUT', 'STATUS', 'REFUSED']) {
    test(`A3 failing with ${code} refuses nothing: everyone who waits gets that`, async () => {
      let failed
      const world = createWorld({ prompts: { phone: { ask: () => Promise.reject(failed) } } })
      failed = new world.LoginError(code, 'no captcha')
      const calls = [world.client.ensure('phone'), world.client.request({ url: '/goods', needs: 'phone' })]
      for (const call of calls) assert.equal((await world.failure(call, code)).message, failed.message)
    })
  }

  test('A3 failing with AUTH_DENIED is refusing', async () => {
    let world
    const ask = () => Promise.reject(new world.LoginError('AUTH_DENIED', 'closed'))
    world = createWorld({ prompts: { phone: { ask } } })
    assert.equal((await world.failure(world.client.ensure('phone'), 'AUTH_DENIED')).need, 'phone')
  })

  test('A3 a request in ask that finds no network is NETWORK, and retryable', async () => {
    const prompt = { ask: ({ request }) => request({ url: '/captcha' }) }
    const { client, control, failure } = createWorld({ prompts: { phone: prompt } })
    control.offline()
    assert.equal((await failure(client.ensure('phone'), 'NETWORK')).retryable, true)
  })
})
