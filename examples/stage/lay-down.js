import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { installPackages } from '../../build/setup.js'

const run = promisify(execFile)
const at = (path) => fileURLToPath(new URL(path, import.meta.url))

/**
 * Lays the built package down in the mini-program as the developer tools do: packed as npm would
 * publish it, unpacked into a `node_modules`, from there into `miniprogram_npm`.
 */
export async function layDown() {
  await installPackages('examples/stage/devtools')
  const place = await mkdtemp(join(tmpdir(), 'wxlogin-'))
  try {
    const { stdout } = await run(
      'npm',
      ['pack', '--silent', '--ignore-scripts', '--pack-destination', place],
      {
        cwd: at('../../'),
      },
    )
    const library = join(place, 'node_modules/wxlogin')
    await mkdir(library, { recursive: true })
    const tarball = join(place, stdout.trim().split('\n').at(-1))
    await run('tar', ['-xzf', tarball, '-C', library, '--strip-components=1'])
    await copyFile(at('../miniprogram/package.json'), join(place, 'package.json'))
    await rm(at('../miniprogram/miniprogram_npm'), { recursive: true, force: true })
    await run(process.execPath, [
      at('devtools/build-npm.js'),
      join(place, 'package.json'),
      at('../miniprogram'),
    ])
  } finally {
    await rm(place, { recursive: true, force: true })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) await layDown()
