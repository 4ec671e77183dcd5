/** `npm test`: sets up what is missing, then checks everything. Ends with a count of the checks. */
import { readdirSync } from 'node:fs'
import { setup } from './setup.js'
import { root, run } from './steps.js'

const node = (...args) => [process.execPath, args]
const cargo = (...args) => ['cargo', args]
const suites = ['tests', 'tests/laws', 'tests/hostile'].flatMap((folder) =>
  readdirSync(`${root}${folder}`)
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => `${folder}/${name}`),
)

const CHECKS = [
  ['Rust is formatted', cargo('fmt', '--all', '--check')],
  ['clippy has nothing to say', cargo('clippy', '--workspace', '--all-targets', '--', '--deny=warnings')],
  [
    'clippy has nothing to say of the shell',
    cargo('clippy', '--lib', '--target=wasm32-unknown-unknown', '--', '--deny=warnings'),
  ],
  ['biome has nothing to say', node('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings')],
  ['every licence is permissive', node('build/licences.js', '--check')],
  ['the core keeps its laws', cargo('test')],
  ['the package builds', node('build/build.js')],
  ['the package is within its budget', node('build/size.js', '--check')],
  ['the shell works in Node and in Chromium', node('build/test-wasm.js')],
  ['the package keeps its laws', node('--test', '--test-reporter=spec', ...suites)],
  ['the tour goes as promised', node('examples/tour/main.js')],
  [
    'the example does what a visitor expects',
    node(
      '--test',
      '--test-reporter=spec',
      'examples/stage/stage.test.js',
      'examples/stage/miniprogram.test.js',
    ),
  ],
]

async function main() {
  await setup()
  const failed = []
  for (const [title, [program, args]] of CHECKS) {
    console.log(`\n── ${title}\n   ${program === process.execPath ? 'node' : program} ${args.join(' ')}\n`)
    try {
      await run(program, args, { show: true })
    } catch (error) {
      failed.push(title)
      console.error(error.message)
    }
  }
  for (const title of failed) console.error(`FAILED: ${title}`)
  console.log(`\nchecks: ${CHECKS.length - failed.length} passed, ${failed.length} failed`)
  if (failed.length > 0) process.exitCode = 1
}

try {
  await main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
