import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const path = fileURLToPath(new URL('../../examples/backend/server.js', import.meta.url))

/** `server.js` as a process, with that environment and no other. */
export const spawnBackend = (env) =>
  spawn(process.execPath, [path], { env, stdio: ['ignore', 'pipe', 'pipe'] })

/**
 * The backend as a process, listening.
 *
 * @param {object} env
 * @returns {Promise<{ url: string, pid: number, log(): string, end(signal?: string): Promise<number | null> }>}
 */
export async function startBackend(env) {
  const child = spawnBackend({ PORT: '0', ...env })
  let log = ''
  const url = await new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        log += text
        const found = /Server listening at (http:\/\/[\d.:]+)/.exec(log)
        if (found) resolve(found[1])
      })
    }
    child.once('exit', (code) => reject(new Error(`the backend ended with ${code}\n${log}`)))
  })
  return {
    url,
    pid: child.pid,
    log: () => log,
    async end(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
      const ended = once(child, 'exit')
      child.kill(signal)
      return (await ended)[0]
    },
  }
}
