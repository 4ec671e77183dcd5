// 从 unibest 模板的 src/http/http.ts（双 token）迁移。对照表在 README.md。
// Moving from http.ts of the unibest template, with its two tokens.
import { createClient } from 'wxlogin'

export const client = createClient({
  baseURL: 'https://shop.example/api',
  wasm: '/static/wxlogin.wasm.br',
  defaults: { timeout: 30000, header: { platform: 'mp-weixin' }, validateStatus: (status) => status < 300 },
  needs: ({ data }) => (data.code === 401 ? 'login' : undefined),
  accept: ({ data }) =>
    [0, 200, undefined].includes(data.code) || { message: data.msg || '请求错误', code: data.code },
  unwrap: ({ data }) => data.data,
  onError: ({ code, errMsg }) => {
    if (code === 'AUTH_DENIED') return // 用户自己不登录，不用提示
    wx.showToast({ title: code === 'REFUSED' ? errMsg : '网络错误，换个网络试试', icon: 'none' })
  },
  readSession: ({ accessToken, refreshToken, accessExpiresIn }) => ({
    token: accessToken,
    refresh_token: refreshToken,
    expires_in: accessExpiresIn,
  }),
  renew: (refreshToken, { request }) =>
    request({ url: '/auth/refreshToken', method: 'POST', data: { refreshToken } }),
  prompts: {
    login: {
      ask: () => wx.navigateTo({ url: '/pages/login/login' }),
      close: () => getCurrentPages().pop()?.route === 'pages/login/login' && wx.navigateBack(),
      submit: '/auth/login',
    },
  },
})

// http.get、http.post 照旧：页面不用改。DELETE 的第二个参数和 GET 一样进查询串。
type Query = Record<string, string | number>
type Header = Record<string, string>
const withQuery = (url: string, query: Query = {}) =>
  Object.keys(query).reduce(
    (to, key) => `${to}${to.includes('?') ? '&' : '?'}${key}=${encodeURIComponent(query[key] ?? '')}`,
    url,
  )
export const http = {
  get: <T>(url: string, data?: Query, _?: Query, header?: Header) => client.request<T>({ url, data, header }),
  post: <T>(url: string, data?: object, query?: Query, header?: Header) =>
    client.request<T>({ url: withQuery(url, query), method: 'POST', data, header }),
  put: <T>(url: string, data?: object, query?: Query, header?: Header) =>
    client.request<T>({ url: withQuery(url, query), method: 'PUT', data, header }),
  delete: <T>(url: string, query?: Query, _?: Query, header?: Header) =>
    client.request<T>({ url: withQuery(url, query), method: 'DELETE', header }),
}

// 路由守卫：登录好了再进去；还能用刷新令牌的话，用户什么也看不到。
const PRIVATE = ['/pages/order/', '/pages/me/']
uni.addInterceptor('navigateTo', {
  invoke({ url }) {
    if (client.session || !PRIVATE.some((path) => url.startsWith(path))) return true
    client.login().then(
      () => uni.navigateTo({ url }),
      () => {},
    )
    return false
  },
})

// 升级那一天不用全员重新登录。到期时间不用接：过期了后端会答 401，再用刷新令牌换。
const kept = uni.getStorageSync('token')
if (kept) {
  const { accessToken, refreshToken } = JSON.parse(kept).tokenInfo
  uni.removeStorageSync('token')
  client.setSession({ token: accessToken, refresh_token: refreshToken }).catch(() => {})
}
