// unibest / yudao-admin（uni-app 管理端）：账号登录页，刷新令牌每次都换新的。
// Bearer token, HTTP 401 or `code: 401`, a login page, a refresh token that rotates.
//
// 登录页：
//   登录      client.provide('login', { username, password }).then(() => wx.navigateBack())
//   离开页面  onUnload() { client.deny('login') }   （已经登录的话什么也不会发生）
// 路由守卫：client.session 同步可读，冷启动第一行代码就有，见 from-unibest.js。
import { createClient } from 'wxlogin'

export const client = createClient({
  baseURL: 'https://shop.example/admin-api',
  wasm: '/static/wxlogin.wasm.br',
  defaults: { header: { 'tenant-id': '1' } },
  // HTTP 401 不用写，默认就是要登录。
  needs: ({ data }) => (data.code === 401 ? 'login' : undefined),
  accept: ({ data }) => [0, 200].includes(data.code) || { message: data.msg || '系统繁忙', code: data.code },
  unwrap: ({ data }) => data.data,
  onError: ({ code, errMsg }) => code === 'REFUSED' && wx.showToast({ title: errMsg, icon: 'none' }),
  readSession: ({ accessToken, refreshToken, expiresTime, userId }) => ({
    token: accessToken,
    refresh_token: refreshToken,
    expires_at: expiresTime,
    extra: { userId },
  }),
  renew: (refreshToken, { request }) =>
    request({ url: `/system/auth/refresh-token?refreshToken=${refreshToken}`, method: 'POST' }),
  renewAhead: 300, // 快到期的五分钟里，边用边换
  prompts: {
    login: {
      ask: () => wx.navigateTo({ url: '/pages/login/login' }),
      close: () => getCurrentPages().pop()?.route === 'pages/login/login' && wx.navigateBack(),
      submit: '/system/auth/login',
    },
  },
})
