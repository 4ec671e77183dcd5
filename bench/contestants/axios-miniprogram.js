import axios from 'axios-miniprogram'
import { API } from '../host.js'
import { openAppSession } from './app-session.js'

export function open() {
  const session = openAppSession()
  const instance = axios.create({ baseURL: API })
  instance.interceptors.request.use((config) => {
    config.headers.Authorization = session.bearer()
    return config
  })
  instance.interceptors.response.use(
    (response) => response,
    (error) => {
      const { config, response } = error
      if (response?.status !== 401 || config.renewed) return Promise.reject(error)
      return session.renew().then(() => instance({ ...config, renewed: true }))
    },
  )
  return {
    request: (path) => instance.get(path, undefined, { headers: { 'X-Page': 'home' } }),
    read: (response) => response.data,
  }
}
