/**
 * What a mini-program finds in its scope. The bundler puts these names wherever a contestant
 * uses them, so that each of them has a host, and compiled code, of its own.
 */
import { openHost } from './host.js'

export const host = openHost()
export const wx = host.wx
export const uni = host.wx
export const getCurrentPages = () => []
export const WXWebAssembly = {
  instantiate: (path, imports) => WebAssembly.instantiate(engine.wasm(path), imports),
}
