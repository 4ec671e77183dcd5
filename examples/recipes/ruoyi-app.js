// RuoYi-App（uni-app，若依移动端）：账号 + 验证码，没有 wx.login；过期时只弹一次“重新登录？”。
// An account with a captcha and no `wx.login`; one "log in again?" for however many requests.
//
// 登录页：
//   验证码    client.request({ url: '/captchaImage', anonymous: true })
//   登录      client.provide('login', { username, password, code, uuid }).then(() => wx.navigateBack())
//   离开页面  onUnload() { client.deny('login') }
// 退出：client.request({ url: '/logout', method: 'POST' }) 之后 client.logout()
import { createClient } from 'wxlogin'

export const client = createClient({
  baseURL: 'https://shop.example',
  wasm: '/static/wxlogin.wasm.br',
  defaults: { timeout: 10000 },
  needs: ({ data }) => (data.code === 401 ? 'login' : undefined),
  accept: ({ data }) => data.code === 200 || { message: data.msg || '系统繁忙', code: data.code },
  unwrap: ({ data }) => data, // 若依把 rows、total、token 放在 code 旁边，所以整个留下
  onError: ({ code, errMsg }) => code === 'REFUSED' && wx.showToast({ title: errMsg, icon: 'none' }),
  // 令牌 30 分钟，但每次访问后端都会续，所以由后端用 401 说过期；本地先按 7 天算。
  defaultExpiresIn: 7 * 24 * 3600,
  prompts: {
    login: {
      ask: async () => {
        const content = '登录状态已过期，您可以继续留在该页面，或者重新登录'
        const { confirm } = await wx.showModal({ title: '系统提示', content, confirmText: '重新登录' })
        return confirm && wx.navigateTo({ url: '/pages/login' }) // false：用户想留下，等着的请求都是 AUTH_DENIED
      },
      close: () => getCurrentPages().pop()?.route === 'pages/login' && wx.navigateBack(),
      submit: '/login',
    },
  },
})
