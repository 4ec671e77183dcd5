import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root, run, step } from './steps.js'

const OLDEST_NODE = 20
const RUST_PARTS = ['rust-src', 'clippy', 'rustfmt', 'rust-std-wasm32-unknown-unknown']

function need(holds, what) {
  if (!holds) throw new Error(what)
}

const answers = (program, args) => spawnSync(program, args, { cwd: root }).status === 0

/** Installs what a build needs and is missing; says what to do about the rest. */
export async function setup() {
  needNode()
  await Promise.all([installRust(), installPackages('.')])
}

export function needNode() {
  need(
    Number.parseInt(process.versions.node, 10) >= OLDEST_NODE,
    `Node ${OLDEST_NODE} or newer is needed, this is ${process.versions.node}.`,
  )
}

/** What rust-toolchain.toml names; rustup may be set not to do that by itself. */
export async function installRust() {
  need(answers('cc', ['--version']), 'A C linker is needed: apt-get install gcc libc6-dev')
  need(answers('rustup', ['--version']), 'rustup does not run here. Install Rust with it: https://rustup.rs')
  const listed = spawnSync('rustup', ['component', 'list', '--installed'], { cwd: root, encoding: 'utf8' })
  if (listed.status === 0 && RUST_PARTS.every((part) => listed.stdout.includes(part))) return
  await step('install the Rust toolchain', () =>
    run('rustup', ['toolchain', 'install'], {
      missing: "rustup needs Rust's own download server to be reachable.",
    }),
  )
}

/** All crates of the lock file, so that what compiles later waits for no network. */
export const fetchCrates = () =>
  step('download the crates', () =>
    run('cargo', ['fetch', '--locked'], { missing: 'cargo needs crates.io to be reachable.' }),
  )

/** `npm ci` in a folder whose lock file is newer than what is installed there. */
export async function installPackages(folder) {
  const at = join(root, folder)
  if (isNewer(join(at, 'node_modules/.package-lock.json'), join(at, 'package-lock.json'))) return
  await step(`install npm packages of ${folder}`, () =>
    alone(
      at,
      '[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --ignore-scripts --no-audit --no-fund',
      { cwd: at, missing: 'npm needs the npm registry to be reachable.' },
    ),
  )
}

function isNewer(mark, lock) {
  return existsSync(mark) && statSync(mark).mtimeMs > statSync(lock).mtimeMs
}

/** Runs a shell script while no other process does so at the same place; two test files may want the same. */
export const alone = (place, script, options) => run('flock', [place, 'sh', '-c', script], options)
