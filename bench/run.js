import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import { bundleArena, bundleCold } from './bundle.js'
import { runEngine } from './engine-run.js'
import { findEngines } from './engines.js'
import { inBench } from './places.js'
import { ALL_MEASURES, makePlan } from './plan.js'
import { summarise, tableOf } from './report.js'
import { installRivals, sortRoster, versions } from './rivals.js'
import { placeWasm } from './wasm-files.js'

const USAGE = `node bench/run.js [--quick] [--engine v8|jsc] [--only measure,measure]
Ends with 0 unless the bench broke or somebody gave wrong answers: a timing is not a test.`

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
  const say = (text) => console.error(`${Math.round((Date.now() - began) / 1000)} s`.padStart(6), text)
  const plan = makePlan({ quick: options.quick, only: options.only?.split(',') })

  await installRivals(say)
  const { engines, absent } = await findEngines()
  say('building and bundling')
  const roster = sortRoster()
  const wasm = await placeWasm()
  absent.push(...roster.absent, ...wasm.absent)
  const names = roster.present.filter((name) => !wasm.absent.some(({ contestant }) => contestant === name))
  absent.push(...(await bundleArena(names.filter((name) => name !== 'smallest'))))
  const coldScripts = await bundleCold(names)

  const wrong = []
  const results = {}
  for (const engine of engines.filter(({ name }) => !options.engine || name === options.engine)) {
    const run = await runEngine({ engine, plan: { ...plan, wasm: wasm[engine.name] }, coldScripts, say })
    absent.push(...run.absent)
    wrong.push(...run.wrong)
    results[engine.name] = summariseAll(run.samples)
    printEngine(engine, results[engine.name])
  }

  console.log(`\nBeside: ${versions().join(', ')}`)
  console.log(`Machine: ${cpus()[0].model} × ${cpus().length}`)
  printReasons('Could not be run', absent)
  printReasons('Went wrong', wrong)
  const record = { at: new Date(began).toISOString(), cpu: cpus()[0].model, plan, absent, wrong, results }
  await writeFile(inBench('results.json'), JSON.stringify(record, null, 1))
  say('written to bench/results.json')
  return wrong.length ? 1 : 0
}

function summariseAll(samples) {
  const results = {}
  for (const measure of ALL_MEASURES) {
    const own = samples.filter((sample) => sample.measure === measure.id)
    if (own.length) results[measure.id] = summarise(measure, own)
  }
  return results
}

function printEngine(engine, results) {
  console.log(`\n${engine.title}\n${'='.repeat(engine.title.length)}`)
  for (const measure of ALL_MEASURES) {
    if (results[measure.id]) console.log(`\n${tableOf(measure, results[measure.id])}`)
  }
}

function printReasons(title, entries) {
  if (!entries.length) return
  console.log(`${title}:`)
  for (const { engine, contestant, reason } of entries) {
    console.log(`   ${[engine, contestant].filter(Boolean).join(' ')}: ${reason.trim().split('\n')[0]}`)
  }
}
