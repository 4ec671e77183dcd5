import { buildApp } from './app.js'

const { env } = process

for (const name of ['WECHAT_APPID', 'WECHAT_SECRET']) {
  if (!env[name]) {
    console.error(
      `${name} is not set: expected the value from mp.weixin.qq.com, "Development" → "Development settings"`,
    )
    process.exit(1)
  }
}

/** A whole number from the environment, or what stands in for it. */
function numberFrom(name, otherwise) {
  const text = env[name]
  if (text === undefined || text === '') return otherwise
  if (/^\d+$/.test(text)) return Number(text)
  console.error(`${name}: expected a whole number, got "${text}"`)
  process.exit(1)
}

const app = buildApp({
  wechatBase: env.WECHAT_API_BASE || 'https://api.weixin.qq.com',
  appid: env.WECHAT_APPID,
  secret: env.WECHAT_SECRET,
  sessionTtl: numberFrom('SESSION_TTL'),
  allowOrigin: env.ALLOW_ORIGIN,
  logger: true,
})

await app.listen({ host: env.HOST || '127.0.0.1', port: numberFrom('PORT', 3000) })

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close())
