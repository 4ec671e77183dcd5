import { bundleCold, bundleColdRunner, coldScript } from './bundle.js'
import { ROSTER } from './contestants/roster.js'
import { runScript } from './engines.js'

/** One process a sample: nothing in it has seen the contestant's script or module before. */
export async function coldStart({ engine, stored, wasmPath, rounds, record, fail, progress }) {
  await bundleColdRunner()
  const starters = []
  for (const { name } of ROSTER) {
    const script = stored.has(name) ? await bundleCold(name) : null
    if (script) starters.push({ name, input: { script, storage: stored.get(name), wasmPath } })
  }
  for (let round = 0; round < rounds; round++) {
    progress(`round ${round + 1} of ${rounds}`)
    for (let i = 0; i < starters.length; i++) {
      const { name, input } = starters[(i + round) % starters.length]
      const { sample, reason } = await startOnce(engine, input)
      if (sample) record({ contestant: name, round, value: sample.value })
      else fail({ contestant: name, reason: `cold start: ${reason}` })
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
  if (!sample) return { reason: `no request. ${complaint}` }
  if (sample.logins > 0 || !sample.attached) {
    return { reason: `${sample.logins} logins, session ${sample.attached ? '' : 'not '}attached` }
  }
  return { sample }
}
