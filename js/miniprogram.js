/* global WXWebAssembly, wx */
import { createFace } from './face.js'

export { isLoginError, LoginError } from './error.js'

const CODE_PACKAGE_PATH = '/miniprogram_npm/wxlogin/wxlogin.wasm.br'

const queueMicrotask = (run) => {
  Promise.resolve().then(run)
}

export const createClient = createFace({
  host: () => (typeof wx === 'undefined' ? undefined : wx),
  hasWebAssembly: () => typeof WXWebAssembly !== 'undefined',
  hasLocalStorage: () => false,
  // The glue looks for a global object; what a mini-program has of one differs everywhere.
  environment: () => ({ queueMicrotask, globalThis: { queueMicrotask } }),
  // Some base libraries resolve with the instance, some with { instance }.
  instantiate: (path = CODE_PACKAGE_PATH, imports) =>
    WXWebAssembly.instantiate(path, imports).then((result) => (result.instance || result).exports),
})
