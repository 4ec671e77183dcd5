/** `npm start`: sets up, builds, plays the tour; then serves a page to look at, unless `--tour`. */
import { setup } from './setup.js'
import { run } from './steps.js'

async function main() {
  await setup()
  await run(process.execPath, ['build/build.js'], { show: true })
  const { tour } = await import('../examples/tour/tour.js')
  const kept = await tour({ write: (text) => process.stdout.write(text), color: process.stdout.isTTY })
  if (!kept) process.exitCode = 1
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
