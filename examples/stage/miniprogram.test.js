import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { before, describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import vm from 'node:vm'
import { brotliDecompressSync } from 'node:zlib'
import { createWx } from '../../tests/wechat/wx.js'
import { layDown } from './lay-down.js'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const APP = at('../miniprogram/')
const LIBRARY = at('../../dist/miniprogram/')

const json = async (path) => JSON.parse(await readFile(APP + path, 'utf8'))

/** Every `.js` of the app's own. */
async function scripts() {
  const entries = await readdir(APP, { recursive: true })
  return entries.filter((path) => path.endsWith('.js') && !/^(node_modules|miniprogram_npm)\//.test(path))
}

/** Where WeChat looks for what a file requires. */
function found(from, wanted) {
  const path = wanted.startsWith('.') ? join(dirname(from), wanted) : `miniprogram_npm/${wanted}`
  return [`${path}.js`, `${path}/index.js`].find((candidate) => existsSync(APP + candidate))
}

before(layDown)

describe('the package in the mini-program', () => {
  test('the wasm arrives untouched, and so does the rest', async () => {
    const names = await readdir(LIBRARY)
    assert.ok(names.includes('wxlogin.wasm.br'))
    for (const name of names) {
      const laid = await readFile(`${APP}miniprogram_npm/wxlogin/${name}`)
      assert.ok(laid.equals(await readFile(LIBRARY + name)), `${name} differs from the built one`)
    }
  })

  test('every require finds its file', async () => {
    const wanted = []
    for (const path of await scripts()) {
      const source = await readFile(APP + path, 'utf8')
      for (const [, name] of source.matchAll(/require\('([^']+)'\)/g)) {
        assert.ok(found(path, name), `${path} requires '${name}', which is not there`)
        wanted.push(name)
      }
    }
    assert.ok(wanted.includes('wxlogin'))
  })

  test('the app starts with it in a realm without a browser or Node, and its request gets through', async () => {
    const fetch = async () =>
      new Response('{"goods":[]}', { headers: { 'content-type': 'application/json' } })
    const { wx, control } = createWx({ fetch })
    const realm = vm.createContext(
      { setTimeout, clearTimeout, WebAssembly },
      { codeGeneration: { strings: false, wasm: true } },
    )
    const WXWebAssembly = {
      instantiate: async (path, imports) =>
        WebAssembly.instantiate(brotliDecompressSync(await readFile(APP + path)), imports),
    }
    let app
    const loaded = new Map()

    async function load(path) {
      const source = await readFile(APP + path, 'utf8')
      const needed = new Map()
      for (const [, name] of source.matchAll(/require\('([^']+)'\)/g))
        needed.set(name, await load(found(path, name)))
      if (loaded.has(path)) return loaded.get(path)
      const module = { exports: {} }
      const given = {
        module,
        exports: module.exports,
        wx,
        WXWebAssembly,
        require: (name) => needed.get(name),
      }
      given.App = (options) => {
        app = options
      }
      const names = Object.keys(given)
      const run = vm.compileFunction(source, names, { parsingContext: realm, filename: path })
      run(...names.map((name) => given[name]))
      loaded.set(path, module.exports)
      return module.exports
    }

    await load('app.js')
    const reply = await app.client.request({ url: '/goods' })
    assert.deepEqual(reply.data, { goods: [] })
    assert.equal(control.count('login'), 0)
  })
})

describe('the project', () => {
  test('has every page, component and picture that it names', async () => {
    const { pages, tabBar, sitemapLocation } = await json('app.json')
    assert.ok(existsSync(APP + sitemapLocation))
    const named = [...pages]
    for (const page of pages) {
      const { usingComponents = {} } = await json(`${page}.json`)
      named.push(...Object.values(usingComponents).map((path) => path.slice(1)))
    }
    for (const path of named) {
      for (const extension of ['js', 'json', 'wxml'])
        assert.ok(existsSync(`${APP}${path}.${extension}`), `${path}.${extension} is missing`)
      const markup = await readFile(`${APP}${path}.wxml`, 'utf8')
      for (const [, picture] of markup.matchAll(/src="(\/images\/[^"{}]+)"/g))
        assert.ok(existsSync(APP + picture), `${picture} is missing`)
    }
    for (const { pagePath } of tabBar.list) assert.ok(pages.includes(pagePath))
  })

  test('passes through WeChat’s own compiler, the wasm untouched again', async () => {
    const place = await mkdtemp(join(tmpdir(), 'wxlogin-'))
    const key = join(place, 'upload.key')
    const out = join(place, 'out')
    try {
      // Nothing is uploaded, so any key will do; the compiler only wants to have one.
      await writeFile(key, '-----BEGIN RSA PRIVATE KEY-----\n-----END RSA PRIVATE KEY-----\n')
      await promisify(execFile)(process.execPath, [at('devtools/compile.js'), APP, key, out])
      const { pages } = await json('app.json')
      for (const page of pages)
        for (const extension of ['js', 'wxml']) assert.ok(existsSync(join(out, `${page}.${extension}`)))
      const name = 'wxlogin.wasm.br'
      const compiled = await readFile(join(out, 'miniprogram_npm/wxlogin', name))
      assert.ok(compiled.equals(await readFile(LIBRARY + name)))
    } finally {
      await rm(place, { recursive: true, force: true })
    }
  })

  test('opens without an account, and lays npm packages down where the app looks', async () => {
    const { appid, compileType, setting } = await json('project.config.json')
    assert.equal(appid, 'touristappid')
    assert.equal(compileType, 'miniprogram')
    assert.equal(setting.packNpmRelationList[0].miniprogramNpmDistDir, './')
    const { dependencies } = await json('package.json')
    assert.ok(dependencies.wxlogin)
  })
})
