/* Runs the suite in a page, on the browser entry. */
import { createClient, isLoginError } from '/dist/browser.js'

window.outcomes = []
const tell = (name, error) => window.outcomes.push({ name, error })
window.addEventListener('unhandledrejection', ({ reason }) => tell('no unhandled rejection', String(reason)))
const given = { createClient, isLoginError, unloadable: { wasm: '/elsewhere' }, code: 'LOAD_FAILED' }
window.runSuite(given, tell).then(
  () => {
    window.ended = true
  },
  (error) => {
    tell('the suite itself', String(error))
    window.ended = true
  },
)
