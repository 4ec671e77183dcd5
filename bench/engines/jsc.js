/* What the measures need of an engine, in the jsc shell, and the timers that it lacks. */
// biome-ignore lint/correctness/noUnusedVariables: the scripts after this one use it
var engine = {
  now: () => preciseTime() * 1e6,
  tidy: () => edenGC(),
  collect: () => gc(),
  heldBytes: () => gcHeapSize(),
  /* Grows only, when the collector is off. */
  allocatedBytes: () => MemoryFootprint().current,
  /* The shell has no brotli: the parent unpacked it. */
  wasm: (path) => readFile(engine.wasmFiles[path], 'binary'),
  /* Where a package path really lies. */
  wasmFiles: {},
  task: (callback) => setTimeout(callback, 0),
  load: (path) => load(path),
  print: (line) => print(line),
  finish: (code) => quit(code),
  // biome-ignore lint/complexity/noArguments: the shell's name for its own
  arguments: Array.from(arguments),
}

/*
 * The shell's setTimeout can't be cleared, keeps every callback until its time, and grows
 * slower with each one it holds. So it holds one at a time, for the earliest of ours.
 */
// biome-ignore lint/correctness/noUnusedVariables: contestants use both
var { setTimeout, clearTimeout } = ((nativeSetTimeout) => {
  const soon = new Map()
  const later = new Map()
  let last = 0
  let nextPatrol = Infinity

  function runSoon() {
    for (const [id, callback] of soon) {
      soon.delete(id)
      callback()
      drainMicrotasks()
    }
  }

  function patrol() {
    nextPatrol = Infinity
    const now = Date.now()
    for (const [id, { at, callback }] of later) {
      if (at > now) patrolAt(at)
      else {
        later.delete(id)
        callback()
        drainMicrotasks()
      }
    }
  }

  function patrolAt(at) {
    if (at >= nextPatrol) return
    nextPatrol = at
    nativeSetTimeout(patrol, at - Date.now())
  }

  return {
    setTimeout(callback, delay) {
      const id = ++last
      if (delay > 0) {
        const at = Date.now() + delay
        later.set(id, { at, callback })
        patrolAt(at)
      } else {
        if (soon.size === 0) nativeSetTimeout(runSoon, 0)
        soon.set(id, callback)
      }
      return id
    },
    clearTimeout(id) {
      soon.delete(id)
      later.delete(id)
    },
  }
})(this.setTimeout)
