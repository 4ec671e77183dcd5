import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { program } from '../apt.js'

/** A folder for one test file, gone with the process. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'wxlogin-backend-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

/**
 * Debian's Redis on a port of its own, which keeps what it was told when it is killed.
 *
 * `address()` is a store with nothing in it yet.
 */
export async function startRedis() {
  const command = await program(['redis-server'], ['--version'], 'redis-server')
  const port = await freePort()
  const folder = temporaryFolder()
  const settings = { port, dir: folder, save: '', appendonly: 'yes', appendfsync: 'always', databases: 1000 }
  let used = 0
  let child = null

  const redis = {
    port,
    address() {
      used += 1
      return `redis://127.0.0.1:${port}/${used}`
    },
    /** Does nothing if it runs. */
    async start() {
      if (child) return
      const args = Object.entries({ bind: '127.0.0.1', ...settings }).flatMap(([name, value]) => [
        `--${name}`,
        String(value),
      ])
      child = spawn(command, args, { stdio: 'ignore' })
      for (let tries = 0; !(await answers(port)); tries += 1) {
        if (tries > 100) throw new Error(`redis-server does not answer at port ${port}`)
        await pause(50)
      }
    },
    async stop(signal = 'SIGKILL') {
      if (!child) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
      child = null
    },
    /** It accepts and never answers. */
    freeze: () => child.kill('SIGSTOP'),
    thaw: () => child.kill('SIGCONT'),
  }
  await redis.start()
  return redis
}

async function answers(port) {
  const client = new Redis(port, '127.0.0.1', { lazyConnect: true, retryStrategy: () => null })
  client.on('error', () => {})
  try {
    await client.connect()
    return (await client.ping()) === 'PONG'
  } catch {
    return false
  } finally {
    client.disconnect()
  }
}

/** SQLite files; `address()` is one that is not there yet. */
export function createFiles() {
  const folder = temporaryFolder()
  let used = 0
  return {
    folder,
    address() {
      used += 1
      return `sqlite:${join(folder, `${used}.db`)}`
    },
  }
}

/** Lets a running process write files of any size, or of that many bytes at most: then its disk is full. */
export function limitFiles(pid, bytes = 'unlimited') {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:unlimited`])
}
