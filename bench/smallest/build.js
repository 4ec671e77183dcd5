import { execFile } from 'node:child_process'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { brotliCompressSync } from 'node:zlib'
import { inBench, inCache, inRoot } from '../places.js'

const run = promisify(execFile)

/** Built with the package's own wasm-bindgen and wasm-opt, for the same engines. */
export async function buildSmallest() {
  const target = inRoot('target/smallest')
  const out = inCache('smallest/')
  const wasm = `${out}smallest.wasm`
  await mkdir(out, { recursive: true })
  await run('cargo', ['build', '--release', '--target=wasm32-unknown-unknown', `--target-dir=${target}`], {
    cwd: inBench('smallest'),
    env: { ...process.env, RUSTFLAGS: '-Ctarget-cpu=mvp' },
  })
  const compiled = `${target}/wasm32-unknown-unknown/release/smallest.wasm`
  await run('cargo', ['run', '--quiet', '--package=bindgen', '--bin=bindgen', compiled, out], {
    cwd: inRoot(''),
  })
  // The tool names all it makes after the package.
  const shrink = ['-Oz', '--strip-debug', '--strip-producers', `${out}wxlogin_bg.wasm`, '-o', wasm]
  await run(process.execPath, [inRoot('node_modules/binaryen/bin/wasm-opt'), ...shrink])
  await writeFile(`${wasm}.br`, brotliCompressSync(await readFile(wasm)))
  return { unpacked: wasm, packed: `${wasm}.br` }
}
