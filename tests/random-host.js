/**
 * A host, a backend and a user that do anything at any time: answer late, twice, both ways, never
 * or at once, throw, fail in every way there is. They note whatever breaks a law.
 */
import { ORIGIN } from './backend.js'
import { ODD_VALUES } from './odd-values.js'
import { FAILURES, NEEDS, randomLoginReply, randomShopReply } from './random-replies.js'

/**
 * @param {object} dice of `createDice`
 * @param {object} clock with `elapsed()`, time as a machine counts it that a clock put back doesn't deceive
 * @param {object} world `{ loginTimeout, promptTimeout, retries, traps }`
 */
export function createRandomHost(dice, clock, { loginTimeout, promptTimeout, retries, traps }) {
  const broken = []
  const codes = new Set()
  const store = new Map()
  const sends = new Map()
  const prompts = new Map()
  const begun = new Map()
  const issuedIn = new Map()
  let epoch = 0
  let tokens = 0
  let issued = 0
  let storage = 'fine'
  let login = null
  // A refused code's second login has what is left of the first one's time (law L5).
  let refused = null
  let renewal = null
  const submissions = new Set()

  const violated = (law, what) => broken.push(`${law}: ${what}`)

  /** Calls back in some way, at some time; `first` runs just before the first of it. */
  function answer(options, ok, result, first = () => {}) {
    let answered = false
    const call = (good, value) => {
      if (!answered) first(good)
      answered = true
      const name = good ? 'success' : 'fail'
      if (options[name]) options[name](value)
      if (options.complete) options.complete(value)
    }
    const way = host.calm ? 'once' : dice.weigh({ once: 80, twice: 4, both: 4, never: 5, sync: 30 })
    if (way === 'never') return
    const deliver = () => {
      call(ok, result)
      if (way === 'twice') call(ok, result)
      if (way === 'both') call(!ok, {})
    }
    if (way === 'sync') deliver()
    else clock.setTimeout(deliver, host.calm ? 1 : dice.pick([0, 0, 1, 10, 300, 5000, 20_000, 200_000]))
  }

  const throws = (share = 0.03) => {
    if (!host.calm && dice.chance(share)) throw dice.pick([new Error('host'), 'host', undefined])
  }

  // A clock that is put back may make a time limit end a little early.
  const SLACK = 200
  const loginIsUnderWay = () => login !== null && clock.elapsed() - login.at < loginTimeout - SLACK
  const submissionIsUnderWay = () =>
    [...submissions].some((submission) => clock.elapsed() - submission.at < promptTimeout - SLACK)

  function endLogin(errcode) {
    refused = errcode === 40029 || errcode === 40163 ? login : null
    login = null
  }

  function exchanged(code) {
    if (!codes.has(code)) violated('L3', `a code that was spent or never issued: ${code}`)
    codes.delete(code)
  }

  function renewing() {
    if (renewal !== null && clock.elapsed() - renewal < loginTimeout - SLACK)
      violated('L1', 'a second renewal')
    renewal = clock.elapsed()
  }

  function sessionReply() {
    tokens += 1
    issuedIn.set(`token-${tokens}`, epoch)
    const reply = { token: `token-${tokens}`, session_key: 'KEY' }
    if (dice.chance(0.3)) reply.expires_in = dice.pick([1, 50, 61, 300])
    if (dice.chance(0.3)) reply.expires_at = clock.now() + dice.pick([1000, 100_000, 10_000_000])
    if (dice.chance(0.4)) reply.openid = dice.pick(['a', 'a', 'a', 'b'])
    if (dice.chance(0.4)) reply.refresh_token = `refresh-${tokens}`
    if (dice.chance(0.2)) reply.granted = [dice.pick(NEEDS)]
    return dice.chance(0.2) ? { data: reply } : reply
  }

  function network(options) {
    const id = /\/r\/(\d+)/.exec(options.url)?.[1]
    const atHome = options.url.startsWith(`${ORIGIN}/`)
    const sent = JSON.stringify(options)
    if (!atHome && /token-|tenant/.test(sent)) violated('R4', `a session or a default went to ${options.url}`)
    const isRenewal = options.url.endsWith('/renew')
    if (!isRenewal && sent.includes('refresh-')) violated('S3', `a refresh token went to ${options.url}`)
    const token = /token-\d+/.exec(sent)?.[0]
    if (issuedIn.get(token) < epoch) violated('S7', `${token} went out after a log-out`)
    if (id && begun.get(id).epoch < epoch) violated('S7', `request ${id} was sent after a log-out`)
    const submission = /\/(phone)$/.exec(options.url)?.[1]
    const isLogin = options.url.endsWith('/login')
    const isAccount = options.url.endsWith('/account')
    if (isLogin) exchanged(options.data.code)
    if (id) {
      const send = sends.get(id) || { count: 0, asked: new Set() }
      sends.set(id, send)
      send.count += 1
      if (host.ended.has(id)) violated('R7', `request ${id} was sent after its end`)
      const asked = begun.get(id).passive ? 0 : send.asked.size
      const most = 1 + asked + (/get|head/i.test(options.method || 'get') ? retries : 0)
      if (send.count > most) violated('R2', `request ${id} was sent ${send.count} times`)
    }
    const entry = { at: clock.elapsed() }
    if (submission) submissions.add(entry)
    if (isRenewal) renewing()
    const reply =
      isLogin || isRenewal || isAccount
        ? randomLoginReply(dice, host.calm, sessionReply)
        : randomShopReply(dice, host.calm, (need) => id && sends.get(id).asked.add(need))
    const over = () => {
      submissions.delete(entry)
      if (isRenewal) renewal = null
      if (isLogin) endLogin(errcodeOf(reply))
    }
    try {
      throws()
    } catch (error) {
      over()
      throw error
    }
    const ok = host.calm || dice.chance(0.85)
    const failure = dice.pick(FAILURES.request)
    if (!ok && failure?.errno === 104 && id) sends.get(id).asked.add('privacy')
    answer(options, ok, ok ? { header: {}, errMsg: 'request:ok', ...reply } : failure, over)
    return dice.pick([{ abort() {} }, { abort: () => throws(0.5) }, undefined])
  }

  const consent = (result) => (options) => {
    throws()
    const ok = host.calm || dice.chance(0.8)
    answer(options, ok, ok ? result() : dice.pick(FAILURES.consent))
  }

  const stored = (run) => {
    if (storage === 'broken') throw new Error('storage')
    return run()
  }

  const host = {
    calm: false,
    /** Requests that the app knows to be over, by id. */
    ended: new Set(),
    broken,
    store,
    /** 'fine', 'broken' or 'full'. */
    setStorage: (state) => {
      storage = state
    },
    /** What ends whatever was under way: a logout, a broken module. */
    forgetLogin: () => {
      login = null
      renewal = null
    },
    /** From now on calls belong to somebody else. */
    logOut: () => {
      epoch += 1
      login = null
      renewal = null
    },
    /** A request of the app's, about to be made. */
    begin: (id, passive) => begun.set(id, { epoch, passive }),
    forgetAll: () => {
      login = null
      renewal = null
      submissions.clear()
      prompts.clear()
    },
    promptOver: (need) => prompts.delete(need),

    api: {
      login(options) {
        if (loginIsUnderWay()) violated('L1', 'a second login')
        if (submissionIsUnderWay()) violated('A8', 'a login during a submission')
        const mine = { at: refused?.at ?? clock.elapsed() }
        refused = null
        login = mine
        try {
          throws()
        } catch (error) {
          login = null
          throw error
        }
        issued += 1
        const code = `code-${issued}`
        codes.add(code)
        const ok = host.calm || dice.chance(0.85)
        const result = ok
          ? { code: host.calm || dice.chance(0.95) ? code : dice.pick(['', undefined, 7]) }
          : undefined
        answer(options, ok, ok ? result : dice.pick(FAILURES.login), (good) => {
          if ((!good || result?.code !== code) && login === mine) login = null
        })
      },
      request: network,
      uploadFile: network,
      downloadFile: network,
      cloud: {
        callFunction(options) {
          if (loginIsUnderWay()) violated('L1', 'a second login')
          login = { at: clock.elapsed() }
          const ok = host.calm || dice.chance(0.8)
          const { data } = randomLoginReply(dice, host.calm, sessionReply)
          answer(options, ok, ok ? { result: data } : { errMsg: 'fail', errCode: -1 }, () => {
            login = null
          })
        },
      },
      checkSession: consent(() => ({})),
      getSetting: consent(() => ({
        authSetting: dice.pick([{}, null, { 'scope.camera': dice.chance(0.5) }]),
      })),
      authorize: consent(() => ({})),
      getPrivacySetting: consent(() => ({ needAuthorization: dice.chance(0.5) })),
      requirePrivacyAuthorize: consent(() => ({})),
      getAccountInfoSync: () => {
        throws(0.2)
        return dice.pick([{}, { miniProgram: { appId: 'wx1', envVersion: 'trial' } }])
      },
      getStorageSync: (key) => stored(() => store.get(key) ?? ''),
      setStorageSync: (key, value) =>
        stored(() => {
          if (storage === 'full') throw { errMsg: 'setStorageSync:fail exceed storage max size 10Mb' }
          store.set(key, value)
        }),
      removeStorageSync: (key) => stored(() => void store.delete(key)),
    },

    /** The exchange as a function of the app's own. */
    exchange(code, { request }) {
      exchanged(code)
      const outcome = host.calm
        ? 'session'
        : dice.weigh({ session: 6, null: 1, odd: 1, never: 1, fail: 1, throw: 1, request: 2 })
      const over = (value) => {
        login = null
        return value
      }
      if (outcome === 'never') return new Promise(() => {})
      if (outcome === 'throw') {
        login = null
        throw new Error('exchange')
      }
      if (outcome === 'request') {
        return request({ url: '/exchange' }).then(
          () => over(sessionReply()),
          (error) => {
            over()
            throw error
          },
        )
      }
      return later(() => {
        if (outcome === 'fail') {
          const errcode = dice.pick([40029, 45011, 40226, undefined])
          endLogin(errcode)
          throw { errcode }
        }
        over()
        if (outcome === 'null') return null
        return outcome === 'odd' ? dice.pick(ODD_VALUES)() : sessionReply()
      })
    },

    /** The renewal as a function of the app's own. */
    renew(refreshToken) {
      if (!/^refresh-\d+$/.test(refreshToken)) violated('L9', `renew got ${refreshToken}`)
      renewing()
      const outcome = host.calm
        ? 'session'
        : dice.weigh({ session: 6, null: 1, odd: 1, fail: 1, refuse: 1, never: 1 })
      if (outcome === 'never') return new Promise(() => {})
      return later(() => {
        renewal = null
        if (outcome === 'fail') throw new Error('renew')
        if (outcome === 'refuse') throw { statusCode: 401 }
        if (outcome === 'null') return null
        return outcome === 'odd' ? dice.pick(ODD_VALUES)() : sessionReply()
      })
    },

    sessionReply,

    ask(need) {
      const open = prompts.get(need)
      if (open !== undefined && clock.elapsed() - open < promptTimeout - SLACK)
        violated('A1', `${need} is asked twice`)
      prompts.set(need, clock.elapsed())
      const outcome = host.calm
        ? 'detail'
        : dice.weigh({
            nothing: 4,
            detail: 3,
            odd: 1,
            true: 1,
            false: 1,
            refuse: 1,
            fail: 1,
            throw: 1,
            never: 1,
          })
      if (outcome === 'nothing') return dice.pick([undefined, Promise.resolve(), { errMsg: 'navigateTo:ok' }])
      if (outcome === 'never') return new Promise(() => {})
      if (outcome === 'throw') {
        prompts.delete(need)
        throw new Error('ask')
      }
      return later(() => {
        prompts.delete(need)
        if (outcome === 'fail') throw new Error('refused')
        if (outcome === 'odd') return dice.pick(ODD_VALUES)()
        if (outcome === 'true' || outcome === 'false') return outcome === 'true'
        return outcome === 'refuse' ? { errMsg: 'getPhoneNumber:fail user deny' } : { code: 'x' }
      })
    },

    submit(need) {
      const entry = { at: clock.elapsed() }
      if (need !== 'login') submissions.add(entry)
      const calm = need === 'login' ? 'session' : 'fine'
      const outcome = host.calm
        ? calm
        : dice.weigh({ fine: 5, session: 1, odd: 1, fail: 1, throw: 1, never: 1 })
      if (outcome === 'never') return new Promise(() => {})
      if (outcome === 'throw') {
        submissions.delete(entry)
        throw new Error('submit')
      }
      return later(() => {
        submissions.delete(entry)
        if (outcome === 'fail') throw new Error('submit')
        if (outcome === 'odd') return dice.pick(ODD_VALUES)()
        return outcome === 'session' ? sessionReply() : undefined
      })
    },
  }

  function errcodeOf(reply) {
    try {
      return reply?.data?.errcode
    } catch {
      return undefined
    }
  }

  function later(run) {
    const waited = new Promise((resolve) => {
      clock.setTimeout(resolve, host.calm ? 1 : dice.pick([0, 1, 100, 20_000]))
    }).then(run)
    // Nobody is left to look at it where the module broke meanwhile.
    if (traps) waited.catch(() => {})
    return waited
  }

  return host
}
