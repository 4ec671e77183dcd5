import { createAlova } from 'alova'
import { createServerTokenAuthentication } from 'alova/client'
import { API } from '../host.js'
import { openAppSession } from './app-session.js'

/** A request adapter as alova's documentation asks for one; it has none for plain `wx`. */
function wxAdapter({ url, type, data, headers }) {
  let task
  const response = new Promise((resolve, reject) => {
    task = wx.request({ url, method: type, data, header: headers, success: resolve, fail: reject })
  })
  return {
    response: () => response,
    headers: () => response.then(({ header }) => header),
    abort: () => task.abort(),
  }
}

export function open() {
  const session = openAppSession()
  const { onAuthRequired, onResponseRefreshToken } = createServerTokenAuthentication({
    assignToken: (method) => {
      method.config.headers.Authorization = session.bearer()
    },
    refreshTokenOnSuccess: {
      isExpired: (response) => response.statusCode === 401,
      handler: () => session.renew(),
    },
  })
  const alova = createAlova({
    baseURL: API,
    requestAdapter: wxAdapter,
    // A cached or shared reply would be no request.
    cacheFor: null,
    shareRequest: false,
    beforeRequest: onAuthRequired(),
    responded: onResponseRefreshToken((response) => response),
  })
  return {
    request: (path) => alova.Get(path, { headers: { 'X-Page': 'home' } }).send(),
    read: (response) => response.data,
  }
}
