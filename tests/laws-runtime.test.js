import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliDecompressSync } from 'node:zlib'
import binaryen from 'binaryen'
import { transform } from 'esbuild'
import { createRealm, dist } from './realm.js'
import { createClock } from './wechat/clock.js'
import { createWorld, ORIGIN, plain, WASM_PATH } from './world.js'

const FOREVER = Number.POSITIVE_INFINITY

describe('X1 calls made before the module is loaded wait for it', () => {
  for (const shape of ['instance', 'result']) {
    test(`X1 WXWebAssembly resolving with the ${shape}`, async () => {
      const { client, done, loader } = createWorld({}, { wasm: { shape } })
      assert.equal((await done(client.request({ url: '/private/cart' }))).statusCode, 200)
      assert.deepEqual(loader.paths, [WASM_PATH])
    })
  }

  test('X1 nothing is loaded before the first call, and one load serves all', async () => {
    const { client, createClient, clock, done, loader } = createWorld()
    await clock.advance(1000)
    assert.equal(loader.loads, 0)
    const other = createClient({ storageKey: 'other' })
    await done(
      Promise.all([
        client.request({ url: '/a' }),
        client.login(),
        client.getSession(),
        other.request({ url: '/b' }),
      ]),
    )
    assert.equal(loader.loads, 1)
  })

  test('X1 calls are carried out in their order', async () => {
    const { backend, client, done } = createWorld()
    await done(Promise.all(['/1', '/2', '/3', '/4'].map((url) => client.request({ url }))))
    assert.deepEqual(
      backend.hits.map(({ path }) => path),
      ['/1', '/2', '/3', '/4'],
    )
  })

  test('X1 a load that fails once is tried once more', async () => {
    const { client, done, loader } = createWorld()
    loader.fail()
    await done(client.request({ url: '/a' }))
    assert.equal(loader.loads, 2)
  })

  test('X1 a load that fails twice comes to the fallback', async () => {
    const { client, done, loader } = createWorld({}, { fallback: true })
    loader.fail(2)
    assert.equal((await done(client.request({ url: '/private/cart' }))).statusCode, 200)
    assert.equal(loader.loads, 2)
    assert.equal(loader.memory, undefined)
  })

  test('X1 without a fallback all reject with LOAD_FAILED, and the next call tries again', async () => {
    const { client, createClient, done, loader } = createWorld()
    const other = createClient({ storageKey: 'other' })
    loader.fail(2)
    const calls = [
      client.request({ url: '/a' }),
      client.login(),
      client.logout(),
      other.request({ url: '/b' }),
    ]
    for (const error of await done(Promise.all(calls.map((call) => call.catch((reason) => reason))))) {
      assert.equal(error.code, 'LOAD_FAILED')
      assert.equal(error.retryable, true)
      assert.match(error.message, /invalid wasm file/)
    }
    assert.equal(loader.loads, 2)
    await done(client.request({ url: '/a' }))
    assert.equal(loader.loads, 3)
  })

  test('X1 three failures: the next call’s second try loads', async () => {
    const { client, done, failure, loader } = createWorld()
    loader.fail(3)
    await failure(client.request({ url: '/a' }), 'LOAD_FAILED')
    await done(client.request({ url: '/a' }))
    assert.equal(loader.loads, 4)
  })

  test('X1 a load that never settles fails too', async () => {
    const { client, done, loader } = createWorld()
    loader.hang()
    await done(client.request({ url: '/a' }), 20_000)
    assert.equal(loader.loads, 2)
    const second = createWorld()
    second.loader.hang(2)
    await second.failure(second.client.request({ url: '/a' }), 'LOAD_FAILED', 40_000)
    await second.done(second.client.request({ url: '/a' }))
  })

  test('X1 a fallback that is broken is LOAD_FAILED', async () => {
    const fallback = {
      instantiate() {
        throw new Error('broken')
      },
    }
    const { client, failure } = createWorld({ fallback }, { wasm: null })
    assert.match((await failure(client.login(), 'LOAD_FAILED')).message, /broken/)
  })

  test('X1 no WebAssembly: the fallback, or HOST_UNSUPPORTED', async () => {
    const without = createWorld({}, { wasm: null })
    assert.match((await without.failure(without.client.login(), 'HOST_UNSUPPORTED')).message, /fallback/)
    const { client, done } = createWorld({}, { wasm: null, fallback: true })
    await done(client.ensure('login'))
    assert.equal((await done(client.request({ url: '/private/cart' }))).statusCode, 200)
  })

  test('X1 a client whose ways differ from those of the load under way tries its own', async () => {
    const { api, client, createClient, done, failure, realm } = createWorld({}, { wasm: null })
    assert.equal(typeof api.createClient, 'function')
    const other = createClient({ storageKey: 'other', fallback: realm.load('fallback') })
    const [first, second] = [client.getSession(), other.getSession()]
    await failure(first, 'HOST_UNSUPPORTED')
    assert.equal(await done(second), null)
  })

  test('X1 and so does one that names another place', async () => {
    const { client, createClient, done, failure, loader } = createWorld({ wasm: '/nowhere/x.wasm.br' })
    const other = createClient({ storageKey: 'other', wasm: undefined })
    const [first, second] = [client.getSession(), other.getSession()]
    await failure(first, 'LOAD_FAILED')
    assert.equal(await done(second), null)
    assert.deepEqual(loader.paths.slice(2), [WASM_PATH])
  })

  test('X1 deny() waits for it as the others do', async () => {
    const asked = []
    const prompts = { badge: { ask: ({ need }) => void asked.push(need) } }
    const { client, failure } = createWorld({ prompts })
    const wanted = client.ensure('badge')
    client.deny('badge', 'not now')
    await failure(wanted, 'AUTH_DENIED')
    assert.deepEqual(asked, ['badge'])
  })

  test('X1 with nothing under way deny() loads nothing', async () => {
    const { client, clock, loader } = createWorld()
    client.deny('badge')
    await clock.advance(100)
    assert.equal(loader.loads, 0)
  })

  test('X1 no wx: createClient does not throw, the first call says HOST_UNSUPPORTED', async () => {
    const clock = createClock()
    const { createClient } = createRealm({ clock }).load('index')
    const client = createClient({ baseURL: ORIGIN, exchange: '/login' })
    await assert.rejects(client.request({ url: '/a' }), { code: 'HOST_UNSUPPORTED' })
  })

  test('X1 the wasm option names another place', async () => {
    const { client, failure, loader } = createWorld({ wasm: '/miniprogram_npm/elsewhere/wxlogin.wasm.br' })
    await failure(client.login(), 'LOAD_FAILED')
    assert.deepEqual(new Set(loader.paths), new Set(['/miniprogram_npm/elsewhere/wxlogin.wasm.br']))
  })
})

