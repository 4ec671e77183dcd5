import { LOGIN_URL } from '../host.js'

/**
 * What an app writes beside a client that knows how to send but not how to log in: a token in
 * storage and one login shared by all who ask while it is under way.
 */
export function openAppSession() {
  let token = wx.getStorageSync('token')
  let renewing = null

  function login(resolve, reject) {
    wx.login({ success: ({ code }) => exchange(code, resolve, reject), fail: reject })
  }

  function exchange(code, resolve, reject) {
    wx.request({
      url: LOGIN_URL,
      method: 'POST',
      data: { code },
      success: (response) => {
        token = response.data.token
        wx.setStorageSync('token', token)
        resolve(token)
      },
      fail: reject,
    })
  }

  function forget() {
    renewing = null
  }

  return {
    bearer: () => `Bearer ${token}`,
    renew() {
      if (!renewing) {
        renewing = new Promise(login)
        renewing.then(forget, forget)
      }
      return renewing
    },
  }
}
