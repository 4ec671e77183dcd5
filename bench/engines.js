import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { jsc as installedJsc } from '../tests/apt.js'

/** The engines at hand; `absent` names the one that could not be had, and why. */
export async function findEngines() {
  const v8 = {
    name: 'v8',
    title: `V8 ${process.versions.v8} (Node ${process.versions.node})`,
    command: process.execPath,
    flags: ['--expose-gc'],
    // A young generation that nothing fills: what is allocated stays countable.
    uncollectedFlags: ['--min-semi-space-size=256', '--max-semi-space-size=256'],
    separator: [],
  }
  try {
    const jsc = {
      name: 'jsc',
      title: 'JavaScriptCore without JIT (jsc --useJIT=false)',
      command: await installedJsc(),
      flags: ['--useJIT=false'],
      uncollectedFlags: ['--useGC=false'],
      separator: ['--'],
    }
    return { engines: [v8, jsc], absent: [] }
  } catch (error) {
    return { engines: [v8], absent: [{ contestant: 'jsc', reason: error.message }] }
  }
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