describe('X2 nothing but ECMAScript 2017, timers, the host and WXWebAssembly', () => {
  test('X2 the realm of these tests is bare', () => {
    const { realm } = createWorld()
    const absent =
      'TextDecoder TextEncoder URL queueMicrotask FinalizationRegistry WeakRef BigInt globalThis console WebAssembly ' +
      'window self document location navigator fetch setInterval setImmediate process require module performance crypto'
    for (const name of absent.split(' ')) assert.equal(realm.run(`typeof ${name}`), 'undefined', name)
    assert.throws(() => realm.run('eval("1")'), { name: 'EvalError' })
    assert.throws(() => realm.run('new Function("return 1")()'), { name: 'EvalError' })
    assert.throws(() => realm.run('[].flat()'), { name: 'TypeError' })
    assert.throws(() => realm.run('Object.hasOwn({}, "a")'), { name: 'TypeError' })
  })

  for (const name of ['index', 'fallback']) {
    test(`X2 miniprogram/${name}.js has no syntax that ES2017 lacks`, async () => {
      const source = readFileSync(`${dist}/miniprogram/${name}.js`, 'utf8')
      const [lowered, kept] = await Promise.all(
        ['es2017', 'esnext'].map((target) => transform(source, { target, charset: 'utf8' })),
      )
      assert.equal(lowered.code, kept.code)
    })

    test(`X2 miniprogram/${name}.js requires nothing`, () => {
      const source = readFileSync(`${dist}/miniprogram/${name}.js`, 'utf8')
      // Messages quote require('…') to their readers; esbuild writes calls of it with double quotes.
      assert.deepEqual(source.match(/\brequire\("[^)]*\)|\bimport\s*[("{*]/g), null)
    })
  }

  test('X2 texts beyond ASCII cross the border whole', async () => {
    const { backend, client, done } = createWorld()
    const texts = ['登录', 'é', '😀', '\ud800', 'x'.repeat(70_000), 'ü'.repeat(70_000)]
    for (const text of texts) {
      backend.answer('/login', { data: { token: 't', openid: `o${text}` } })
      const { openid } = await done(client.login({ force: true }))
      assert.equal(openid, `o${text}`.toWellFormed())
    }
  })

  test('X2 the whole way on the fallback', async () => {
    const world = createWorld({ prompts: { phone: { ask: () => ({}) } } }, { wasm: null, fallback: true })
    world.backend.answer('/private/a', { status: 401 })
    await world.done(world.client.request({ url: '/private/a', needs: ['phone', 'scope.camera'] }))
    const session = await world.done(world.client.getSession())
    assert.equal(session.token, 'token-1')
    const cold = world.restart()
    assert.deepEqual(plain(await cold.done(cold.client.getSession())), plain(session))
  })
})

describe('X3 the wasm is plain MVP', () => {
  const shipped = {
    'wxlogin.wasm': readFileSync(`${dist}/wxlogin.wasm`),
    'miniprogram/wxlogin.wasm.br': brotliDecompressSync(readFileSync(`${dist}/miniprogram/wxlogin.wasm.br`)),
  }

  /** binaryen's complaints are printed by its C++ side; only the verdict is asked for. */
  function isMvp(module) {
    module.setFeatures(binaryen.Features.MutableGlobals)
    return module.validate() === 1
  }

  const functionsOf = (module) =>
    Array.from({ length: module.getNumFunctions() }, (_, index) =>
      binaryen.getFunctionInfo(module.getFunctionByIndex(index)),
    )

  for (const [name, bytes] of Object.entries(shipped)) {
    test(`X3 ${name} validates with mutable globals and nothing else`, () => {
      assert.ok(isMvp(binaryen.readBinary(bytes)))
    })

    test(`X3 ${name} exports no global`, () => {
      const kinds = WebAssembly.Module.exports(new WebAssembly.Module(bytes)).map(({ kind }) => kind)
      assert.ok(kinds.includes('function'))
      assert.ok(!kinds.includes('global'))
    })

    test(`X3 ${name} takes and gives no 64-bit integer`, () => {
      const module = binaryen.readBinary(bytes)
      const exported = new Set(
        Array.from({ length: module.getNumExports() }, (_, index) =>
          binaryen.getExportInfo(module.getExportByIndex(index)),
        ).map(({ value }) => value),
      )
      const atTheBorder = functionsOf(module).filter((info) => info.module || exported.has(info.name))
      assert.ok(atTheBorder.length > 40, `${atTheBorder.length} functions`)
      for (const info of atTheBorder) {
        const types = [...binaryen.expandType(info.params), ...binaryen.expandType(info.results)]
        assert.ok(!types.includes(binaryen.i64), `${info.module} ${info.base || info.name}`)
      }
    })
  }

  for (const [feature, text] of [
    ['sign-extension', '(module (func (param i32) (result i32) (i32.extend8_s (local.get 0))))'],
    ['bulk memory', '(module (memory 1) (func (memory.fill (i32.const 0) (i32.const 0) (i32.const 1))))'],
    [
      'saturating conversions',
      '(module (func (param f32) (result i32) (i32.trunc_sat_f32_s (local.get 0))))',
    ],
    ['reference types', '(module (func (result externref) (ref.null extern)))'],
    ['multi-value', '(module (func (result i32 i32) (tuple.make 2 (i32.const 0) (i32.const 1))))'],
  ]) {
    test(`X3 the validator refuses ${feature}`, () => {
      assert.equal(isMvp(binaryen.parseText(text)), false)
    })
  }
})

describe('X4 nothing grows with use', () => {
  test('X4 a million requests leave memory, heap and timers where ten thousand left them', async () => {
    const script = fileURLToPath(new URL('growth.js', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, '1000000'])
    const { before, after } = JSON.parse(stdout)
    assert.equal(after.wasm, before.wasm, 'wasm memory')
    assert.equal(after.timers, before.timers, 'timers')
    assert.ok(after.heap - before.heap < 500_000, `the heap grew from ${before.heap} to ${after.heap} bytes`)
    assert.ok(after.seen > before.seen + 1_000_000, 'nothing was sent')
  })
})

describe('X5 a defect of the module', () => {
  test('X5 everything waiting rejects INTERNAL, whichever client’s, and the next call works', async () => {
    const { backend, client, clock, control, createClient, done, failure, loader } = createWorld({
      prompts: { phone: { ask: () => {} } },
    })
    const other = createClient({ storageKey: 'other' })
    await done(client.login())
    await done(other.getSession())
    control.files.set('f', { bytes: Uint8Array.of(1), type: '' })
    backend.answer('/slow', 'hang', FOREVER)
    control.silent('login', 1)
    const waiting = [
      client.request({ url: '/slow' }),
      client.upload({ url: '/slow', filePath: 'f', name: 'f' }),
      client.request({ url: '/goods', needs: 'phone' }),
      client.login({ force: true }),
      other.request({ url: '/slow' }),
    ]
    await clock.advance(10)
    loader.trap()
    await failure(client.getSession(), 'INTERNAL', 1)
    for (const call of waiting) assert.equal((await failure(call, 'INTERNAL', 1)).retryable, true)
    assert.equal((await done(client.request({ url: '/private/cart', needs: 'login' }))).statusCode, 200)
    assert.equal((await done(other.request({ url: '/goods' }))).statusCode, 200)
    assert.equal(loader.loads, 2)
    assert.equal((await client.getSession()).token, 'token-1')
  })

  /** A bit of everything; how each call ended, once all had all the time they could want. */
  async function busyDay({ backend, clock, control, createClient }, name) {
    const busy = createClient({
      storageKey: name,
      needs: ({ data }) => data.need,
      exchange: async () => ({ token: name }),
      prompts: { phone: { ask: () => {} }, profile: { ask: async () => ({}), submit: async () => {} } },
      loginTimeout: 1000,
      promptTimeout: 1000,
    })
    backend.answer('/asks', { data: { need: 'profile' } })
    backend.answer('/late', 'hang')
    control.fail('downloadFile', { errMsg: 'downloadFile:fail' })
    const thrown = []
    const tolerant = (run) => {
      try {
        run()
      } catch (error) {
        thrown.push(error)
      }
    }
    const stop = busy.onTrace(() => {})
    const aborted = busy.request({ url: '/late' })
    const calls = [
      aborted,
      busy.getSession(),
      busy.request({ url: '/asks' }),
      busy.request({ url: `https://${name}.example/a` }),
      busy.request({ url: '/private/cart', needs: 'login', validateStatus: () => thrown.missing.field }),
      busy.download({ url: '/d' }),
      busy.ensure(['phone', 'login']),
      busy.ensure('scope.camera'),
      busy.login(),
    ]
    await clock.advance(5)
    tolerant(() => aborted.abort())
    tolerant(stop)
    calls.push(busy.provide('phone', {}), busy.logout(), busy.ensure('phone'))
    tolerant(() => busy.deny('phone'))
    const outcomes = calls.map(() => 'nothing')
    calls.forEach((call, index) => {
      call.then(
        () => {
          outcomes[index] = 'fine'
        },
        (error) => {
          outcomes[index] = error.code
        },
      )
    })
    await clock.advance(300_000)
    return { busy, outcomes, thrown }
  }

  for (const [way, spring] of [
    ['a trap on every way in', 'trap'],
    ['an exception from every way out', 'poison'],
  ]) {
    test(`X5 ${way}: every call settles, and the next ones work`, async () => {
      let world
      const found = []
      let nth = 1
      for (; ; nth += 1) {
        if (nth % 25 === 1) world = createWorld()
        const { loader, clock, done } = world
        const sprung = loader.sprung
        const pending = clock.pending
        loader[spring](nth)
        const { busy, outcomes, thrown } = await busyDay(world, `c${nth}`)
        if (loader.sprung === sprung) break
        if (outcomes.includes('nothing')) found.push(`${nth}: hangs: ${outcomes}`)
        if (thrown.length > 0) found.push(`${nth}: throws ${thrown}`)
        await done(busy.request({ url: '/goods', needs: 'login' }), 2000).catch((error) =>
          found.push(`${nth}: the next call: ${error.message}`),
        )
        await clock.advance(300_000)
        if (clock.pending > pending) found.push(`${nth}: leaves a timer`)
      }
      assert.deepEqual(found, [])
      assert.ok(nth > 30, `${nth} places`)
    })
  }

  test('X5 what the host still answers to the broken instance is nobody’s', async () => {
    const { backend, client, clock, control, done, failure, loader } = createWorld()
    const held = backend.hold('/late')
    const late = client.request({ url: '/late' })
    control.delay('login', 50)
    const login = client.login()
    await clock.advance(10)
    loader.trap()
    await failure(client.getSession(), 'INTERNAL')
    await failure(late, 'INTERNAL')
    await failure(login, 'INTERNAL')
    const again = client.request({ url: '/goods' })
    held.release()
    await clock.advance(100)
    await done(again)
    assert.equal(await client.getSession(), null)
    assert.equal(backend.at('/login').length, 0)
    assert.equal(loader.sprung, 1)
  })

  test('X5 a client that shares the load does not enter what another client broke', async () => {
    const { client, createClient, done, failure, loader } = createWorld()
    const other = createClient({ storageKey: 'other' })
    loader.trap(2) // the first client is made, then its call breaks
    const [first, second] = [client.getSession(), other.getSession()]
    await failure(first, 'INTERNAL')
    assert.equal(await done(second), null)
    assert.equal(loader.loads, 2)
  })

  test('X5 wherever a login, its exchange and a submission by absolute URLs break it', async () => {
    let nth = 0
    for (let sprung = 1; sprung === 1; ) {
      nth += 1
      const { client, clock, done, loader } = createWorld({
        exchange: `${ORIGIN}/login`,
        prompts: { phone: { ask: () => ({}), submit: `${ORIGIN}/phone` } },
      })
      await done(client.getSession())
      loader.trap(nth)
      const ended = client.ensure(['login', 'phone']).then(
        () => 'fine',
        ({ code }) => code,
      )
      await clock.advance(1000)
      sprung = loader.sprung
      assert.equal(await ended, sprung ? 'INTERNAL' : 'fine', `crossing ${nth}`)
      if (sprung) await done(client.login())
    }
    assert.ok(nth > 5, `${nth} crossings`)
  })

  test('X5 where it broke in what it had called, it does not go on to act', async () => {
    const { client, clock, control, done, failure, loader } = createWorld()
    await done(client.login())
    clock.sleep(7_200_000)
    const logins = control.count('login')
    const stop = client.onChange(() => {
      stop()
      loader.trap()
      client.getSession().catch(() => {})
    })
    await failure(client.request({ url: '/goods', needs: 'login' }), 'INTERNAL')
    assert.equal(control.count('login'), logins)
    await done(client.login())
    assert.equal(control.count('login'), logins + 1)
  })

  test('X5 nor to store a session that is no longer its own', async () => {
    const { client, control, done, loader } = createWorld({ prompts: { phone: { ask: () => ({}) } } })
    await done(client.login())
    const stored = () => [...control.storage.values()].map((text) => JSON.parse(text).session.token)
    const stop = client.onTrace(({ step }) => {
      if (step !== 'detail-given') return
      stop()
      loader.trap()
      client.getSession().catch(() => {})
    })
    await done(client.ensure('phone').catch(() => {}))
    assert.deepEqual(stored(), ['token-1'])
    assert.equal((await done(client.getSession())).token, 'token-1')
  })

  test('X5 nor to post a detail after the app’s attach broke it', async () => {
    const { backend, client, clock, done, failure, loader } = createWorld({
      prompts: { phone: { ask: () => ({}), submit: '/phone' } },
      attach() {
        loader.trap()
        client.getSession().catch(() => {})
        return {}
      },
    })
    await done(client.login())
    await failure(client.ensure('phone'), 'INTERNAL')
    await clock.advance(100)
    assert.equal(backend.at('/phone').length, 0)
  })

  test('X5 a request during whose look at the host it breaks waits for the next one', async () => {
    const { client, done, loader, wx } = createWorld()
    await done(client.getSession())
    const { request } = wx
    let broken = false
    Object.defineProperty(wx, 'request', {
      get() {
        if (!broken) {
          broken = true
          loader.trap()
          client.getSession().catch(() => {})
        }
        return request
      },
    })
    assert.equal((await done(client.request({ url: '/goods' }))).statusCode, 200)
    assert.equal(loader.loads, 2)
  })

  test('X5 a module that breaks at every start rejects, and hangs nothing', async () => {
    const { client, done, failure, loader } = createWorld()
    for (let round = 0; round < 3; round += 1) {
      loader.trap()
      await failure(client.request({ url: '/a' }), 'INTERNAL')
    }
    await done(client.request({ url: '/a' }))
    assert.equal(loader.loads, 4)
  })
})
