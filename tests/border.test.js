/** What crosses between Rust and JavaScript is written down on both sides: the same thing. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { INTERNAL } from '../build/bundle.js'
import { FAILURE, STEP } from '../js/rows.js'
import * as wishes from '../js/wish.js'

const read = (name) => readFileSync(new URL(`../${name}`, import.meta.url), 'utf8')
const all = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1])

/** The numbers that Rust source names, `const NAME: u32 = 7`, within a module if one is given. */
function rustNumbers(path, module) {
  const source = read(path)
  const part = module ? new RegExp(`mod ${module} \\{([^}]*)\\}`).exec(source)[1] : source
  return Object.fromEntries([...part.matchAll(/const (\w+): u32 = (\d+);/g)].map(([, name, n]) => [name, +n]))
}

/** Those that JavaScript source names, `const NAME = 7`. */
function scriptNumbers(path, names) {
  const source = read(path)
  const number = (name) => Number(new RegExp(`^(?:export )?const ${name} = (\\d+)$`, 'm').exec(source)?.[1])
  return Object.fromEntries(names.map((name) => [name, number(name)]))
}

/** The variants of an enum in the order of their numbers. */
function variants(path, name) {
  const body = new RegExp(`enum ${name} \\{([^}]*)\\}`).exec(read(path))[1]
  return all(body, /^\s+(\w+),$/gm)
}

for (const [path, row] of [
  ['src/trace.rs', STEP],
  ['src/error.rs', FAILURE],
]) {
  test(`a row of ${path} has the same fields on both sides`, () => {
    const names = /FIELDS: &\[&str\] =\s*&\[([^\]]*)\]/.exec(read(path))[1]
    assert.deepEqual(all(names, /"(\w+)"/g), row)
  })
}

test('a wish has the same number on both sides', () => {
  assert.deepEqual({ ...wishes }, rustNumbers('src/wasm/exports.rs', 'wish'))
})

test('the way of an answer has the same number on both sides', () => {
  const numbers = rustNumbers('src/wasm/answer.rs', 'how')
  assert.deepEqual(Object.keys(numbers), ['SUCCEEDED', 'LACKED', 'THREW'])
  assert.deepEqual(scriptNumbers('js/host.js', Object.keys(numbers)), numbers)
  const { FAILED } = scriptNumbers('js/host.js', ['FAILED'])
  assert.ok(FAILED >= 0 && !Object.values(numbers).includes(FAILED))
})

test('what JavaScript says was asked is what Rust reads', () => {
  const asked = variants('src/wasm/answer.rs', 'Asked')
  const { EXCHANGE, SUBMIT } = scriptNumbers('js/host.js', ['EXCHANGE', 'SUBMIT'])
  assert.deepEqual([asked[EXCHANGE], asked[SUBMIT]], ['Exchange', 'Submit'])
})

test('what stands for a field that does not fit is the same on both sides', () => {
  const [, rust] = /const MISFIT: &str = "(.*)";/.exec(read('src/wasm/value.rs'))
  const [, script] = /const MISFIT = '(.*)'/.exec(read('js/reading.js'))
  assert.equal(script, rust)
})

test('traits of a request are the same bits on both sides', () => {
  const { TRUSTED, ANONYMOUS, REPEATABLE } = rustNumbers('src/wasm/exports.rs')
  const names = { TRUSTED, ANONYMOUS, REPEATABLE }
  assert.deepEqual(scriptNumbers('js/calls.js', Object.keys(names)), names)
})

test('routes and outcomes have the same numbers on both sides', () => {
  const arms = (path, type) =>
    Object.fromEntries(
      [...read(path).matchAll(new RegExp(`${type}::(\\w+)\\)? => (\\d+)`, 'g'))].map(([, name, n]) => [
        name,
        +n,
      ]),
    )
  const outcomes = arms('src/wasm/client.rs', 'Outcome')
  assert.deepEqual(Object.keys(outcomes), ['Reply', 'Session', 'Done', 'Nothing'])
  assert.deepEqual(scriptNumbers('js/calls.js', ['REPLY', 'CURRENT_SESSION', 'NOTHING']), {
    REPLY: outcomes.Reply,
    CURRENT_SESSION: outcomes.Session,
    NOTHING: outcomes.Nothing,
  })
  const routes = arms('src/wasm/exports.rs', 'Route')
  assert.deepEqual(routes, { Join: 0, Trusted: 1 })
  const { JOIN, FOREIGN } = scriptNumbers('js/routes.js', ['JOIN', 'FOREIGN'])
  assert.equal(JOIN, routes.Join)
  assert.match(read('src/wasm/exports.rs'), new RegExp(`_ => ${FOREIGN},\\n`))
})

test('no name that the bundle shortens is public, or of a global object', () => {
  const published = new Set(all(read('js/index.d.ts'), /^ +(?:readonly )?(\w+)\??[(:<]/gm))
  assert.ok(published.has('onChange') && published.has('attach'))
  const foreign = ['browser', 'node', 'miniprogram', 'host', 'connection', 'storage'].flatMap((name) =>
    all(read(`js/${name}.js`), /\b(?:window|globalThis|WXWebAssembly|WebAssembly|wx)\??\.(\w+)/g),
  )
  assert.ok(foreign.includes('localStorage'))
  for (const name of [...published, ...foreign]) assert.ok(!INTERNAL.includes(name), name)
})
