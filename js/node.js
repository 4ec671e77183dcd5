import { readFile } from 'node:fs/promises'
import { createFace } from './face.js'

export { isLoginError, LoginError } from './error.js'

async function bytesOf(wasm) {
  const place = wasm.href ?? wasm
  if (typeof place !== 'string') return wasm
  return readFile(place.startsWith('file:') ? new URL(place) : place)
}

export const createClient = createFace({
  host: () => globalThis.wx,
  hasWebAssembly: () => typeof WebAssembly !== 'undefined',
  webStorage: () => undefined,
  instantiate: async (wasm = new URL('./wxlogin.wasm', import.meta.url), imports) => {
    return (await WebAssembly.instantiate(await bytesOf(wasm), imports)).instance.exports
  },
})
