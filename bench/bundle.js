import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'

const here = new URL('.', import.meta.url).pathname
const out = `${here}node_modules/.cache/`

/**
 * One classic script an engine, because jsc has no modules of ours to load. Every contestant is
 * bundled for itself with its own copy of the host and the loops: the engine then sees in each
 * what it would see in an app, where only one of them is.
 */
export async function bundleArena(names) {
  await mkdir(out, { recursive: true })
  const bundled = []
  const failures = []
  for (const name of names) {
    try {
      bundled.push(
        `openers[${JSON.stringify(name)}] = () => {\n${await bundleStage(name)}\nreturn stage.default\n}`,
      )
    } catch (error) {
      failures.push({ contestant: name, reason: error.errors ? error.errors[0].text : String(error) })
    }
  }
  const arena = await bundleSource(`export { runArena } from './arena.js'`, { globalName: 'arena' })
  const script = [
    'var openers = {}',
    ...bundled,
    arena,
    'arena.runArena(openers, JSON.parse(engine.arguments[0]))',
  ].join('\n;')
  for (const engine of ['v8', 'jsc']) {
    await writeFile(arenaScript(engine), `${await readFile(`${here}engines/${engine}.js`)}\n;${script}\n`)
  }
  return failures
}

export function arenaScript(engine) {
  return `${out}arena-${engine}.cjs`
}

function bundleStage(name) {
  const source = `
    import { open } from './contestants/${name}.js'
    import { openStage } from './stage.js'
    export default openStage(open)`
  return bundleSource(source, { globalName: 'stage', inject: [`${here}world.js`] })
}

/**
 * For cold starts: the contestant alone, minified as an upload is, with `wx` left to its scope.
 * Returns null where there is nothing to bundle.
 */
export async function bundleCold(name) {
  const path = `${out}cold-${name}.cjs`
  const source = `
    import { open } from './contestants/${name}.js'
    globalThis.startedClient = open()`
  try {
    await writeFile(path, await bundleSource(source, { minify: true }))
    return path
  } catch {
    return null
  }
}

export async function bundleColdRunner() {
  const runner = await bundleSource(`export { runCold } from './cold.js'`, { globalName: 'cold' })
  for (const engine of ['v8', 'jsc']) {
    const prelude = await readFile(`${here}engines/${engine}.js`)
    await writeFile(
      coldScript(engine),
      `${prelude}\n;${runner}\n;cold.runCold(JSON.parse(engine.arguments[0]))\n`,
    )
  }
}

export function coldScript(engine) {
  return `${out}cold-${engine}.cjs`
}

async function bundleSource(contents, options) {
  const result = await build({
    stdin: { contents, resolveDir: here },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'neutral',
    mainFields: ['module', 'main'],
    conditions: ['import'],
    target: 'es2022',
    logLevel: 'silent',
    ...options,
  })
  return result.outputFiles[0].text
}
