import { nativeOptions } from '../../js/native-options.js'
import { checkOptions } from '../../js/options.js'
import { plainRoute } from '../../js/routes.js'

const STANDARD = {
  expiryMargin: 60,
  renewAhead: 0,
  defaultExpiresIn: 7200,
  loginTimeout: 15000,
  promptTimeout: 180000,
  retries: 0,
}

/** Stands in for `js/connection.js`: notes what it is told, and asks nobody. */
export function createConnection(options, api, session) {
  const settings = Object.assign(
    {},
    STANDARD,
    checkOptions({ baseURL: 'https://api.example.com', exchange: '/login', ...options }),
  )
  const stored = new Map()
  const notes = []
  const note =
    (name) =>
    (...given) =>
      void notes.push([name, ...given])
  const noting = (...names) => Object.fromEntries(names.map((name) => [name, note(name)]))
  const place = {
    getItem: (key) => stored.get(key) ?? null,
    setItem: (key, text) => stored.set(key, text),
    removeItem: (key) => stored.delete(key),
  }
  const routeOf = (url) => plainRoute(url, settings) ?? 2
  return {
    settings,
    api,
    notes,
    stored,
    told: (name) => notes.filter(([of]) => of === name).map(([, ...given]) => given),
    record: undefined,
    isTracing: true,
    isBusy: true,
    hold: undefined,
    storage: { place, key: 'key', web: false },
    _requests: { _epoch: 0 },
    calls: noting('send', 'cancel', 'settle', 'settleWith', 'fail', 'publish'),
    ...noting('broke', 'traced', 'changed'),
    run: (_name, call) => call(),
    route: routeOf,
    build: (send, attach) => nativeOptions(settings, routeOf, send, attach ? session : undefined),
    request: (given, mode) => Promise.resolve({ given, mode }),
  }
}
