// yudao-mall 芋道商城（uni-app）：登录弹窗三种方式，刷新令牌，每个请求都带租户。
// Bearer token, codes in the body, a login sheet with three ways in, a refresh token.
//
// 弹窗里：
//   手机号一键登录  <button open-type="getPhoneNumber"> → client.provide('login', e.detail)
//   短信验证码登录  client.provide('login', { mobile, code })
//   微信登录        client.provide('login', {})
//   关闭弹窗        client.deny('login')
// provide 返回 Promise：后端拒绝时带着 msg 失败，弹窗不关，用户改了再试。
import { createClient } from 'wxlogin'

export const client = createClient({
  baseURL: 'https://shop.example/app-api',
  wasm: '/static/wxlogin.wasm.br',
  defaults: { timeout: 8000, header: { 'tenant-id': '1', terminal: '10', platform: 'WechatMiniProgram' } },
  needs: ({ data }) => (data.code === 401 ? 'login' : undefined),
  accept: ({ data }) => data.code === 0 || { message: data.msg || '系统繁忙', code: data.code },
  unwrap: ({ data }) => data.data,
  onError: ({ code, errMsg }) => code === 'REFUSED' && wx.showToast({ title: errMsg, icon: 'none' }),
  readSession: ({ accessToken, refreshToken, expiresTime, openid }) => ({
    token: accessToken,
    refresh_token: refreshToken,
    expires_at: expiresTime,
    openid,
  }),
  renew: (token, c) => c.request({ url: `/member/auth/refresh-token?refreshToken=${token}`, method: 'POST' }),
  prompts: {
    login: {
      // 弹窗组件里监听：uni.$on('login-sheet', (show) => …)
      ask: () => uni.$emit('login-sheet', true),
      close: () => uni.$emit('login-sheet', false),
      submit: async (detail, { request, code }) => {
        if (detail.mobile) return request({ url: '/member/auth/sms-login', method: 'POST', data: detail })
        // 两个 code 一起交：手机号按钮给的，和 wx.login 的。
        const [phoneCode, loginCode, state] = [detail.code, await code(), 'default']
        const way = phoneCode ? 'weixin-mini-app-login' : 'social-login'
        const data = phoneCode ? { phoneCode, loginCode, state } : { type: 34, code: loginCode, state }
        return request({ url: `/member/auth/${way}`, method: 'POST', data })
      },
    },
  },
})
