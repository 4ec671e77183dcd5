import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { startWeChat } from '../../tests/wechat/server.js'
import { buildApp } from '../backend/app.js'
import { openStore } from '../backend/store.js'
import { createPhone } from './phone.js'

/**
 * One user's phone, WeChat's servers and the example backend, on loopback. All of them live by one
 * clock: the real one, and `pass(seconds)` puts it forward where the tour would have to wait.
 */
export async function openWorld() {
  let ahead = 0
  const clock = {
    now: () => Date.now() + ahead,
    // A timer of the app's must not keep the process alive once the world is closed.
    setTimeout: (task, ms) => setTimeout(task, ms).unref(),
    clearTimeout: (timer) => clearTimeout(timer),
  }
  const { now } = clock
  const wechat = await startWeChat({ now })
  const { appid, secret, accounts } = wechat.platform

  let backend
  let baseURL
  const folder = await mkdtemp(join(tmpdir(), 'wxlogin-tour-'))
  async function startBackend() {
    const port = baseURL ? Number(new URL(baseURL).port) : 0
    const store = await openStore(`sqlite:${join(folder, 'shop.db')}`, { now })
    backend = buildApp({ store, wechatBase: wechat.url, appid, secret, now })
    baseURL = await backend.listen({ host: '127.0.0.1', port })
  }
  async function stopBackend() {
    await backend.close()
    // fetch keeps connections, and has to hear that these are closed.
    await pause(20)
  }
  await startBackend()
  // Node's first fetch takes long; no step of the tour should have to pay for it.
  await (await fetch(`${baseURL}/goods`)).arrayBuffer()

  const user = { openid: 'oTour5WbX2jR8nQeLkZ0aVhYpD3s', phoneNumber: '13812341234' }
  /** What a cloud function is told of its caller is true: it may hand out a session. */
  const login = async (_data, { OPENID }) => {
    const { token } = await backend.sessions.create(OPENID)
    return { openid: OPENID, token, expires_in: backend.sessions.ttl }
  }

  return {
    clock,
    baseURL,
    phone: createPhone({ ...clock, appId: appid, accounts, user, cloudFunctions: { login } }),
    pass(seconds) {
      ahead += seconds * 1000
    },
    startBackend,
    stopBackend,
    /** The backend loses everything that it knows. */
    async forgetAll() {
      await stopBackend()
      await rm(folder, { recursive: true })
      await mkdir(folder)
      await startBackend()
    },
    async close() {
      await backend.close()
      await wechat.close()
      await rm(folder, { recursive: true })
    },
  }
}
