/** The origin that `createBackend` answers at. */
export const ORIGIN = 'https://shop.example'

/**
 * A backend in memory, as a `fetch` for the simulated `wx`: it is there at once and has no clock of
 * its own. `POST /login` exchanges codes against WeChat's ledger; `POST /renew` takes each refresh token
 * once; paths below `/private` need a live session; everything else answers 200. Other origins answer
 * 200 and get no session.
 *
 * @param {object} world
 * @param {object} world.accounts of `createAccounts`
 * @param {string} world.appid
 * @param {() => number} world.now
 * @param {object} [world.routes] what paths answer: a reply or `(hit) => reply`, as in `answer`
 */
export function createBackend({ accounts, appid, now, routes = {} }) {
  const tokens = new Map()
  const refreshTokens = new Map()
  const scripts = new Map()
  const hits = []
  let issued = 0

  function login({ code }) {
    const found = accounts.redeemCode({ appid, code })
    if (found.errcode) return { status: 400, data: { errcode: found.errcode, errmsg: 'invalid code' } }
    return { data: issue(found) }
  }

  function renew({ refresh_token }) {
    const found = refreshTokens.get(refresh_token)
    if (!found) return { status: 401, data: { error: 'REFRESH_TOKEN' } }
    refreshTokens.delete(refresh_token)
    return { data: issue(found) }
  }

  function issue(found) {
    issued += 1
    const token = `token-${issued}`
    tokens.set(token, now() + backend.life * 1000)
    const session = { ...found, token, expires_in: backend.life }
    if (!backend.refreshes) return session
    refreshTokens.set(`refresh-${issued}`, found)
    return { ...session, refresh_token: `refresh-${issued}` }
  }

  function isLive(hit) {
    const token = /^Bearer (.+)$/.exec(hit.headers.authorization || '')?.[1]
    return tokens.has(token) && tokens.get(token) > now()
  }

  function route(hit) {
    const given = hit.origin === ORIGIN ? routes[hit.path] : undefined
    if (given !== undefined) return typeof given === 'function' ? given(hit) : given
    if (hit.origin === ORIGIN && hit.path === '/login') return login(hit.data)
    if (hit.origin === ORIGIN && hit.path === '/renew') return renew(hit.data)
    if (hit.path.startsWith('/private') && !isLive(hit))
      return { status: 401, data: { error: 'LOGIN_REQUIRED' } }
    return { data: { path: hit.path } }
  }

  function scripted(path) {
    const queue = scripts.get(path)
    if (!queue?.length) return undefined
    const next = queue[0]
    next.times -= 1
    if (next.times <= 0) queue.shift()
    return next.reply
  }

  const backend = {
    /** Seconds that a session lives. */
    life: 7200,
    /** Whether sessions carry a refresh token. */
    refreshes: false,
    /** Everything that came: `{ at, method, url, origin, path, headers, data }`, header names in lower case. */
    hits,
    /** What came to that path. */
    at: (path) => hits.filter((hit) => hit.path === path),
    /**
     * The next answers of a path: `{ status?, data?, header? }`, or a function from the hit to one
     * or to a promise of one. `'drop'` cuts the connection, `'hang'` never answers.
     */
    answer(path, reply, times = 1) {
      scripts.set(path, [...(scripts.get(path) || []), { reply, times }])
    },
    /** Holds the next answer of a path back until `release(reply)`; without a reply the usual one. */
    hold(path) {
      let release
      const released = new Promise((resolve) => {
        release = resolve
      })
      backend.answer(path, (hit) => released.then((reply) => reply || route(hit)))
      return { release }
    },
    /** Forgets every session, as a restarted server does. */
    forget: () => tokens.clear(),
    /** Forgets every refresh token. */
    revoke: () => refreshTokens.clear(),

    async fetch(url, init) {
      const { origin, pathname, search } = new URL(url)
      const headers = Object.fromEntries(
        Object.entries(init.headers || {}).map(([name, value]) => [name.toLowerCase(), value]),
      )
      const data = typeof init.body === 'string' ? parsed(init.body) : init.body
      const hit = { at: now(), method: init.method, url, origin, path: pathname, search, headers, data }
      hits.push(hit)
      let reply = scripted(pathname) ?? route(hit)
      if (typeof reply === 'function') reply = await reply(hit)
      else if (typeof reply?.then === 'function') reply = await reply
      if (reply === 'drop') throw new TypeError('fetch failed')
      if (reply === 'hang') return new Promise(() => {})
      return responseOf(reply)
    },
  }
  return backend
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

// A real Response takes more turns of the event loop than a virtual clock waits for.
function responseOf({ status = 200, data = '', header = {} }) {
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  return {
    status,
    headers: new Map(Object.entries(header).map(([name, value]) => [name.toLowerCase(), value])),
    arrayBuffer: async () => new TextEncoder().encode(text).buffer,
  }
}
