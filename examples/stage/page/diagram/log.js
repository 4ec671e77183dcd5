const OFTEN = 60

/** Follows the simulator's log: `called(entry)` for each call, `answered(entry)` for each answer. */
export function followLog(calls, { called, answered }) {
  let seen = 0
  let open = []

  function look() {
    for (; seen < calls.length; seen += 1) {
      called(calls[seen])
      open.push(calls[seen])
    }
    const done = open.filter(({ outcome }) => outcome)
    if (done.length === 0) return
    open = open.filter(({ outcome }) => !outcome)
    for (const entry of done) answered(entry)
  }

  const timer = setInterval(look, OFTEN)
  return { look, stop: () => clearInterval(timer) }
}
