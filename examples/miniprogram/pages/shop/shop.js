const { words, say, sayError, toast } = require('../../words')
const { shelf, yuan } = require('../../goods')

const app = getApp()

Page({
  data: { t: {}, shelf: [], failed: false, count: 0, cartText: '', sum: '' },

  goods: [],
  favourites: [],

  onLoad() {
    this.setData({ t: words() })
    wx.setNavigationBarTitle({ title: words().shop })
    for (const [index, name] of ['shop', 'favourites', 'profile'].entries())
      wx.setTabBarItem({ index, text: words()[name] })
  },

  onShow() {
    this.load()
  },

  /** Browsing asks for nothing. Whoever has a session sees their hearts; whoever has none is not asked. */
  async load() {
    try {
      const session = await app.client.getSession()
      const [goods, favourites] = await Promise.all([
        app.client.request({ url: '/goods' }),
        session && app.client.request({ url: '/favourites' }),
      ])
      this.goods = goods.data.goods
      this.favourites = favourites ? favourites.data.favourites : []
      this.show()
    } catch (error) {
      this.setData({ failed: true })
      toast(sayError(error))
    }
  },

  /** The first heart is what logs in: `needs: 'login'` says so, nothing else does. */
  async like(event) {
    const { id, liked } = event.currentTarget.dataset
    try {
      const { data } = await app.client.request(
        liked
          ? { url: `/favourites/${id}`, method: 'DELETE', needs: 'login' }
          : { url: '/favourites', method: 'POST', data: { id }, needs: 'login' },
      )
      this.favourites = data.favourites
      this.show()
    } catch (error) {
      toast(sayError(error))
    }
  },

  add(event) {
    const { id } = event.currentTarget.dataset
    app.cart[id] = (app.cart[id] || 0) + 1
    this.show()
  },

  show() {
    const inCart = this.goods.filter(({ id }) => app.cart[id])
    const count = inCart.reduce((sum, { id }) => sum + app.cart[id], 0)
    this.setData({
      failed: false,
      shelf: shelf(this.goods, this.favourites, app.cart),
      count,
      cartText: say(words().cart, count),
      sum: yuan(inCart.reduce((sum, { id, price }) => sum + price * app.cart[id], 0)),
    })
  },

  checkout() {
    wx.navigateTo({ url: '/pages/checkout/checkout' })
  },
})
