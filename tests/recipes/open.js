import { readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { createAccounts } from '../wechat/accounts.js'
import { createClock } from '../wechat/clock.js'
import { createWorld } from '../world.js'
import { createScreen } from './screen.js'
import { createScripted } from './scripted.js'

export const APP_ID = 'wx5a1ad0c0ffee0001'
export const recipes = new URL('../../examples/recipes/', import.meta.url)

/**
 * Runs a recipe as a module of the app's, as a bundler gives it to the phone; what it exports.
 *
 * @param {object} app of `open`
 * @param {string} name
 * @param {object} [modules] what it imports besides the package
 */
export function load({ realm, api, screen, app }, name, modules) {
  const file = name.includes('.') ? name : `${name}.js`
  const source = readFileSync(new URL(file, recipes), 'utf8')
  const { code } = transformSync(source, { format: 'cjs', target: 'es2017', loader: 'ts' })
  const module = { exports: {} }
  const known = { wxlogin: api, ...modules }
  realm.run(`(function (module, exports, require, uni, getApp, getCurrentPages) {${code}\n})`)(
    module,
    module.exports,
    (wanted) => known[wanted],
    screen.uni,
    () => app,
    screen.getCurrentPages,
  )
  return module.exports
}

/**
 * A phone with that recipe on it, and a backend of those conventions.
 *
 * @param {string} name of the recipe
 * @param {(given: { accounts: object, now: () => number }) => object} createShop see `shops/`
 * @param {object} [around]
 * @param {Map} [around.storage] what lies on the phone
 * @param {object} [around.app] what `getApp()` returns
 */
export function open(name, createShop, { storage, app = { globalData: {} } } = {}) {
  const clock = createClock()
  const seal = (_data, sessionKey) => ({ encryptedData: `sealed under ${sessionKey}`, iv: 'iv' })
  const accounts = createAccounts({ now: clock.now, seal })
  const shop = createShop({ accounts, now: clock.now })
  const backend = createScripted({ now: clock.now, answer: shop.answer })
  const files = new Map([['wxfile://photo', { bytes: Uint8Array.of(1), type: 'image/png' }]])
  const phone = { accounts, fetch: backend.fetch, files, ...(storage && { storage }) }

  function start(world) {
    // An app built by uni-app has the module among its static files.
    const platform = world.realm.run('WXWebAssembly')
    const { instantiate } = platform
    platform.instantiate = (path, imports) =>
      instantiate(path.replace('/static/', '/miniprogram_npm/wxlogin/'), imports)
    const screen = createScreen(world)
    const exported = load({ ...world, screen, app }, name)
    return {
      ...world,
      ...exported,
      exported,
      app,
      screen,
      backend,
      shop,
      /** A cold start on the same phone. */
      restart: () => start(world.restart()),
    }
  }
  return start(createWorld({}, { clock, phone }))
}
