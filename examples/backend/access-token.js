/** Renewed this long before its end, so that none expires on its way. Milliseconds. */
const AHEAD = 5 * 60 * 1000

/**
 * The one place that holds the access token. Those who ask while it is being fetched share that
 * fetch; a failed fetch is remembered by nobody.
 *
 * Several instances of a service may each keep one: `stable_token` gives all of them the same.
 *
 * @param {object} options
 * @param {() => Promise<{ token: string, expiresIn: number }>} options.fetchToken
 * @param {() => number} options.now milliseconds
 */
export function createAccessToken({ fetchToken, now }) {
  let held = null
  let fetching = null

  function renew() {
    fetching ||= fetchToken()
      .then(({ token, expiresIn }) => {
        const life = expiresIn * 1000
        // WeChat may hand out a token near its own end: half of what is left still beats none.
        held = { token, renewAt: now() + Math.max(life - AHEAD, life / 2) }
        return token
      })
      .finally(() => {
        fetching = null
      })
    return fetching
  }

  return {
    /** The token, fetched where needed. */
    get: async () => (held && now() < held.renewAt ? held.token : renew()),
    /** WeChat refused this one; a newer one stays. */
    forget(token) {
      if (held?.token === token) held = null
    },
  }
}
