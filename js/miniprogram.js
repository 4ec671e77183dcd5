/* global WXWebAssembly, wx */
import { createFace } from './face.js'

export { isLoginError, LoginError } from './error.js'

const CODE_PACKAGE_PATH = '/miniprogram_npm/wxlogin/wxlogin.wasm.br'

export const createClient = createFace({
  host: () => (typeof wx === 'undefined' ? undefined : wx),
  hasWebAssembly: () => typeof WXWebAssembly !== 'undefined',
  webStorage: () => undefined,
  // Some base libraries resolve with the instance, some with { instance }.
  instantiate: (path = CODE_PACKAGE_PATH, imports) =>
    WXWebAssembly.instantiate(path, imports).then((result) => (result.instance || result).exports),
})
