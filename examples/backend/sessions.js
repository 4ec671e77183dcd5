import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const DEFAULT_TTL = 2 * 60 * 60
const DEFAULT_REFRESH_TTL = 30 * 24 * 60 * 60

export const newSecret = () => randomBytes(32).toString('base64url')
export const hashOf = (secret) => createHash('sha256').update(secret).digest('base64url')

/** Compared in constant time: how long it takes tells nothing of what was expected. */
export function isSecret(given, hash) {
  return timingSafeEqual(Buffer.from(hashOf(given)), Buffer.from(hash))
}

/**
 * Sessions. A token is `<id>.<secret>`: the id finds the record, of the secret only a hash is kept. A
 * session has two: one travels with requests, the other, which lives longer, renews both, once. The
 * record holds the newest pair, so whoever comes with another refresh token has one that was used
 * before, or made it up: either way somebody has what is not theirs, and the session ends for all.
 *
 * @param {object} options
 * @param {object} options.store of `openStore`
 * @param {number} [options.ttl] seconds
 * @param {number} [options.refreshTtl] seconds
 * @param {() => number} options.now milliseconds
 */
export function createSessions({ store, ttl = DEFAULT_TTL, refreshTtl = DEFAULT_REFRESH_TTL, now }) {
  const keyOf = (id) => `session:${id}`
  const keyOfSessionKey = (openid) => `session-key:${openid}`
  const life = Math.max(ttl, refreshTtl) * 1000

  /** A pair of tokens, and the record of it. */
  function issue(id, openid) {
    const secret = newSecret()
    const refreshSecret = newSecret()
    const expiresAt = now() + ttl * 1000
    const record = {
      openid,
      hash: hashOf(secret),
      expiresAt,
      refreshHash: hashOf(refreshSecret),
      refreshExpiresAt: now() + refreshTtl * 1000,
    }
    const session = {
      id,
      token: `${id}.${secret}`,
      refreshToken: `${id}.${refreshSecret}`,
      openid,
      expiresAt,
    }
    return { record, session }
  }

  return {
    ttl,

    /** A new session of the user's: `{ id, token, refreshToken, openid, expiresAt }`. */
    async create(openid) {
      const { record, session } = issue(randomBytes(9).toString('base64url'), openid)
      await store.put(keyOf(session.id), record, life)
      return session
    },

    /** The session of a token, or null for a token that is wrong or past its end. */
    async find(token) {
      const [id, secret = ''] = token.split('.')
      const record = await store.get(keyOf(id))
      if (!record || record.expiresAt <= now() || !isSecret(secret, record.hash)) return null
      return { id, token, openid: record.openid, expiresAt: record.expiresAt }
    },

    /** The same session with new tokens, or null: then there is no such session, or no longer. */
    async renew(refreshToken) {
      const [id, secret = ''] = refreshToken.split('.')
      const was = await store.get(keyOf(id))
      if (!was) return null
      if (was.refreshExpiresAt > now() && isSecret(secret, was.refreshHash)) {
        const { record, session } = issue(id, was.openid)
        if (await store.replace(keyOf(id), was, record, life)) return session
      }
      await store.delete(keyOf(id))
      return null
    },

    end: (id) => store.delete(keyOf(id)),

    // By user, not by session: each wx.login replaces the key for all of the user's sessions.
    keepSessionKey: (openid, sessionKey) => store.put(keyOfSessionKey(openid), { sessionKey }),
    sessionKey: async (openid) => (await store.get(keyOfSessionKey(openid)))?.sessionKey,
  }
}
