/**
 * Login around `wx.request` as it is often written by hand, to compare with: a token in storage, and
 * whoever gets a 401 logs in.
 *
 * @param {object} world of `openWorld`
 */
export function createPlainWrapper({ baseURL, phone }) {
  const { wx } = phone
  const call = (api, options) => new Promise((success, fail) => wx[api]({ ...options, success, fail }))

  function send({ url, ...options }) {
    const token = wx.getStorageSync('token')
    const header = token ? { Authorization: `Bearer ${token}` } : {}
    return call('request', { ...options, url: baseURL + url, header })
  }

  async function login() {
    const { code } = await call('login')
    const { data } = await call('request', { url: `${baseURL}/login`, method: 'POST', data: { code } })
    wx.setStorageSync('token', data.token)
  }

  return {
    async request(options) {
      const reply = await send(options)
      if (reply.statusCode !== 401) return reply
      await login()
      phone.note('resend')
      return send(options)
    },
    async logout() {
      wx.removeStorageSync('token')
    },
  }
}
