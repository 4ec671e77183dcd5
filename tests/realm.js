/**
 * A bare realm: what a mini-program page can count on, and nothing else. ECMAScript 2017 builtins,
 * `setTimeout`/`clearTimeout` and `Date.now` of a virtual clock, the host object `wx` and
 * `WXWebAssembly`; code from strings is forbidden.
 *
 * The built package is loaded in it as CommonJS, and may require its second file, `./core.js`.
 * `WXLOGIN_DIST` names another build than `dist/`.
 */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import vm from 'node:vm'

export const dist = resolve(process.env.WXLOGIN_DIST || fileURLToPath(new URL('../dist', import.meta.url)))

/** Newer than ES2017, or no part of a mini-program: own properties, by owner. */
const ABSENT = {
  'Array.prototype':
    'at findLast findLastIndex flat flatMap group groupToMap toReversed toSorted toSpliced with',
  Array: 'fromAsync',
  Map: 'groupBy',
  Object: 'fromEntries groupBy hasOwn',
  Promise: 'allSettled any try withResolvers',
  'Promise.prototype': 'finally',
  'String.prototype': 'at isWellFormed matchAll replaceAll toWellFormed trimEnd trimLeft trimRight trimStart',
  Symbol: 'asyncDispose asyncIterator dispose matchAll',
  'Object.getPrototypeOf(Uint8Array.prototype)': 'at findLast findLastIndex toReversed toSorted with',
  globalThis:
    'AggregateError Atomics BigInt BigInt64Array BigUint64Array FinalizationRegistry Intl Iterator ' +
    'SharedArrayBuffer WeakRef WebAssembly console escape unescape globalThis',
}

const strip = new vm.Script(
  Object.entries(ABSENT)
    .map(([owner, names]) =>
      names
        .split(' ')
        .map((name) => `delete ${owner}.${name}`)
        .join('\n'),
    )
    .join('\n'),
)

const scripts = new Map()

function script(name) {
  if (!scripts.has(name)) {
    const filename = `${dist}/miniprogram/${name}.js`
    const source = readFileSync(filename, 'utf8')
    scripts.set(name, new vm.Script(`(function (module, exports, require) {${source}\n})`, { filename }))
  }
  return scripts.get(name)
}

/**
 * @param {object} given
 * @param {object} given.clock of `createClock`
 * @param {object} [given.wx] the host object; without it there is none
 * @param {object} [given.WXWebAssembly] without it there is none
 * @param {object} [given.timers] `{ setTimeout, clearTimeout }` in place of the clock's
 * @param {(error: unknown) => void} [given.report] the host's error report: gets what a task of the
 *   realm throws; without it the test fails with it
 * @returns `{ load(name), required, loseTimers(), run(code) }`: `load` gives the exports of
 *   `dist/miniprogram/<name>.js`; `required` names the files that it then required; `loseTimers` plays
 *   a host that forgets all timers when it hides a page
 */
export function createRealm({ clock, wx, WXWebAssembly, timers = clock, report = fail }) {
  const running = new Set()
  const globals = {
    setTimeout(task, ms) {
      const timer = timers.setTimeout(() => {
        running.delete(timer)
        try {
          task()
        } catch (error) {
          report(error)
        }
      }, ms)
      running.add(timer)
      return timer
    },
    clearTimeout(timer) {
      running.delete(timer)
      timers.clearTimeout(timer)
    },
  }
  if (wx) globals.wx = wx
  if (WXWebAssembly) globals.WXWebAssembly = WXWebAssembly
  const context = vm.createContext(globals, { codeGeneration: { strings: false, wasm: true } })
  strip.runInContext(context)
  vm.runInContext('Date', context).now = () => clock.now()

  const required = []

  /** Each `index` has its own `core`, the one file that it may ask for. */
  function load(name = 'index') {
    const module = { exports: {} }
    let core
    const require = (path) => {
      required.push(path)
      if (name !== 'index' || path !== './core.js') {
        throw new Error(`require('${path}') in ${name}: the package has to stand alone`)
      }
      core ??= load('core')
      return core
    }
    script(name).runInContext(context)(module, module.exports, require)
    return module.exports
  }

  return {
    load,
    required,
    loseTimers() {
      for (const timer of running) clock.clearTimeout(timer)
      running.clear()
    },
    run: (code) => vm.runInContext(code, context),
  }
}

function fail(error) {
  throw error
}
