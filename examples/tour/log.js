const REQUESTS = ['request', 'uploadFile', 'downloadFile']
const METHODS = { uploadFile: 'POST', downloadFile: 'GET' }

const isRequest = ({ api }) => REQUESTS.includes(api)
const pathOf = ({ options }) => new URL(options.url).pathname
const isExchange = (call) => isRequest(call) && pathOf(call) === '/login'

export const NOTHING = { logins: 0, exchanges: 0, sends: 0, resends: 0 }

/** What a phone's log comes to. */
export function count(calls) {
  const number = (matches) => calls.filter(matches).length
  return {
    logins: number(({ api }) => api === 'login'),
    exchanges: number(isExchange),
    sends: number((call) => isRequest(call) && !isExchange(call)),
    resends: number(({ api }) => api === 'resend'),
  }
}

export function sum(counts) {
  const total = { ...NOTHING }
  for (const each of counts) for (const name of Object.keys(total)) total[name] += each[name]
  return total
}

/** The log in words, repetitions counted: `['wx.login', 'POST /login 200', '50× GET /favourites 200']`. */
export function describe(calls) {
  const groups = []
  for (const call of calls) {
    if (call.api === 'resend' || call.api.endsWith('Sync')) continue
    const words = wordsFor(call)
    const last = groups.at(-1)
    if (last?.words === words) last.times += 1
    else groups.push({ words, times: 1 })
  }
  return groups.map(({ words, times }) => (times > 1 ? `${times}× ${words}` : words))
}

function wordsFor(call) {
  const { api, options, outcome, status, errMsg } = call
  if (!options) return api
  const failed = outcome === 'fail' && (/ auth deny/.test(errMsg) ? 'refused' : 'failed')
  const end = status || failed ? ` ${status || failed}` : ''
  if (!isRequest(call)) return `wx.${api}${end}`
  // A scene's name is as long as it is random.
  const path = pathOf(call).replace(/^\/scan\/[^/]+/, '/scan/…')
  return `${METHODS[api] || options.method || 'GET'} ${path}${end}`
}
