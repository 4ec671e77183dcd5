const { words, sayError, toast } = require('../../words')
const { shelf } = require('../../goods')

const app = getApp()

Page({
  data: { t: {}, liked: [], ready: false, failed: false },

  onLoad() {
    this.setData({ t: words() })
    wx.setNavigationBarTitle({ title: words().favourites })
  },

  onShow() {
    this.load()
  },

  /** Several requests at once still share one login. */
  async load() {
    try {
      const [goods, favourites] = await Promise.all([
        app.client.request({ url: '/goods' }),
        app.client.request({ url: '/favourites', needs: 'login' }),
        app.client.request({ url: '/profile', needs: 'login' }),
      ])
      const all = shelf(goods.data.goods, favourites.data.favourites, app.cart)
      this.setData({ liked: all.filter(({ liked }) => liked), ready: true, failed: false })
    } catch (error) {
      this.setData({ failed: true })
      toast(sayError(error))
    }
  },

  async remove(event) {
    try {
      const { id } = event.currentTarget.dataset
      await app.client.request({ url: `/favourites/${id}`, method: 'DELETE', needs: 'login' })
      this.setData({ liked: this.data.liked.filter((item) => item.id !== id) })
    } catch (error) {
      toast(sayError(error))
    }
  },
})
