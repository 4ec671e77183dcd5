/** Scenes that anything with `request` and `logout` can play, a plain wrapper included. */

const HOURS = 3600
const favourites = { url: '/favourites', needs: 'login' }

const statuses = (replies) => [...new Set(replies.map(({ statusCode }) => statusCode))].join(' ')
const times = (number, make) => Array.from({ length: number }, make)

export const sessionScenes = [
  {
    title: 'Browsing without login',
    promise: 'nobody is asked',
    costs: { sends: 1 },
    act: ({ shop }) => shop.request({ url: '/goods' }),
    check: ({ statusCode }, expect) => expect('status', statusCode, 200),
  },
  {
    title: 'A feature that needs it',
    promise: 'one login, then one send',
    costs: { logins: 1, exchanges: 1, sends: 1 },
    act: ({ shop }) => shop.request({ ...favourites, method: 'POST', data: { id: 'tea' } }),
    check({ statusCode, data }, expect) {
      expect('status', statusCode, 200)
      expect('favourites', data.favourites.join(' '), 'tea')
    },
  },
  {
    title: 'One login for many',
    promise: '50 requests at once share it',
    costs: { logins: 1, exchanges: 1, sends: 50 },
    async act({ shop }) {
      await shop.logout()
      return Promise.all(times(50, () => shop.request(favourites)))
    },
    check: (replies, expect) => expect('statuses', statuses(replies), '200'),
  },
  {
    title: 'Hot start after expiry',
    promise: 'an expired session is never sent',
    costs: { logins: 1, exchanges: 1, sends: 5 },
    act({ world, shop }) {
      world.pass(2 * HOURS)
      return Promise.all(times(5, () => shop.request(favourites)))
    },
    check: (replies, expect) => expect('statuses', statuses(replies), '200'),
  },
  {
    title: 'A late 401 of an old session',
    promise: 'it costs no second login',
    costs: { logins: 1, exchanges: 1, sends: 4, resends: 2 },
    async act({ world, shop }) {
      await world.forgetAll()
      const arrive = world.phone.delayNextReply()
      const late = shop.request({ url: '/favourites' })
      const prompt = await shop.request({ url: '/profile' })
      arrive()
      return [prompt, await late]
    },
    check: (replies, expect) => expect('statuses', statuses(replies), '200'),
  },
  {
    title: 'The backend restarted',
    promise: 'it still knows everybody: no login',
    costs: { sends: 1 },
    async act({ world, shop }) {
      await world.stopBackend()
      await world.startBackend()
      return shop.request(favourites)
    },
    check: ({ statusCode }, expect) => expect('status', statusCode, 200),
  },
  {
    title: 'The backend down and back',
    promise: 'one attempt, four told to wait, then OK',
    costs: { logins: 2, exchanges: 2, sends: 1 },
    async act({ world, shop }) {
      world.pass(2 * HOURS)
      await world.stopBackend()
      const failures = []
      while (failures.length < 5) failures.push(await shop.request(favourites).catch((error) => error))
      await world.startBackend()
      world.pass(2)
      return { failures, reply: await shop.request(favourites) }
    },
    check({ failures, reply }, expect) {
      const codes = failures.map(({ code }) => code)
      expect('failures', [...new Set(codes)].join(' '), 'EXCHANGE_FAILED')
      const told = failures.filter(
        ({ retryable, retryAfter }) => retryable && retryAfter > 0 && retryAfter <= 1,
      )
      expect('failures that name a wait of at most 1 s', told.length, 5)
      expect('status once it is back', reply.statusCode, 200)
    },
  },
]
