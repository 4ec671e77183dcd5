/**
 * A simulated `WXWebAssembly`. First-hand reports: it takes a path in the code package and nothing
 * else; what it resolves with differs between base libraries; it fails now and then on iOS.
 */

// (module (func (export "trap") unreachable))
const TRAP = new WebAssembly.Module(
  Uint8Array.from([
    ...[0, 97, 115, 109, 1, 0, 0, 0], // magic, version
    ...[1, 4, 1, 96, 0, 0], // type: () -> ()
    ...[3, 2, 1, 0], // function 0
    ...[7, 8, 1, 4, 116, 114, 97, 112, 0, 0], // export "trap"
    ...[10, 5, 1, 3, 0, 0, 11], // body: unreachable
  ]),
)

/**
 * @param {(path: string) => WebAssembly.Module} compile what lies at that path, or throws
 * @param {object} [options]
 * @param {'instance' | 'result'} [options.shape] what it resolves with: the instance or `{ instance }`
 * @param {number} [options.fails] how many of the first calls reject
 * @param {number} [options.hangs] how many of those after them never settle
 * @param {number} [options.delay] how long each call takes, in ms of `options.setTimeout`
 * @param {'nothing' | 'traps'} [options.gives] an instance without exports, or one that traps in each
 *
 * `control`: `loads`, how often it was called; `paths`, with what; `fail(times)`, `hang(times)`: the
 * next calls reject, or never settle; `mend()`: from now on they give a sound instance at once; `memory`, the newest instance's; `calls`, how often the module
 * was called, and `callsOut`, how often it called; `trap(nth)`: the nth call from now of the module
 * hits `unreachable`; `poison(nth)`: the nth that it makes throws into it; `sprung`, how many did.
 */
export function createWXWebAssembly(
  compile,
  { shape = 'instance', fails = 0, hangs = 0, delay = 0, gives, setTimeout } = {},
) {
  const control = {
    loads: 0,
    paths: [],
    memory: undefined,
    calls: 0,
    callsOut: 0,
    sprung: 0,
    fail(times = 1) {
      fails += times
    },
    hang(times = 1) {
      hangs += times
    },
    mend() {
      fails = 0
      hangs = 0
      delay = 0
      gives = undefined
    },
    trap(nth = 1) {
      trapAt = control.calls + nth
    },
    poison(nth = 1) {
      poisonAt = control.callsOut + nth
    },
  }
  let trapAt = 0
  let poisonAt = 0

  function withTraps(exports) {
    const wrapped = {}
    for (const [name, value] of Object.entries(exports)) {
      wrapped[name] = value
      if (value instanceof WebAssembly.Memory) control.memory = value
      if (typeof value !== 'function') continue
      wrapped[name] = (...given) => {
        control.calls += 1
        if (control.calls === trapAt || gives === 'traps') {
          control.sprung += 1
          new WebAssembly.Instance(TRAP).exports.trap()
        }
        return value(...given)
      }
    }
    return wrapped
  }

  function withPoison(imports) {
    const wrapped = {}
    for (const [name, value] of Object.entries(imports)) {
      wrapped[name] = value
      if (typeof value !== 'function') continue
      wrapped[name] = (...given) => {
        control.callsOut += 1
        if (control.callsOut === poisonAt) {
          control.sprung += 1
          throw new WebAssembly.RuntimeError(`poisoned in ${name}`)
        }
        return value(...given)
      }
    }
    return wrapped
  }

  async function instantiate(path, imports) {
    control.loads += 1
    control.paths.push(path)
    if (typeof path !== 'string' || !/\.wasm(\.br)?$/.test(path)) {
      throw new TypeError(`WXWebAssembly.instantiate: expected a path in the code package, got ${path}`)
    }
    if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay))
    if (fails > 0) {
      fails -= 1
      throw new Error('CompileError: invalid wasm file')
    }
    if (hangs > 0) {
      hangs -= 1
      return new Promise(() => {})
    }
    if (gives === 'nothing') return {}
    const given = Object.fromEntries(
      Object.entries(imports).map(([module, functions]) => [module, withPoison(functions)]),
    )
    const { exports } = new WebAssembly.Instance(compile(path), given)
    const instance = { exports: withTraps(exports) }
    return shape === 'result' ? { instance } : instance
  }

  return { WXWebAssembly: { instantiate }, control }
}
