import { readFile } from 'node:fs/promises'
import { createClientFor } from './client.js'
import { connectFor } from './connection.js'
import { createLoader } from './core/index.js'
import { explain } from './explain.js'

export { isLoginError, LoginError } from './error.js'

async function bytesOf(wasm) {
  const place = wasm.href ?? wasm
  if (typeof place !== 'string') return wasm
  return readFile(place.startsWith('file:') ? new URL(place) : place)
}

const connect = connectFor(createLoader, {
  wasm: new URL('./wxlogin.wasm', import.meta.url),
  hasWebAssembly: () => typeof WebAssembly !== 'undefined',
  webStorage: () => undefined,
  instantiate: async (wasm, imports) => WebAssembly.instantiate(await bytesOf(wasm), imports),
})

export const createClient = createClientFor({
  host: () => globalThis.wx,
  stored: (api, key) => api.getStorageSync?.(key),
  loadCore: () => ({ connect, explain }),
})
