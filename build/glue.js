import { build } from 'esbuild'
import { out } from './steps.js'

/**
 * What other tools wrote, as it is, in a function of its own: `parameters` stand in for what it would
 * take from the global scope, and `entry`, an ES module beside it, leaves in `made` what is returned.
 */
const asFunction = (name, parameters, entry, options) =>
  build({
    stdin: { contents: entry, resolveDir: out('') },
    bundle: true,
    format: 'esm',
    target: 'es2017',
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    banner: { js: `export function ${name}(${parameters}) {\nlet made` },
    footer: { js: 'return made\n}' },
    ...options,
  })

/**
 * `createGlue`: wasm-bindgen's glue keeps one instance's memory in variables of its module, and takes
 * its text codec from the global scope; as a function it can be made once for each instance, with
 * what the package brings along. `names` are those that wasm-opt shortened: `[module, old, new]` for
 * imports, all of them now of one module, and `[old, new]` for exports.
 */
export function wrapGlue(names) {
  const imported = names.imports.map(([, old, short]) => `${short}: glue.${old}`)
  const exported = names.exports.map(([old]) => old)
  const entry = `
import * as glue from './wxlogin_bg.js'
made = {
  imports: { ${names.imports.length > 0 ? 'a' : ''}: { ${imported.join(', ')} } },
  start: glue.__wbg_set_wasm,
  Client: glue.Client,
}`
  const parameters = 'TextDecoder, TextEncoder, Uint8Array, DataView, globalThis, queueMicrotask'
  // Memory is freed by whoever is done with it; other global objects are not looked for.
  const absent = ['FinalizationRegistry', 'Symbol.dispose', 'global', 'self', 'window']
  return asFunction('createGlue', parameters, entry, {
    outfile: out('glue.js'),
    mangleProps: new RegExp(`^(?:${exported.join('|')})$`),
    mangleCache: Object.fromEntries(names.exports),
    define: Object.fromEntries(absent.map((name) => [name, 'undefined'])),
  })
}

/** `instantiate`: the module in JavaScript as a function of its imports, as `WebAssembly.instantiate` is. */
export function wrapFallback(module) {
  const names = WebAssembly.Module.exports(module).map(({ name }) => name)
  const imports = new Map()
  for (const { module: from, name } of WebAssembly.Module.imports(module))
    imports.set(from, [...(imports.get(from) ?? []), name])
  const entry = `import { ${names.join(', ')} } from './wasm2js.js'\nmade = { ${names.join(', ')} }`
  const given = {
    name: 'what is imported',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^\w+$/ }, ({ path }) => ({ path, namespace: 'imports' }))
      onLoad({ filter: /^/, namespace: 'imports' }, ({ path }) => ({
        contents: `export const { ${imports.get(path).join(', ')} } = imports.${path}`,
      }))
    },
  }
  return asFunction('instantiate', 'imports', entry, { outfile: out('fallback.js'), plugins: [given] })
}
