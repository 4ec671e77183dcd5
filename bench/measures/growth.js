import { interleave } from './rounds.js'
import { expiredBurst, outOfPatience } from './storm.js'

/** The same at growing numbers: a flat line is linear time. Small numbers are repeated. */
function growing({ id, title, reference, needsLogin, burst }) {
  return {
    id,
    title,
    unit: 'µs a request',
    reference,
    needsLogin,
    columns: true,

    async run({ contestants, plan, record, progress }) {
      for (const n of plan.sizes) {
        const repeats = Math.max(1, Math.round(plan.smallest / n))
        await interleave(contestants, plan.growthRounds, async ({ name, stage, paces }, round) => {
          if (outOfPatience(paces, n, plan)) return
          progress(`${n} at once, round ${round + 1} of ${plan.growthRounds}: ${name}`)
          engine.tidy()
          let elapsed = 0
          for (let i = 0; i < repeats; i++) elapsed += await burst(stage, n)
          const value = elapsed / repeats / n
          paces.set(n, value)
          record({ variant: String(n), contestant: name, round, value })
        })
      }
    },
  }
}

export const growthFresh = growing({
  id: 'growthFresh',
  title: '5. Growth: requests at once, fresh session',
  reference: 'floor',
  burst: (stage, n) => {
    stage.host.listening.delivery = 'task'
    return stage.burst(n)
  },
})

export const growthExpired = growing({
  id: 'growthExpired',
  title: '5b. Growth: requests at once, expired session',
  reference: 'floor-login',
  needsLogin: true,
  burst: async (stage, n) => (await expiredBurst(stage, n)).elapsed,
})

/** Memory that stays behind; what a client keeps for good shows as bytes a request. */
export const kept = {
  id: 'kept',
  title: '5c. Memory kept after many requests, half of them in storms',
  unit: 'bytes a request',
  reference: null,
  needsLogin: true,

  async run({ contestants, plan, record, progress }) {
    for (const { name, stage } of contestants) {
      progress(name)
      await use(stage, plan)
      engine.collect()
      const before = engine.heldBytes()
      await use(stage, plan)
      engine.collect()
      record({ contestant: name, round: 0, value: (engine.heldBytes() - before) / (2 * plan.keeping) })
    }
  },
}

async function use(stage, plan) {
  for (let i = 0; i < 5; i++) await expiredBurst(stage, plan.keeping / 5)
  for (let i = 0; i < 5; i++) await stage.burst(plan.keeping / 5)
}
