import { isIP } from 'node:net'
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

/** What the environment says, as `read` understands it; nothing there is undefined. */
function from(name, expected, read) {
  const text = env[name]
  if (!text) return undefined
  const value = read(text)
  return value === undefined ? giveUp(`${name}: expected ${expected}, got "${text}"`) : value
}

const numberFrom = (name, least = 1) =>
  from(name, `a whole number of at least ${least}`, (text) =>
    /^\d+$/.test(text) && Number(text) >= least ? Number(text) : undefined,
  )

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']
const levelFrom = (name) =>
  from(name, `one of ${LEVELS.join(', ')}`, (text) => LEVELS.find((level) => level === text))

const isAddress = (text) => isIP(text.trim().replace(/\/\d+$/, '')) > 0
const addressesFrom = (name) =>
  from(name, 'addresses or CIDR ranges, by comma', (text) =>
    text.split(',').every(isAddress) ? text : undefined,
  )

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
  trustProxy: addressesFrom('TRUST_PROXY'),
  allowOrigin: env.ALLOW_ORIGIN,
  logger: { level: levelFrom('LOG_LEVEL') || 'info', serializers: logged },
}
const listening = { host: env.HOST || '127.0.0.1', port: numberFrom('PORT', 0) ?? 3000 }
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
