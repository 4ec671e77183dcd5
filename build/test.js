/**
 * `npm test`: installs what is missing and checks everything; `npm test -- NAME…` only what is named.
 * Ends with a count of the checks.
 */
import { readdirSync } from 'node:fs'
import { chromedriver, chromium, jsc } from '../tests/apt.js'
import { createSchedule, lane } from './schedule.js'
import { fetchCrates, installPackages, installRust, needNode } from './setup.js'
import { root, run } from './steps.js'

const heavy = lane(2)
const running = [heavy]
/** Beside all others: what spends its time waiting, and what most others wait for. */
const atOnce = []
/** One at a time: cargo uses all cores by itself, and locks others out of its folder. */
const compiling = [lane(1), heavy]

/** Beside what compiles, the rest of what is installed comes one after the other. */
const installing = [lane(1)]

const installation = (title, run, lanes = installing, needs = []) => ({ title, needs, lanes, run })
const packages = (folder, lanes) =>
  installation(`npm packages of ${folder}`, () => installPackages(folder), lanes)

const rust = installation('the Rust toolchain', installRust, atOnce)
const crates = installation('the crates', fetchCrates, atOnce, [rust])
const own = packages('.', atOnce)
const engines = packages('tests/engines')
const driver = installation('ChromeDriver', chromedriver)
const browser = installation('Chromium', chromium, installing, [driver])

const node = (...args) => [process.execPath, args]
const cargo = (...args) => ['cargo', args]
const suites = (...files) => node('--test', '--test-reporter=spec', ...files)

const check = (name, title, needs, lanes, [program, args]) => ({
  name,
  title,
  needs,
  lanes,
  command: `${program === process.execPath ? 'node' : program} ${args.join(' ')}`,
  run: (tell) => run(program, args, { tell }),
})

/** The suites below a folder, but for what is installed there. */
const suitesIn = (folder) =>
  readdirSync(`${root}${folder}`, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : suitesIn(path)
    return entry.name.endsWith('.test.js') ? [path] : []
  })
const tests = suitesIn('tests')
const ofEngines = tests.filter((path) => path.includes('engines'))
const ofConsumers = tests.filter((path) => path.includes('consumers'))
const ofLaws = tests.filter((path) => !ofEngines.includes(path) && !ofConsumers.includes(path))

const built = check('build', 'the package builds', [crates, own], compiling, node('build/build.js'))

const CHECKS = [
  check('format', 'Rust is formatted', [rust], running, cargo('fmt', '--all', '--check')),
  built,
  check(
    'biome',
    'biome has nothing to say',
    [own],
    running,
    node('node_modules/@biomejs/biome/bin/biome', 'check', '--error-on-warnings'),
  ),
  check('law-book', 'the law book is whole', [], running, node('build/laws.js', '--check')),
  check('licences', 'every licence is permissive', [crates], running, node('build/licences.js', '--check')),
  check(
    'shell',
    'the shell works in Node and in Chromium',
    [crates, driver],
    compiling,
    node('build/test-wasm.js'),
  ),
  check('core', 'the core keeps its laws', [crates], compiling, cargo('test', '--workspace')),
  check(
    'clippy',
    'clippy has nothing to say',
    [crates],
    compiling,
    cargo('clippy', '--workspace', '--all-targets', '--', '--deny=warnings'),
  ),
  check(
    'clippy-wasm',
    'clippy has nothing to say of the shell',
    [crates],
    compiling,
    cargo('clippy', '--lib', '--tests', '--target=wasm32-unknown-unknown', '--', '--deny=warnings'),
  ),
  check('size', 'the package is within its budget', [built], running, node('build/size.js', '--check')),
  check('tour', 'the tour goes as promised', [built], running, node('examples/tour/main.js')),
  check(
    'stage',
    'the example does what a visitor expects',
    [built, browser, packages('examples/stage'), packages('examples/stage/devtools')],
    atOnce,
    suites(...suitesIn('examples/stage')),
  ),
  check('laws', 'the package keeps its laws', [built, engines], running, suites(...ofLaws)),
  check(
    'engines',
    'the package runs on every engine it is made for',
    [built, engines, browser, installation('JavaScriptCore', jsc)],
    running,
    suites(...ofEngines),
  ),
  check(
    'consumers',
    'the package works in its users’ projects',
    [built, engines, browser, ...['', '/taro', '/uni-app'].map((name) => packages(`tests/consumers${name}`))],
    running,
    suites(...ofConsumers),
  ),
]

function chosen(names) {
  const unknown = names.filter((wanted) => !CHECKS.some(({ name, title }) => [name, title].includes(wanted)))
  if (unknown.length > 0) {
    const known = CHECKS.map(({ name, title }) => `  ${name.padEnd(12)} ${title}`)
    throw new Error(`There is no check ${unknown.join(', ')}. There are:\n${known.join('\n')}`)
  }
  return CHECKS.filter(
    ({ name, title }) => names.length === 0 || names.includes(name) || names.includes(title),
  )
}

/** What a check printed, in one piece when it is done: several go on at once. */
function show({ name, title, command }, { failed, seconds, output }) {
  if (name === undefined) return
  console.log(`\n── ${title} (${name}, ${seconds.toFixed(1)} s)\n   ${command}\n\n${output}`)
  if (failed) console.log(failed)
}

async function main() {
  const checks = chosen(process.argv.slice(2))
  needNode()
  const { perform, goingOn } = createSchedule(show)
  const begin = Date.now()
  const progress = setInterval(() => {
    const lines = goingOn().map(
      ({ title, seconds, line }) => `${title}, ${seconds.toFixed(0)} s  ${line.slice(0, 60)}`,
    )
    console.log(`… ${((Date.now() - begin) / 1000).toFixed(0)} s: ${lines.join('\n          ')}`)
  }, 15_000)
  const outcomes = await Promise.all(checks.map(perform))
  clearInterval(progress)
  const failed = checks.filter((_, index) => outcomes[index].failed)
  for (const { title } of failed) console.log(`FAILED: ${title}`)
  console.log(`\nchecks: ${checks.length - failed.length} passed, ${failed.length} failed`)
  if (failed.length > 0) process.exitCode = 1
}

try {
  await main()
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
