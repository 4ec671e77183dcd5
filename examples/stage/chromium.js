import { installPackages } from '../../build/setup.js'
import { chromium as installedChromium } from '../../tests/apt.js'

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

/** Starts the browser, installing first what is missing. */
export async function startChromium() {
  await installPackages('examples/stage')
  const { chromium } = await import('playwright-core')
  return chromium.launch({ executablePath: await installedChromium(), args: FLAGS })
}
