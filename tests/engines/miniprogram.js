/*
 * Evaluates a file of dist/miniprogram as WeChat does a module: in a function whose parameters
 * hide what a page may have and a mini-program has not.
 */
const HIDDEN = [
  'window self global globalThis document location navigator localStorage process Buffer console',
  'WebAssembly TextDecoder TextEncoder URL URLSearchParams fetch XMLHttpRequest crypto performance',
  'queueMicrotask setImmediate setInterval FinalizationRegistry WeakRef BigInt AbortController',
  'structuredClone Intl Atomics SharedArrayBuffer',
].join(' ')

/* biome-ignore lint/correctness/noUnusedVariables: each engine's own script calls it */
function evaluateModule(source) {
  const parameters = ['module', 'exports', 'WXWebAssembly'].concat(HIDDEN.split(' '))
  // biome-ignore lint/security/noGlobalEval: the one way that all engines have
  const evaluate = eval
  const define = evaluate(`(function (${parameters.join(', ')}) {${source}\n})`)
  const module = { exports: {} }
  define(module, module.exports, typeof WXWebAssembly === 'undefined' ? undefined : WXWebAssembly)
  return module.exports
}
