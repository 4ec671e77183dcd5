import { createGlue } from '../../build/out/glue.js'
import { coreOptions } from './core-options.js'
import { BytesOnce, globalScope, queueMicrotask, ViewOnce } from './environment.js'
import { Host } from './host.js'
import { TextDecoder, TextEncoder } from './text-codec.js'
import { Fields, own } from './values.js'

/**
 * One started module, which the clients of a platform share. Each function that it exports and each
 * that it imports is wrapped once: by whatever way an exception leaves it, it is not entered any
 * more, nothing acts in its name, and everyone who waits for it is told (law X5).
 */
export class Instance {
  /** `broke(instance, cause)` returns the error that everyone gets. */
  constructor(isFallback, LoginError, broke) {
    const [Bytes, View] = isFallback ? [BytesOnce, ViewOnce] : [Uint8Array, DataView]
    this._glue = createGlue(TextDecoder, TextEncoder, Bytes, View, globalScope, queueMicrotask)
    this._LoginError = LoginError
    this._broke = broke
    this._error = undefined
    this._clients = []
    const { imports } = this._glue
    this._imports = each(imports, (functions) => each(functions, (call) => this._wayOut(call)))
  }

  _start(exports) {
    this._glue.start(each(exports, (value) => (typeof value === 'function' ? this._wayIn(value) : value)))
  }

  _wayIn(call) {
    return (...given) => {
      if (this._error) throw this._error
      try {
        return call(...given)
      } catch (cause) {
        throw this._break(cause)
      }
    }
  }

  _wayOut(call) {
    return (...given) => {
      if (this._error) throw this._error
      return call(...given)
    }
  }

  _break(cause) {
    if (!this._error) {
      this._error = this._broke(this, cause)
      for (const { connection, host } of this._clients.splice(0)) {
        host._close()
        connection.broke(this._error)
      }
    }
    return this._error
  }

  /** @throws whatever breaks the module */
  _connect(connection) {
    const host = new Host(connection, this._LoginError)
    try {
      const core = new this._glue.Client(connection.calls, host, coreOptions(connection))
      host._core = core
      if (connection.isTracing) core.setTracing(true)
      const { record } = connection
      if (record !== undefined)
        core.restore(new Fields(record, true), new Fields(own(record, 'session'), true))
      this._clients.push({ connection, host })
      return core
    } catch (cause) {
      host._close()
      throw this._break(cause)
    }
  }
}

function each(object, make) {
  const made = {}
  for (const name of Object.keys(object)) made[name] = make(object[name])
  return made
}
