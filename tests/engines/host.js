/* A mini-program API object over a backend of a few routes, in what every engine has. */

/* biome-ignore lint/correctness/noUnusedVariables: suite.js calls it, as another script of the page */
function createHost() {
  const storage = new Map()
  const world = {
    logins: 0,
    sent: [],
    aborted: 0,
    token: undefined,
    phone: undefined,
    /* Replies by path, before the routes below are asked. */
    replies: new Map(),
  }

  function login({ success }) {
    world.logins++
    setTimeout(() => success({ code: `code-${world.logins}`, errMsg: 'login:ok' }), 1)
  }

  function answer({ path, data, header }) {
    if (world.replies.has(path)) return world.replies.get(path)
    const loggedIn = world.token !== undefined && header.Authorization === `Bearer ${world.token}`
    if (path === '/login') {
      world.token = `token for ${data.code}`
      return { data: { token: world.token, openid: '小明', expires_in: 7200, session_key: 'secret' } }
    }
    if (path === '/phone') world.phone = data.code
    if (path === '/echo') return { data }
    if (path === '/orders' && !loggedIn) return { statusCode: 401 }
    if (path === '/checkout' && world.phone === undefined)
      return { statusCode: 403, data: { need: '手机号' } }
    return { data: path }
  }

  function request(options) {
    const path = options.url.replace('https://api.example.com', '')
    const call = { path, data: options.data, header: Object.assign({}, options.header) }
    world.sent.push(call)
    const timer = setTimeout(() => {
      const { fail, statusCode = 200, data = '', header = {} } = answer(call)
      if (fail) options.fail(fail)
      else options.success({ statusCode, data, header, errMsg: 'request:ok' })
    }, 1)
    return {
      abort() {
        world.aborted++
        clearTimeout(timer)
        options.fail({ errMsg: 'request:fail abort' })
      },
    }
  }

  world.wx = {
    login,
    request,
    getStorageSync: (key) => (storage.has(key) ? storage.get(key) : ''),
    setStorageSync: (key, value) => storage.set(key, value),
    removeStorageSync: (key) => storage.delete(key),
  }
  world.stored = () => Array.from(storage.values())
  world.times = (path) => world.sent.filter((call) => call.path === path).length
  return world
}
