/**
 * A host, a backend and a user that do anything at any time: answer late, twice, both ways, never
 * or at once, throw, fail in every way there is. They note whatever breaks a law.
 */
import { ORIGIN } from './backend.js'

const FAILURES = {
  login: [{ errMsg: 'login:fail' }, { errMsg: 'login:fail', errno: 104 }, null, 'text', { errno: 112 }],
  request: [
    { errMsg: 'request:fail', errno: 600001 },
    { errMsg: 'request:fail timeout', errno: 5 },
    { errMsg: 'request:fail privacy permission is not authorized', errno: 104 },
    { errMsg: 'request:fail api scope is not declared in the privacy agreement', errno: 112 },
    { errMsg: 'request:fail abort' },
    undefined,
  ],
  consent: [{ errMsg: 'authorize:fail auth deny' }, { errMsg: 'fail', errno: 104 }, {}],
}
const NEEDS = ['login', 'phone', 'profile', 'badge', 'scope.camera', 'privacy', 'sessionKey', 'unknown']
const ODD = [null, undefined, 0, 'text', [], { data: null }, { token: 5 }, { token: 'a\nb' }, { openid: '' }]

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
  let tokens = 0
  let issued = 0
  let storage = 'fine'
  let login = null
  // A refused code's second login has what is left of the first one's time (law L5).
  let refused = null
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
    if (code === undefined) return
    if (!codes.has(code)) violated('L3', `a code that was spent or never issued: ${code}`)
    codes.delete(code)
  }

  function sessionReply() {
    tokens += 1
    const reply = { token: `token-${tokens}`, session_key: 'KEY' }
    if (dice.chance(0.3)) reply.expires_in = dice.pick([1, 50, 61, 300])
    if (dice.chance(0.2)) reply.granted = [dice.pick(NEEDS)]
    return dice.chance(0.2) ? { data: reply } : reply
  }

  function loginReply() {
    const kind = host.calm ? 'session' : dice.weigh({ session: 60, odd: 6, errcode: 20, status: 14 })
    if (kind === 'session') return { statusCode: 200, data: sessionReply() }
    if (kind === 'odd') return { statusCode: 200, data: dice.pick(ODD) }
    if (kind === 'errcode') {
      return {
        statusCode: dice.pick([200, 400]),
        data: { errcode: dice.pick([40029, 40163, 40226, 45011, -1, 1]) },
      }
    }
    return {
      statusCode: dice.pick([401, 403, 404, 429, 500, 503]),
      data: '',
      header: { 'Retry-After': '90' },
    }
  }

  function shopReply(id) {
    if (host.calm) return { statusCode: 200, data: {} }
    const kind = dice.weigh({ fine: 70, status: 8, login: 12, need: 10, odd: 2 })
    const asked = kind === 'login' ? 'login' : kind === 'need' ? dice.pick(NEEDS) : undefined
    if (asked && id) sends.get(id).asked.add(asked)
    if (kind === 'login') return { statusCode: 401, data: {} }
    if (kind === 'need') return { statusCode: 403, data: { need: asked } }
    if (kind === 'odd') return { statusCode: 200, data: { need: dice.pick([7, null, [], {}, 'throw']) } }
    return { statusCode: kind === 'status' ? dice.pick([204, 404, 500]) : 200, data: {} }
  }

  function network(options) {
    const id = /\/r\/(\d+)/.exec(options.url)?.[1]
    const atHome = options.url.startsWith(`${ORIGIN}/`)
    if (!atHome && JSON.stringify(options).includes('token-'))
      violated('R4', `a session went to ${options.url}`)
    const submission = /\/(phone)$/.exec(options.url)?.[1]
    const isLogin = options.url.endsWith('/login')
    if (isLogin) exchanged(options.data.code)
    if (id) {
      const send = sends.get(id) || { count: 0, asked: new Set() }
      sends.set(id, send)
      send.count += 1
      if (host.ended.has(id)) violated('R7', `request ${id} was sent after its end`)
      const most = 1 + send.asked.size + (/get|head/i.test(options.method || 'get') ? retries : 0)
      if (send.count > most) violated('R2', `request ${id} was sent ${send.count} times`)
    }
    const entry = { at: clock.elapsed() }
    if (submission) submissions.add(entry)
    const reply = isLogin ? loginReply() : shopReply(id)
    const over = () => {
      submissions.delete(entry)
      if (isLogin) endLogin(reply?.data?.errcode)
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
    },
    forgetAll: () => {
      login = null
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
          const { data } = loginReply()
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
        : dice.weigh({ session: 6, never: 1, fail: 1, throw: 1, request: 2 })
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
        return sessionReply()
      })
    },

    ask(need) {
      const open = prompts.get(need)
      if (open !== undefined && clock.elapsed() - open < promptTimeout - SLACK)
        violated('A1', `${need} is asked twice`)
      prompts.set(need, clock.elapsed())
      const outcome = host.calm
        ? 'detail'
        : dice.weigh({ nothing: 4, detail: 3, refuse: 1, fail: 1, throw: 1, never: 1 })
      if (outcome === 'nothing') return dice.pick([undefined, Promise.resolve()])
      if (outcome === 'never') return new Promise(() => {})
      if (outcome === 'throw') {
        prompts.delete(need)
        throw new Error('ask')
      }
      return later(() => {
        prompts.delete(need)
        if (outcome === 'fail') throw new Error('refused')
        return outcome === 'refuse' ? { errMsg: 'getPhoneNumber:fail user deny' } : { code: 'x' }
      })
    },

    submit() {
      const entry = { at: clock.elapsed() }
      submissions.add(entry)
      const outcome = host.calm ? 'fine' : dice.weigh({ fine: 5, session: 1, fail: 1, throw: 1, never: 1 })
      if (outcome === 'never') return new Promise(() => {})
      if (outcome === 'throw') {
        submissions.delete(entry)
        throw new Error('submit')
      }
      return later(() => {
        submissions.delete(entry)
        if (outcome === 'fail') throw new Error('submit')
        return outcome === 'session' ? sessionReply() : undefined
      })
    },
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
