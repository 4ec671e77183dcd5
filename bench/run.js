import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { brotliDecompressSync } from 'node:zlib'
import { arenaScript, bundleArena } from './bundle.js'
import { coldStart } from './cold-start.js'
import { findEngines, runScript } from './engines.js'
import { ALL_MEASURES, COLD_START, makePlan } from './plan.js'
import { summarise, tableOf } from './report.js'
import { installRivals, sortRoster, versionOf } from './rivals.js'

const USAGE = `node bench/run.js [--quick] [--engine v8|jsc] [--only measure,measure]`

const PROGRESS_MS = 1000

const here = new URL('.', import.meta.url).pathname
const packedWasm = new URL('../dist/miniprogram/wxlogin.wasm.br', import.meta.url).pathname

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    engine: { type: 'string' },
    only: { type: 'string' },
    help: { type: 'boolean' },
  },
})
if (options.help) console.log(USAGE)
else process.exitCode = await main()

async function main() {
  const began = Date.now()
  const plan = makePlan({ quick: options.quick, only: options.only?.split(',') })
  const say = (text) =>
    console.error(`${String(Math.round((Date.now() - began) / 1000)).padStart(4)} s  ${text}`)

  await installRivals(say)
  const { engines, absent: absentEngines } = await findEngines(say)
  const roster = sortRoster()
  say('bundling')
  const absent = [...absentEngines, ...roster.absent, ...(await bundleArena(roster.present))]
  const wasmPaths = await placeWasm()

  const troubles = []
  const results = {}
  for (const engine of engines.filter(({ name }) => !options.engine || name === options.engine)) {
    const samples = await runEngine(
      engine,
      { ...plan, wasmPath: wasmPaths[engine.name] },
      say,
      absent,
      troubles,
    )
    results[engine.name] = summariseAll(samples)
    console.log(`\n${engine.title}\n${'='.repeat(engine.title.length)}`)
    for (const measure of ALL_MEASURES) {
      const variants = results[engine.name][measure.id]
      if (variants) console.log(`\n${tableOf(measure, variants)}`)
    }
  }

  console.log(`\nVersions: ${roster.present.map((name) => `${name} ${versionOf(name)}`.trim()).join(', ')}`)
  console.log('Machine:', cpus()[0].model, `× ${cpus().length}`)
  printReasons('Could not be run', absent)
  printReasons('Went wrong', troubles)
  const record = { at: new Date(began).toISOString(), cpu: cpus()[0].model, plan, absent, troubles, results }
  await writeFile(`${here}results.json`, JSON.stringify(record, null, 1))
  say('written to bench/results.json')
  return troubles.length ? 1 : 0
}

/** jsc has no brotli, so it reads the module unpacked. */
async function placeWasm() {
  if (!existsSync(packedWasm)) return {}
  const unpacked = `${here}node_modules/.cache/wxlogin.wasm`
  await writeFile(unpacked, brotliDecompressSync(await readFile(packedWasm)))
  return { v8: packedWasm, jsc: unpacked }
}

async function runEngine(engine, plan, say, absent, troubles) {
  const samples = []
  const stored = new Map()
  const seen = new Set()
  const once = (list, { contestant, reason }) => {
    const key = `${contestant} ${reason.split('\n')[0]}`
    if (!seen.has(key)) list.push({ engine: engine.name, contestant, reason })
    seen.add(key)
  }
  let lastProgress = 0
  const progress = (measure, text) => {
    if (Date.now() - lastProgress < PROGRESS_MS) return
    lastProgress = Date.now()
    say(`${engine.name}  ${measure}: ${text}`)
  }
  const onEvent = (event) => {
    if (event.type === 'sample') samples.push(event)
    else if (event.type === 'progress') progress(event.measure, event.text)
    else if (event.type === 'stored') stored.set(event.contestant, event.storage)
    else if (event.type === 'absent') once(absent, event)
    else once(troubles, { contestant: event.contestant || 'the bench', reason: event.reason })
  }
  const arena = async (measures, uncollected) => {
    const script = arenaScript(engine.name)
    const run = await runScript(engine, script, { ...plan, measures }, { uncollected, onEvent })
    if (!run.ok) {
      const reason = `${engine.name} ended with ${run.signal || run.code}. ${run.complaint}`
      once(troubles, { contestant: 'the bench', reason })
    }
  }

  const chosen = ALL_MEASURES.filter(({ id }) => plan.measures.includes(id))
  const shared = chosen.filter((measure) => measure !== COLD_START && !measure.ownProcess)
  await arena(
    shared.map(({ id }) => id),
    false,
  )
  for (const { id } of chosen.filter(({ ownProcess }) => ownProcess)) await arena([id], true)
  if (chosen.includes(COLD_START)) {
    await coldStart({
      engine,
      stored,
      wasmPath: plan.wasmPath,
      rounds: plan.coldRounds,
      record: (sample) => samples.push({ measure: COLD_START.id, ...sample }),
      fail: (trouble) => once(troubles, trouble),
      progress: (text) => progress(COLD_START.id, text),
    })
  }
  return samples
}

function summariseAll(samples) {
  const results = {}
  for (const measure of ALL_MEASURES) {
    const own = samples.filter((sample) => sample.measure === measure.id)
    if (own.length) results[measure.id] = summarise(measure, own)
  }
  return results
}

function printReasons(title, entries) {
  if (!entries.length) return
  console.log(`${title}:`)
  for (const { engine, contestant, reason } of entries) {
    console.log(`   ${[engine, contestant].filter(Boolean).join(' ')}: ${reason.trim().split('\n')[0]}`)
  }
}
