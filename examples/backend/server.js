import { buildApp } from './app.js'
import { openStore } from './store.js'

/** How long requests under way may take to end. Docker kills after ten seconds. Milliseconds. */
const GRACE = 9000

const { env } = process

function giveUp(message) {
  console.error(message)
  process.exit(1)
}

for (const name of ['WECHAT_APPID', 'WECHAT_SECRET']) {
  if (!env[name]) {
    giveUp(
      `${name} is not set: expected the value from mp.weixin.qq.com, "Development" → "Development settings"`,
    )
  }
}

/** A whole number from the environment, or what stands in for it. */
function numberFrom(name, otherwise) {
  const text = env[name]
  if (text === undefined || text === '') return otherwise
  if (/^\d+$/.test(text)) return Number(text)
  return giveUp(`${name}: expected a whole number, got "${text}"`)
}

/** A URL names scenes and users' pictures: the route says as much as a log has to know. */
const logged = {
  req: ({ method, routeOptions, ip }) => ({ method, route: routeOptions.url, address: ip }),
}

// A database file holds session_keys: nobody else is to read it.
process.umask(0o077)

const config = {
  wechatBase: env.WECHAT_API_BASE || 'https://api.weixin.qq.com',
  appid: env.WECHAT_APPID,
  secret: env.WECHAT_SECRET,
  sessionTtl: numberFrom('SESSION_TTL'),
  refreshTtl: numberFrom('REFRESH_TTL'),
  rateLimit: numberFrom('RATE_LIMIT'),
  trustProxy: env.TRUST_PROXY,
  allowOrigin: env.ALLOW_ORIGIN,
  logger: { level: env.LOG_LEVEL || 'info', serializers: logged },
}
const listening = { host: env.HOST || '127.0.0.1', port: numberFrom('PORT', 3000) }
const store = await openStore(env.STORE || 'sqlite:wxlogin.db').catch((error) =>
  giveUp(`STORE: ${error.message}`),
)

const app = buildApp({ ...config, store })
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    setTimeout(() => app.server.closeAllConnections(), GRACE).unref()
    app.close()
  })
}
await app.listen(listening)
