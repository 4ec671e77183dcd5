/**
 * A virtual clock: `now`, `setTimeout` and `clearTimeout` to inject, `advance` and `sleep` to let time pass.
 *
 * @param {number} [start] milliseconds since the epoch
 */
export function createClock(start = Date.UTC(2026, 10, 1)) {
  let time = start
  let lastId = 0
  const timers = new Map()

  function nextDue(until) {
    let due = null
    for (const timer of timers.values()) {
      if (timer.at <= until && (!due || timer.at < due.at)) due = timer
    }
    return due
  }

  return {
    now: () => time,
    setTimeout(task, ms = 0) {
      lastId += 1
      timers.set(lastId, { id: lastId, at: time + Math.max(0, ms), task })
      return lastId
    },
    clearTimeout: (id) => void timers.delete(id),
    /** How many timers are set. */
    get pending() {
      return timers.size
    },

    /** A phone that sleeps: the time goes on, and timers stand still. */
    sleep(ms) {
      time += ms
      for (const timer of timers.values()) timer.at += ms
    },

    /** Lets `ms` pass: runs what is due, in order, promise reactions after each. */
    async advance(ms = 0) {
      const until = time + ms
      await settle()
      for (let due = nextDue(until); due; due = nextDue(until)) {
        timers.delete(due.id)
        time = due.at
        due.task()
        await settle()
      }
      time = until
    },
  }
}

/** Chains of promises as long as any of ours get to their end. */
async function settle() {
  for (let i = 0; i < 32; i += 1) await null
}
