import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import { getQuickJS } from 'quickjs-emscripten'

const LONGEST = 60_000
const here = (name) => new URL(name, import.meta.url)
const { version } = createRequire(import.meta.url)('quickjs-emscripten/package.json')

/** Runs the suite on the fallback in QuickJS, where there is no WebAssembly and nothing but ECMAScript. */
export async function runInQuickJs(folder, tell) {
  const context = (await getQuickJS()).newContext()
  const define = (name, run) =>
    context.newFunction(name, run).consume((handle) => context.setProp(context.global, name, handle))
  define('readFile', (path) => context.newString(readFileSync(context.getString(path), 'utf8')))
  let ended = false
  define('say', (line) => {
    const { name, error, done } = JSON.parse(context.getString(line))
    if (done) ended = true
    else tell(name, error)
  })
  const run = (code, name) => context.unwrapResult(context.evalCode(code, name)).dispose()
  for (const name of ['timers.js', 'host.js', 'suite.js', 'miniprogram.js', 'in-quickjs.js'])
    run(readFileSync(here(name), 'utf8'), name)
  run(`start(${JSON.stringify(folder)})`, 'start')
  const end = Date.now() + LONGEST
  while (!ended) {
    if (Date.now() > end) throw new Error(`the suite did not end within ${LONGEST} ms`)
    context.unwrapResult(context.runtime.executePendingJobs())
    run('runTimers()', 'runTimers')
    await sleep(1)
  }
  return `QuickJS (quickjs-emscripten ${version}), the fallback`
}
