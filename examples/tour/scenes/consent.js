/** Scenes in which the user is asked for something. */

const ALBUM = 'scope.writePhotosAlbum'

/** How long the user looks at a button. Milliseconds, enough for both orders to wait for it. */
const THINKING = 100

const order = { url: '/checkout', method: 'POST', data: { ids: ['tea', 'bun'] }, needs: 'login' }

/** What the app's pages show, by need, and what the user of this tour then does. */
export const prompts = ({ phone, answer }) => ({
  phone: {
    // The page shows its button and returns; the tap comes when it comes.
    ask() {
      setTimeout(async () => answer('phone', await phone.control.phoneButton('accept')), THINKING)
    },
    submit: '/phone',
  },
  [ALBUM]: {
    ask: () =>
      new Promise((success, fail) => phone.control.tap(() => phone.wx.openSetting({ success, fail }))),
  },
})

export const consentScenes = [
  {
    title: 'A phone number',
    promise: 'two orders need it, one prompt asks',
    costs: { sends: 5, resends: 2 },
    async act({ shop }) {
      const orders = await Promise.all([shop.request(order), shop.request(order)])
      return { orders, session: await shop.getSession() }
    },
    check({ orders, session }, expect, { asked }) {
      expect('prompts', asked('phone'), 1)
      expect('statuses', orders.map(({ statusCode }) => statusCode).join(' '), '200 200')
      expect('granted', session.granted.join(' '), 'phone')
    },
  },
  {
    title: 'A permission refused',
    promise: 'refused is refused: AUTH_DENIED',
    costs: {},
    act({ world, shop }) {
      world.phone.control.answer('refuse')
      return shop.ensure(ALBUM).then(
        () => ({ code: 'none' }),
        (error) => error,
      )
    },
    check({ code, need }, expect, { called }) {
      expect('wx.authorize', called('authorize'), 1)
      expect('failure', code, 'AUTH_DENIED')
      expect('its need', need, ALBUM)
    },
  },
  {
    title: '… and granted in the settings',
    promise: 'the next call shows the way there',
    costs: {},
    async act({ world, shop }) {
      await shop.ensure(ALBUM)
      return world.phone.control.settings[ALBUM]
    },
    check(granted, expect, { asked, called }) {
      expect('prompts', asked(ALBUM), 1)
      expect('wx.authorize', called('authorize'), 0)
      expect('wx.openSetting', called('openSetting'), 1)
      expect('the setting', granted, true)
    },
  },
  {
    title: 'Avatar and nickname',
    promise: 'uploaded with the session',
    costs: { sends: 3 },
    async act({ world, shop }) {
      const { avatarUrl } = await world.phone.control.avatarButton()
      const upload = await shop.upload({
        url: '/avatar',
        filePath: avatarUrl,
        name: 'avatar',
        needs: 'login',
      })
      const nickname = world.phone.control.nicknameInput('小明').value
      await shop.request({ url: '/profile', method: 'POST', data: { nickname } })
      const { data } = await shop.request({ url: '/profile' })
      return { uploaded: JSON.parse(upload.data), profile: data }
    },
    check({ uploaded, profile }, expect) {
      expect('nickname', profile.nickname, '小明')
      expect('avatar', profile.avatar, uploaded.avatar)
    },
  },
]
