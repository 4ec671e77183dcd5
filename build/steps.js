import { spawn } from 'node:child_process'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
/** Where the build keeps what lies between two steps. */
export const out = (name) => join(root, 'build', 'out', name)
export const dist = (name) => join(root, 'dist', name)

/** Runs one step and says how long it took. */
export async function step(title, run) {
  const begin = Date.now()
  process.stdout.write(`${title} … `)
  const result = await run()
  process.stdout.write(`${((Date.now() - begin) / 1000).toFixed(1)} s\n`)
  return result
}

/** Runs a program to its end; its output is shown only where it fails. */
export function run(program, args, { env = {}, missing = '', show = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => reject(new Error(`${program}: ${error.message}. ${missing}`)))
    child.on('close', (code) => {
      if (code === 0) resolve(output)
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code}\n${output}${missing}`))
    })
  })
}

export async function mtimeOf(path) {
  try {
    return (await stat(path)).mtimeMs
  } catch {
    return 0
  }
}

/** When the newest file below these paths was written. */
export async function newest(paths) {
  const times = await Promise.all(
    paths.map(async (path) => {
      const full = join(root, path)
      if (!(await stat(full)).isDirectory()) return mtimeOf(full)
      const inside = (await readdir(full)).filter((name) => name !== 'out' && name !== 'node_modules')
      return newest(inside.map((name) => join(path, name)))
    }),
  )
  return Math.max(0, ...times)
}

export const folder = (path) => mkdir(path, { recursive: true })
