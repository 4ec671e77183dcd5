const { words, say, sayError, toast } = require('../../words')
const { nameOf, pictureOf, yuan } = require('../../goods')

const app = getApp()

Page({
  data: { t: {}, lines: [], total: '', ordered: '', busy: false, asksPhone: false },

  async onLoad() {
    this.setData({ t: words() })
    wx.setNavigationBarTitle({ title: words().checkout })
    try {
      const { data } = await app.client.request({ url: '/goods' })
      const lines = data.goods
        .filter(({ id }) => app.cart[id])
        .map((item) => ({
          id: item.id,
          image: pictureOf(item),
          name: nameOf(item),
          count: app.cart[item.id],
          fen: item.price * app.cart[item.id],
        }))
      const total = lines.reduce((sum, { fen }) => sum + fen, 0)
      this.setData({
        lines: lines.map((line) => Object.assign(line, { price: yuan(line.fen) })),
        total: yuan(total),
      })
    } catch (error) {
      toast(sayError(error))
    }
  },

  /** Leaving the page is an answer too. */
  onUnload() {
    if (this.data.asksPhone) this.refusePhone()
  },

  async order() {
    if (this.data.busy) return
    this.setData({ busy: true })
    const ids = [].concat(...Object.keys(app.cart).map((id) => Array(app.cart[id]).fill(id)))
    try {
      // Login is known to be needed. That a phone number is, too, the backend says if it is so.
      const { data } = await app.client.request({
        url: '/checkout',
        method: 'POST',
        data: { ids },
        needs: 'login',
      })
      app.cart = {}
      this.setData({ ordered: say(words().ordered, data.order) })
    } catch (error) {
      toast(sayError(error))
    }
    this.setData({ busy: false, asksPhone: false })
  },

  /** Called by the client, and only if the backend asked for the number. */
  askPhone() {
    this.setData({ asksPhone: true })
  },

  givePhone(event) {
    this.setData({ asksPhone: false })
    app.client.provide('phone', event.detail)
  },

  refusePhone() {
    this.setData({ asksPhone: false })
    app.client.deny('phone', 'not now')
  },
})
