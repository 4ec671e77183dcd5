import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The first of `commands` that answers, else the one that Debian's package brings. */
export async function program(commands, probe, debianPackage) {
  const found = await firstThatRuns(commands, probe)
  if (found) return found
  console.log(`none of ${commands.join(', ')} here: apt-get install ${debianPackage}`)
  await install(debianPackage)
  const installed = await firstThatRuns(commands, probe)
  if (installed) return installed
  throw new Error(`${debianPackage} is installed, and still none of ${commands.join(', ')} runs`)
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
  const aptGet = (...args) =>
    run('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } })
  const wanted = ['install', '-y', '--no-install-recommends', debianPackage]
  try {
    await aptGet(...wanted)
  } catch {
    await aptGet('update')
    await aptGet(...wanted)
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
