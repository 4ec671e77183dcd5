/** `npm start`: sets up, builds, plays the tour; then serves a page to look at, unless `--tour`. */
import { setup } from './setup.js'
import { run } from './steps.js'

async function main() {
  await setup()
  await run(process.execPath, ['build/build.js'], { show: true })
  await run(process.execPath, ['examples/tour/main.js'], { show: true })
  if (process.argv.includes('--tour')) return
  const { serveStage } = await import('../examples/stage/serve.js')
  const { url } = await serveStage({ port: Number(process.env.PORT ?? 8787) })
  console.log(`\nA mini-program to look at: ${url}   (Ctrl+C ends it)`)
}

try {
  await main()
} catch (error) {
  console.error(`\n${error.message}`)
  process.exitCode = 1
}
