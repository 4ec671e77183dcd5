import { isFunction, muted } from '../fields.js'
import { own, Said } from './values.js'

/**
 * Calls `wx.<name>`, perhaps of an object in it, with callbacks: a promise is not to be had everywhere.
 * Its first word counts, even if it comes before the call returns (law L7); a failure comes as a
 * `Said`. Returns the native task.
 */
export function callNative(api, name, options, done, failed) {
  let open = true
  const once = (tell) => (value) => {
    if (open) tell(value)
    open = false
  }
  const success = once(done)
  const fail = once((error) => failed(new Said(error)))
  try {
    const [owner, call] = find(api, name)
    if (!isFunction(call)) {
      failed(new Said(undefined, { lacks: name }))
      return undefined
    }
    const task = call.call(owner, Object.assign({}, options, { success, fail }))
    muted(task) // some return a promise as well
    return task
  } catch (error) {
    fail(error)
    return undefined
  }
}

/** A host that throws at the mere look has none. */
function find(api, name) {
  let owner
  let found = api
  try {
    for (const part of name.split('.')) {
      owner = found
      found = found[part]
    }
  } catch {
    return []
  }
  return [owner, found]
}

/** In single-page mode, which a link in Moments opens, there is no login (law X8). */
export function isBrowseOnly(api) {
  try {
    const category = api.getApiCategory()
    return (own(category, 'apiCategory') || category) === 'browseOnly'
  } catch {
    return false
  }
}
