import 'regenerator-runtime/runtime'
import wechatAuth from 'fancy-mini/lib/login/auth/WechatAuth'
import baseLogin from 'fancy-mini/lib/login/BaseLogin'
import instantPlugin from 'fancy-mini/lib/request/plugin/InstantPlugin'
import loginPlugin from 'fancy-mini/lib/request/plugin/LoginPlugin'
import requesterModule from 'fancy-mini/lib/request/Requester'
import { API, LOGIN_URL } from '../host.js'

const [BaseLogin, WechatAuth, InstantPlugin, LoginPlugin, Requester] = [
  baseLogin,
  wechatAuth,
  instantPlugin,
  loginPlugin,
  requesterModule,
].map((module) => module.default)

class Auth extends WechatAuth {
  loginByWxSilent({ wxLoginRes }) {
    return new Promise((resolve) => {
      wx.request({
        url: LOGIN_URL,
        method: 'POST',
        data: { code: wxLoginRes.code },
        success: ({ data }) =>
          resolve({
            succeeded: true,
            userInfo: { token: data.token },
            expireTime: Date.now() + data.expires_in * 1000,
          }),
        fail: ({ errMsg }) => resolve({ succeeded: false, errMsg }),
      })
    })
  }
}

export function open() {
  const requester = new Requester()
  const loginCenter = new BaseLogin({
    requester,
    authEngineMap: { wechat: new Auth({ requester }) },
    defaultAuthType: 'wechat',
    userAuthHandler: () => ({ succeeded: false }),
  })
  requester.config({
    plugins: [
      new LoginPlugin({ loginCenter, apiAuthFailChecker: (data) => data.error === 'unauthorized' }),
      new InstantPlugin({
        pluginName: 'attach',
        beforeRequest({ reqOptions }) {
          reqOptions.header.Authorization = `Bearer ${loginCenter.userInfo.token}`
        },
      }),
    ],
  })
  return {
    request: (path) => requester.requestWithLogin({ url: API + path, header: { 'X-Page': 'home' } }),
    read: (data) => data,
  }
}
