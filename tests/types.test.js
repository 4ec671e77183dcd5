import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))

async function compile(project) {
  const tsc = path('../node_modules/typescript/bin/tsc')
  await promisify(execFile)(process.execPath, [tsc, '-p', path(`types/${project}`)]).catch(
    ({ stdout, stderr }) => assert.fail(`\n${stdout}${stderr}`),
  )
}

test('the typings compile with ES2017 and nothing else, and say what the contract says', () =>
  compile('tsconfig.json'))

test('they compile beside WeChat’s own typings', () => compile('miniprogram.json'))

test('the recipes compile as they are, in a strict project', () => compile('recipes.json'))
