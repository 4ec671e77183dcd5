/** Lets `width` pieces of work go on at once; those that wait go on in the order they came. */
export function lane(width) {
  const waiting = []
  let free = width
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      if (waiting.length > 0) waiting.shift()()
      else free += 1
    }
  }
}

/**
 * Performs each task once, when all it needs is done and all its lanes have room.
 *
 * A task is `{ title, needs, lanes, run }`: the tasks that come first, what `lane` made, and
 * `run(tell)`, which tells its output as it comes and rejects if it fails. `onDone` gets each task
 * with its outcome, `{ failed, seconds, output }`; `failed` says why, if it did.
 */
export function createSchedule(onDone) {
  const outcomes = new Map()
  const running = new Map()

  function perform(task) {
    if (!outcomes.has(task)) outcomes.set(task, begin(task))
    return outcomes.get(task)
  }

  async function begin(task) {
    const needed = await Promise.all(task.needs.map(async (need) => ({ need, ...(await perform(need)) })))
    const lacking = needed.find(({ failed }) => failed)
    const work = lacking
      ? async () => ({ failed: lacking.failed, seconds: 0, output: '' })
      : task.lanes.reduceRight(
          (inner, enter) => () => enter(inner),
          () => timed(task),
        )
    const outcome = await work()
    onDone(task, outcome)
    return outcome
  }

  async function timed(task) {
    const at = { begin: Date.now(), output: '' }
    const seconds = () => (Date.now() - at.begin) / 1000
    running.set(task, at)
    const tell = (text) => {
      at.output += text
    }
    const failed = await task.run(tell).then(
      () => undefined,
      (error) => error.message,
    )
    running.delete(task)
    return { failed, seconds: seconds(), output: at.output }
  }

  /** What goes on now: each task's title, for how long, and the last line it told. */
  const goingOn = () =>
    [...running].map(([{ title }, { begin, output }]) => ({
      title,
      seconds: (Date.now() - begin) / 1000,
      line: output.trimEnd().split('\n').at(-1),
    }))

  return { perform, goingOn }
}
