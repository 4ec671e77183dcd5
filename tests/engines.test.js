/**
 * One suite, `engines/suite.js`, on every engine that the package is made for. What is missing is
 * installed, from npm or by apt-get; where that can't be done, the test fails.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { runInThisContext } from 'node:vm'
import { brotliDecompressSync } from 'node:zlib'
import { installPackages } from '../build/setup.js'
import { chromium, installedVersion, JSC_PACKAGE, jsc } from './apt.js'
import { createRealm, dist } from './realm.js'

const CASES = 19
const miniprogram = join(dist, 'miniprogram')
const engines = fileURLToPath(new URL('engines', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'wxlogin-engines-'))
const wasm = join(scratch, 'wxlogin.wasm')

before(async () => {
  await installPackages('tests/engines')
  writeFileSync(wasm, brotliDecompressSync(readFileSync(join(miniprogram, 'wxlogin.wasm.br'))))
})
after(() => rmSync(scratch, { recursive: true }))

/** `run` tells each case's outcome and resolves with the engine's name and version. */
function engine(title, run, cases = CASES) {
  test(title, { timeout: 600_000 }, async (t) => {
    const outcomes = []
    const name = await run((name, error) => outcomes.push({ name, error }))
    t.diagnostic(`${title}: ${name}, ${outcomes.length} cases`)
    const failed = outcomes.filter(({ error }) => error)
    assert.deepEqual(
      failed.map(({ name, error }) => `${name}\n${error}`),
      [],
    )
    assert.equal(outcomes.length, cases)
  })
}

/** Runs a script in another process, which prints a line of JSON for each outcome. */
function inProcess(command, args, tell) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let name
  let complaint = ''
  child.stderr.on('data', (text) => {
    complaint += text
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('{')) complaint += `${line}\n`
    else {
      const said = JSON.parse(line)
      if (said.engine) name = said.engine
      else tell(said.name, said.error)
    }
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code === 0 && name) resolve(name)
      else reject(new Error(`${command} ended with ${signal ?? code}\n${complaint}`))
    })
  })
}

const inNode = (command) => (tell) =>
  inProcess(command, [join(engines, 'in-node.js'), miniprogram, wasm], tell)
const installed = (path) => join(engines, 'node_modules', path)

engine('Node 10, an engine of the MVP', inNode(installed('node10/bin/node')))
engine('Node 14, the oldest V8 on Android', inNode(installed('node14/bin/node')))
engine('the Node of this test', inNode(process.execPath))

engine('a bare realm', async (tell) => {
  for (const name of ['host', 'suite']) runInThisContext(readFileSync(join(engines, `${name}.js`), 'utf8'))
  const WXWebAssembly = {
    async instantiate(path, imports) {
      if (path !== '/miniprogram_npm/wxlogin/wxlogin.wasm.br') throw new Error(`no ${path}`)
      return (await WebAssembly.instantiate(readFileSync(wasm), imports)).instance
    },
  }
  const clock = { setTimeout, clearTimeout, now: () => Date.now() }
  const given = createRealm({ clock, WXWebAssembly }).load()
  await globalThis.runSuite({ ...given, unloadable: { wasm: '/elsewhere' }, code: 'LOAD_FAILED' }, tell)
  return 'ECMAScript 2017 and timers, nothing else'
})

for (const flags of [[], ['--useJIT=false']]) {
  engine(['jsc', ...flags].join(' '), async (tell) => {
    const name = await inProcess(
      await jsc(),
      [...flags, join(engines, 'in-jsc.js'), '--', engines, miniprogram, wasm],
      tell,
    )
    return `${name} ${await installedVersion(JSC_PACKAGE)}`
  })
}

engine('no WebAssembly at all', async (tell) => {
  const { runInQuickJs } = await import('./engines/quickjs.mjs')
  return runInQuickJs(miniprogram, tell)
})

engine(
  'Chromium',
  async (tell) => {
    const { runInChromium } = await import('./engines/chromium.mjs')
    return runInChromium(await chromium(), dist, tell)
  },
  CASES + 1, // web storage
)
