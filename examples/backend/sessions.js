import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'

const DEFAULT_TTL = 7200

const hash = (text) => createHash('sha256').update(text).digest()

/**
 * Sessions, in memory. A token is `<id>.<secret>`: the id finds the record, the secret is kept only
 * as a hash and compared in constant time. The session_key never leaves this room but to decrypt.
 *
 * @param {object} options
 * @param {number} [options.ttl] seconds
 * @param {() => number} options.now milliseconds
 */
export function createSessions({ ttl = DEFAULT_TTL, now }) {
  const records = new Map()
  // By user, not by session: each wx.login replaces the key for all of the user's sessions.
  const sessionKeys = new Map()

  // All live equally long and a Map keeps order, so the dead are at the front.
  function dropExpired() {
    for (const [id, { expiresAt }] of records) {
      if (expiresAt > now()) return
      records.delete(id)
    }
  }

  return {
    ttl,

    /** A new session of the user's: `{ id, token, openid, expiresAt }`. The token is not kept. */
    create(openid) {
      dropExpired()
      const id = randomBytes(9).toString('base64url')
      const secret = randomBytes(32).toString('base64url')
      const expiresAt = now() + ttl * 1000
      records.set(id, { openid, secretHash: hash(secret), expiresAt })
      return { id, token: `${id}.${secret}`, openid, expiresAt }
    },

    /** The session of a token, as `create` returned it, or null for a token that is wrong or past its end. */
    find(token) {
      const [id, secret = ''] = token.split('.')
      const record = records.get(id)
      if (!record || !timingSafeEqual(record.secretHash, hash(secret))) return null
      if (record.expiresAt <= now()) {
        records.delete(id)
        return null
      }
      return { id, token, openid: record.openid, expiresAt: record.expiresAt }
    },

    end: (id) => records.delete(id),
    clear: () => records.clear(),
    get size() {
      return records.size
    },

    keepSessionKey: (openid, sessionKey) => sessionKeys.set(openid, sessionKey),
    sessionKey: (openid) => sessionKeys.get(openid),
  }
}
