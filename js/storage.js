import { isFunction, muted } from './fields.js'

/** Where a session lies between two starts; `web`: in the browser's own storage. `failed` hears of a promise that rejects. */
export function storageOf({ storage }, api, key, web, failed) {
  const own = storage || ofHost(api)
  return { place: own ? careful(own, failed) : web, web: Boolean(!own && web), key }
}

/** An app's own storage may be one of promises: it stores well, and reads as empty. */
function careful(place, failed) {
  const use = (name) => (key, value) => {
    const result = place[name](key, value)
    muted(result, failed)
    return typeof result === 'string' ? result : null
  }
  return { getItem: use('getItem'), setItem: use('setItem'), removeItem: use('removeItem') }
}

/** The host's synchronous storage, in the shape of Web Storage. */
function ofHost(api) {
  try {
    if (!isFunction(api.getStorageSync)) return undefined
  } catch {
    return undefined
  }
  return {
    getItem: (key) => api.getStorageSync(key),
    setItem: (key, value) => api.setStorageSync(key, value),
    removeItem: (key) => api.removeStorageSync(key),
  }
}
