/**
 * `wx.*Storage` over an injected Map, so that what a run leaves behind is there at the next start.
 *
 * WeChat docs, Storage: one megabyte a key, ten in all.
 */

const KEY_LIMIT = 1024 * 1024
const DEFAULT_LIMIT = 10 * 1024 * 1024

/**
 * @param {object} calls of `createCalls`
 * @param {Map<string, any>} storage
 * @param {number} [limit] bytes in all
 */
export function createStorage(calls, storage, limit = DEFAULT_LIMIT) {
  const read = (key) => (storage.has(key) ? copyOf(storage.get(key)) : '')

  function write(api, key, data) {
    const size = sizeOf(data)
    if (size > KEY_LIMIT) throw new Error(`${api}:fail entry size limit reached`)
    const others = [...storage].reduce((sum, [name, value]) => (name === key ? sum : sum + sizeOf(value)), 0)
    if (others + size > limit) throw new Error(`${api}:fail exceed storage max size 10Mb`)
    storage.set(key, copyOf(data))
  }

  const asynchronous = (api, perform) =>
    calls.define(api, (call) => {
      try {
        call.succeed(perform(call.options))
      } catch (error) {
        call.answerAs('fail', { errMsg: error.message })
      }
    })

  return {
    getStorageSync: calls.defineSync('getStorageSync', read),
    setStorageSync: calls.defineSync('setStorageSync', (key, data) => write('setStorageSync', key, data)),
    removeStorageSync: calls.defineSync('removeStorageSync', (key) => void storage.delete(key)),
    getStorage: asynchronous('getStorage', ({ key }) => {
      if (!storage.has(key)) throw new Error('getStorage:fail data not found')
      return { data: read(key) }
    }),
    setStorage: asynchronous('setStorage', ({ key, data }) => void write('setStorage', key, data)),
    removeStorage: asynchronous('removeStorage', ({ key }) => void storage.delete(key)),
  }
}

const copyOf = (value) => (typeof value === 'object' ? JSON.parse(JSON.stringify(value)) : value)

/** Two bytes a unit at worst is not what WeChat counts; UTF-8 is near enough for a limit. */
const sizeOf = (value) => new TextEncoder().encode(JSON.stringify(value) ?? '').byteLength
