// 从 weRequest 1.x 迁移。对照表在 README.md。
// Moving from weRequest 1.x.
import { createClient } from 'wxlogin'

export const client = createClient({
  baseURL: 'https://shop.example/api', // urlPerfix
  exchange: { url: 'user/login', codeField: 'code' }, // codeToSession
  readSession: ({ session }) => ({ token: session }), // codeToSession.success
  attach: ({ data, formData }, { token }) => ({
    data: { ...data, session: token }, // sessionName
    formData: { ...formData, session: token },
  }),
  defaults: () => ({ data: { version: getApp().version } }), // globalData；setHeader 写在 header 里
  needs: ({ data }) => (data.errcode === -1 ? 'login' : undefined), // loginTrigger
  accept: ({ data }) => data.errcode === 0 || { message: data.msg, code: data.errcode }, // successTrigger
  unwrap: ({ data }) => data.data, // successData
  onError: ({ code, errMsg }) => {
    // errorTitle、errorContent、errorCallback
    if (code === 'REFUSED') wx.showModal({ title: '操作失败', content: errMsg, showCancel: false })
  },
  defaultExpiresIn: 24 * 3600, // sessionExpireTime：这里是秒
})

// 升级那一天不用全员重新登录：weRequest 存下的票据接过来用，只接一次。
const session = wx.getStorageSync('session')
if (session) {
  wx.removeStorageSync('session')
  client.setSession({ token: session }).catch(() => {})
}
