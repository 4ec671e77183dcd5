import { FOREIGN } from './routes.js'

/** Options that are this package's own and never reach the host; `success` and `fail` do, as ours. */
const OWN = ['needs', 'anonymous', 'validateStatus', 'onTask', 'complete']

/**
 * What the host's `request` is called with: built afresh for every attempt from the caller's
 * options and the session of that moment (law R3).
 * @throws what the app's `attach` throws.
 */
export function nativeOptions({ settings, routes, lease, connection }, call, attach) {
  const { options, url, route } = call
  const { session, header } = lease
  const native = Object.assign({}, options)
  if (call.callbacks) removeOwn(native)
  native.url = routes.resolve(url, route)
  if (!attach || !session) return native
  if (typeof settings.attach !== 'function') {
    if (header) native.header = mergeHeader(header, options.header)
    return native
  }
  const copy = Object.assign({}, options, { url, header: Object.assign({}, options.header) })
  const extra = settings.attach(copy, session)
  if (typeof extra?.then === 'function') throw new Error('expected what to merge, not a promise of it')
  Object.assign(native, extra)
  removeOwn(native) // it may have returned all that it was given
  if (extra?.header) native.header = mergeHeader(extra.header, options.header)
  if (extra?.url !== undefined) {
    const route = routes.of(connection, extra.url)
    if (route === FOREIGN) throw new Error('url: expected one of a trusted origin')
    native.url = routes.resolve(extra.url, route)
  }
  return native
}

function removeOwn(native) {
  for (const name of OWN) delete native[name]
}

/** The caller's own header of the same name wins, whatever its case (law R4). */
function mergeHeader(session, own) {
  const merged = Object.assign({}, session, own)
  for (const given in own) {
    for (const name in session) {
      const isOther = given !== name && given.length === name.length
      if (isOther && given.toLowerCase() === name.toLowerCase()) delete merged[name]
    }
  }
  return merged
}
