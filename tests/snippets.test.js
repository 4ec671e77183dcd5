import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { createWorld, plain } from './world.js'

const sourceOf = (name) => readFileSync(new URL(`../examples/snippets/${name}.js`, import.meta.url), 'utf8')

/** Runs a snippet as a mini-program would: what it hands to `App`, and what it exports. */
function start({ realm, api }, name, modules = {}) {
  const known = { wxlogin: api, ...modules }
  const module = { exports: {} }
  let app
  const run = realm.run(`(function (exports, require, App) {${sourceOf(name)}\n})`)
  run(
    module.exports,
    (wanted) => known[wanted],
    (given) => {
      app = given
    },
  )
  return { app, exports: module.exports }
}

describe('cloud login', () => {
  function openCloud() {
    let caller
    const sdk = { init: () => {}, getWXContext: () => caller }
    const world = createWorld(
      {},
      {
        phone: {
          user: { openid: 'o1', unionid: 'u1' },
          cloudFunctions: {
            login(data, context) {
              caller = context
              return main(data)
            },
          },
        },
      },
    )
    const { main } = start(world, 'cloud-function', { 'wx-server-sdk': sdk }).exports
    return { ...world, client: start(world, 'cloud-login').app.client }
  }

  test('the cloud function says who it is, without a code', async () => {
    const { client, control, done } = openCloud()
    const session = await done(client.login())
    assert.equal(session.openid, 'o1')
    assert.equal(session.unionid, 'u1')
    assert.equal(control.count('login'), 0)
    assert.equal(control.count('cloud.callFunction'), 1)
  })

  test('nothing is called before it is needed', async () => {
    const { client, control, done } = openCloud()
    await done(client.request({ url: '/goods' }))
    assert.equal(control.count('cloud.callFunction'), 0)
  })
})

describe('silent login at launch', () => {
  test('the first page shares the login of the launch', async () => {
    const world = createWorld()
    const { app } = start(world, 'silent-login')
    assert.equal(world.control.count('login'), 0)
    app.onLaunch()
    const reply = await world.done(app.client.request({ url: '/private', needs: 'login' }))
    assert.equal(reply.statusCode, 200)
    assert.equal(world.control.count('login'), 1)
    assert.equal(world.backend.at('/login').length, 1)
  })

  test('a session that is still fresh is used: no login at all', async () => {
    const world = createWorld()
    await world.done(start(world, 'silent-login').app.client.login())
    const cold = world.restart()
    const { app } = start(cold, 'silent-login')
    app.onLaunch()
    await cold.done(app.client.request({ url: '/private', needs: 'login' }))
    assert.equal(cold.control.count('login'), 0)
  })

  test('one that fails disturbs nobody, and the next that is needed comes', async () => {
    const world = createWorld()
    const { app } = start(world, 'silent-login')
    world.backend.answer('/login', 'drop')
    app.onLaunch()
    await world.clock.advance(2000)
    assert.deepEqual(plain(await world.done(app.client.getSession())), null)
    const reply = await world.done(app.client.request({ url: '/private', needs: 'login' }))
    assert.equal(reply.statusCode, 200)
    assert.equal(world.control.count('login'), 2)
  })
})
