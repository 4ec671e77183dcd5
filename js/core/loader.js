import { Instance } from './instance.js'
import { Detail, Fields, own, Said } from './values.js'

/** A load that takes longer has failed: nothing that waits for it may hang. ms. */
const LOAD_TIMEOUT = 15000

/** Finds and starts the module, once for all clients of a platform, and remembers no failure (law X1). */
export class Loader {
  constructor({ LoginError, platform }) {
    this._LoginError = LoginError
    this._platform = platform
    this._instance = undefined
    /** The load under way, whose options it goes by, and who waits for it. */
    this._pending = undefined
    this._ways = undefined
    this._waiting = []
  }

  /** Resolves with the connection's core. */
  async connect(connection) {
    if (!connection.api) {
      throw new this._LoginError('HOST_UNSUPPORTED', 'there is no wx here: name the API object as host')
    }
    while (this._pending) {
      this._waiting.push(connection)
      const { wasm, fallback } = this._ways
      const error = await this._pending
      const isSame = wasm === connection.settings.wasm && fallback === connection.settings.fallback
      if (error && isSame) throw error
    }
    if (this._instance) return this._instance._connect(connection)
    this._ways = connection.settings
    this._waiting = [connection]
    const loaded = this._load(connection)
    // Resolves, also with the error: nobody need look at it.
    this._pending = loaded.then(
      () => this._done(),
      (error) => this._done(error),
    )
    return loaded
  }

  /** What the app threw or gave, as the core reads it. */
  said(value) {
    return new Said(value)
  }

  fields(reply) {
    return new Fields(reply, true)
  }

  detail(value) {
    return new Detail(value)
  }

  _done(error) {
    this._pending = undefined
    this._waiting = []
    return error
  }

  /** Twice, then the fallback. A module in which no client can be made has not loaded. */
  async _load(connection) {
    const { wasm, fallback } = connection.settings
    const place = wasm === undefined ? this._platform.wasm : wasm
    const ways = []
    if (this._hasWebAssembly()) {
      const instantiate = (imports) => this._platform.instantiate(place, imports)
      ways.push({ instantiate }, { instantiate })
    }
    if (fallback) ways.push({ instantiate: (imports) => fallback.instantiate(imports), isFallback: true })
    if (ways.length === 0) {
      const message = "this runtime has no WebAssembly: pass fallback: require('wxlogin/fallback')"
      throw new this._LoginError('HOST_UNSUPPORTED', message)
    }
    const path = nameOf(place)
    let cause
    for (const { instantiate, isFallback } of ways) {
      if (isFallback) this._tell({ step: 'fallback-used' })
      const instance = new Instance(isFallback, this._LoginError, (broken, why) => this._broke(broken, why))
      try {
        instance._start(exportsOf(await within(LOAD_TIMEOUT, () => instantiate(instance._imports))))
        const core = instance._connect(connection)
        this._instance = instance
        return core
      } catch (error) {
        cause = (own(error, 'code') === 'INTERNAL' && error.cause) || error
        this._tell({
          step: 'load-failed',
          path: isFallback ? 'fallback' : path,
          errMsg: new Said(cause).errMsg,
        })
      }
    }
    const { errMsg = 'no reason given' } = new Said(cause)
    const fields = { retryable: true, errMsg }
    throw new this._LoginError('LOAD_FAILED', `${path} did not load: ${errMsg}`, fields, cause)
  }

  _hasWebAssembly() {
    try {
      return this._platform.hasWebAssembly()
    } catch {
      return true // it is there, in a way; the load says what is wrong with it
    }
  }

  _tell(step) {
    for (const connection of this._waiting) connection.traced(Object.assign({}, step))
  }

  /** The next call loads another (law X5). */
  _broke(instance, cause) {
    if (this._instance === instance) this._instance = undefined
    const { errMsg } = new Said(cause)
    const message = `a defect of wxlogin, please report it: ${errMsg}`
    return new this._LoginError('INTERNAL', message, { retryable: true }, cause)
  }
}

/** For a message: bytes have no name. */
function nameOf(place) {
  if (typeof place === 'string') return place
  return own(place, 'href') || String(place.href || 'the module')
}

/** Some base libraries resolve with the instance, some with `{ instance }`, and entries with its exports. */
function exportsOf(result) {
  const instance = result.instance || result
  const exports = instance.exports || instance
  if (Object.keys(exports).length === 0) throw new Error('an instance that exports nothing')
  return exports
}

function within(ms, run) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`nothing came back for ${ms} ms`)), ms)
    const end = (settle) => (value) => {
      clearTimeout(timer)
      settle(value)
    }
    try {
      Promise.resolve(run()).then(end(resolve), end(reject))
    } catch (error) {
      end(reject)(error)
    }
  })
}
