import { ROSTER } from './contestants/roster.js'
import { MEASURES } from './measures/index.js'

/**
 * The run inside an engine. Whatever happens is one line of JSON on standard output, so that
 * an engine that dies half-way takes nothing of it along.
 */
export async function runArena(plan) {
  engine.wasmFiles = plan.wasm
  try {
    const contestants = await admit(engine.openers)
    for (const measure of MEASURES.filter(({ id, run }) => run && plan.measures.includes(id))) {
      await runMeasure(measure, contestants, plan)
    }
    engine.finish(0)
  } catch (error) {
    say({ type: 'broken', reason: explain(error) })
    engine.finish(1)
  }
}

async function admit(openers) {
  const admitted = []
  for (const entry of ROSTER.filter(({ name }) => openers[name])) {
    let stage
    try {
      stage = openers[entry.name]()
    } catch (error) {
      say({ type: 'absent', contestant: entry.name, reason: explain(error) })
      continue
    }
    try {
      await stage.check(Boolean(entry.login))
      say({ type: 'stored', contestant: entry.name, storage: Array.from(stage.host.stored) })
      admitted.push({ ...entry, stage, paces: new Map() })
    } catch (error) {
      say({ type: 'wrong', contestant: entry.name, reason: explain(error) })
    }
  }
  return admitted
}

async function runMeasure(measure, contestants, plan) {
  const progress = (text) => say({ type: 'progress', measure: measure.id, text })
  const taking = contestants.filter(({ login }) => login || !measure.needsLogin)
  progress('starting')
  await measure.run({
    contestants: taking,
    plan,
    progress,
    record: (sample) => say({ type: 'sample', measure: measure.id, ...sample }),
  })
}

function explain(error) {
  return error instanceof Error ? `${error}\n${error.stack}` : JSON.stringify(error)
}

function say(event) {
  engine.print(JSON.stringify(event))
}
