import { serveStage } from './serve.js'

const { url, close } = await serveStage({ port: Number(process.env.PORT || 0) })
console.log(url)
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => close().then(() => process.exit()))
