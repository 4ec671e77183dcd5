import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { install } from './install.js'

const run = promisify(execFile)

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

async function find() {
  const place = process.env.CHROMIUM || PLACES.find(existsSync)
  if (place) return place
  try {
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'])
    return PLACES[0]
  } catch (cause) {
    const message = 'no chromium here: `apt-get install -y chromium`, or name one as CHROMIUM=/path/to/it'
    throw new Error(message, { cause })
  }
}

/** Starts the browser, installing first what is missing. */
export async function startChromium() {
  await install(fileURLToPath(new URL('.', import.meta.url)), 'playwright-core')
  const { chromium } = await import('playwright-core')
  return chromium.launch({ executablePath: await find(), args: FLAGS })
}
