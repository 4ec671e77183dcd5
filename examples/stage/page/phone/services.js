import { drawAvatar } from './avatar.js'

const NOT_AGREED = { errMsg: 'fail privacy permission is not authorized', errno: 104 }

/**
 * What WeChat does when a button with an open-type is tapped: it asks, and hands over a detail.
 *
 * @param {object} popups of `createPopups`
 * @param {() => { wx: object, control: object }} phone what runs at the moment
 * @param {string} number the visitor's phone number
 */
export function createServices(popups, phone, number) {
  /** WeChat's privacy contract comes before anything personal, once. */
  async function agreed() {
    const { privacy } = phone().control
    if (privacy.state === 'agreed') return true
    const yes = (await popups.ask('privacy')) === 'accept'
    if (yes) privacy.state = 'agreed'
    return yes
  }

  return {
    async getPhoneNumber() {
      if (!(await agreed())) return NOT_AGREED
      const masked = number.replace(/^(\d{3})\d{4}/, '$1****')
      const choice = await popups.ask('phone', masked)
      return phone().control.phoneButton(choice === 'accept' ? 'accept' : 'refuse-ios')
    },

    async chooseAvatar() {
      if (!(await agreed())) return NOT_AGREED
      const { control } = phone()
      const choice = await popups.ask('avatar')
      const detail = await control.avatarButton(choice === 'accept' ? 'accept' : 'refuse')
      if (detail.avatarUrl)
        control.files.set(detail.avatarUrl, { bytes: await drawAvatar(), type: 'image/png' })
      return detail
    },

    openSetting: () =>
      new Promise((complete) => {
        const { wx, control } = phone()
        control.tap(() => wx.openSetting({ complete }))
      }),
  }
}
