import Fly from 'flyio/dist/npm/wx'
import { API } from '../host.js'
import { openAppSession } from './app-session.js'

export function open() {
  const session = openAppSession()
  const fly = new Fly()
  fly.config.baseURL = API
  fly.interceptors.request.use((request) => {
    request.headers.Authorization = session.bearer()
    return request
  })
  fly.interceptors.response.use(
    (response) => response,
    (error) => {
      const { request } = error
      if (error.status !== 401 || request.renewed) return Promise.reject(error)
      return session.renew().then(() => fly.request(request.url, null, { ...request, renewed: true }))
    },
  )
  return {
    request: (path) => fly.get(path, null, { headers: { 'X-Page': 'home' } }),
    read: (response) => response.data,
  }
}
