import { inBlocks } from './rounds.js'

/** Requests one after the other with a fresh session; nearly all the time is the client's. */
export const fresh = {
  id: 'fresh',
  title: '1. A request with a fresh session',
  unit: 'µs',
  reference: 'floor',
  variants: { immediate: 'host answers before it returns', microtask: 'host answers a microtask later' },

  async run({ contestants, plan, record, progress }) {
    for (const delivery of Object.keys(fresh.variants)) {
      const blocks = { contestants, plan, rounds: plan.rounds, delivery, loop: 'sequence' }
      await inBlocks(blocks, async ({ name, stage, round, n }) => {
        progress(`${delivery} host, round ${round + 1} of ${plan.rounds}: ${name}`)
        record({ variant: delivery, contestant: name, round, value: (await stage.sequence(n)) / n })
      })
    }
  },
}
