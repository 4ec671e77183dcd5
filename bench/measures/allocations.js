import { inBlocks } from './rounds.js'

/** Runs in a process of its own, whose collector has no reason to run between two readings. */
export const allocations = {
  id: 'allocations',
  title: '1c. Bytes allocated by a request with a fresh session',
  unit: 'bytes',
  reference: 'floor',
  ownProcess: true,

  async run({ contestants, plan, record, progress }) {
    const rounds = plan.allocatingRounds
    const blocks = { contestants, plan, rounds, delivery: 'immediate', loop: 'sequence' }
    await inBlocks(blocks, async ({ name, stage, round, n }) => {
      progress(`round ${round + 1} of ${rounds}: ${name}`)
      const before = engine.allocatedBytes()
      await stage.sequence(n)
      const value = (engine.allocatedBytes() - before) / n
      // Less than before: old garbage was collected all the same, and the reading says nothing.
      if (value > 0) record({ contestant: name, round, value })
    })
  },
}
