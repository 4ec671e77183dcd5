/**
 * Idle moments. WeChat docs, wx.requestIdleCallback (base library 3.10): the callback comes when there
 * is nothing else to do, or after `timeout` if that is given.
 *
 * @param {object} calls of `createCalls`
 * @param {object} clock `{ setTimeout, clearTimeout }`
 * @param {{ idleCallbacks?: boolean }} options
 */
export function createIdle(calls, clock, { idleCallbacks = false }) {
  const waiting = new Map()
  let lastId = 0

  const requestIdleCallback = calls.defineSync('requestIdleCallback', (callback, { timeout } = {}) => {
    lastId += 1
    const id = lastId
    const run = () => {
      const { timer } = waiting.get(id)
      if (timer !== undefined) clock.clearTimeout(timer)
      waiting.delete(id)
      callback({ didTimeout: false, timeRemaining: () => 50 })
    }
    waiting.set(id, { run, timer: timeout === undefined ? undefined : clock.setTimeout(run, timeout) })
    return id
  })
  const cancelIdleCallback = calls.defineSync('cancelIdleCallback', (id) => void waiting.delete(id))

  return {
    api: idleCallbacks ? { requestIdleCallback, cancelIdleCallback } : {},
    control: {
      idle() {
        const due = [...waiting.values()]
        for (const { run } of due) run()
        return due.length
      },
    },
  }
}
