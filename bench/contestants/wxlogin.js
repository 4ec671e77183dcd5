import { createClient } from '../../dist/miniprogram/index.js'
import { API } from '../host.js'

export function open() {
  const client = createClient({ baseURL: API, exchange: '/login', host: wx })
  return {
    request: (path) => client.request({ url: path, header: { 'X-Page': 'home' } }),
    read: (response) => response.data,
  }
}
