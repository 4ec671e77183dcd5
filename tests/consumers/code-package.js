import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import vm from 'node:vm'
import { brotliDecompressSync } from 'node:zlib'

const ES_ONLY = 'delete globalThis.WebAssembly; delete globalThis.console'

/** What frameworks call at their start, to no effect here. */
const AT_START = [
  'canIUse getAppBaseInfo getDeviceInfo getEnterOptionsSync getLaunchOptionsSync getSystemInfoSync getWindowInfo',
  'getSystemSetting getAppAuthorizeSetting onAppHide onAppShow onThemeChange onWindowResize nextTick',
].join(' ')

const nothing = () => ({})
const allNothing = (names) => Object.fromEntries(names.map((name) => [name, nothing]))

/**
 * Starts a built mini-program at its `app.js`, where there is what WeChat has: `require` of files of
 * the package, `wx`, and a `WXWebAssembly` that takes nothing but paths in the package.
 */
export function startCodePackage(folder, wx) {
  const modules = new Map()
  const WXWebAssembly = {
    async instantiate(path, imports) {
      const bytes = brotliDecompressSync(readFileSync(join(folder, path)))
      return (await WebAssembly.instantiate(bytes, imports)).instance
    },
  }
  const context = vm.createContext({
    wx: Object.assign(wx, allNothing(AT_START.split(' '))),
    WXWebAssembly,
    global: {},
    setTimeout,
    clearTimeout,
    ...allNothing(['App', 'Page', 'Component', 'Behavior', 'getApp', 'getCurrentPages']),
  })
  vm.runInContext(ES_ONLY, context)

  function load(path) {
    const file = path.endsWith('.js') ? path : `${path}.js`
    if (!modules.has(file)) {
      const module = { exports: {} }
      modules.set(file, module)
      const source = readFileSync(join(folder, file), 'utf8')
      const define = vm.runInContext(`(function (require, module, exports) {${source}\n})`, context, {
        filename: file,
      })
      define((name) => load(posix.join(posix.dirname(file), name)), module, module.exports)
    }
    return modules.get(file).exports
  }
  return load('app.js')
}
