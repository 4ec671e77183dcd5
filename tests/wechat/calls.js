/**
 * How every API of the simulated `wx` is called and answers: by callbacks alone, at the moment and
 * in the way the test asked for, and on the record.
 */

const CALLBACKS = ['success', 'fail', 'complete']
const MODES = ['async', 'soon', 'sync', 'twice', 'both', 'never']

/** @param {object} clock `{ now, setTimeout }` */
export function createCalls(clock, { callbacks = 'async', log = true } = {}) {
  const known = new Set()
  const record = []
  const counts = {}
  const scripts = {}
  const modes = { '*': callbacks }
  const delays = {}
  const rates = {}
  const recent = {}

  function noted(api, options) {
    counts[api] = (counts[api] || 0) + 1
    const entry = { api, at: clock.now(), options: withoutCallbacks(options) }
    if (log) record.push(entry)
    return entry
  }

  // A misspelt name would make a test pass for nothing.
  function checkApi(api) {
    if (!known.has(api)) throw new TypeError(`api: expected one of ${[...known].join(', ')}, got ${api}`)
  }

  function script(api, kind, value, times) {
    checkApi(api)
    scripts[api] = [...(scripts[api] || []), { kind, value, times }]
  }
  function takeScript(api) {
    const next = scripts[api]?.[0]
    if (!next) return null
    next.times -= 1
    if (next.times <= 0) scripts[api].shift()
    return next
  }

  function tooOften(api) {
    const limit = rates[api]
    if (!limit) return false
    const since = clock.now() - 1000
    recent[api] = (recent[api] || []).filter((at) => at > since)
    if (recent[api].length >= limit) return true
    recent[api].push(clock.now())
    return false
  }

  /** One call under way. It settles once, whatever is reported of it afterwards. */
  function open(api, options) {
    const entry = noted(api, options)
    const endings = []
    let latest = 0
    let decided = false
    let over = false

    function deliver(outcome, result) {
      if (over) return
      over = true
      for (const end of endings) end()
      entry.outcome = outcome
      entry.errMsg = result.errMsg
      const mode = modes[api] || modes['*']
      if (mode === 'never') return
      callBack(options, outcome, result)
      if (mode === 'twice') callBack(options, outcome, result)
      if (mode === 'both') callBack(options, 'fail', { errMsg: `${api}:fail called back both ways` })
    }

    function settle(outcome, result, urgent) {
      if (over || (decided && !urgent)) return
      decided = true
      latest += 1
      const mine = latest
      const mode = modes[api] || modes['*']
      const arrive = () => mine === latest && deliver(outcome, result)
      const delay = urgent ? 0 : delays[api] || 0
      if (mode === 'sync' && !delay) arrive()
      else if (mode === 'soon' && !delay) Promise.resolve().then(arrive)
      else clock.setTimeout(arrive, delay)
    }

    return {
      api,
      options,
      succeed: (result) => settle('success', { errMsg: `${api}:ok`, ...result }),
      fail: (reason, more) => settle('fail', { errMsg: `${api}:fail ${reason}`, ...more }),
      /** Overtakes an answer that is still on its way, as abort does. */
      interrupt: (reason, more) => settle('fail', { errMsg: `${api}:fail ${reason}`, ...more }, true),
      answerAs: (outcome, result) => settle(outcome, result),
      onEnd: (end) => endings.push(end),
      abandon() {
        over = true
        for (const end of endings) end()
      },
      get over() {
        return over
      },
    }
  }

  return {
    /**
     * An API in callback style. `perform(call)` does the work; `handle(call)` makes what the API
     * returns (a task), for every outcome alike.
     */
    define(api, perform, handle = () => undefined) {
      known.add(api)
      return (options = {}) => {
        const next = takeScript(api)
        if (next?.kind === 'throw') {
          noted(api, options)
          throw next.value
        }
        const call = open(api, options)
        const task = handle(call)
        if (next?.kind === 'silent') call.abandon()
        else if (next?.kind === 'fail') call.answerAs('fail', { errMsg: `${api}:fail`, ...next.value })
        else if (next?.kind === 'succeed') call.answerAs('success', { errMsg: `${api}:ok`, ...next.value })
        else if (tooOften(api)) call.fail('the api call is too frequent')
        else perform(call)
        return task
      }
    },

    /** A synchronous API: it returns or throws. */
    defineSync(api, perform) {
      known.add(api)
      return (...given) => {
        noted(api, given)
        const next = takeScript(api)
        if (next?.kind === 'throw') throw next.value
        if (next?.kind === 'fail') {
          throw Object.assign(new Error(next.value.errMsg || `${api}:fail`), next.value)
        }
        if (next?.kind === 'succeed') return next.value
        return perform(...given)
      }
    },

    control: {
      calls: record,
      count: (api) => counts[api] || 0,
      fail: (api, error = {}, times = 1) => script(api, 'fail', error, times),
      succeed: (api, result = {}, times = 1) => script(api, 'succeed', result, times),
      silent: (api, times = 1) => script(api, 'silent', null, times),
      throws: (api, error, times = 1) => script(api, 'throw', error, times),
      delay(api, ms) {
        checkApi(api)
        delays[api] = ms
      },
      mode(mode, api = '*') {
        if (!MODES.includes(mode))
          throw new TypeError(`mode: expected one of ${MODES.join(', ')}, got ${mode}`)
        if (api !== '*') checkApi(api)
        modes[api] = mode
      },
      rateLimit(api, perSecond) {
        checkApi(api)
        rates[api] = perSecond
      },
      calm() {
        for (const table of [scripts, modes, delays, rates, recent]) {
          for (const key of Object.keys(table)) delete table[key]
        }
        modes['*'] = callbacks
      },
    },
  }
}

function callBack(options, outcome, result) {
  try {
    if (typeof options[outcome] === 'function') options[outcome](result)
  } finally {
    if (typeof options.complete === 'function') options.complete(result)
  }
}

function withoutCallbacks(options) {
  if (Array.isArray(options)) return options
  const kept = { ...options }
  for (const name of CALLBACKS) delete kept[name]
  return kept
}
