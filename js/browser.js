import { createFace } from './face.js'

export { isLoginError, LoginError } from './error.js'

function webStorage() {
  try {
    return window.localStorage
  } catch {
    return undefined // forbidden to this page
  }
}

async function bytesOf(wasm) {
  const place = wasm.href ?? wasm
  if (typeof place !== 'string') return wasm
  const response = await fetch(place)
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}`)
  return response.arrayBuffer()
}

export const createClient = createFace({
  host: () => globalThis.wx,
  hasWebAssembly: () => typeof WebAssembly !== 'undefined',
  webStorage,
  instantiate: async (wasm = new URL('./wxlogin.wasm', import.meta.url), imports) =>
    (await WebAssembly.instantiate(await bytesOf(wasm), imports)).instance.exports,
})
