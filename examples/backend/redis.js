import { Redis } from 'ioredis'

/** An answer that takes longer is none. Milliseconds. */
const PATIENCE = 1000
const RECONNECT = { first: 50, last: 1000 }

// Redis lets nobody in between the two steps of a script.
const REPLACE = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], unpack(ARGV, 2))
return 1`

/** One Redis for all instances. While it is away calls fail at once; it is found again by itself. */
export async function openRedis(url) {
  const redis = new Redis(url, {
    keyPrefix: 'wxlogin:',
    lazyConnect: true,
    connectTimeout: PATIENCE,
    commandTimeout: PATIENCE,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    // Nobody knows whether these were done: doing them twice is not the same as doing them once.
    autoResendUnfulfilledCommands: false,
    retryStrategy: (times) => Math.min(times * RECONNECT.first, RECONNECT.last),
    scripts: { replaceValue: { lua: REPLACE, numberOfKeys: 1 } },
  })
  // Each call that fails says so itself.
  redis.on('error', () => {})
  await redis.connect().catch(() => {})

  const ending = (ttl) => (ttl === undefined ? [] : ['PX', ttl])
  return {
    get: (key) => redis.get(key),
    put: (key, value, ttl) => redis.set(key, value, ...ending(ttl)),
    add: async (key, value, ttl) => (await redis.set(key, value, ...ending(ttl), 'NX')) === 'OK',
    replace: async (key, was, value, ttl) =>
      (await redis.replaceValue(key, was, value, ...ending(ttl))) === 1,
    delete: async (key) => (await redis.del(key)) === 1,
    ping: () => redis.ping(),
    close: () => redis.disconnect(),
  }
}
