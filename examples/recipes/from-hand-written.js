// 从手写的 wx.login + wx.request 封装迁移。对照表在 README.md。
// Moving from a hand-written wrapper around wx.login and wx.request.
import { createClient } from 'wxlogin'

export const client = createClient({
  baseURL: 'https://shop.example/api',
  exchange: '/login', // 原来的 wx.login，加上 POST /login { code }
  needs: ({ data }) => (data.code === 401 ? 'login' : undefined),
  accept: ({ data }) => data.code === 0 || { message: data.msg || '系统繁忙', code: data.code },
  unwrap: ({ data }) => data.data,
  onError: ({ code, errMsg }) => code === 'REFUSED' && wx.showToast({ title: errMsg, icon: 'none' }),
})

// 老页面一行不改：以后慢慢换成 client.request。
/** @param {string} url @param {object} [data] @param {'GET' | 'POST' | 'PUT' | 'DELETE'} [method] */
export const request = (url, data, method) => client.request({ url, data, method })

// 升级那一天不用全员重新登录：旧封装存下的 token 接过来用，只接一次。
const token = wx.getStorageSync('token')
if (token) {
  wx.removeStorageSync('token')
  client.setSession({ token }).catch(() => {})
}
