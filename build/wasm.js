import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { wrapFallback, wrapGlue } from './glue.js'
import { folder, out, root, run } from './steps.js'

const TARGET = 'wasm32-unknown-unknown'

/**
 * Everything beyond the MVP stays off: WeChat's engine on iOS takes nothing else (law X3). Copies of
 * memory are the exception: as instructions they are lowered later (`lower`), to far less code than
 * the compiler's own functions for it.
 */
const MVP = [
  '-Ctarget-cpu=mvp',
  '-Ctarget-feature=-multivalue,-reference-types,-sign-ext,+bulk-memory,-nontrapping-fptoint,+mutable-globals',
]

/**
 * The standard library is built along: the prebuilt one uses instructions beyond the MVP, and
 * without panic messages and formatting it is a quarter smaller. The pinned stable compiler takes
 * unstable flags through RUSTC_BOOTSTRAP.
 */
const BOOTSTRAP = {
  RUSTC_BOOTSTRAP: '1',
  CARGO_ENCODED_RUSTFLAGS: [...MVP, '-Zunstable-options', '-Cpanic=immediate-abort'].join('\x1f'),
}

export const compile = () =>
  run(
    'cargo',
    [
      'rustc',
      '--release',
      '--lib',
      '--crate-type=cdylib', // beside an rlib it would go without link-time optimisation
      `--target=${TARGET}`,
      '-Zbuild-std=std,panic_abort',
      '-Zbuild-std-features=optimize_for_size',
    ],
    {
      env: BOOTSTRAP,
      missing: 'Install Rust with rustup (https://rustup.rs); rust-toolchain.toml names what else it needs.',
    },
  )

/** Behind `compile`, which goes on beside it and has the longer way to go. */
export const compileBindgen = () =>
  run('nice', ['-n', '5', 'cargo', 'build', '--package=bindgen', '--bin=bindgen'])

export async function runBindgen() {
  await folder(out(''))
  const input = join(root, `target/${TARGET}/release/wxlogin.wasm`)
  await run('cargo', ['run', '--quiet', '--package=bindgen', '--bin=bindgen', input, out('')])
}

const binaryen = (tool, ...args) =>
  run(process.execPath, [join(root, 'node_modules/binaryen/bin', tool), ...args])

/** Takes and writes MVP modules only, but for the features named. */
const wasmOpt = (input, output, ...passes) =>
  binaryen('wasm-opt', out(input), '--mvp-features', ...passes, '-o', out(output))

/** Optimises, and gives every import and export a short name; the glue is told which. */
export async function lower() {
  const bulkMemory = ['--enable-bulk-memory', '--enable-bulk-memory-opt']
  await wasmOpt('wxlogin_bg.wasm', 'lowered.wasm', ...bulkMemory, '--llvm-memory-copy-fill-lowering')
  await wasmOpt(
    'lowered.wasm',
    'optimised.wasm',
    '--flatten',
    '--rereloop',
    '-Oz',
    '-Oz',
    '--converge',
    '--gufa-optimizing',
    '--strip-debug',
    '--strip-producers',
    '--strip-target-features',
  )
  const minifyNames = '--minify-imports-and-exports-and-modules'
  const names = JSON.parse(await wasmOpt('optimised.wasm', 'wxlogin.wasm', minifyNames))
  await assertMvp(await readFile(out('wxlogin.wasm')))
  await wrapGlue(names)
}

/** Fails the build rather than the phone: an MVP module exports functions, tables and memories. */
async function assertMvp(bytes) {
  const module = await WebAssembly.compile(bytes)
  const globals = WebAssembly.Module.exports(module).filter((entry) => entry.kind === 'global')
  if (globals.length > 0) throw new Error(`exported globals: ${globals.map((entry) => entry.name)}`)
}

/** The same module in JavaScript. */
export async function toJavaScript() {
  await binaryen('wasm2js', out('wxlogin.wasm'), '-Oz', '-o', out('wasm2js.js'))
  await wrapFallback(await WebAssembly.compile(await readFile(out('wxlogin.wasm'))))
}
