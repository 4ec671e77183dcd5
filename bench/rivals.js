import { execFile } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { ROSTER } from './contestants/roster.js'
import { inBench, inRoot } from './places.js'

/** Installs the rivals from the bench's own lock file, unless that very set is there already. */
export async function installRivals(say) {
  const lock = inBench('package-lock.json')
  const done = inBench('node_modules/.installed-lock')
  if (existsSync(done) && readFileSync(done, 'utf8') === readFileSync(lock, 'utf8')) return
  say('installing the rivals: npm ci in bench/')
  const options = ['--ignore-scripts', '--no-audit', '--no-fund']
  await promisify(execFile)('npm', ['ci', ...options], { cwd: inBench('') })
  copyFileSync(lock, done)
}

export function sortRoster() {
  const present = []
  const absent = []
  for (const entry of ROSTER) {
    const reason = entry.absent || whatIsMissing(entry)
    if (reason) absent.push({ contestant: entry.name, reason })
    else present.push(entry.name)
  }
  return { present, absent }
}

function whatIsMissing({ name, package: rival }) {
  if (rival && !existsSync(inBench(`node_modules/${rival}`))) return `${rival} was not installed`
  if (name === 'wxlogin' && !existsSync(inRoot('dist/miniprogram/index.js'))) {
    return 'dist/miniprogram/index.js is not built'
  }
  return null
}

/** Name and version of each that has one of its own. */
export function versions() {
  return ROSTER.filter(({ package: rival }) => rival && existsSync(inBench(`node_modules/${rival}`))).map(
    ({ package: rival }) => {
      const { version } = JSON.parse(readFileSync(inBench(`node_modules/${rival}/package.json`), 'utf8'))
      return `${rival} ${version}`
    },
  )
}
