import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

const file = (name) => new URL(`../${name}`, import.meta.url)
const read = (name) => readFileSync(file(name), 'utf8')
const all = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1])

/** The one list: `Variant = "CODE", retryable: …;` in the Rust enum. */
const codes = all(read('src/error.rs'), /^\s+\w+ = "([A-Z_]+)", retryable: \w+;$/gm)

test('the Rust enum names every failure once', () => {
  assert.ok(codes.length >= 21, `found ${codes.length} codes in src/error.rs`)
  assert.deepEqual(codes, [...new Set(codes)])
})

test('the typings name the same failures', () => {
  const union = /export type LoginErrorCode =([^;]*?)(?:\n\n|\n*$)/.exec(read('js/index.d.ts'))[1]
  assert.deepEqual(all(union, /'([A-Z_]+)'/g), codes)
})

test('JavaScript names no other', () => {
  const scripts = readdirSync(file('js')).filter((name) => name.endsWith('.js'))
  const used = scripts.flatMap((name) => all(read(`js/${name}`), /'([A-Z]+(?:_[A-Z]+)+|INTERNAL|ABORTED)'/g))
  assert.ok(used.includes('CONFIG_INVALID'))
  for (const code of used) assert.ok(codes.includes(code), `js/ throws ${code}, which is no code`)
})

for (const name of ['README.md', 'README.zh-CN.md']) {
  test(`${name} has a row for every failure, and for no other`, () => {
    assert.ok(existsSync(file(name)), `${name} is missing`)
    const rows = all(read(name), /^\| `([A-Z_]+)` \|/gm).filter(
      (code) => !/^[A-Z]+$/.test(code) || codes.includes(code),
    )
    for (const code of codes) {
      assert.ok(rows.includes(code), `${name}: no row that begins with | \`${code}\` |`)
    }
    for (const code of rows) assert.ok(codes.includes(code), `${name}: ${code} is no code of src/error.rs`)
    assert.equal(rows.length, codes.length, `${name}: a code has two rows`)
  })
}
