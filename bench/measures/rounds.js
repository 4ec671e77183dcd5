/**
 * All contestants in every round, each round beginning with another one: a drift of the
 * machine hits all of them alike, and a ratio compares neighbours in time.
 */
export async function interleave(contestants, rounds, visit) {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < contestants.length; i++) {
      await visit(contestants[(i + round) % contestants.length], round)
    }
  }
}

/** Rounds of one of the stage's loops, warmed up, `n` calls of it filling a block. */
export async function inBlocks({ contestants, plan, rounds, delivery, loop }, visit) {
  const sizes = new Map()
  for (const { name, stage } of contestants) {
    stage.host.listening.delivery = delivery
    sizes.set(name, await fit(stage[loop], plan))
  }
  await interleave(contestants, rounds, ({ name, stage }, round) => {
    stage.host.listening.delivery = delivery
    engine.tidy()
    return visit({ name, stage, round, n: sizes.get(name) })
  })
}

async function fit(loop, { warmMs, blockMs }) {
  let n = 10
  let spent = 0
  for (;;) {
    const elapsed = await loop(n)
    const share = (blockMs * 1000) / elapsed
    spent += elapsed
    if (share > 1) n = Math.ceil(n * Math.min(4, Math.max(1.2, share)))
    else if (spent < warmMs * 1000) n = Math.max(10, Math.ceil(n * share))
    else return n
  }
}
