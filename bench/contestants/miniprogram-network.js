import { get, REQUEST, setConfig, transformRequestSendDefault } from 'miniprogram-network'
import { API } from '../host.js'
import { openAppSession } from './app-session.js'

export function open() {
  const session = openAppSession()
  setConfig('baseURL', API)
  REQUEST.Defaults.transformSend = (options) => {
    options.headers = { ...options.headers, Authorization: session.bearer() }
    return transformRequestSendDefault(options)
  }
  REQUEST.Defaults.transformResponse = (response, options) => {
    if (response.statusCode !== 401 || options.renewed) return response
    return session.renew().then(() => REQUEST.request({ ...options, renewed: true }))
  }
  return {
    request: (path) => get(path, undefined, { headers: { 'X-Page': 'home' } }),
    read: (response) => response.data,
  }
}
