// crmeb（uni-app）：登录页先问后端要不要绑手机号，再登录；邀请人随登录带上。
// A header of its own, absolute expiry in seconds, a login page in two steps, an inviter.
//
// 登录页 onLoad({ bindPhone })：
//   要手机号  <button open-type="getPhoneNumber"> → client.provide('login', e.detail)
//   不用      <button> → client.provide('login', {})
//   离开页面  onUnload() { client.deny('login') }
import { createClient } from 'wxlogin'

const inviter = () => ({ spread_spid: getApp().globalData.spid, spread_code: getApp().globalData.code })
let auth = { key: '', bindPhone: false, code: '' }

export const client = createClient({
  baseURL: 'https://shop.example/api',
  wasm: '/static/wxlogin.wasm.br',
  defaults: { header: { 'Form-type': 'routine' } },
  attach: (_request, { token }) => ({ header: { 'Authori-zation': `Bearer ${token}` } }),
  needs: ({ data }) => ([110002, 110003, 110004].includes(data.status) ? 'login' : undefined),
  accept: ({ data }) => data.status === 200 || { message: data.msg || '系统繁忙', code: data.status },
  unwrap: ({ data }) => data.data,
  onError: ({ code, errMsg }) => code === 'REFUSED' && wx.showToast({ title: errMsg, icon: 'none' }),
  readSession: ({ token, expires_time }) => ({ token, expires_at: expires_time * 1000 }),
  prompts: {
    login: {
      ask: async ({ request, code }) => {
        auth = await request({ url: '/v2/routine/auth_type', data: { code: await code(), ...inviter() } })
        // 第二个 code 在用户点按钮之前就取：点了之后再 wx.login，会让 encryptedData 解不开。
        auth.code = await code()
        await wx.navigateTo({ url: `/pages/users/wechat_login/index?bindPhone=${auth.bindPhone}` })
      },
      close: () => getCurrentPages().pop()?.route === 'pages/users/wechat_login/index' && wx.navigateBack(),
      submit: ({ encryptedData, iv }, { request }) => {
        const { key, code } = auth
        if (!encryptedData) return request({ url: '/v2/routine/auth_login', data: { key } })
        const data = { encryptedData, iv, code, key, ...inviter() }
        return request({ url: '/v2/routine/auth_binding_phone', method: 'POST', data })
      },
    },
  },
})
