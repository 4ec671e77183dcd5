/** What is remembered could not be read or written: nobody's fault who asked, and no answer to them. */
export class StoreError extends Error {
  name = 'StoreError'
}

/**
 * Where everything is remembered: plain objects under names. The engines of `sqlite.js` and `redis.js`
 * keep them as texts; another database takes one more such file. Every method rejects with a
 * `StoreError` if its engine does.
 *
 * `ttl` is in milliseconds and frees room; without it the object stays. Who has to know exactly when
 * something ends writes that into it.
 *
 * @param {string} address `sqlite:PATH`, `sqlite::memory:` or `redis://…`
 * @param {object} [options]
 * @param {() => number} [options.now] milliseconds, for engines without a clock of their own
 */
export async function openStore(address, { now = Date.now } = {}) {
  const engine = await openEngine(address, now)
  const text = (value) => JSON.stringify(value)

  const asking = (ask) =>
    async function asked(...given) {
      try {
        return await ask(...given)
      } catch (cause) {
        throw new StoreError(cause.message, { cause })
      }
    }

  return {
    /** The object of that name, or null. */
    get: asking(async (key) => JSON.parse((await engine.get(key)) ?? 'null')),
    put: asking((key, value, ttl) => engine.put(key, text(value), ttl)),
    /** Puts it there unless that name is taken; whether it did. */
    add: asking((key, value, ttl) => engine.add(key, text(value), ttl)),
    /** Puts `value` in place of `was` if that still stands there, as `get` gave it; whether it did. */
    replace: asking((key, was, value, ttl) => engine.replace(key, text(was), text(value), ttl)),
    /** Whether there was something to delete: of many who delete the same, one hears yes. */
    delete: asking((key) => engine.delete(key)),
    ping: asking(() => engine.ping()),
    close: () => engine.close(),
  }
}

async function openEngine(address, now) {
  if (/^rediss?:\/\//.test(address)) return (await import('./redis.js')).openRedis(address)
  const path = /^sqlite:(.+)$/.exec(address)?.[1]
  if (path) return (await import('./sqlite.js')).openSqlite(path, now)
  // It may hold a password.
  throw new Error('expected sqlite:PATH or redis://…')
}
