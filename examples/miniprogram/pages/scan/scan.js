const { words, sayError, toast } = require('../../words')

const app = getApp()

Page({
  data: { t: {}, confirmed: false },

  scene: '',

  onLoad({ scene = '' }) {
    this.scene = decodeURIComponent(scene)
    this.setData({ t: words() })
    wx.setNavigationBarTitle({ title: words().scan })
  },

  async confirm() {
    try {
      const reply = await app.client.request({
        url: `/scan/${this.scene}/confirm`,
        method: 'POST',
        needs: 'login',
        validateStatus: (status) => status === 200,
      })
      this.setData({ confirmed: reply.data.state === 'confirmed' })
    } catch (error) {
      toast(sayError(error))
    }
  },

  leave() {
    wx.switchTab({ url: '/pages/shop/shop' })
  },
})
