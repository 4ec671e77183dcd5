/**
 * `npm run build`: stable Rust → wasm-bindgen → wasm-opt, down to plain MVP, → `dist/`.
 * Says what each step took, and leaves what is up to date alone.
 */
import { rm, writeFile } from 'node:fs/promises'
import { bundle } from './bundle.js'
import { dist, mtimeOf, newest, out, root, step } from './steps.js'
import { compile, compileBindgen, lower, runBindgen, toJavaScript } from './wasm.js'

async function main() {
  const sources = await newest([
    'Cargo.toml',
    'Cargo.lock',
    'rust-toolchain.toml',
    'package-lock.json',
    'src',
    'js',
    'build',
  ])
  const isThere = (await mtimeOf(dist('miniprogram/index.js'))) > 0
  if (!process.argv.includes('--force') && isThere && sources < (await mtimeOf(out('built')))) {
    console.log('dist/ is up to date')
    return
  }
  await rm(out('built'), { force: true })
  await Promise.all([step('compile Rust', compile), step('compile wasm-bindgen', compileBindgen)])
  await step('bind to JavaScript', runBindgen)
  await step('optimise and lower to MVP', lower)
  const fallback = step('translate for runtimes without WebAssembly', toJavaScript)
  await step('bundle into dist/', () => bundle(fallback))
  await writeFile(out('built'), '')
}

try {
  await main()
} catch (error) {
  console.error(`\nThe build failed in ${root}: ${error.message}`)
  process.exitCode = 1
}
