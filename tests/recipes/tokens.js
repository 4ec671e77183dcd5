/**
 * What a backend knows of the tokens that it gave.
 *
 * @param {() => number} now
 * @param {number} life of a token, in seconds
 */
export function createTokens(now, life) {
  const tokens = new Map()
  const refreshTokens = new Map()
  let issued = 0
  return {
    /** `{ token, refreshToken, until }`, `until` in milliseconds. */
    issue(user) {
      issued += 1
      const given = {
        token: `token-${issued}`,
        refreshToken: `refresh-${issued}`,
        until: now() + life * 1000,
      }
      tokens.set(given.token, { user, until: given.until })
      refreshTokens.set(given.refreshToken, user)
      return given
    },
    userOf(token) {
      const known = tokens.get(token)
      return known && known.until > now() ? known.user : undefined
    },
    /** The user whose refresh token it is. It works once. */
    spend(refreshToken) {
      const user = refreshTokens.get(refreshToken)
      refreshTokens.delete(refreshToken)
      return user
    },
    /** Every session has ended, as after a restart of the server; refresh tokens live on. */
    forget: () => tokens.clear(),
    revoke: () => refreshTokens.clear(),
  }
}

export const bearerOf = (value = '') => /^Bearer (.+)$/.exec(value)?.[1]
