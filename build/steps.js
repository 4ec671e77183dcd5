import { spawn } from 'node:child_process'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
/** Where the build keeps what lies between two steps. */
export const out = (name) => join(root, 'build', 'out', name)
export const dist = (name) => join(root, 'dist', name)

/** Runs one step and says how long it took; a long one says every now and then that it goes on. */
export async function step(title, run) {
  const begin = Date.now()
  const say = (between) => console.log(`${title}${between}${((Date.now() - begin) / 1000).toFixed(1)} s`)
  const progress = setInterval(say, 15_000, ' … ')
  try {
    const result = await run()
    say(': ')
    return result
  } finally {
    clearInterval(progress)
  }
}

/** Runs a program for what it prints on stdout. `tell` gets all output as it comes, else the error has it. */
export function run(program, args, { cwd = root, env = {}, missing = '', show = false, tell } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    })
    let answer = ''
    let output = ''
    const heard =
      tell ??
      ((text) => {
        output += text
      })
    child.stderr?.setEncoding('utf8').on('data', heard)
    child.stdout?.setEncoding('utf8').on('data', (text) => {
      answer += text
      heard(text)
    })
    child.on('error', (error) => reject(new Error(`${program}: ${error.message}. ${missing}`)))
    child.on('close', (code, signal) => {
      if (code === 0) resolve(answer)
      else reject(new Error(`${program} ${args.join(' ')} ended with ${signal ?? code}\n${output}${missing}`))
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
