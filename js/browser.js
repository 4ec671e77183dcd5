import { createClientFor } from './client.js'
import { connectFor } from './connection.js'
import { createLoader } from './core/index.js'
import { explain } from './explain.js'

export { isLoginError, LoginError } from './error.js'

function webStorage() {
  try {
    return window.localStorage
  } catch {
    return undefined // forbidden to this page
  }
}

/** The host's own storage, else the browser's. */
const stored = (api, key) => (api?.getStorageSync ? api.getStorageSync(key) : webStorage()?.getItem(key))

async function bytesOf(wasm) {
  const place = wasm.href ?? wasm
  if (typeof place !== 'string') return wasm
  const response = await fetch(place)
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`)
  return response.arrayBuffer()
}

const connect = connectFor(createLoader, {
  wasm: new URL('./wxlogin.wasm', import.meta.url),
  hasWebAssembly: () => typeof WebAssembly !== 'undefined',
  webStorage,
  instantiate: async (wasm, imports) => WebAssembly.instantiate(await bytesOf(wasm), imports),
})

export const createClient = createClientFor({
  host: () => globalThis.wx,
  stored,
  loadCore: () => ({ connect, explain }),
})
