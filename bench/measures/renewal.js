import { inBlocks } from './rounds.js'

/** The server has ended the session: a 401, one login, the same request again. */
export const renewal = {
  id: 'renewal',
  title: '4. One 401, login and resend',
  unit: 'µs',
  reference: 'floor-login',
  needsLogin: true,

  async run({ contestants, plan, record, progress }) {
    const blocks = { contestants, plan, rounds: plan.rounds, delivery: 'immediate', loop: 'renewals' }
    await inBlocks(blocks, async ({ name, stage, round, n }) => {
      progress(`round ${round + 1} of ${plan.rounds}: ${name}`)
      const { logins } = stage.host.counts
      const value = (await stage.renewals(n)) / n
      record({ contestant: name, round, value, logins: (stage.host.counts.logins - logins) / n })
    })
  },
}
