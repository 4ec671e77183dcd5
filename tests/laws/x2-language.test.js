/**
 * Law X2 read off the shipped text: what no test happens to run has to be plain ES2017 as well.
 */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { before, describe, test } from 'node:test'
import { installPackages } from '../../build/setup.js'
import { dist } from '../realm.js'

const FILES = ['index.js', 'core.js', 'fallback.js']

/** All that may be named without being declared. */
const GLOBALS = new Set(
  (
    'exports require undefined Infinity NaN decodeURIComponent encodeURIComponent isNaN parseInt setTimeout clearTimeout wx WXWebAssembly ' +
    'Array ArrayBuffer Boolean DataView Date Error Float32Array Float64Array Int8Array Int16Array Int32Array JSON Map ' +
    'Math Number Object Promise RegExp Set String Symbol TypeError Uint8Array Uint16Array Uint32Array'
  ).split(' '),
)

/** What may be named where a `typeof` saw to its absence. */
const GUARDED = new Set(['window'])

/** Methods and properties of built-ins that came after ES2017. */
const NEWER = new Set(
  (
    'allSettled any asyncDispose asyncIterator at description difference dispose escape findLast findLastIndex ' +
    'finally flat flatMap fromAsync fromEntries groupBy hasIndices hasOwn intersection isDisjointFrom isSubsetOf ' +
    'isSupersetOf isWellFormed matchAll replaceAll symmetricDifference toReversed toSorted toSpliced ' +
    'toWellFormed transfer trimEnd trimStart union withResolvers'
  ).split(' '),
)

let parse
let walk

before(async () => {
  await installPackages('tests/engines')
  const require = createRequire(new URL('../engines/package.json', import.meta.url))
  parse = require('acorn').parse
  walk = require('acorn-walk')
})

const parsed = (source) => parse(source, { ecmaVersion: 2017, sourceType: 'script' })

/** Every name that some scope of the program declares. */
function declaredNames(program) {
  const names = new Set(['arguments'])
  walk.simple(program, { VariablePattern: ({ name }) => names.add(name) })
  return names
}

function isGuarded(name, ancestors) {
  return ancestors.some((node) => {
    if (node.type === 'UnaryExpression') return node.operator === 'typeof' && node.argument.name === name
    if (node.type === 'ConditionalExpression') return asksFor(node.test, name)
    return node.type === 'TryStatement' && node.handler !== null
  })
}

const asksFor = ({ left }, name) => left?.operator === 'typeof' && left.argument.name === name

/** What the program takes from its surroundings and must not. */
function strangers(program) {
  const declared = declaredNames(program)
  const found = new Set()
  walk.ancestor(program, {
    Identifier({ name }, _, ancestors) {
      if (declared.has(name) || GLOBALS.has(name)) return
      if (!GUARDED.has(name) || !isGuarded(name, ancestors)) found.add(name)
    },
  })
  return [...found]
}

/** Uses of newer built-ins; an own property of such a name has to be called something else. */
function newerBuiltIns(program) {
  const found = new Set()
  const isBuiltIn = (object) => object.type === 'Identifier' && /^[A-Z][a-z]/.test(object.name)
  walk.ancestor(program, {
    MemberExpression(node, _, ancestors) {
      const name = node.computed ? node.property.value : node.property.name
      if (!NEWER.has(name)) return
      const called = ancestors.at(-2).callee === node
      if (called || isBuiltIn(node.object)) found.add(name)
    },
  })
  return [...found]
}

for (const file of FILES) {
  describe(`X2 miniprogram/${file}`, () => {
    const source = readFileSync(`${dist}/miniprogram/${file}`, 'utf8')

    test('parses as ES2017', () => {
      parsed(source)
    })

    test('names nothing that a mini-program may lack', () => {
      assert.deepEqual(strangers(parsed(source)), [])
    })

    test('uses no built-in newer than ES2017', () => {
      assert.deepEqual(newerBuiltIns(parsed(source)), [])
    })
  })
}

describe('X2 the gate itself', () => {
  test('refuses newer syntax', () => {
    for (const text of ['a ?? b', 'a?.b', 'try {} catch {}', '({ ...a })', '1n', 'async function* f() {}'])
      assert.throws(() => parsed(text), SyntaxError, text)
  })

  test('refuses what a mini-program lacks', () => {
    const absent =
      'TextDecoder URL queueMicrotask BigInt globalThis console eval Function FinalizationRegistry'
    for (const name of absent.split(' ')) assert.deepEqual(strangers(parsed(`new ${name}()`)), [name])
    assert.deepEqual(strangers(parsed('typeof window == "undefined" ? null : window')), [])
    assert.deepEqual(strangers(parsed('(function (a) { let b = a; try { b } catch (c) { c } })(Math)')), [])
  })

  test('refuses newer built-ins', () => {
    for (const text of [
      'Object.fromEntries([])',
      '[].flat()',
      '"".replaceAll("a", "b")',
      'Promise.allSettled([])',
    ])
      assert.equal(newerBuiltIns(parsed(text)).length, 1, text)
    assert.deepEqual(newerBuiltIns(parsed('({ at: 1 }).at')), [])
  })
})
