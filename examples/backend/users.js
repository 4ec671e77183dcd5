import { isDeepStrictEqual } from 'node:util'
import { StoreError } from './store.js'

/** More than this in a row, and it is not others who change the same user. */
const ATTEMPTS = 100

/** What the shop knows of its users. */
export function createUsers({ store }) {
  const keyOf = (openid) => `user:${openid}`
  const newcomer = (openid) => ({ openid, favourites: [] })

  return {
    get: async (openid) => (await store.get(keyOf(openid))) || newcomer(openid),

    /**
     * Changes a user, who may be new, and returns what comes of it. When two change the same user at
     * once, the later one is asked again, with what the other made of it.
     *
     * @param {string} openid
     * @param {(user: object) => object} change returns the fields that become others
     */
    async update(openid, change) {
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const was = await store.get(keyOf(openid))
        const before = was || newcomer(openid)
        const user = { ...before, ...change(before) }
        if (isDeepStrictEqual(user, was)) return user
        const done = was
          ? await store.replace(keyOf(openid), was, user)
          : await store.add(keyOf(openid), user)
        if (done) return user
      }
      throw new StoreError(`user: changed by others ${ATTEMPTS} times in a row`)
    },
  }
}

/** WeChat tells a unionid now and then: one that is known is not forgotten. */
export const unionidOf = (unionid) => (unionid ? { unionid } : {})

/** What a client need not ask this user for any more. */
export function grantedTo(user) {
  const granted = []
  if (user.phone) granted.push('phone')
  if (user.nickname) granted.push('profile')
  return granted
}
