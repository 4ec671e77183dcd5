import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { wrapGlue } from './glue.js'
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

const RUSTUP = 'Install Rust with rustup (https://rustup.rs); rust-toolchain.toml names what else it needs.'

/**
 * The standard library is built along: the prebuilt one uses instructions beyond the MVP, and
 * without panic messages and formatting it is a quarter smaller. `-Zbuild-std` and
 * `immediate-abort` are open to the pinned stable compiler through RUSTC_BOOTSTRAP.
 */
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
      '-Zpanic-immediate-abort',
      '--config=profile.release.panic="immediate-abort"',
    ],
    {
      env: {
        RUSTC_BOOTSTRAP: '1',
        CARGO_ENCODED_RUSTFLAGS: [...MVP, '-Zunstable-options', '-Cpanic=immediate-abort'].join('\x1f'),
      },
      missing: RUSTUP,
    },
  )

/** Behind `compile`, which goes on beside it and has the longer way to go. */
export const compileBindgen = () =>
  run('nice', ['-n', '5', 'cargo', 'build', '--package=bindgen', '--bin=bindgen'])

export async function runBindgen() {
  await folder(out(''))
  await run('cargo', [
    'run',
    '--quiet',
    '--package=bindgen',
    '--bin=bindgen',
    join(root, `target/${TARGET}/release/wxlogin.wasm`),
    out(''),
  ])
}

const binaryen = (tool, args) =>
  run(process.execPath, [join(root, 'node_modules/binaryen/bin', tool), ...args])

/** The globals that wasm-bindgen exports are never used by its glue, and iOS has no `Global`. */
const withoutExportedGlobals = async (path) => {
  const text = await binaryen('wasm-dis', [path, '-o', '-'])
  const lines = text.split('\n')
  const kept = lines.filter((line) => !/^ \(export "[^"]*" \(global /.test(line))
  const wat = kept.join('\n')
  await writeFile(out('mvp.wat'), wat)
  return wat
}

/** Where the module keeps its constants: nothing there ever changes. */
function constantsOf(wat) {
  const starts = ['rodata', 'data'].map(
    (name) => new RegExp(`\\(data \\$\\.${name} \\(i32\\.const (\\d+)\\)`).exec(wat)?.[1],
  )
  if (starts.includes(undefined)) throw new Error('the module lays out its constants in a new way')
  return starts.map(Number)
}

const wasmOpt = (input, output, ...passes) =>
  binaryen('wasm-opt', [input, '--mvp-features', '--enable-mutable-globals', ...passes, '-o', output])

/** Optimises, and gives every import and export a short name; the glue is told which. */
export async function lower() {
  const wat = await withoutExportedGlobals(out('wxlogin_bg.wasm'))
  const lowered = out('lowered.wasm')
  const bulkMemory = ['--enable-bulk-memory', '--enable-bulk-memory-opt']
  await wasmOpt(out('mvp.wat'), lowered, ...bulkMemory, '--llvm-memory-copy-fill-lowering')
  const optimised = out('optimised.wasm')
  await wasmOpt(
    lowered,
    optimised,
    '--flatten',
    '--rereloop',
    '-Oz',
    '-Oz',
    '--converge',
    '--gufa-optimizing',
    '--strip-debug',
    '--strip-producers',
  )
  const names = await wasmOpt(optimised, out('wxlogin.wasm'), '--minify-imports-and-exports-and-modules')
  await assertMvp(await readFile(out('wxlogin.wasm')))
  const glue = await readFile(out('wxlogin_bg.js'), 'utf8')
  await writeFile(out('glue.js'), wrapGlue(glue, JSON.parse(names), constantsOf(wat)))
}

/** Fails the build rather than the phone: an MVP module exports functions, tables and memories. */
async function assertMvp(bytes) {
  const module = await WebAssembly.compile(bytes)
  const globals = WebAssembly.Module.exports(module).filter((entry) => entry.kind === 'global')
  if (globals.length > 0) throw new Error(`exported globals: ${globals.map((entry) => entry.name)}`)
}

/** The same module in JavaScript, as a function of its imports like `WebAssembly.instantiate`. */
export async function toJavaScript() {
  const text = await binaryen('wasm2js', [out('wxlogin.wasm'), '-Oz', '-o', '-'])
  const names = []
  const body = text
    .replace(/^import \* as (\S+) from '(.*)';$/gm, "const $1 = imports['$2'];")
    .replace(/^export var (\S+) = (.*);$/gm, (_, name, value) => {
      names.push(`${name}: ${value}`)
      return ''
    })
  if (/^(?:export|import)\b/m.test(body)) throw new Error('wasm2js wrote an export or import of a new kind')
  const module = `export function instantiate(imports) {\n${body}\nreturn { ${names.join(', ')} };\n}\n`
  await writeFile(out('fallback.js'), module)
}
