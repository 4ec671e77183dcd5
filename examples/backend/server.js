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

const app = buildApp({
  wechatBase: env.WECHAT_API_BASE || 'https://api.weixin.qq.com',
  appid: env.WECHAT_APPID,
  secret: env.WECHAT_SECRET,
  sessionTtl: Number(env.SESSION_TTL) || undefined,
  allowOrigin: env.ALLOW_ORIGIN,
  logger: true,
})

await app.listen({ host: env.HOST || '127.0.0.1', port: Number(env.PORT) || 3000 })

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => app.close())
