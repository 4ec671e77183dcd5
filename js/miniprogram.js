/* global wx */
import { createClientFor } from './client.js'

export { isLoginError, LoginError } from './error.js'

export const createClient = createClientFor({
  host: () => wx,
  stored: (api, key) => api.getStorageSync && api.getStorageSync(key),
  loadCore: () => require('./core.js'),
})
