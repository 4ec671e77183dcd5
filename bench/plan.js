import { COLD_START } from './cold-start.js'
import { MEASURES } from './measures/index.js'

/** How long and how often. Full is for figures, quick for a look while working. */
const FULL = {
  rounds: 15,
  warmMs: 150,
  blockMs: 20,
  allocatingRounds: 3,
  storm: 10_000,
  stormRounds: 5,
  sizes: [10, 100, 1_000, 10_000, 100_000],
  growthRounds: 2,
  // Fewer than this at once are repeated until they are as many.
  smallest: 1_000,
  keeping: 4_000,
  coldRounds: 12,
  // A contestant that would need longer for one sample of a size is not asked for it.
  patienceMs: 2_000,
}

const QUICK = {
  rounds: 5,
  warmMs: 60,
  blockMs: 5,
  allocatingRounds: 2,
  storm: 2_000,
  stormRounds: 3,
  sizes: [10, 100, 1_000, 10_000],
  growthRounds: 1,
  smallest: 200,
  keeping: 2_000,
  coldRounds: 3,
  patienceMs: 500,
}

/** Every measure, in the order of the report. */
export const ALL_MEASURES = MEASURES.flatMap((measure) =>
  measure.id === 'renewal' ? [COLD_START, measure] : [measure],
)

export function makePlan({ quick, only }) {
  const ids = ALL_MEASURES.map(({ id }) => id)
  const unknown = (only || []).filter((id) => !ids.includes(id))
  if (unknown.length) throw new Error(`no measure ${unknown.join(', ')}; there are ${ids.join(', ')}`)
  return { ...(quick ? QUICK : FULL), measures: only || ids }
}
