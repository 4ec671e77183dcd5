import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, ORIGIN } from '../world.js'

const EVIL = 'https://evil.example'

describe('a URL that leads elsewhere', () => {
  test('R3 what is written into the options after the call does not take the session along', async () => {
    const world = createWorld()
    const options = { url: '/private/cart', needs: 'login' }
    world.backend.answer('/private/cart', () => {
      options.url = `${EVIL}/before-the-second`
      return { status: 401 }
    })
    const pending = world.client.request(options)
    options.url = `${EVIL}/before-the-send`
    await world.done(pending)
    assert.deepEqual(
      world.native().map(({ url, header }) => [url, header.Authorization]),
      [
        [`${ORIGIN}/private/cart`, 'Bearer token-1'],
        [`${ORIGIN}/private/cart`, 'Bearer token-2'],
      ],
    )
  })

  test('R3 a URL that reads differently each time is the one that was judged', async () => {
    const world = createWorld()
    await world.done(world.client.login())
    let reads = 0
    const options = {
      get url() {
        reads += 1
        return reads === 1 ? '/goods' : `${EVIL}/x`
      },
    }
    await world.done(world.client.request(options))
    assert.deepEqual(
      world.native().map(({ url }) => url),
      [`${ORIGIN}/goods`],
    )
  })

  for (const urls of [
    ['?page=2', '/\t/evil.example/x'],
    ['/\t/evil.example/x', '?page=2'],
    ['\\x', '?page=2'],
    ['?page=2', '\\x'],
  ]) {
    test(`R4 the judgement of ${JSON.stringify(urls[0])} is not that of ${JSON.stringify(urls[1])}`, async () => {
      const world = createWorld()
      await world.done(world.client.login())
      for (const url of urls) await world.done(world.client.request({ url })).catch(() => {})
      for (const { url, header } of world.native()) {
        assert.equal(header?.Authorization, url.startsWith(ORIGIN) ? 'Bearer token-1' : undefined, url)
      }
      const expected = urls.map((url) => (url.startsWith('?') ? ORIGIN + url : url))
      assert.deepEqual(
        world.native().map(({ url }) => url),
        expected,
      )
    })
  }

  test('R4 a submission to a foreign URL goes without the session', async () => {
    const world = createWorld({ prompts: { phone: { ask: () => ({}), submit: `${EVIL}/phone` } } })
    await world.done(world.client.login())
    await world.done(world.client.ensure('phone'))
    assert.deepEqual(
      world.native().map(({ url, header }) => [url, header.Authorization]),
      [[`${EVIL}/phone`, undefined]],
    )
  })

  test('S5 its 401 says nothing of the session, which it has not seen', async () => {
    const world = createWorld({ prompts: { phone: { ask: () => ({}), submit: `${EVIL}/phone` } } })
    const session = await world.done(world.client.login())
    world.wx.request = ({ success }) => success({ statusCode: 401, data: {}, header: {} })
    await world.failure(world.client.ensure('phone'), 'STATUS', 1000)
    assert.equal(await world.done(world.client.getSession()), session)
  })
})
