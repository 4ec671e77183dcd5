import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** `npm ci` in a folder, unless the package it is there for is in place. */
export async function install(folder, wanted) {
  if (existsSync(`${folder}node_modules/${wanted}`)) return
  const given = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  await run(process.platform === 'win32' ? 'npm.cmd' : 'npm', given, { cwd: folder })
}
