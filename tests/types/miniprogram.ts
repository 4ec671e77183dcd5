import { createClient, isLoginError } from 'wxlogin'

// As on a page, beside WeChat's own typings.
const client = createClient({
  baseURL: 'https://shop.example',
  exchange: { cloud: 'login' },
  host: wx,
  prompts: {
    phone: {
      ask: () =>
        new Promise<object>((resolve, reject) => {
          wx.showModal({
            title: 'Phone',
            success: ({ confirm }) => (confirm ? resolve({}) : reject(new Error('no'))),
          })
        }),
      submit: '/phone',
    },
    'scope.writePhotosAlbum': { ask: () => wx.openSetting().then(() => {}) },
  },
})

Page({
  data: { goods: [] as { id: string }[] },
  async onLoad() {
    try {
      const { data } = await client.request<{ id: string }[]>({ url: '/goods' })
      this.setData({ goods: data })
    } catch (error) {
      if (isLoginError(error)) wx.showToast({ title: error.code, icon: 'none' })
    }
  },
  onPhone(event: WechatMiniprogram.ButtonGetPhoneNumber) {
    client.provide('phone', event.detail)
  },
  onAvatar(event: WechatMiniprogram.CustomEvent<{ avatarUrl: string }>) {
    const task = client.upload({
      url: '/avatar',
      filePath: event.detail.avatarUrl,
      name: 'avatar',
      onTask: (native: WechatMiniprogram.UploadTask) => native.onProgressUpdate(({ progress }) => progress),
    })
    task.then(({ data }) => data.length)
  },
})
