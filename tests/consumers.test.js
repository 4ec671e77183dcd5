/**
 * The packed tarball in projects as its users have them: each is built with its own tool, and what
 * comes out is run. Tools are installed on demand.
 */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { runInThisContext } from 'node:vm'
import { installPackages } from '../build/setup.js'
import { chromium } from './apt.js'
import { startCodePackage } from './consumers/code-package.js'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const consumers = path('consumers/')
const installed = join(consumers, 'node_modules/wxlogin')
const scratch = mkdtempSync(join(tmpdir(), 'wxlogin-packed-'))
let tarball

async function run(command, args, cwd = consumers) {
  const { stdout } = await promisify(execFile)(command, args, { cwd, maxBuffer: 1 << 26 }).catch((error) =>
    assert.fail(`${command} ${args.join(' ')}\n${error.stdout}${error.stderr}`),
  )
  return stdout
}

const node = (...args) => run(process.execPath, args)
const tool = (name, ...args) => run(join(consumers, 'node_modules/.bin', name), args)

before(async () => {
  await installPackages('tests/consumers')
  const [{ filename }] = JSON.parse(
    await run('npm', ['pack', '--json', '--pack-destination', scratch], path('..')),
  )
  tarball = join(scratch, filename)
  // What npm does with a package that depends on none, without a lock that changes at each build.
  rmSync(installed, { recursive: true, force: true })
  mkdirSync(installed, { recursive: true })
  await run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed])
  runInThisContext(readFileSync(path('engines/host.js'), 'utf8'))
})
after(() => rmSync(scratch, { recursive: true }))

/** Starts what was built of `shop.js`, and waits for its report. */
async function shopWorks(folder) {
  const world = globalThis.createHost()
  startCodePackage(folder, world.wx)
  const report = () => world.sent.find((call) => call.path === '/report')
  for (let tries = 0; !report() && tries < 500; tries++) await sleep(10)
  assert.deepEqual({ ...report()?.data }, { statusCode: 200, refusal: 'AUTH_UNAVAILABLE' })
  assert.equal(world.logins, 1)
  return world
}

const addWasm = (folder) => {
  mkdirSync(join(folder, 'static'), { recursive: true })
  cpSync(join(installed, 'dist/miniprogram/wxlogin.wasm.br'), join(folder, 'static/wxlogin.wasm.br'))
}

test('publint has nothing to say', () => tool('publint', '--strict', tarball))

test('are the types wrong? No', () =>
  // wxlogin.wasm is no module, and wxlogin/browser is an ES module only.
  tool('attw', tarball, '--exclude-entrypoints', 'wxlogin.wasm', '--ignore-rules', 'cjs-resolves-to-esm'))

test('Node imports it', async () => {
  assert.equal(await node('node-esm/app.js'), '/orders true\nfunction function\n')
})

test('Node requires it', async () => {
  assert.equal(await node('node-require/app.cjs'), '/orders function\n')
})

for (const [title, script] of [
  ['webpack', 'webpack/build.cjs'],
  ['esbuild', 'esbuild/build.js'],
  ['Vite', 'vite/build.js'],
]) {
  test(`${title} builds a mini-program`, async () => {
    await node(script)
    const folder = join(consumers, script, '../dist')
    addWasm(folder)
    await shopWorks(folder)
  })
}

test('Vite builds a page', async () => {
  await installPackages('tests/engines')
  await node('vite/page.js')
  const { withPage } = await import('./engines/chromium.mjs')
  const read = (url) => readFile(join(consumers, 'vite/dist/page', url === '/' ? 'index.html' : url))
  await withPage(await chromium(), read, async (page, { uncaught }) => {
    await page.evaluate(readFileSync(path('engines/host.js'), 'utf8'))
    await page.evaluate('window.createHost = createHost')
    assert.equal(await page.evaluate(() => window.shop()), '/orders')
    assert.deepEqual(uncaught, [])
  })
})

// `watched`: the sessions that the framework's reactivity told of before any page was there.
for (const [title, folder, args, output, watched] of [
  ['Taro', 'taro', ['taro', 'build', '--type', 'weapp'], 'dist', []],
  ['uni-app', 'uni-app', ['uni', 'build', '-p', 'mp-weixin'], 'dist/build/mp-weixin', ['token for code-1']],
]) {
  test(`${title} builds a mini-program for WeChat`, { timeout: 900_000 }, async () => {
    await installPackages(`tests/consumers/${folder}`)
    const project = join(consumers, folder)
    const [name, ...rest] = args
    await run(join(project, 'node_modules/.bin', name), rest, project)
    const { sent } = await shopWorks(join(project, output))
    const seen = sent.filter(({ path }) => path === '/seen').map(({ data }) => data.token)
    assert.deepEqual(seen, watched)
  })
}
