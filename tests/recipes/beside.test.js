/** What an app keeps beside its client: a reactive session, and the token of data prefetch. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { logIn } from './login.js'
import { load, open } from './open.js'
import { yudaoAdmin } from './shops/yudao.js'

const openAdmin = () => open('yudao-admin', yudaoAdmin)
const DAY = 24 * 3600_000

/** As much of Vue as the recipe uses; the consumers' builds have the real one. */
const vue = { shallowRef: (value) => ({ value }) }

/** As much of React: a component that renders again when it is told to. */
function createReact() {
  const mounted = []
  return {
    useSyncExternalStore(subscribe, read) {
      const component = { renders: 1, shown: read() }
      component.unmount = subscribe(() => {
        if (read() !== component.shown) component.renders += 1
        component.shown = read()
      })
      mounted.push(component)
      return component.shown
    },
    mounted,
  }
}

describe('a reactive session', () => {
  test('in Vue: it comes, is another, goes', async () => {
    const app = openAdmin()
    const { session } = load(app, 'vue-session', { vue, './client': app.exported })
    assert.equal(session.value, null)
    await logIn(app)
    assert.equal(session.value.token, 'token-1')
    await app.done(app.client.login({ force: true }))
    assert.equal(session.value.token, 'token-2')
    await app.done(app.client.logout())
    assert.equal(session.value, null)
  })

  test('in Vue: it is there with the first template after a cold start, and gone after a long sleep', async () => {
    const app = (await logIn(openAdmin())).restart()
    const { session } = load(app, 'vue-session', { vue, './client': app.exported })
    assert.equal(session.value.token, 'token-1')
    await app.clock.advance(DAY)
    app.screen.show()
    assert.equal(session.value, null)
  })

  test('in React: a component renders once for each session, and listens no longer than it lives', async () => {
    const app = openAdmin()
    const react = createReact()
    const { useSession } = load(app, 'react-session', { react, './client': app.exported })
    assert.equal(useSession(), null)
    const [component] = react.mounted
    await logIn(app)
    assert.deepEqual([component.renders, component.shown.token], [2, 'token-1'])
    app.screen.show()
    assert.equal(component.renders, 2)
    component.unmount()
    await app.done(app.client.logout())
    assert.deepEqual([component.renders, app.screen.watched], [2, 0])
  })
})

describe('data prefetch', () => {
  const kept = ({ screen }) => screen.log.filter((entry) => entry.startsWith('prefetch'))

  test('WeChat has the token of the newest session, and none after a log-out', async () => {
    const app = openAdmin()
    load(app, 'prefetch', { './client': app.exported })
    await logIn(app)
    await app.done(app.client.login({ force: true }))
    await app.done(app.client.logout())
    assert.deepEqual(kept(app), ['prefetch token-1', 'prefetch token-2', 'prefetch '])
  })

  test('a session that ends leaves it: without one WeChat would create a login code at each start', async () => {
    const app = await logIn(openAdmin())
    load(app, 'prefetch', { './client': app.exported })
    app.shop.tokens.forget()
    app.shop.tokens.revoke()
    const call = app.client.request({ url: '/system/user/profile/get' })
    call.catch(() => {})
    await app.clock.advance(100)
    assert.equal(app.client.session, null)
    assert.deepEqual(kept(app), [])
  })
})
