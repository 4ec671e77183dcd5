import { startWeChat } from '../../tests/wechat/server.js'
import { buildApp } from '../backend/app.js'
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
  async function startBackend() {
    const port = baseURL ? Number(new URL(baseURL).port) : 0
    backend = buildApp({ wechatBase: wechat.url, appid, secret, now })
    baseURL = await backend.listen({ host: '127.0.0.1', port })
  }
  await startBackend()
  // Node's first fetch takes long; no step of the tour should have to pay for it.
  await (await fetch(`${baseURL}/goods`)).arrayBuffer()

  const user = { openid: 'oTour5WbX2jR8nQeLkZ0aVhYpD3s', phoneNumber: '13812341234' }
  /** What a cloud function is told of its caller is true: it may hand out a session. */
  const login = (_data, { OPENID }) => {
    const { token } = backend.sessions.create(OPENID)
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
    stopBackend: () => backend.close(),
    forgetSessions: () => backend.sessions.clear(),
    async close() {
      await backend.close()
      await wechat.close()
    },
  }
}
