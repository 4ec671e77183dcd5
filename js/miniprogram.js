/* global wx */
import { createClientFor } from './client.js'

export { isLoginError, LoginError } from './error.js'

export const createClient = createClientFor({
  host: () => wx,
  webStorage: () => undefined,
  loadCore: () => require('./core.js'),
})
