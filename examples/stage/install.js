import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** `npm ci` in a folder, unless the package it is there for is in place. */
export async function install(folder, wanted, ...more) {
  if (existsSync(`${folder}node_modules/${wanted}`)) return
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  await run(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund', ...more], { cwd: folder })
}
