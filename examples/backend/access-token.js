import { setTimeout as pause } from 'node:timers/promises'
import { StoreError } from './store.js'

/** Renewed this long before its end, so that none expires on its way. Milliseconds. */
const AHEAD = 5 * 60 * 1000
const KEY = 'access-token'
const LOCK = 'access-token-lock'
/** Longer than a fetch may take: who still has it then has died with it. Milliseconds. */
const LOCK_LIFE = 10 * 1000
const LOOK_AGAIN = 100

/**
 * The one access token of all instances. Within a process those who ask while it is being fetched
 * share that fetch; among processes one fetches, and the others wait for what it puts into the store.
 *
 * @param {object} options
 * @param {object} options.store of `openStore`
 * @param {() => Promise<{ token: string, expiresIn: number }>} options.fetchToken
 * @param {() => number} options.now milliseconds
 */
export function createAccessToken({ store, fetchToken, now }) {
  let held = null
  let renewing = null

  const isGood = (shared, refused) => shared && now() < shared.renewAt && shared.token !== refused

  async function renew(refused) {
    for (let waited = 0; waited < 2 * LOCK_LIFE; waited += LOOK_AGAIN) {
      if (await store.add(LOCK, {}, LOCK_LIFE)) {
        try {
          held = await store.get(KEY)
          if (!isGood(held, refused)) await fetchAndShare()
          return held.token
        } finally {
          await store.delete(LOCK)
        }
      }
      await pause(LOOK_AGAIN)
    }
    throw new StoreError('access token: another instance has been fetching it for too long')
  }

  async function fetchAndShare() {
    const { token, expiresIn } = await fetchToken()
    const life = expiresIn * 1000
    // WeChat may hand out a token near its own end: half of what is left still beats none.
    held = { token, renewAt: now() + Math.max(life - AHEAD, life / 2) }
    await store.put(KEY, held, life)
  }

  return {
    /**
     * The token, fetched if there is none that is good.
     *
     * @param {string} [refused] one that WeChat no longer takes: any but this
     */
    async get(refused) {
      if (isGood(held, refused)) return held.token
      renewing ||= renew(refused).finally(() => {
        renewing = null
      })
      return renewing
    },
  }
}
