/**
 * The phone and the server at once: a `wx` whose native calls cost next to nothing, so that
 * what is left to measure is the client. One host belongs to one contestant.
 *
 * How a native call answers is `delivery`: `'immediate'` (before the call returns),
 * `'microtask'`, or `'task'` (all that were sent in one turn are answered in a later one).
 */
export const API = 'https://api.example.com'
export const LOGIN_URL = `${API}/login`

export function openHost() {
  const counts = { requests: 0, refusals: 0, logins: 0, exchanges: 0 }
  const codes = new Set()
  const stored = new Map()
  const listening = { delivery: 'immediate', onRequest: null, onLoginReply: null }
  let generation = 0
  let token = ''
  let bearer = ''
  let waiting = []

  function expire() {
    generation++
    token = `sess-${generation}-9f86d081884c7d659a2feaa0c55ad015a3bf4f1b`
    bearer = `Bearer ${token}`
  }
  expire()
  // What an app with a hand-written session left behind at its last run.
  stored.set('token', token)

  function deliver(options, reply) {
    if (listening.delivery === 'immediate') settle(options, reply)
    else if (listening.delivery === 'microtask') Promise.resolve().then(() => settle(options, reply))
    else {
      if (waiting.length === 0) engine.task(deliverWaiting)
      waiting.push(options, reply)
    }
  }

  function deliverWaiting() {
    const batch = waiting
    waiting = []
    for (let i = 0; i < batch.length; i += 2) settle(batch[i], batch[i + 1])
  }

  function settle(options, reply) {
    if (reply.code !== undefined && listening.onLoginReply) {
      const hook = listening.onLoginReply
      listening.onLoginReply = null
      hook()
    }
    if (options.success) options.success(reply)
    if (options.complete) options.complete(reply)
  }

  function answer(options) {
    if (options.url === LOGIN_URL) return exchange(options)
    counts.requests++
    const header = options.header
    if (header && (header.Authorization === bearer || header['X-WX-Skey'] === token)) {
      // The caller's own header has to arrive too.
      if (header['X-Page'] === 'home') return response(200, { url: options.url })
      return response(400, { error: 'header lost' })
    }
    counts.refusals++
    return response(401, { error: 'unauthorized' })
  }

  function exchange(options) {
    const code = options.data?.code || options.header?.['X-WX-Code']
    if (!codes.delete(code)) return response(400, { errcode: 40029 })
    counts.exchanges++
    // wafer2 wants `code` and `data.skey`; everybody else reads `token`.
    const body = { token, openid: 'o--sB5rdWBfwTidbZzzn4FXfWpEg', expires_in: 7200 }
    return response(200, { code: 0, data: { skey: token, userinfo: {} }, ...body })
  }

  const task = { abort() {}, onHeadersReceived() {}, onProgressUpdate() {} }

  const wx = {
    request(options) {
      if (listening.onRequest) listening.onRequest(options)
      deliver(options, answer(options))
      return task
    },
    login(options) {
      const code = `code-${++counts.logins}`
      codes.add(code)
      deliver(options, { code, errMsg: 'login:ok' })
    },
    // Values go in and out as they are. A phone serialises them, which would only add to
    // the time of a client that reads storage for every request.
    getStorageSync: (key) => (stored.has(key) ? stored.get(key) : ''),
    setStorageSync: (key, value) => void stored.set(key, value),
    setStorage: ({ key, data }) => void stored.set(key, data),
    removeStorageSync: (key) => void stored.delete(key),
    getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0123456789abcdef', envVersion: 'release' } }),
    getNetworkType: (options) => options.success({ networkType: 'wifi' }),
    onNetworkStatusChange() {},
    onAppShow() {},
    onAppHide() {},
    onSocketOpen() {},
    onSocketClose() {},
    onSocketMessage() {},
    onSocketError() {},
    uploadFile: () => task,
    downloadFile: () => task,
  }

  return { wx, counts, stored, listening, expire }
}

function response(statusCode, data) {
  return { statusCode, data, header: { 'Content-Type': 'application/json' }, errMsg: 'request:ok' }
}
