import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { createWorld } from '../world.js'

const single = { phone: { apiCategory: 'browseOnly' } }

describe('X8 single-page mode', () => {
  test('X8 browsing works', async () => {
    const { client, done } = createWorld({}, single)
    assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 200)
    assert.equal(await done(client.getSession()), null)
    assert.equal(client.session, null)
  })

  const logins = {
    'login()': (client) => client.login(),
    'a request that needs one': (client) => client.request({ url: '/orders', needs: 'login' }),
    'a reply that asks for one': (client) => client.request({ url: '/private/cart' }),
    'ensure()': (client) => client.ensure('login'),
    'a forced one': (client) => client.login({ force: true }),
  }
  for (const [kind, call] of Object.entries(logins)) {
    test(`X8 ${kind} is HOST_UNSUPPORTED at once, and says what to do`, async () => {
      const { client, control, failure } = createWorld({}, single)
      for (let nth = 0; nth < 3; nth += 1) {
        const error = await failure(call(client), 'HOST_UNSUPPORTED')
        assert.match(error.message, /full mini-program/)
        assert.equal(error.retryAfter, undefined)
      }
      assert.equal(control.count('login'), 0)
    })
  }

  test('X8 nobody is asked for what needs a login', async () => {
    const login = createPrompt()
    const { client, failure } = createWorld(
      { exchange: () => null, prompts: { login: login.prompt } },
      single,
    )
    await failure(client.login(), 'HOST_UNSUPPORTED')
    assert.equal(login.asked, 0)
  })

  for (const [kind, change] of [
    [
      'without getApiCategory',
      (wx) => {
        delete wx.getApiCategory
      },
    ],
    [
      'whose getApiCategory throws',
      (wx) => {
        wx.getApiCategory = () => {
          throw new Error('no')
        }
      },
    ],
    [
      'that says another category',
      (wx) => {
        wx.getApiCategory = () => 'embedded'
      },
    ],
  ]) {
    test(`X8 a host ${kind} logs in as ever`, async () => {
      const { client, done, wx } = createWorld()
      change(wx)
      assert.equal((await done(client.login())).token, 'token-1')
    })
  }
})
