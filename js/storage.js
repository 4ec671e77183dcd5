/** Where a session lies between two starts (laws S3, S4). */
export class Storage {
  /** `local`: the browser's own storage. `failed` hears of one that throws. */
  constructor({ storage, storageKey }, api, local, failed) {
    this.place = storage || ofHost(api) || local
    this.key = storageKey || usualKey(api)
    this.failed = failed
  }

  /** What lies there, parsed: `false` where that can't be, `undefined` where there is nothing. */
  load() {
    const text = this.use((place) => place.getItem(this.key))
    if (typeof text !== 'string') return undefined
    try {
      return JSON.parse(text)
    } catch {
      return false
    }
  }

  save(stored) {
    this.use((place) => place.setItem(this.key, JSON.stringify(stored)))
  }

  remove() {
    this.use((place) => place.removeItem(this.key))
  }

  use(run) {
    try {
      return this.place && run(this.place)
    } catch {
      this.failed()
      return undefined
    }
  }
}

/** The host's synchronous storage, in the shape of Web Storage. */
function ofHost(api) {
  try {
    if (typeof api.getStorageSync !== 'function') return undefined
  } catch {
    return undefined
  }
  return {
    getItem(key) {
      const value = api.getStorageSync(key)
      // '' is WeChat's word for "no such key"; what is no text is not ours.
      return value === '' || value === undefined || value === null ? null : String(value)
    },
    setItem: (key, value) => api.setStorageSync(key, value),
    removeItem: (key) => api.removeStorageSync(key),
  }
}

function usualKey(api) {
  try {
    const { appId, envVersion } = api.getAccountInfoSync().miniProgram
    return `wxlogin:${appId || 'unknown'}:${envVersion || 'release'}`
  } catch {
    return 'wxlogin:unknown:release' // not a mini-program: one name for all
  }
}
