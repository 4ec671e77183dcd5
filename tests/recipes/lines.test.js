/** A configuration is the wrapper if it is short: lines as the formatter lays them out. */
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { recipes } from './open.js'

const biome = fileURLToPath(new URL('../../node_modules/@biomejs/biome/bin/biome', import.meta.url))
const SIX = ['yudao-mall', 'yudao-admin', 'crmeb', 'litemall', 'wechat-app-mall', 'ruoyi-app']
const BESIDE = ['vue-session', 'react-session', 'prefetch']

/** Lines that are neither blank nor a comment alone. */
const countLines = (text) => text.split('\n').filter((line) => !/^\s*(\/\/.*)?$/.test(line)).length

function formatted(name) {
  const input = readFileSync(new URL(`${name}.js`, recipes))
  return execFileSync(process.execPath, [biome, 'format', `--stdin-file-path=${name}.js`], {
    input,
  }).toString()
}

describe('recipes are short', () => {
  for (const [names, most] of [
    [SIX, 30],
    [BESIDE, 11],
  ]) {
    for (const name of names) {
      test(`${name}: at most ${most} lines`, () => {
        const lines = countLines(formatted(name))
        assert.ok(lines <= most, `${lines} lines`)
      })
    }
  }

  for (const name of SIX) {
    test(`${name}: a client and nothing around it`, () => {
      const exported = readFileSync(new URL(`${name}.js`, recipes), 'utf8').match(/^export .*/gm)
      assert.deepEqual(exported, ['export const client = createClient({'])
    })
  }
})
