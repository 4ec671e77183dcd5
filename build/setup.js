import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root, run, step } from './steps.js'

const OLDEST_NODE = 20

function need(holds, what) {
  if (!holds) throw new Error(what)
}

const RUST_PARTS = ['rust-src', 'clippy', 'rustfmt', 'rust-std-wasm32-unknown-unknown']

const answers = (program, args) => spawnSync(program, args, { cwd: root }).status === 0

function installedAfter(lock, mark) {
  return existsSync(mark) && statSync(mark).mtimeMs >= statSync(lock).mtimeMs
}

/** Installs what a build needs and is missing; says what to do about the rest. */
export async function setup() {
  need(
    Number.parseInt(process.versions.node, 10) >= OLDEST_NODE,
    `Node ${OLDEST_NODE} or newer is needed, this is ${process.versions.node}.`,
  )
  need(answers('rustup', ['--version']), 'rustup does not run here. Install Rust with it: https://rustup.rs')
  await installToolchain()
  need(answers('cc', ['--version']), 'A C linker is needed: apt-get install gcc libc6-dev')
  await installPackages('.')
}

/** What rust-toolchain.toml names; rustup may be set not to do that by itself. */
async function installToolchain() {
  const listed = spawnSync('rustup', ['component', 'list', '--installed'], { cwd: root, encoding: 'utf8' })
  if (listed.status === 0 && RUST_PARTS.every((part) => listed.stdout.includes(part))) return
  await step('install the Rust toolchain', () =>
    run('rustup', ['toolchain', 'install'], {
      missing: "rustup needs Rust's own download server to be reachable.",
    }),
  )
}

/** `npm ci` in a folder whose lock file is newer than what is installed there. */
export async function installPackages(folder) {
  const at = join(root, folder)
  if (installedAfter(join(at, 'package-lock.json'), join(at, 'node_modules/.package-lock.json'))) return
  await step(`install npm packages of ${folder}`, () =>
    run('npm', ['ci', '--prefix', at, '--no-audit', '--no-fund'], {
      missing: 'npm needs the npm registry to be reachable.',
    }),
  )
}
