import { allocations } from './allocations.js'
import { fresh } from './fresh.js'
import { growthExpired, growthFresh, kept } from './growth.js'
import { hops } from './hops.js'
import { renewal } from './renewal.js'
import { storm, stormMemory } from './storm.js'

/** In the order of the report. Cold start is not among them: it takes a process a sample. */
export const MEASURES = [
  fresh,
  hops,
  allocations,
  storm,
  stormMemory,
  renewal,
  growthFresh,
  growthExpired,
  kept,
]
