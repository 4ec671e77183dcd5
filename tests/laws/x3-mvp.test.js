import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliDecompressSync } from 'node:zlib'
import binaryen from 'binaryen'
import { dist } from '../realm.js'

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
      assert.ok(atTheBorder.length > 20, `${atTheBorder.length} functions`)
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
    const script = fileURLToPath(new URL('../growth.js', import.meta.url))
    const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', script, '1000000'])
    const { before, after } = JSON.parse(stdout)
    assert.equal(after.wasm, before.wasm, 'wasm memory')
    assert.equal(after.timers, before.timers, 'timers')
    assert.ok(after.heap - before.heap < 500_000, `the heap grew from ${before.heap} to ${after.heap} bytes`)
    assert.ok(after.seen > before.seen + 1_000_000, 'nothing was sent')
  })
})
