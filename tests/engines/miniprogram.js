/*
 * Evaluates a file of dist/miniprogram as WeChat does a module: in a function whose parameters
 * hide what a page may have and a mini-program has not. `read` gives the text of such a file.
 */
const HIDDEN = [
  'window self global globalThis document location navigator localStorage process Buffer console',
  'WebAssembly TextDecoder TextEncoder URL URLSearchParams fetch XMLHttpRequest crypto performance',
  'queueMicrotask setImmediate setInterval FinalizationRegistry WeakRef BigInt AbortController',
  'structuredClone Intl Atomics SharedArrayBuffer',
].join(' ')

/* biome-ignore lint/correctness/noUnusedVariables: each engine's own script calls it */
function evaluateModule(read, name) {
  const parameters = ['module', 'exports', 'require', 'WXWebAssembly'].concat(HIDDEN.split(' '))
  // biome-ignore lint/security/noGlobalEval: the one way that all engines have
  const evaluate = eval
  const define = evaluate(`(function (${parameters.join(', ')}) {${read(name)}\n})`)
  const module = { exports: {} }
  let core
  const require = (path) => {
    if (name !== 'index.js' || path !== './core.js') throw new Error(`require('${path}') in ${name}`)
    if (!core) core = evaluateModule(read, 'core.js')
    return core
  }
  define(module, module.exports, require, typeof WXWebAssembly === 'undefined' ? undefined : WXWebAssembly)
  return module.exports
}
