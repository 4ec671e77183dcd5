import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]
const TYPES = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' }
/** As strict a page as can run wasm: nothing is evaluated from text, nothing comes from elsewhere. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
const PAGE = '<!doctype html><script src="/host.js"></script><script src="/suite.js"></script>'
const here = fileURLToPath(new URL('.', import.meta.url))

async function serve(dist) {
  const server = createServer(async ({ url }, response) => {
    const path = url.startsWith('/dist/') ? join(dist, url.slice(6)) : join(here, url)
    try {
      const body =
        url === '/' ? `${PAGE}<script type="module" src="/in-browser.js"></script>` : await readFile(path)
      const type = TYPES[extname(url) || '.html']
      response.writeHead(200, { 'content-type': `${type}; charset=utf-8`, 'content-security-policy': POLICY })
      response.end(body)
    } catch {
      response.writeHead(404).end()
    }
  })
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** Runs the suite on the browser entry, from a page of its own. */
export async function runInChromium(command, dist, tell) {
  const server = await serve(dist)
  let browser
  try {
    browser = await chromium.launch({ executablePath: command, headless: true, args: FLAGS })
    const page = await browser.newPage()
    page.on('pageerror', (error) => tell('no uncaught error', String(error)))
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    await page.waitForFunction(() => window.ended, null, { timeout: 60_000 })
    for (const { name, error } of await page.evaluate(() => window.outcomes)) tell(name, error)
    return `Chromium ${browser.version()}, the browser entry`
  } finally {
    await browser?.close()
    server.close()
  }
}
