import { API } from '../host.js'
import { openAppSession } from './app-session.js'

/** The floor with the least that logs in: on a 401 one shared login, then the same once more. */
export function open() {
  const session = openAppSession()

  function send(options, resolve, reject, mayRenew) {
    wx.request(
      Object.assign({}, options, {
        url: API + options.url,
        header: Object.assign({ Authorization: session.bearer() }, options.header),
        success: (response) => {
          if (response.statusCode !== 401 || !mayRenew) resolve(response)
          else session.renew().then(() => send(options, resolve, reject, false), reject)
        },
        fail: reject,
      }),
    )
  }

  function request(options) {
    return new Promise((resolve, reject) => send(options, resolve, reject, true))
  }

  return {
    request: (path) => request({ url: path, header: { 'X-Page': 'home' } }),
    read: (response) => response.data,
  }
}
