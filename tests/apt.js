/** The one place that installs Debian's packages. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { alone } from '../build/setup.js'
import { step } from '../build/steps.js'

const run = promisify(execFile)

export const JSC_PACKAGE = 'libjavascriptcoregtk-4.0-bin'

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const chromium = () =>
  program(process.env.CHROMIUM ? [process.env.CHROMIUM] : CHROMIUM, ['--version'], 'chromium')
export const chromedriver = () =>
  program([process.env.CHROMEDRIVER || '/usr/bin/chromedriver'], ['--version'], 'chromium-driver')
export const jsc = () =>
  program(['jsc', '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.0/jsc'], ['-e', '0'], JSC_PACKAGE)

/** The first of `commands` that answers, else the one that Debian's package brings. */
export async function program(commands, probe, debianPackage) {
  const found = await firstThatRuns(commands, probe)
  if (found) return found
  await install(debianPackage)
  const installed = await firstThatRuns(commands, probe)
  if (installed) return installed
  throw new Error(`Debian’s ${debianPackage} is installed, and still none of ${commands.join(', ')} runs.`)
}

async function firstThatRuns(commands, probe) {
  for (const command of commands) {
    try {
      await run(command, probe)
      return command
    } catch {
      // Not this one.
    }
  }
  return undefined
}

async function install(debianPackage) {
  const missing = `Debian’s package ${debianPackage} is missing`
  if (!(await firstThatRuns(['apt-get'], ['--version']))) {
    throw new Error(`${missing}, and there is no apt-get here to install it with.`)
  }
  if (process.getuid() !== 0)
    throw new Error(`${missing}, and only root may run: apt-get install ${debianPackage}`)
  const get = `apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 ${debianPackage}`
  // Lists that were brought up to date minutes ago are not what is wrong.
  const update = 'find /var/lib/apt/lists/partial -maxdepth 0 -mmin -10 | grep -q . || apt-get update'
  try {
    await step(`install Debian’s ${debianPackage}`, () =>
      alone('/var/lib/apt', `${get} || { ${update}; ${get}; }`, {
        env: { DEBIAN_FRONTEND: 'noninteractive' },
      }),
    )
  } catch (error) {
    const reason = error.message.split('\n').findLast((line) => line.startsWith('E:'))
    throw new Error(`${missing}, and apt-get could not install it: ${reason ?? error.message}`)
  }
}

/** The shell of an engine rarely knows its version; Debian does. */
export async function installedVersion(debianPackage) {
  try {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own template
    return (await run('dpkg-query', ['-W', '-f', '${Version}', debianPackage])).stdout
  } catch {
    return '(not Debian’s)'
  }
}
