/* Timers for an engine that has none: whoever drives it calls `runTimers` now and then. */
;(() => {
  const { now } = Date
  const timers = new Map()
  let last = 0

  globalThis.setTimeout = (callback, ms = 0) => {
    timers.set(++last, { callback, at: now() + ms })
    return last
  }

  globalThis.clearTimeout = (timer) => {
    timers.delete(timer)
  }

  globalThis.runTimers = () => {
    for (const [timer, { callback, at }] of timers) {
      if (at > now()) continue
      timers.delete(timer)
      callback()
    }
  }
})()
