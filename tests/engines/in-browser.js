/* Runs the suite in a page, on the browser entry. */
import { createClient, isLoginError } from '/dist/browser.js'

window.outcomes = []
const tell = (name, error) => window.outcomes.push({ name, error })
window.addEventListener('unhandledrejection', ({ reason }) => tell('no unhandled rejection', String(reason)))
const given = { createClient, isLoginError, unloadable: { wasm: '/elsewhere' }, code: 'LOAD_FAILED' }

/* Where the host has no storage: the browser's own, under the one name of all that is no mini-program. */
async function keepsInWebStorage() {
  const name = 'web storage keeps a session'
  const { wx } = window.createHost()
  const { login, request } = wx
  const open = () =>
    createClient({ baseURL: 'https://api.example.com', exchange: '/login', host: { login, request } })
  const { token } = await open().login()
  const text = window.localStorage.getItem('wxlogin:unknown:release')
  const restarted = await open().getSession()
  const holds = Boolean(text?.includes(token)) && restarted?.token === token
  tell(name, holds ? undefined : `localStorage: ${text}, after a restart: ${JSON.stringify(restarted)}`)
}

window
  .runSuite(given, tell)
  .then(keepsInWebStorage)
  .catch((error) => tell('the suite itself', String(error)))
  .then(() => {
    window.ended = true
  })
