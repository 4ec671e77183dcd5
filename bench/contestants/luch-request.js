import Request from 'luch-request'
import { API } from '../host.js'
import { openAppSession } from './app-session.js'

export function open() {
  const session = openAppSession()
  const http = new Request({ baseURL: API })
  http.interceptors.request.use((config) => {
    config.header = { ...config.header, Authorization: session.bearer() }
    return config
  })
  http.interceptors.response.use(
    (response) => response,
    (response) => {
      const { config } = response
      if (response.statusCode !== 401 || config.custom.renewed) return Promise.reject(response)
      return session.renew().then(() => http.request({ ...config, custom: { renewed: true } }))
    },
  )
  return {
    request: (path) => http.get(path, { header: { 'X-Page': 'home' } }),
    read: (response) => response.data,
  }
}
