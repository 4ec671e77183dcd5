const DAY = 24 * 60 * 60 * 1000
const LATER = 3 * 60 * 60 * 1000
const TOO_OFTEN = 45011

/**
 * What the visitor can do to the world. Each of them says afterwards, by the name of a caption, what
 * it did.
 *
 * @param {object} given
 * @param {object} given.phone of `createPhone`
 * @param {object} given.places
 * @param {(caption: string) => void} given.say
 * @param {(kind: string) => void} given.began a new episode
 * @param {() => void} given.changed some switch went on or off by itself
 * @param {() => void} given.scan opens the scan page
 */
export function createTroubles({ phone, places, say, began, changed, scan }) {
  const armed = { rate: false, silent: false }

  const script = (path, body) =>
    fetch(`${places.wechat}/sim/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })

  /** The server's end of a session, behind the phone's back. */
  async function expire() {
    const token = phone.token()
    if (token)
      await fetch(`${places.backend}/logout`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
      })
    return Boolean(token)
  }

  const flip = (name, caption) => ({
    isOn: () => phone.network[name],
    press() {
      phone.network[name] = !phone.network[name]
      say(phone.network[name] ? caption : `${caption}Off`)
    },
  })

  /** Trouble for the next login. Without a session there is sure to be one. */
  const once = (name, caption, arm, disarm) => ({
    isOn: () => armed[name],
    async press() {
      armed[name] = !armed[name]
      changed()
      if (armed[name]) {
        await expire()
        await arm()
      } else await disarm()
      say(armed[name] ? caption : 'troubleOff')
    },
  })

  const list = {
    expire: { press: async () => say((await expire()) ? 'troubleExpire' : 'troubleExpireNone') },
    restart: {
      async press() {
        await fetch('/backend/restart', { method: 'POST' })
        say(phone.token() ? 'troubleRestart' : 'troubleRestartNone')
      },
    },
    down: flip('down', 'troubleDown'),
    rate: once(
      'rate',
      'troubleRate',
      () => script('fail', { endpoint: 'jscode2session', errcode: TOO_OFTEN, times: 1 }),
      () => script('calm', {}),
    ),
    slow: flip('slow', 'troubleSlow'),
    refuse: {
      isOn: () => phone.orders.refuseNext,
      press() {
        phone.orders.refuseNext = !phone.orders.refuseNext
        say(phone.orders.refuseNext ? 'troubleRefuse' : 'troubleOff')
      },
    },
    silent: once(
      'silent',
      'troubleSilent',
      () => phone.control.silent('login'),
      () => phone.control.calm(),
    ),
    cold: {
      press() {
        began('cold')
        phone.kill()
      },
    },
    hot: {
      press() {
        began('hot')
        phone.hide(() => phone.clock.move(LATER))
      },
    },
    clock: {
      press() {
        phone.clock.move(-DAY)
        say('troubleClock')
      },
    },
    scan: { press: scan },
  }
  phone.orders.onRefused = changed

  return {
    list,
    /** What was in store for the phone's memory is gone with it. */
    restarted() {
      armed.silent = false
      changed()
    },
    /** A login was made, which uses up the troubles that waited for it. */
    loginMade() {
      armed.rate = false
      armed.silent = false
      changed()
    },
  }
}
