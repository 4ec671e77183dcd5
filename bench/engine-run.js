import { arenaScript } from './bundle.js'
import { COLD_START, coldStart } from './cold-start.js'
import { runScript } from './engines.js'
import { ALL_MEASURES } from './plan.js'

const PROGRESS_MS = 1000

/** Everything that one engine is asked for. What an engine said before it died stays. */
export async function runEngine({ engine, plan, coldScripts, say }) {
  const samples = []
  const stored = new Map()
  const absent = reasons(engine)
  const wrong = reasons(engine)
  const progress = slowly((measure, text) => say(`${engine.name}  ${measure}: ${text}`))

  const onEvent = (event) => {
    if (event.type === 'sample') samples.push(event)
    else if (event.type === 'progress') progress(event.measure, event.text)
    else if (event.type === 'stored') stored.set(event.contestant, event.storage)
    else if (event.type === 'absent') absent.add(event)
    else wrong.add(event)
  }

  async function enterArena(measures, uncollected) {
    const input = { ...plan, measures: measures.map(({ id }) => id) }
    const run = await runScript(engine, arenaScript(engine.name), input, { uncollected, onEvent })
    if (run.ok) return
    wrong.add({ reason: `${engine.name} ended with ${run.signal || run.code}. ${run.complaint}` })
  }

  const chosen = ALL_MEASURES.filter(({ id }) => plan.measures.includes(id))
  const inArena = chosen.filter((measure) => measure !== COLD_START)
  await enterArena(
    inArena.filter(({ ownProcess }) => !ownProcess),
    false,
  )
  for (const measure of inArena.filter(({ ownProcess }) => ownProcess)) await enterArena([measure], true)
  if (chosen.includes(COLD_START)) {
    const record = (sample) => samples.push(sample)
    await coldStart({ engine, scripts: coldScripts, stored, plan, record, progress, wrong: wrong.add })
  }
  return { samples, absent: absent.list, wrong: wrong.list }
}

/** Each reason once, though every process may come upon it again. */
function reasons(engine) {
  const list = []
  const add = ({ contestant = 'the bench', reason }) => {
    const known = list.some((entry) => entry.contestant === contestant && entry.reason === reason)
    if (!known) list.push({ engine: engine.name, contestant, reason })
  }
  return { list, add }
}

function slowly(say) {
  let last = 0
  return (...what) => {
    if (Date.now() - last < PROGRESS_MS) return
    last = Date.now()
    say(...what)
  }
}
