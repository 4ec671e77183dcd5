import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'esbuild'
import { minify } from 'terser'
import { dist, folder, out, root } from './steps.js'

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  legalComments: 'none',
  logLevel: 'warning',
  /** Nobody's names but this package's: shortened, since mini-programs count raw bytes. */
  mangleProps: /^_[a-z]/,
  mangleQuoted: true,
  /** But for those that wasm-opt gave to imports and exports. */
  reserveProps: /^_[a-z]$/,
}

const esm = (name, platform) =>
  build({
    ...common,
    entryPoints: [`js/${name}.js`],
    outfile: dist(`${name}.js`),
    format: 'esm',
    platform,
    target: 'es2022',
  })

/**
 * What the developer tools' npm build takes: CommonJS, ES2017, nothing to resolve but a file beside
 * it. A mini-program counts these bytes raw, so they pass through a second minifier. Returns the
 * short names, for the next file of the same package.
 */
async function commonJs(name, from, exported, mangleCache = {}) {
  const contents = [
    `import { ${exported.join(', ')} } from './js/${from}.js'`,
    "Object.defineProperty(exports, '__esModule', { value: true })",
    ...exported.map((local) => `exports.${local} = ${local}`),
  ]
  const bundled = await build({
    ...common,
    stdin: { contents: contents.join('\n'), resolveDir: root },
    format: 'cjs',
    platform: 'neutral',
    target: 'es2017',
    external: ['./core.js'],
    mangleCache,
    write: false,
  })
  const { code } = await minify(bundled.outputFiles[0].text, {
    ecma: 2017,
    toplevel: true,
    compress: { passes: 3, unsafe_arrows: true },
  })
  await writeFile(dist(`miniprogram/${name}.js`), `${code}\n`)
  return bundled.mangleCache
}

async function miniprogram(fallback) {
  const names = await commonJs('index', 'miniprogram', ['createClient', 'isLoginError', 'LoginError'])
  await commonJs('core', 'miniprogram-core', ['connect', 'explain'], names)
  await fallback
  await commonJs('fallback', 'fallback', ['instantiate'])
}

/** The rest does not wait for `fallback`, a promise of what `fallback.js` is made from. */
export async function bundle(fallback) {
  await rm(dist(''), { recursive: true, force: true })
  await folder(dist('miniprogram'))
  await Promise.all([
    miniprogram(fallback),
    esm('browser', 'browser'),
    esm('node', 'node'),
    build({
      ...common,
      entryPoints: ['js/node.js'],
      outfile: dist('node.cjs'),
      format: 'cjs',
      platform: 'node',
      target: 'es2022',
      // CommonJS has no import.meta.
      define: { 'import.meta.url': 'moduleURL' },
      banner: { js: "const moduleURL = require('node:url').pathToFileURL(__filename).href;" },
    }),
    copyFile(out('wxlogin.wasm'), dist('wxlogin.wasm')),
    writeFile(dist('miniprogram/package.json'), '{ "type": "commonjs" }\n'),
  ])
  const wasm = await readFile(out('wxlogin.wasm'))
  const brotli = brotliCompressSync(wasm, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: wasm.length,
    },
  })
  await writeFile(dist('miniprogram/wxlogin.wasm.br'), brotli)
  for (const path of ['index.d.ts', 'index.d.cts', 'miniprogram/index.d.ts'])
    await copyFile(`${root}js/index.d.ts`, dist(path))
  await copyFile(`${root}js/fallback.d.ts`, dist('miniprogram/fallback.d.ts'))
}
