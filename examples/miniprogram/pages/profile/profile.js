const { words, sayError, toast } = require('../../words')
const { baseURL } = require('../../config')

const app = getApp()

Page({
  data: { t: {}, loggedIn: false, avatar: '', nickname: '', typed: '', phone: '', asksAlbum: false },

  onLoad() {
    this.setData({ t: words() })
    wx.setNavigationBarTitle({ title: words().profile })
  },

  /** Looking at this page is no reason to log in; an existing session is shown. */
  async onShow() {
    if (await app.client.getSession()) this.load()
    else this.showGuest()
  },

  async load() {
    try {
      const { data } = await app.client.request({ url: '/profile', needs: 'login' })
      this.show(data)
    } catch (error) {
      toast(sayError(error))
    }
  },

  show({ avatar, nickname = '', phone = '' }) {
    this.setData({ loggedIn: true, avatar: avatar ? baseURL + avatar : '', nickname, typed: nickname, phone })
  },

  showGuest() {
    this.setData({ loggedIn: false, avatar: '', nickname: '', typed: '', phone: '' })
  },

  async takeAvatar(event) {
    const { avatarUrl } = event.detail
    if (!avatarUrl) return
    try {
      const { data } = await app.client.upload({
        url: '/avatar',
        filePath: avatarUrl,
        name: 'avatar',
        needs: 'login',
      })
      this.setData({ avatar: baseURL + JSON.parse(data).avatar })
    } catch (error) {
      toast(sayError(error))
    }
  },

  type(event) {
    this.setData({ typed: event.detail.value })
  },

  async saveNickname() {
    const nickname = this.data.typed.trim()
    if (!nickname) return
    try {
      const { data } = await app.client.request({
        url: '/profile',
        method: 'POST',
        data: { nickname },
        needs: 'login',
      })
      this.show(data)
      toast(words().saved)
    } catch (error) {
      toast(sayError(error))
    }
  },

  async savePicture() {
    try {
      const { tempFilePath } = await app.client.download({
        url: this.data.avatar,
        needs: 'scope.writePhotosAlbum',
      })
      wx.saveImageToPhotosAlbum({ filePath: tempFilePath, success: () => toast(words().albumSaved) })
    } catch (error) {
      toast(sayError(error))
    }
  },

  /** Called by the client where the album was refused before: WeChat will not ask again by itself. */
  askAlbum() {
    this.setData({ asksAlbum: true })
  },

  backFromSettings(event) {
    this.setData({ asksAlbum: false })
    app.client.provide('scope.writePhotosAlbum', event.detail)
  },

  refuseAlbum() {
    this.setData({ asksAlbum: false })
    app.client.deny('scope.writePhotosAlbum', 'not now')
  },

  async logOut() {
    // The server's session ends too; should it be out of reach, this phone forgets it all the same.
    await app.client.request({ url: '/logout', method: 'POST' }).catch(() => {})
    await app.client.logout()
    this.showGuest()
    toast(words().loggedOut)
  },
})
