/** Runs the shell's own tests, in Node and in headless Chromium. */
import { join } from 'node:path'
import { chromedriver } from '../tests/apt.js'
import { root, run, step } from './steps.js'

const RUNNER = 'target/debug/test-runner'

const suite = (env) =>
  run('cargo', ['test', '--lib', '--target=wasm32-unknown-unknown', 'wasm::'], {
    env: { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: join(root, RUNNER), ...env },
    show: true,
  })

try {
  await step('build the runner', () =>
    run('cargo', ['build', '--quiet', '--package=bindgen', '--features=test-runner', '--bin=test-runner']),
  )
  console.log('in Node:')
  await suite({})
  console.log('in Chromium:')
  await suite({
    CHROMEDRIVER: await chromedriver(),
    WASM_BINDGEN_USE_BROWSER: '1',
    WASM_BINDGEN_TEST_WEBDRIVER_JSON: join(root, 'tests/webdriver.json'),
  })
} catch (error) {
  console.error(error.message)
  process.exitCode = 1
}
