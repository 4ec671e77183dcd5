import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld } from '../world.js'

const FOREVER = Number.POSITIVE_INFINITY

/** A world whose onError keeps what it hears. */
function listening(options, around) {
  const heard = []
  const onError = (error, request) => heard.push([error.code, request.url.replace(/^https:..[^/]*/, '')])
  return { ...createWorld({ onError, ...options }, around), heard }
}

describe('R12 onError hears once of each request, upload and download that rejects', () => {
  const failures = {
    NETWORK: ({ client, control }) => {
      control.offline()
      return client.request({ url: '/goods' })
    },
    STATUS: ({ backend, client }) => {
      backend.answer('/goods', { status: 500 })
      return client.request({ url: '/goods', validateStatus: (status) => status < 400 })
    },
    REFUSED: ({ backend, client }) => {
      backend.answer('/goods', { data: { code: 7 } })
      return client.request({ url: '/goods' })
    },
    LOGIN_FAILED: ({ client, control }) => {
      control.fail('login', { errMsg: 'login:fail' })
      return client.request({ url: '/goods', needs: 'login' })
    },
    LOGIN_REJECTED: ({ backend, client }) => {
      backend.answer('/goods', { status: 401 }, FOREVER)
      return client.request({ url: '/goods' })
    },
    AUTH_DENIED: ({ client }) => client.request({ url: '/goods', needs: 'terms' }),
    LOGGED_OUT: ({ client }) => {
      const pending = client.request({ url: '/goods', needs: 'login' })
      client.logout()
      return pending
    },
  }
  for (const [code, fail] of Object.entries(failures)) {
    test(`R12 of ${code}`, async () => {
      const world = listening({
        accept: ({ data }) => data.code !== 7,
        prompts: { terms: { ask: () => false } },
      })
      await world.failure(fail(world), code)
      await world.clock.advance(1000)
      assert.deepEqual(world.heard, [[code, '/goods']])
    })
  }

  test('R12 of uploads and downloads', async () => {
    const { client, control, failure, heard } = listening()
    control.offline()
    await failure(client.upload({ url: '/u', filePath: 'f', name: 'f' }), 'NETWORK')
    await failure(client.download({ url: '/d' }), 'NETWORK')
    assert.deepEqual(heard, [
      ['NETWORK', '/u'],
      ['NETWORK', '/d'],
    ])
  })

  test('R12 of foreign ones, and of anonymous ones', async () => {
    const { client, control, failure, heard } = listening()
    control.offline()
    await failure(client.request({ url: 'https://maps.example/geo' }), 'NETWORK')
    await failure(client.request({ url: '/goods', anonymous: true }), 'NETWORK')
    assert.equal(heard.length, 2)
  })

  test('R12 beside fail and the promise, with the same error', async () => {
    const errors = []
    const note = (error) => errors.push(error)
    const { client, control, failure } = createWorld({ onError: note })
    control.offline()
    errors.push(await failure(client.request({ url: '/goods', fail: note }), 'NETWORK'))
    assert.equal(errors.length, 3)
    assert.equal(new Set(errors).size, 1)
  })

  test('R12 of each of many that one failed login ends', async () => {
    const { client, clock, control, heard } = listening()
    control.fail('login', { errMsg: 'login:fail' })
    for (const url of ['/a', '/b', '/c']) client.request({ url, needs: 'login' }).catch(() => {})
    await clock.advance(100)
    assert.deepEqual(heard.map(([, url]) => url).sort(), ['/a', '/b', '/c'])
  })
})

describe('R12 onError hears nothing', () => {
  const quiet = {
    'of a passive one': ({ client, control }) => {
      control.offline()
      return client.request({ url: '/badge', passive: true })
    },
    'of an abort': ({ client }) => {
      const pending = client.request({ url: '/goods' })
      pending.abort()
      return pending
    },
    'of login() and ensure()': ({ client, control }) => {
      control.fail('login', { errMsg: 'login:fail' }, FOREVER)
      return Promise.allSettled([client.login(), client.ensure('login'), client.ensure('nothing')])
    },
    'of an exchange': ({ backend, client }) => {
      backend.answer('/login', { status: 500 })
      return client.login()
    },
    'of a submission': ({ backend, client }) => {
      backend.answer('/phone', { status: 500 })
      return client.ensure('phone')
    },
    'of what an app’s function asks of its context': ({ client, control }) => {
      control.offline()
      return client.ensure('profile')
    },
    'of what resolves': ({ backend, client }) => {
      backend.answer('/goods', { status: 500 })
      return client.request({ url: '/goods' })
    },
  }
  for (const [kind, run] of Object.entries(quiet)) {
    test(`R12 ${kind}`, async () => {
      const world = listening({
        prompts: {
          phone: { ask: () => ({}), submit: '/phone' },
          profile: { ask: ({ request }) => request({ url: '/form' }) },
        },
      })
      Promise.resolve(run(world)).catch(() => {})
      await world.clock.advance(5000)
      assert.deepEqual(world.heard, [])
    })
  }
})
