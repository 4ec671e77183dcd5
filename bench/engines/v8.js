/* What the measures need of an engine, in Node. Runs as a CommonJS script with --expose-gc. */
const { readFileSync } = require('node:fs')
const { getHeapStatistics } = require('node:v8')
const { brotliDecompressSync } = require('node:zlib')

// biome-ignore lint/correctness/noUnusedVariables: the scripts after this one use it
var engine = {
  now: () => Number(process.hrtime.bigint()) / 1000,
  /* What is young only: a full collection would take shapes and code of the idle along. */
  tidy: () => gc({ type: 'minor' }),
  collect: () => gc(),
  heldBytes: () => {
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  },
  /* Only between two collections, and with a young generation too big to be collected. */
  allocatedBytes: () => getHeapStatistics().used_heap_size,
  wasm: (path) => brotliDecompressSync(readFileSync(engine.wasmFiles[path])),
  /* Where a package path really lies. */
  wasmFiles: {},
  task: (callback) => setImmediate(callback),
  load: (path) => require(path),
  print: (line) => process.stdout.write(`${line}\n`),
  finish: (code) => process.exit(code),
  arguments: process.argv.slice(2),
}

/* What a mini-program has not got. A client that finds one would take another way here than there. */
for (const name of [
  'AbortController',
  'FormData',
  'Headers',
  'Request',
  'Response',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'URLSearchParams',
  'crypto',
  'fetch',
  'navigator',
  'performance',
  'queueMicrotask',
  'structuredClone',
]) {
  delete globalThis[name]
}
