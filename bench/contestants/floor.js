import { API } from '../host.js'

/** The least that attaches a session: copies the options, adds the header, makes a promise. */
export function open() {
  const token = wx.getStorageSync('token')

  function send(options) {
    return new Promise((resolve, reject) => {
      wx.request(
        Object.assign({}, options, {
          url: API + options.url,
          header: Object.assign({ Authorization: `Bearer ${token}` }, options.header),
          success: resolve,
          fail: reject,
        }),
      )
    })
  }

  return {
    request: (path) => send({ url: path, header: { 'X-Page': 'home' } }),
    read: (response) => response.data,
  }
}
