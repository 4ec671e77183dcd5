import { interleave } from './rounds.js'

/** Many requests in one turn, all refused because the server has ended the session. */
export const storm = {
  id: 'storm',
  title: '2. Many requests at once on an expired session',
  unit: 'ms',
  reference: 'floor-login',
  needsLogin: true,

  async run({ contestants, plan, record, progress }) {
    await interleave(contestants, plan.stormRounds, async ({ name, stage, paces }, round) => {
      if (outOfPatience(paces, plan.storm, plan)) return
      progress(`${plan.storm} at once, round ${round + 1} of ${plan.stormRounds}: ${name}`)
      const { elapsed, logins, held } = await expiredBurst(stage, plan.storm, round === 0)
      paces.set(plan.storm, elapsed / plan.storm)
      const sample = { variant: `${plan.storm} requests`, contestant: name, round }
      record({ ...sample, value: elapsed / 1000, logins })
      if (round === 0) record({ ...sample, measure: stormMemory.id, value: held / 1e6 })
    })
  },
}

/** Weighed by the first round of the storm. */
export const stormMemory = {
  id: 'stormMemory',
  title: '2b. Memory held while all of them wait for the login',
  unit: 'MB',
  reference: 'floor-login',
}

/**
 * Weighing happens when the first login is about to be answered: everybody waits, and nothing
 * has been given back. It counts all that the waiting takes, the caller's promises too. The
 * pause for it is taken off the time.
 */
export async function expiredBurst(stage, n, weigh = false) {
  const { counts, listening, expire } = stage.host
  const { logins } = counts
  let held = 0
  let pause = 0
  listening.delivery = 'task'
  engine.tidy()
  if (weigh) {
    engine.collect()
    const before = engine.heldBytes()
    listening.onLoginReply = () => {
      const start = engine.now()
      engine.collect()
      held = engine.heldBytes() - before
      pause = engine.now() - start
    }
  }
  expire()
  const elapsed = (await stage.burst(n)) - pause
  return { elapsed, held, logins: counts.logins - logins }
}

/** Would `n` at once take too long, at the pace of the greatest number known so far? */
export function outOfPatience(paces, n, plan) {
  const nearest = Math.max(...[...paces.keys()].filter((size) => size <= n))
  return (paces.get(nearest) || 0) * n > plan.patienceMs * 1000
}
