import { copyFile, readFile, rm, writeFile } from 'node:fs/promises'
import { brotliCompressSync, constants } from 'node:zlib'
import { build } from 'esbuild'
import { minify } from 'terser'
import { dist, folder, out, root } from './steps.js'

/** Names that are nobody's but this package's: shortened, since mini-programs count raw bytes. */
export const INTERNAL = `
  __wbg_set_wasm accept areUnderWay askedBy attached attempt base broke calls changed changeListeners client
  close closed command connect connection connections core deliver depth describe discard disconnect enter
  exchangeFailed failAll forCore forget handOver handOverAll hasWebAssembly hold holds known lacks lease
  lend limit listen listenerFailed loader native onFailure onReply options over pending pick place
  platform post publish refuse route routes said settings settle slots stored sweep take takeWaiting tasks
  tell ticketFor timer traced traceListeners traits tryAll waiting webStorage whenReady
`
  .trim()
  .split(/\s+/)
const mangleProps = new RegExp(`^(?:${INTERNAL.join('|')})$`)

const common = {
  absWorkingDir: root,
  bundle: true,
  minify: true,
  legalComments: 'none',
  mangleProps,
  logLevel: 'warning',
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

const EXPORTS = /export\s*\{([^}]*)\};?\s*$/

/**
 * What the developer tools' npm build takes: CommonJS, ES2017, nothing to resolve. A mini-program
 * counts these bytes raw, so they pass through a second minifier, and its own exports, which Node
 * finds by name, stand where the bundler's would look each one up.
 */
async function commonJs(entry, name) {
  const target = { format: 'esm', platform: 'neutral', target: 'es2017' }
  const bundled = await build({ ...common, ...target, entryPoints: [entry], write: false })
  const { code } = await minify(bundled.outputFiles[0].text, {
    ecma: 2017,
    module: true,
    compress: { passes: 3, unsafe_arrows: true },
  })
  const exported = EXPORTS.exec(code)[1]
    .split(',')
    .map((named) => named.trim().split(' as '))
  const assigned = exported.map(([local, name = local]) => `exports.${name}=${local};`).join('')
  const marked = '"use strict";Object.defineProperty(exports,"__esModule",{value:!0});'
  await writeFile(dist(`miniprogram/${name}.js`), `${marked}${code.replace(EXPORTS, () => assigned)}\n`)
}

/** The rest does not wait for `fallback`, a promise of what `fallback.js` is made from. */
export async function bundle(fallback) {
  await rm(dist(''), { recursive: true, force: true })
  await folder(dist('miniprogram'))
  await Promise.all([
    commonJs('js/miniprogram.js', 'index'),
    fallback.then(() => commonJs('js/fallback.js', 'fallback')),
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
