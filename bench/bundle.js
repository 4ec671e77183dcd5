import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { build } from 'esbuild'
import { inBench, inCache } from './places.js'

const ENGINES = ['v8', 'jsc']
const RUN = (name) => `${name}(JSON.parse(engine.arguments[0]))`

export const arenaScript = (engine) => inCache(`arena-${engine}.cjs`)
export const coldScript = (engine) => inCache(`cold-${engine}.cjs`)

/**
 * One classic script an engine, because jsc has no modules of ours to load. Every contestant is
 * bundled for itself with its own copy of the host and the loops: the engine then sees in each
 * what it would see in an app, where only one of them is. Returns who could not be bundled.
 */
export async function bundleArena(names) {
  const { bundled, absent } = await bundleEach(names, async (name) => {
    const stage = await bundleSource(
      `import { open } from './contestants/${name}.js'
       import { openStage } from './stage.js'
       export default openStage(open)`,
      { globalName: 'stage', inject: [inBench('world.js')] },
    )
    return `openers[${JSON.stringify(name)}] = () => {\n${stage}\nreturn stage.default\n}`
  })
  const arena = await bundleSource(`export { runArena } from './arena.js'`, { globalName: 'arena' })
  const script = [
    'var openers = {}',
    ...bundled.values(),
    'engine.openers = openers',
    arena,
    RUN('arena.runArena'),
  ]
  await writeForEngines(arenaScript, script)
  return absent
}

/** The contestants alone, minified as an upload is, with `wx` left to their scope: their paths by name. */
export async function bundleCold(names) {
  const runner = await bundleSource(`export { runCold } from './cold.js'`, { globalName: 'cold' })
  await writeForEngines(coldScript, [runner, RUN('cold.runCold')])
  const { bundled } = await bundleEach(names, async (name) => {
    const path = inCache(`cold-${name}.cjs`)
    const source = `import { open } from './contestants/${name}.js'\nglobalThis.startedClient = open()`
    await writeFile(path, await bundleSource(source, { minify: true }))
    return path
  })
  return bundled
}

async function bundleEach(names, bundleOne) {
  await mkdir(inCache(''), { recursive: true })
  const bundled = new Map()
  const absent = []
  for (const name of names) {
    try {
      bundled.set(name, await bundleOne(name))
    } catch (error) {
      absent.push({ contestant: name, reason: error.errors ? error.errors[0].text : String(error) })
    }
  }
  return { bundled, absent }
}

async function writeForEngines(pathOf, parts) {
  for (const engine of ENGINES) {
    const prelude = await readFile(inBench(`engines/${engine}.js`), 'utf8')
    await writeFile(pathOf(engine), [prelude, ...parts, ''].join('\n;'))
  }
}

async function bundleSource(contents, options) {
  const result = await build({
    stdin: { contents, resolveDir: inBench('') },
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
