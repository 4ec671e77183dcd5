/* Runs the suite in the Node that runs this: `node in-node.js <dist/miniprogram> <unpacked wasm>`. */
// biome-ignore-start lint/style/useNodejsImportProtocol: Node 10 has no node: names
const { readFileSync } = require('fs')
const { runInThisContext } = require('vm')
// biome-ignore-end lint/style/useNodejsImportProtocol: the same

const [folder, wasm] = process.argv.slice(2)
const read = (path) => readFileSync(path, 'utf8')
const say = (line) => process.stdout.write(`${JSON.stringify(line)}\n`)

process.on('unhandledRejection', (reason) => say({ name: 'no unhandled rejection', error: String(reason) }))

global.WXWebAssembly = {
  instantiate(path, imports) {
    if (path !== '/miniprogram_npm/wxlogin/wxlogin.wasm.br') return Promise.reject(new Error(`no ${path}`))
    return WebAssembly.instantiate(readFileSync(wasm), imports)
  },
}
for (const name of ['host', 'suite', 'miniprogram'])
  runInThisContext(read(`${__dirname}/${name}.js`), { filename: name })

const { createClient, isLoginError } = global.evaluateModule((name) => read(`${folder}/${name}`), 'index.js')
const given = { createClient, isLoginError, unloadable: { wasm: '/elsewhere' }, code: 'LOAD_FAILED' }
global
  .runSuite(given, (name, error) => say({ name, error }))
  .then(() => {
    say({ engine: `Node ${process.versions.node}, V8 ${process.versions.v8}` })
    process.exit(0)
  })
