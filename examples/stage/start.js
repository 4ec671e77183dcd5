import { serveStage } from './serve.js'

const { url } = await serveStage({ port: Number(process.env.PORT || 0) })
console.log(url)
