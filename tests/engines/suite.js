/*
 * What has to work on every engine. A classic script of plain ES2017: it runs where there is no
 * module, no Node API and no WebAssembly. Needs host.js before it.
 */

/*
 * Runs all cases one after another and tells each one's outcome as (name, error).
 * `given`: `createClient` and `isLoginError` of the entry under test, `options` for every client,
 * and `unloadable`, options that cannot load, with the `code` that then comes of it.
 */
/* biome-ignore lint/correctness/noUnusedVariables: each engine's own script calls it */
async function runSuite({ createClient, isLoginError, options, unloadable, code }, tell) {
  const realNow = Date.now
  let ahead = 0
  Date.now = () => realNow() + ahead

  function equal(actual, expected, what) {
    const [one, other] = [actual, expected].map((value) => String(JSON.stringify(value)))
    if (one !== other) throw new Error(`${what}: ${one} instead of ${other}`)
  }

  async function failure(promise, expected) {
    const error = await promise.then(
      () => ({}),
      (reason) => reason,
    )
    equal(error.code, expected, 'the error code')
    equal(isLoginError(error), true, 'isLoginError')
    return error
  }

  function open(more, world = createHost()) {
    const settings = { baseURL: 'https://api.example.com', exchange: '/login', host: world.wx }
    return { world, client: createClient(Object.assign(settings, options, more)) }
  }

  const cases = {
    async 'a module that does not load is told, and the next client loads it'() {
      await failure(open(unloadable).client.request({ url: '/goods', needs: 'login' }), code)
      equal((await open().client.request({ url: '/goods' })).data, '/goods', 'the reply')
    },

    async 'browsing logs nobody in'() {
      const { client, world } = open()
      const urls = ['/goods', '/news', '/goods?page=2']
      const replies = await Promise.all(urls.map((url) => client.request({ url })))
      equal(
        replies.map(({ data }) => data),
        urls,
        'the replies',
      )
      equal(world.logins, 0, 'logins')
      equal(await client.getSession(), null, 'the session')
    },

    async 'a 401 logs in and sends once more'() {
      const { client, world } = open()
      equal((await client.request({ url: '/orders' })).statusCode, 200, 'the status')
      equal(world.logins, 1, 'logins')
      equal(
        world.sent.map(({ path }) => path),
        ['/orders', '/login', '/orders'],
        'what was sent',
      )
      equal(world.sent[0].header.Authorization, undefined, 'the first header')
      equal(world.sent[2].header.Authorization, 'Bearer token for code-1', 'the second header')
    },

    async 'many requests share one login'() {
      const { client, world } = open()
      const calls = Array.from({ length: 50 }, () => client.request({ url: '/orders', needs: 'login' }))
      for (const { statusCode } of await Promise.all(calls)) equal(statusCode, 200, 'a status')
      equal(world.logins, 1, 'logins')
      equal(world.times('/orders'), 50, 'sends')
    },

    async 'a cold start finds the stored session'() {
      const { client, world } = open()
      await client.login()
      equal(world.stored().join().includes('secret'), false, 'a session_key in storage')
      const restarted = open({}, world)
      equal((await restarted.client.request({ url: '/orders' })).statusCode, 200, 'the status')
      equal(world.logins, 1, 'logins')
      equal(world.times('/orders'), 1, 'sends')
    },

    async 'the first request is sent in the turn of its call'() {
      const { client, world } = open()
      await client.login()
      const restarted = open({}, world)
      equal(restarted.client.session.openid, '小明', 'the session')
      const pending = restarted.client.request({ url: '/orders' })
      equal(world.times('/orders'), 1, 'sends')
      equal((await pending).statusCode, 200, 'the status')
    },

    async 'a refresh token renews without a code'() {
      const { client, world } = open({ renew: '/renew' })
      await client.setSession({ token: 'old', refresh_token: 'r' })
      world.replies.set('/renew', { data: { token: 'new', expires_in: 100 } })
      equal((await client.login({ force: true })).token, 'new', 'the token')
      equal(world.logins, 0, 'logins')
    },

    async 'a reply is judged by its own code, and unwrapped'() {
      const { client, world } = open({
        exchange: () => ({ token: 't' }),
        needs: ({ data }) => (data.code === 401 ? 'login' : undefined),
        accept: ({ data }) => data.code === 0 || { message: data.msg, code: data.code },
        unwrap: ({ data }) => data.data,
      })
      world.replies.set('/goods', { data: { code: 0, data: ['茶'] } })
      equal(await client.request({ url: '/goods' }), ['茶'], 'the data')
      world.replies.set('/goods', { data: { code: 7, msg: '售罄' } })
      const { errMsg, errcode } = await failure(client.request({ url: '/goods' }), 'REFUSED')
      equal([errMsg, errcode], ['售罄', 7], 'the words')
      world.replies.set('/goods', { data: { code: 401 } })
      await failure(client.request({ url: '/goods' }), 'LOGIN_REJECTED')
      equal(world.logins, 1, 'logins')
    },

    async 'a login page is a way to a session'() {
      const { client } = open({
        exchange: undefined,
        prompts: { login: { ask: () => ({ token: 'typed' }) } },
      })
      equal((await client.request({ url: '/goods', needs: 'login' })).data, '/goods', 'the reply')
      equal(client.session.token, 'typed', 'the token')
    },

    async 'a session that the server ended is renewed'() {
      const { client, world } = open()
      await client.login()
      world.token = 'another'
      equal((await client.request({ url: '/orders' })).statusCode, 200, 'the status')
      equal(world.logins, 2, 'logins')
      equal(world.times('/orders'), 2, 'sends')
    },

    async 'a server that asks again is not asked a third time'() {
      const { client, world } = open()
      world.replies.set('/orders', { statusCode: 401 })
      equal(
        (await failure(client.request({ url: '/orders' }), 'LOGIN_REJECTED')).statusCode,
        401,
        'the status',
      )
      equal(world.times('/orders'), 2, 'sends')
    },

    async 'an expired session is not sent'() {
      const { client, world } = open()
      const { expiresAt } = await client.login()
      ahead += expiresAt - Date.now()
      equal(await client.getSession(), null, 'the session')
      await client.request({ url: '/orders', needs: 'login' })
      equal(world.logins, 2, 'logins')
      equal(world.times('/orders'), 1, 'sends')
    },

    async 'abort ends one call alone'() {
      const { client, world } = open()
      await client.getSession()
      const [ended, kept] = [client.request({ url: '/goods' }), client.request({ url: '/goods' })]
      ended.abort()
      await failure(ended, 'ABORTED')
      equal((await kept).data, '/goods', 'the other reply')
      equal(world.aborted, 1, 'native tasks aborted')
    },

    async 'a phone number is asked for once, and submitted'() {
      let asked = 0
      const { client, world } = open({
        needs: ({ data }) => data.need,
        prompts: { 手机号: { ask: () => void asked++, submit: '/phone' } },
      })
      const calls = [client.request({ url: '/checkout' }), client.request({ url: '/checkout' })]
      while (asked === 0) await new Promise((resolve) => setTimeout(resolve, 1))
      await client.provide('手机号', { code: 'of the tap' })
      for (const { data } of await Promise.all(calls)) equal(data, '/checkout', 'a reply')
      equal(asked, 1, 'prompts')
      equal(world.phone, 'of the tap', 'what was submitted')
    },

    async 'a refusal rejects whoever waits'() {
      const { client } = open({ prompts: { phone: { ask: () => Promise.reject(new Error('no')) } } })
      equal((await failure(client.ensure('phone'), 'AUTH_DENIED')).need, 'phone', 'the need')
    },

    async 'logout forgets, and ends a login under way'() {
      const { client, world } = open()
      await client.login()
      await client.logout()
      equal(await client.getSession(), null, 'the session')
      equal(world.stored().length, 0, 'stored texts')
      const [login] = [client.login(), client.logout()]
      await failure(login, 'LOGGED_OUT')
    },

    async 'texts beyond ASCII arrive as given'() {
      const texts = ['登录 é 😀 ', 'ü'.repeat(9000), '界'.repeat(9000), '😀'.repeat(9000), 'x😀界ü']
      for (const text of texts) {
        const { client, world } = open({ exchange: () => ({ token: 't', openid: text, extra: { text } }) })
        const { openid, extra } = await client.login()
        equal([openid, extra.text], [text, text], 'the openid and the extra')
        equal((await client.request({ url: '/echo', data: { text } })).data.text, text, 'the body')
        equal(open({}, world).client.session.openid, text, 'the stored openid')
      }
    },

    async 'changes and steps are told'() {
      const { client } = open()
      const changes = []
      const steps = []
      client.onChange(({ type }) => changes.push(type))
      client.onTrace(({ step }) => steps.push(step))
      await client.login()
      await client.logout()
      equal(changes, ['login', 'logout'], 'changes')
      equal(steps.length > 3, true, 'steps were traced')
    },

    async 'every failure has its code'() {
      let thrown
      try {
        createClient({ baseURL: 'nowhere' })
      } catch (error) {
        thrown = error
      }
      await failure(Promise.reject(thrown), 'CONFIG_INVALID')
      await failure(open({ host: {} }).client.login(), 'HOST_UNSUPPORTED')

      const { client, world } = open()
      world.replies.set('/goods', { fail: { errno: 600001, errMsg: '请求失败' } })
      const { errno, errMsg } = await failure(client.request({ url: '/goods' }), 'NETWORK')
      equal([errno, errMsg], [600001, '请求失败'], 'what the host said')
      world.replies.set('/login', { data: {} })
      await failure(client.login(), 'EXCHANGE_INVALID')
      const validateStatus = (status) => status < 400
      world.replies.set('/orders', { statusCode: 500 })
      await failure(client.request({ url: '/orders', validateStatus }), 'STATUS')
    },
  }

  for (const name of Object.keys(cases)) {
    try {
      await cases[name]()
      tell(name)
    } catch (error) {
      tell(name, `${error}\n${error.stack}`)
    }
  }
  Date.now = realNow
}
