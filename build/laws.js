/**
 * `node build/laws.js` writes into `docs/laws.md` which tests hold each law; `--check` says what is
 * out of date, cited and not in the book, or in the book and held by no test.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './steps.js'

const BOOK = join(root, 'docs/laws.md')
const PLACES = ['src', 'js', 'tests', 'docs', 'examples', 'bench', 'README.md', 'README.zh-CN.md']
const LAW = /\b[SLRAX](?:1[0-2]|[1-9])\b/g
const ENTRY = /^- \*\*([SLRAX]\d+)\*\* (.*?)(?: \*Held by [^*]*\*)?$/gm

/** Titles of tests: `fn s1_…` in Rust, `test('S1 …')` in JavaScript. */
const TITLES = [/^\s*(?:async )?fn ((?:[slrax]\d+_)+)/gm, /^\s*(?:await )?(?:test|it)\(\s*[`'"]([^`'"]*)/gm]

function filesIn(path) {
  const full = join(root, path)
  try {
    const entries = readdirSync(full, { withFileTypes: true })
    const kept = entries.filter(({ name }) => !/^(?:node_modules|target|out|dist|data|corpus)$/.test(name))
    return kept.flatMap(({ name }) => filesIn(`${path}/${name}`))
  } catch {
    return /\.(?:rs|js|ts|md)$/.test(path) ? [path] : []
  }
}

const files = PLACES.flatMap(filesIn).map((path) => [path, readFileSync(join(root, path), 'utf8')])

function lawsOfTitles(text) {
  const titles = TITLES.flatMap((pattern) => [...text.matchAll(pattern)].map(([, title]) => title))
  const laws = titles.flatMap((title) => title.toUpperCase().replaceAll('_', ' ').match(LAW) ?? [])
  return new Set(laws)
}

function heldBy() {
  const held = new Map()
  for (const [path, text] of files) {
    for (const law of lawsOfTitles(text)) held.set(law, [...(held.get(law) ?? []), path])
  }
  return held
}

const book = readFileSync(BOOK, 'utf8')
const held = heldBy()
const written = book.replace(ENTRY, (_, law, text) => {
  const tests = held.get(law)
  return `- **${law}** ${text}${tests ? ` *Held by ${tests.join(', ')}*` : ''}`
})

const known = new Set([...book.matchAll(ENTRY)].map(([, law]) => law))
const troubles = [...known].filter((law) => !held.has(law)).map((law) => `${law} is held by no test`)
for (const [path, text] of files) {
  if (/\.(?:rs|js|ts)$/.test(path) || path.startsWith('README')) {
    for (const law of new Set(text.match(LAW))) {
      if (!known.has(law)) troubles.push(`${path} cites ${law}, which is not in docs/laws.md`)
    }
  }
}
if (process.argv.includes('--check')) {
  if (written !== book) troubles.push('docs/laws.md is out of date: run node build/laws.js')
} else writeFileSync(BOOK, written)
for (const trouble of troubles) console.error(trouble)
console.log(`${known.size} laws, ${held.size} of them held by tests`)
if (troubles.length > 0) process.exitCode = 1
