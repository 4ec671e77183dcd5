import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, ORIGIN, STORAGE_KEY } from '../world.js'

describe('a polluted Object.prototype', () => {
  test('its token goes into no header', async () => {
    const world = createWorld()
    world.realm.run(String.raw`Object.prototype.token = 'planted\r\nX-Admin: 1'`)
    world.backend.answer('/login', { data: { openid: 'o' } })
    await world.done(world.client.request({ url: '/goods', needs: 'login' }))
    assert.equal(sent(world)[0].header, undefined)
  })

  test('its token is in no reply', async () => {
    const world = createWorld()
    const readSession = world.realm.run(`Object.prototype.token = 'planted'; () => ({})`)
    await world.failure(clientInRealm(world, { readSession }).login(), 'EXCHANGE_INVALID')
  })

  test('nor in a stored text', async () => {
    const stored = JSON.stringify({ v: 1, session: { expiresAt: Number.MAX_SAFE_INTEGER }, savedAt: 1 })
    const world = createWorld({}, { phone: { storage: new Map([[STORAGE_KEY, stored]]) } })
    world.realm.run(`Object.prototype.token = 'planted'`)
    assert.equal(await world.done(world.client.getSession()), null)
  })

  for (const [name, value] of [
    ['trustedOrigins', `['${EVIL}']`],
    ['attach', `{ header: 'X-Planted' }`],
    ['storageKey', `'planted'`],
    ['readSession', `() => ({ token: 'planted' })`],
    ['host', '{}'],
    ['cloud', `'planted'`],
  ]) {
    test(`its ${name} is no option`, async () => {
      const world = createWorld()
      world.realm.run(`Object.prototype.${name} = ${value}`)
      const client = clientInRealm(world)
      await world.done(client.login())
      await world.done(client.request({ url: '/goods' }))
      await world.done(client.request({ url: `${EVIL}/x` }))
      const [home, foreign] = sent(world)
      assert.deepEqual({ ...home.header }, { Authorization: 'Bearer token-1' })
      assert.equal(foreign.header, undefined)
      assert.deepEqual([...world.control.storage.keys()], [STORAGE_KEY])
    })
  }

  test('its scheme stands in front of no bare token', async () => {
    const world = createWorld()
    world.realm.run(`Object.prototype.scheme = 'Planted '`)
    const client = clientInRealm(world, { attach: world.realm.run(`({ header: 'X-Token' })`) })
    await world.done(client.login())
    await world.done(client.request({ url: '/goods' }))
    assert.deepEqual({ ...sent(world)[0].header }, { 'X-Token': 'token-1' })
  })

  test('its submit takes no detail away', async () => {
    const world = createWorld()
    const prompt = world.realm.run(`Object.prototype.submit = '${EVIL}/x'; ({})`)
    const client = clientInRealm(world, {
      prompts: { phone: Object.assign(prompt, { ask: () => ({ code: 'secret' }) }) },
    })
    await world.done(client.ensure('phone'))
    assert.equal(world.backend.hits.length, 0)
  })

  test('a __proto__ among the options and headers is a name like any other', async () => {
    const world = createWorld()
    const options = `{"__proto__":{"trustedOrigins":["${EVIL}"]}}`
    const client = clientInRealm(world, world.realm.run(`JSON.parse('${options}')`))
    await world.done(client.login())
    const header = JSON.parse('{"__proto__":{"Authorization":"planted"}}')
    await world.done(client.request({ url: '/goods', header }))
    await world.done(client.request({ url: `${EVIL}/x` }))
    const [home, foreign] = sent(world)
    assert.equal(home.header.Authorization, 'Bearer token-1')
    assert.equal(foreign.header, undefined)
    assert.equal(world.realm.run('({}).Authorization || ({}).trustedOrigins'), undefined)
  })
})
