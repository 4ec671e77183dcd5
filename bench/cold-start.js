import { coldScript } from './bundle.js'
import { runScript } from './engines.js'

export const COLD_START = {
  id: 'coldStart',
  title: '3. Cold start: from require to the first native request, with a stored session',
  unit: 'ms',
  reference: 'floor',
  secondReference: 'smallest',
}

/** One process a sample: nothing in it has seen the contestant's script or module before. */
export async function coldStart({ engine, scripts, stored, plan, record, progress, wrong }) {
  const starters = [...scripts].map(([name, script]) => {
    // The smallest module keeps its session where the floor does.
    const storage = stored.get(name) || stored.get('floor') || []
    return { name, input: { script, storage, wasm: plan.wasm } }
  })
  for (let round = 0; round < plan.coldRounds; round++) {
    for (let i = 0; i < starters.length; i++) {
      const { name, input } = starters[(i + round) % starters.length]
      progress(COLD_START.id, `round ${round + 1} of ${plan.coldRounds}: ${name}`)
      const { sample, reason } = await startOnce(engine, input)
      if (sample) record({ measure: COLD_START.id, contestant: name, round, value: sample.value })
      else wrong({ contestant: name, reason: `cold start: ${reason}` })
    }
  }
}

async function startOnce(engine, input) {
  let sample
  const { complaint } = await runScript(engine, coldScript(engine.name), input, {
    onEvent: (event) => {
      sample = event
    },
  })
  if (!sample || sample.reason) return { reason: `no request. ${sample ? sample.reason : complaint}` }
  if (sample.logins > 0 || !sample.attached) {
    return { reason: `${sample.logins} logins, session ${sample.attached ? '' : 'not '}attached` }
  }
  return { sample }
}
