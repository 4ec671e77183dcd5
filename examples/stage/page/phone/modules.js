const LIBRARY = 'wxlogin'
const FOLDER = 'miniprogram_npm/'

/** CommonJS as a mini-program has it: relative paths, and packages under `miniprogram_npm`. */
export function createModules({ modules, names }, given) {
  const loaded = new Map()

  function find(from, wanted) {
    if (!wanted.startsWith('.')) return FOLDER + (wanted === LIBRARY ? `${wanted}/index` : wanted)
    return new URL(wanted, `http://code/${from}`).pathname.slice(1).replace(/\.js$/, '')
  }

  return function load(path, registrars = {}) {
    if (loaded.has(path)) return loaded.get(path).exports
    if (!modules[path]) throw new Error(`module '${path}.js' is not defined`)
    const module = { exports: {} }
    loaded.set(path, module)
    const require = (wanted) => load(find(path, wanted))
    const scope = { ...given, ...registrars, require, module, exports: module.exports }
    modules[path](...names.map((name) => scope[name]))
    return module.exports
  }
}
