import { execFile, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const JSC_PACKAGE = 'libjavascriptcoregtk-4.0-bin'
const JSC_PLACES = ['jsc', '/usr/lib/x86_64-linux-gnu/webkit2gtk-4.0/jsc']
const run = promisify(execFile)

/** The engines at hand; `absent` names the one that could not be had, and why. */
export async function findEngines(say) {
  const v8 = {
    name: 'v8',
    title: `V8 ${process.versions.v8} (Node ${process.versions.node})`,
    command: process.execPath,
    flags: ['--expose-gc'],
    // A young generation that nothing fills: what is allocated stays countable.
    uncollectedFlags: ['--min-semi-space-size=256', '--max-semi-space-size=256'],
    separator: [],
  }
  const jsc = await findJsc(say)
  return jsc.reason
    ? { engines: [v8], absent: [{ contestant: 'jsc', reason: jsc.reason }] }
    : { engines: [v8, jsc], absent: [] }
}

async function findJsc(say) {
  const found = (await jscCommand()) || (await installJsc(say))
  if (!found) return { reason: `no jsc here, and apt-get could not install ${JSC_PACKAGE}` }
  return {
    name: 'jsc',
    title: 'JavaScriptCore without JIT (jsc --useJIT=false)',
    command: found,
    flags: ['--useJIT=false'],
    uncollectedFlags: ['--useGC=false'],
    separator: ['--'],
  }
}

async function jscCommand() {
  for (const command of JSC_PLACES) {
    try {
      await run(command, ['-e', '0'])
      return command
    } catch {
      // Not this one.
    }
  }
  return null
}

async function installJsc(say) {
  say(`no jsc: installing ${JSC_PACKAGE} with apt-get`)
  try {
    await run('apt-get', ['install', '-y', '--no-install-recommends', JSC_PACKAGE])
  } catch {
    try {
      await run('apt-get', ['update'])
      await run('apt-get', ['install', '-y', '--no-install-recommends', JSC_PACKAGE])
    } catch (error) {
      say(`apt-get failed: ${error.message.split('\n')[0]}`)
    }
  }
  return jscCommand()
}

/** Runs a script with `input` as its one argument; `onEvent` gets each line it prints, parsed. */
export function runScript(engine, script, input, { uncollected = false, onEvent }) {
  const flags = [...engine.flags, ...(uncollected ? engine.uncollectedFlags : [])]
  const child = spawn(engine.command, [...flags, script, ...engine.separator, JSON.stringify(input)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let complaint = ''
  child.stderr.on('data', (text) => {
    complaint = (complaint + text).slice(-2000)
  })
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line.startsWith('{')) onEvent(JSON.parse(line))
    else complaint = `${complaint}${line}\n`.slice(-2000)
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ ok: code === 0, code, signal, complaint }))
  })
}
