import { createGlue } from '../build/out/glue.js'
import { LoginError } from './error.js'
import { said } from './reading.js'
import { decode, encode } from './text.js'

/** A load that takes longer has failed: nothing that waits for it may hang. ms. */
const LOAD_TIMEOUT = 15000

/** Finds and starts the wasm module, once for all clients, and remembers no failure (law X1). */
export class Loader {
  /** `platform`: see `miniprogram.js`, `browser.js` and `node.js`. */
  constructor(platform) {
    this.platform = platform
    this.module = undefined
    /** The load under way, and the options that it goes by. */
    this.pending = undefined
    this.ways = {}
  }

  load(options) {
    const { wasm, fallback } = options
    if (this.module) return Promise.resolve(this.module)
    if (!this.pending) {
      const forget = () => {
        this.pending = undefined
      }
      this.ways = options
      this.pending = this.tryAll(wasm, fallback).then((module) => {
        this.module = module
        return module
      })
      this.pending.then(forget, forget)
    } else if (wasm !== this.ways.wasm || fallback !== this.ways.fallback) {
      return this.pending.catch(() => this.load(options)) // by ways of its own
    }
    return this.pending
  }

  tryAll(wasm, fallback) {
    const ways = []
    if (this.platform.hasWebAssembly()) {
      const fetchAndStart = (imports) => this.platform.instantiate(wasm, imports)
      ways.push(fetchAndStart, fetchAndStart)
    }
    if (fallback) ways.push((imports) => fallback.instantiate(imports))
    if (ways.length === 0) {
      const message = "this runtime has no WebAssembly: pass fallback: require('wxlogin/fallback')"
      return Promise.reject(new LoginError('HOST_UNSUPPORTED', message))
    }
    return ways
      .reduce((tried, way) => tried.catch(() => this.start(way)), Promise.reject())
      .catch((cause) => {
        const message = `the wasm module did not load: ${said(cause)}`
        throw new LoginError('LOAD_FAILED', message, { retryable: true }, cause)
      })
  }

  start(way) {
    // The glue keeps views of one instance's memory: each start has its own.
    const core = createGlue(decode, encode)
    return within(LOAD_TIMEOUT, () => way(core.imports)).then((exports) => {
      core.__wbg_set_wasm(exports)
      return { core, connections: [] }
    })
  }

  /**
   * The module broke: nobody enters it again, and the next call loads another (law X5).
   * Returns the error that everyone who waited on it gets.
   */
  discard(module, cause) {
    const message = `a defect of wxlogin, please report it: ${said(cause)}`
    const error = new LoginError('INTERNAL', message, { retryable: true }, cause)
    if (this.module === module) this.module = undefined
    if (module) for (const connection of module.connections.splice(0)) connection.disconnect(error)
    return error
  }
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
