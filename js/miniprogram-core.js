/* global WXWebAssembly */
import { connectFor } from './connection.js'
import { createLoader } from './core/index.js'

export { explain } from './explain.js'

/** What `index.js` loads when something has to be decided: `core.js`. */
export const connect = connectFor(createLoader, {
  wasm: '/miniprogram_npm/wxlogin/wxlogin.wasm.br',
  hasWebAssembly: () => typeof WXWebAssembly !== 'undefined',
  webStorage: () => undefined,
  instantiate: (path, imports) => WXWebAssembly.instantiate(path, imports),
})
