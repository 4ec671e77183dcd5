// litemall：登录页（微信或账号），绑手机号要解密，所以先保证 session_key 还有效。
// A token header, codes in the body, a login page with two ways in, a phone number in encryptedData.
//
// 登录页：
//   微信登录  client.provide('login', { userInfo })
//   账号登录  client.provide('login', { username, password })
//   离开页面  onUnload() { client.deny('login') }
// 个人中心：await client.ensure('sessionKey') 之后再显示手机号按钮 → client.provide('phone', e.detail)
// 读用户：client.session && client.session.extra.nickName
import { createClient } from 'wxlogin'

export const client = createClient({
  baseURL: 'https://shop.example/wx',
  attach: { header: 'X-Litemall-Token' },
  needs: ({ data }) => (data.errno === 501 ? 'login' : undefined),
  accept: ({ data }) => data.errno === 0 || { message: data.errmsg || '系统繁忙', code: data.errno },
  unwrap: ({ data }) => data.data,
  onError: ({ code, errMsg }) => code === 'REFUSED' && wx.showToast({ title: errMsg, icon: 'none' }),
  // 后端不说有效期：默认按 2 小时算，正好是它的。
  readSession: ({ token, userInfo }) => ({ token, extra: userInfo }),
  prompts: {
    login: {
      ask: () => wx.navigateTo({ url: '/pages/auth/login/login' }),
      close: () => getCurrentPages().pop()?.route === 'pages/auth/login/login' && wx.navigateBack(),
      submit: async ({ username, password, userInfo }, { request, code }) =>
        username
          ? request({ url: '/auth/login', method: 'POST', data: { username, password } })
          : request({ url: '/auth/login_by_weixin', method: 'POST', data: { code: await code(), userInfo } }),
    },
    phone: {
      ask: () => wx.switchTab({ url: '/pages/ucenter/index/index' }), // 绑定手机号的按钮在那里
      submit: '/auth/bindPhone',
    },
  },
})
