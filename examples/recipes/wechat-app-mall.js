// wechat-app-mall（api.it120.cc / apifm-wxapi）：静默登录，token 放在表单里，三个域名。
// A silent login, the token in the form body, three origins.
//
// 手机号：client.request({ url: '/order/create', needs: ['login', 'phone'], … })，没绑过才弹出：
//   <button open-type="getPhoneNumber"> → client.provide('phone', e.detail)，不要 → client.deny('phone')
// 读用户：client.session && client.session.extra.uid
import { createClient } from 'wxlogin'

// 域名换成你自己的：接口、会员、文件。
export const client = createClient({
  baseURL: 'https://shop.example/your-subdomain',
  trustedOrigins: ['https://user.shop.example', 'https://oss.shop.example'],
  defaults: { header: { 'content-type': 'application/x-www-form-urlencoded' } },
  // 请求放 data，上传放 formData：两样都写上，wx 只看它认识的那个。
  attach: ({ data, formData }, { token }) => ({ data: { ...data, token }, formData: { ...formData, token } }),
  needs: ({ data }) => (data.code === 2000 ? 'login' : undefined),
  accept: ({ data }) => data.code === 0 || { message: data.msg || '系统繁忙', code: data.code },
  unwrap: ({ data }) => data.data,
  onError: ({ code, errMsg }) => code === 'REFUSED' && wx.showToast({ title: errMsg, icon: 'none' }),
  exchange: { url: '/user/wxapp/authorize', data: () => ({ referrer: wx.getStorageSync('referrer') }) },
  readSession: ({ token, uid, openid, mobile }) => ({
    token,
    openid,
    granted: mobile ? ['phone'] : [],
    extra: { uid, mobile },
  }),
  prompts: {
    phone: {
      ask: () => getCurrentPages().pop()?.setData({ phoneSheet: true }),
      close: () => getCurrentPages().pop()?.setData({ phoneSheet: false }),
      submit: async (detail, { request, code }) => {
        const data = { code: await code(), codeMobile: detail.code } // wx.login 的，和手机号按钮给的
        return request({ url: '/user/wxapp/login/mobile/v2', method: 'POST', data })
      },
    },
  },
})
