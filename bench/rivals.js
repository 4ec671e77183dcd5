import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { ROSTER } from './contestants/roster.js'

const here = new URL('.', import.meta.url).pathname
const built = new URL('../dist/miniprogram/index.js', import.meta.url).pathname

/** Installs the rivals from the bench's own lock file, unless that very set is there already. */
export async function installRivals(say) {
  const lock = `${here}package-lock.json`
  const done = `${here}node_modules/.installed-lock`
  if (existsSync(done) && readFileSync(done, 'utf8') === readFileSync(lock, 'utf8')) return
  say('installing the rivals: npm ci in bench/')
  await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: here })
  copyFileSync(lock, done)
}

export function sortRoster() {
  const absent = []
  const present = []
  for (const { name, package: installed, absent: reason } of ROSTER) {
    if (reason) absent.push({ contestant: name, reason })
    else if (installed && !existsSync(`${here}node_modules/${installed}`)) {
      absent.push({ contestant: name, reason: `${installed} was not installed` })
    } else if (name === 'wxlogin' && !existsSync(built)) {
      absent.push({ contestant: name, reason: 'dist/miniprogram/index.js is not built' })
    } else present.push(name)
  }
  return { present, absent }
}

export function versionOf(name) {
  const entry = ROSTER.find((candidate) => candidate.name === name)
  if (!entry?.package) return ''
  return JSON.parse(readFileSync(`${here}node_modules/${entry.package}/package.json`, 'utf8')).version
}
