/* Runs the suite in the jsc shell: `jsc in-jsc.js -- <this folder> <dist/miniprogram> <unpacked wasm>`. */
// biome-ignore lint/complexity/noArguments: the shell's name for its own
const [here, folder, wasm] = arguments
const say = (line) => print(JSON.stringify(line))

/* The shell's setTimeout can't be cleared. */
const cleared = new Set()
let timers = 0
const nativeSetTimeout = setTimeout
globalThis.setTimeout = (callback, ms) => {
  const timer = ++timers
  nativeSetTimeout(() => cleared.has(timer) || callback(), ms)
  return timer
}
globalThis.clearTimeout = (timer) => cleared.add(timer)

globalThis.WXWebAssembly = {
  instantiate(path, imports) {
    if (path !== '/miniprogram_npm/wxlogin/wxlogin.wasm.br') return Promise.reject(new Error(`no ${path}`))
    return WebAssembly.instantiate(readFile(wasm, 'binary'), imports)
  },
}
for (const name of ['host', 'suite', 'miniprogram']) load(`${here}/${name}.js`)

const { createClient, isLoginError } = evaluateModule((name) => readFile(`${folder}/${name}`), 'index.js')
const given = { createClient, isLoginError, unloadable: { wasm: '/elsewhere' }, code: 'LOAD_FAILED' }
runSuite(given, (name, error) => say({ name, error })).then(
  () => {
    say({ engine: 'JavaScriptCore' })
    quit(0)
  },
  (error) => {
    say({ name: 'the suite itself', error: String(error) })
    quit(1)
  },
)
