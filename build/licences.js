/**
 * What is shipped, and under which licence: the crates linked into the wasm, and nothing from npm.
 * `--check` fails where a licence asks for more than to be named, or code comes from elsewhere.
 */
import { readdir, readFile } from 'node:fs/promises'
import { root, run } from './steps.js'

const TARGET = 'wasm32-unknown-unknown'
const REGISTRY = 'registry+https://github.com/rust-lang/crates.io-index'
const ALLOWED = new Set([
  'MIT',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'Zlib',
  'Unicode-3.0',
  'Unlicense',
  '0BSD',
])

/** Whether an SPDX expression can be met by allowed licences alone. `/` is an old way to write OR. */
function isAllowed(expression) {
  const tokens = (expression ?? '').replaceAll('/', ' OR ').match(/[()]|[^\s()]+/g) ?? []
  let at = 0
  const chain = (operator, operand, merge) => () => {
    let value = operand()
    while (tokens[at] === operator) {
      at += 1
      value = merge(operand(), value)
    }
    return value
  }
  function term() {
    const token = tokens[at++]
    if (token !== '(') return ALLOWED.has(token)
    const value = anyOf()
    at += 1 // )
    return value
  }
  const allOf = chain('AND', term, (one, other) => one && other)
  const anyOf = chain('OR', allOf, (one, other) => one || other)
  // What is left over was not understood: an exception (WITH …), or a second licence.
  return tokens.length > 0 && anyOf() && at === tokens.length
}

/** The crates whose code can end up in the module: neither build scripts nor procedural macros. */
function linkedCrates({ packages, resolve }) {
  const packageOf = new Map(packages.map((each) => [each.id, each]))
  const nodeOf = new Map(resolve.nodes.map((node) => [node.id, node]))
  const isMacro = (id) => packageOf.get(id).targets.some(({ kind }) => kind.includes('proc-macro'))
  const linked = new Set()
  function visit(id) {
    if (linked.has(id) || isMacro(id)) return
    linked.add(id)
    for (const { pkg, dep_kinds: kinds } of nodeOf.get(id).deps) {
      if (kinds.some(({ kind }) => kind === null)) visit(pkg)
    }
  }
  visit(packages.find(({ name }) => name === 'wxlogin').id)
  return [...linked].map((id) => packageOf.get(id)).sort((one, other) => (one.name < other.name ? -1 : 1))
}

/** What the bundle would take in beside this package's own files. */
async function foreignImports() {
  const files = (await readdir(`${root}js`)).filter((name) => name.endsWith('.js'))
  const sources = await Promise.all(files.map((name) => readFile(`${root}js/${name}`, 'utf8')))
  const names = sources.flatMap((source) => [...source.matchAll(/\bfrom '([^']+)'/g)].map(([, name]) => name))
  return names.filter((name) => !/^(?:\.|node:)/.test(name))
}

/** What npm would install along with it. */
async function dependencies() {
  const json = JSON.parse(await readFile(`${root}package.json`, 'utf8'))
  return Object.keys({ ...json.dependencies, ...json.optionalDependencies, ...json.peerDependencies })
}

async function main() {
  const metadata = ['metadata', '--locked', '--format-version=1', `--filter-platform=${TARGET}`]
  const crates = linkedCrates(JSON.parse(await run('cargo', metadata)))
  for (const { name, version, license } of crates) {
    console.log(`  ${name.padEnd(20)} ${version.padEnd(10)} ${license}`)
  }
  const troubles = [
    ...crates
      .filter(({ license }) => !isAllowed(license))
      .map(({ name, license }) => `${name}: ${license ?? 'no licence'} is not on the list`),
    ...crates
      .filter(({ name, source }) => name !== 'wxlogin' && source !== REGISTRY)
      .map(({ name, source }) => `${name}: comes from ${source ?? 'a path'}, not from crates.io`),
    ...(await foreignImports()).map((name) => `${name}: bundled from elsewhere`),
    ...(await dependencies()).map((name) => `${name}: an npm dependency`),
  ]
  console.log(
    `\n  ${crates.length} crates; the JavaScript is this package's own; to be looked at: ${troubles.length}`,
  )
  for (const trouble of troubles) console.error(`  ${trouble}`)
  if (troubles.length > 0 && process.argv.includes('--check')) process.exitCode = 1
}

await main()
