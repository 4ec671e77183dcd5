import { readFile } from 'node:fs/promises'
import { createFace } from './face.js'

export { isLoginError, LoginError } from './error.js'

const isBytes = (wasm) => wasm instanceof ArrayBuffer || ArrayBuffer.isView(wasm)

export const createClient = createFace({
  host: () => globalThis.wx,
  hasWebAssembly: () => typeof WebAssembly !== 'undefined',
  webStorage: () => undefined,
  instantiate: async (wasm = new URL('./wxlogin.wasm', import.meta.url), imports) => {
    const bytes = isBytes(wasm) ? wasm : await readFile(wasm.href ? new URL(wasm.href) : wasm)
    return (await WebAssembly.instantiate(bytes, imports)).instance.exports
  },
})
