/**
 * `npm run size`: what is shipped, what each dependency costs in it, and whether a mini-program
 * pays no more than `budget.json` allows. `--check` says only the last.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { codeByCrate } from './code-by-crate.js'
import { dist, out, root } from './steps.js'

const budgets = JSON.parse(readFileSync(new URL('budget.json', import.meta.url), 'utf8'))
const BEFORE_OPTIMISING = out('wxlogin_bg.wasm')

function table(title, heads, rows) {
  const lines = [heads, ...rows].map((row) => row.map(String))
  const widths = heads.map((_, column) => Math.max(...lines.map((row) => row[column].length)))
  const line = (row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column])))
  console.log(`\n${title}\n`)
  for (const row of lines) console.log(`  ${line(row).join('  ')}`)
}

function shippedFiles() {
  const paths = readdirSync(dist(''), { recursive: true }).map((path) => dist(path))
  const rows = paths
    .filter((path) => statSync(path).isFile())
    .sort()
    .map((path) => {
      const bytes = readFileSync(path)
      const packed = path.endsWith('.br')
      const compressed = packed ? ['', ''] : [gzipSync(bytes, { level: 9 }), brotliCompressSync(bytes)]
      return [relative(root, path), bytes.length, ...compressed.map(({ length }) => length || '—')]
    })
  table('Shipped files, bytes', ['file', 'raw', 'gzip', 'brotli'], rows)
}

function crates() {
  const costs = codeByCrate(readFileSync(BEFORE_OPTIMISING))
  const total = costs.reduce((sum, { bytes }) => sum + bytes, 0)
  const percent = (bytes) => `${((100 * bytes) / total).toFixed(1)} %`
  const rows = costs.map(({ crate, bytes, functions }) => [crate, functions, bytes, percent(bytes)])
  table(
    'Code in the wasm by crate, before wasm-opt takes the names away',
    ['crate', 'functions', 'bytes', 'share'],
    [...rows, ['all', costs.reduce((sum, { functions }) => sum + functions, 0), total, '']],
  )
}

function keepsBudget({ what, files, budget }) {
  const bytes = files.reduce((sum, path) => sum + statSync(join(root, path)).size, 0)
  const left = budget - bytes
  const verdict = left >= 0 ? `${left} under` : `${-left} OVER`
  console.log(`\n${what}: ${files.map((path) => basename(path)).join(' + ')}`)
  console.log(`${bytes} bytes, ${verdict} the budget of ${budget}`)
  return left >= 0
}

if (!process.argv.includes('--check')) {
  shippedFiles()
  if (existsSync(BEFORE_OPTIMISING)) crates()
}
if (budgets.filter((each) => !keepsBudget(each)).length > 0) process.exitCode = 1
