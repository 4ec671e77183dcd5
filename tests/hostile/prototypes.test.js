import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { phoneWith, storedWith } from '../stored.js'
import { createWorld, ORIGIN, STORAGE_KEY } from '../world.js'

const EVIL = 'https://evil.example'

/** A client whose options are objects of the realm, as an app's are. */
function clientInRealm({ api, realm }, options) {
  return api.createClient(Object.assign(realm.run('({})'), { baseURL: ORIGIN, exchange: '/login' }, options))
}

describe('a polluted Object.prototype', () => {
  test('R4 its token goes into no header', async () => {
    const world = createWorld()
    world.realm.run(String.raw`Object.prototype.token = 'planted\r\nX-Admin: 1'`)
    world.backend.answer('/login', { data: { openid: 'o' } })
    await world.done(world.client.request({ url: '/goods', needs: 'login' }))
    assert.equal(world.native()[0].header, undefined)
  })

  test('S3 its token is in no reply', async () => {
    const world = createWorld()
    const readSession = world.realm.run(`Object.prototype.token = 'planted'; () => ({})`)
    await world.failure(clientInRealm(world, { readSession }).login(), 'EXCHANGE_INVALID')
  })

  test('S4 nor in a stored text', async () => {
    const text = await storedWith(({ session }) => {
      delete session.token
      delete session.openid
    })
    const world = createWorld({}, { phone: phoneWith(text) })
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
    test(`R4 its ${name} is no option`, async () => {
      const world = createWorld()
      world.realm.run(`Object.prototype.${name} = ${value}`)
      const client = clientInRealm(world)
      await world.done(client.login())
      await world.done(client.request({ url: '/goods' }))
      await world.done(client.request({ url: `${EVIL}/x` }))
      const [home, foreign] = world.native()
      assert.deepEqual({ ...home.header }, { Authorization: 'Bearer token-1' })
      assert.equal(foreign.header, undefined)
      assert.deepEqual([...world.control.storage.keys()], [STORAGE_KEY])
    })
  }

  test('R4 its scheme stands in front of no bare token', async () => {
    const world = createWorld()
    world.realm.run(`Object.prototype.scheme = 'Planted '`)
    const client = clientInRealm(world, { attach: world.realm.run(`({ header: 'X-Token' })`) })
    await world.done(client.login())
    await world.done(client.request({ url: '/goods' }))
    assert.deepEqual({ ...world.native()[0].header }, { 'X-Token': 'token-1' })
  })

  test('A9 its submit takes no detail away', async () => {
    const world = createWorld()
    const prompt = world.realm.run(`Object.prototype.submit = '${EVIL}/x'; ({})`)
    const client = clientInRealm(world, {
      prompts: { phone: Object.assign(prompt, { ask: () => ({ code: 'secret' }) }) },
    })
    await world.done(client.ensure('phone'))
    assert.equal(world.backend.hits.length, 0)
  })

  test('R3 a __proto__ among the options and headers is a name like any other', async () => {
    const world = createWorld()
    const options = `{"__proto__":{"trustedOrigins":["${EVIL}"]}}`
    const client = clientInRealm(world, world.realm.run(`JSON.parse('${options}')`))
    await world.done(client.login())
    const header = JSON.parse('{"__proto__":{"Authorization":"planted"}}')
    await world.done(client.request({ url: '/goods', header }))
    await world.done(client.request({ url: `${EVIL}/x` }))
    const [home, foreign] = world.native()
    assert.equal(home.header.Authorization, 'Bearer token-1')
    assert.equal(foreign.header, undefined)
    assert.equal(world.realm.run('({}).Authorization || ({}).trustedOrigins'), undefined)
  })
})
