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
const PAGE = [
  '<!doctype html><script src="/host.js"></script><script src="/suite.js"></script>',
  '<script type="module" src="/in-browser.js"></script>',
].join('')
const here = fileURLToPath(new URL('.', import.meta.url))

/** `read(path)` resolves with what the server has at a path. */
async function serve(read) {
  const server = createServer(async ({ url }, response) => {
    try {
      const body = await read(url)
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

/** Opens the page that `read` has at `/`, for as long as `use` takes. */
export async function withPage(command, read, use) {
  const server = await serve(read)
  let browser
  try {
    browser = await chromium.launch({ executablePath: command, headless: true, args: FLAGS })
    const page = await browser.newPage()
    const uncaught = []
    page.on('pageerror', (error) => uncaught.push(String(error)))
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    return await use(page, { version: browser.version(), uncaught })
  } finally {
    await browser?.close()
    server.close()
  }
}

/** Runs the suite on the browser entry, from a page of its own. */
export function runInChromium(command, dist, tell) {
  const read = async (url) => {
    if (url === '/') return PAGE
    return readFile(url.startsWith('/dist/') ? join(dist, url.slice('/dist/'.length)) : join(here, url))
  }
  return withPage(command, read, async (page, { version, uncaught }) => {
    await page.waitForFunction(() => window.ended, null, { timeout: 60_000 })
    for (const { name, error } of await page.evaluate(() => window.outcomes)) tell(name, error)
    for (const error of uncaught) tell('no uncaught error', error)
    return `Chromium ${version}, the browser entry`
  })
}
