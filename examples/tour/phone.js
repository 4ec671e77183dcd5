import { createWx } from '../../tests/wechat/wx.js'

/**
 * A simulated phone: `wx` for the app, `control` for its user, and `calls`, the log of what the app
 * called. The log also says with which status a request was answered.
 *
 * @param {object} options those of `createWx`
 */
export function createPhone(options) {
  const { wx, control } = createWx(options)
  const { calls } = control
  const note = (api) => calls.push({ api })
  let delivery = null

  for (const api of ['request', 'uploadFile', 'downloadFile']) {
    const native = wx[api]
    wx[api] = (given) => {
      const awaited = delivery
      delivery = null
      const success = async (reply) => {
        entry.status = reply.statusCode
        if (awaited) await awaited
        given.success(reply)
      }
      const task = native({ ...given, success })
      const entry = calls.at(-1)
      return task
    }
  }

  return {
    wx,
    control,
    calls,
    /** Puts something into the log that is no call of `wx`. */
    note,
    /** The reply to the next request is slow: it arrives when the returned function is called. */
    delayNextReply() {
      let arrive
      delivery = new Promise((resolve) => {
        arrive = resolve
      })
      return () => {
        note('the late reply')
        arrive()
      }
    },
  }
}
