const TEXTS = {
  options: 'an object',
  baseURL: "'https://host[:port][/path]' without query or user-info",
  trustedOrigins: "origins, as in 'https://host[:port]'",
  exchange: 'a URL, { url }, { cloud } or a function; or prompts.login',
  'exchange.url': 'a URL',
  'exchange.cloud': 'the name of a cloud function',
  'exchange.codeField': 'the name of a field',
  renew: 'a URL or a function',
  attach: "'bearer', { header } or a function",
  defaults: 'an object or a function',
  'defaults.header': 'an object',
  'defaults.data': 'an object',
  'defaults.timeout': 'milliseconds',
  needs:
    'the name of a need or at most 32 of them; none for a passive request, no login for an anonymous one',
  need: 'the name of a need',
  detail: 'an object: the e.detail of a tap, not e',
  prompts: 'an object of prompts by need; WeChat itself meets sessionKey and privacy',
  submit: 'a URL or a function',
  expiryMargin: 'seconds, from 0 to 1e9',
  renewAhead: 'seconds, from 0 to 1e9',
  defaultExpiresIn: 'seconds, from 1 to 1e9',
  loginTimeout: 'milliseconds, from 1 to 2147483647',
  promptTimeout: 'milliseconds, from 1 to 2147483647',
  retries: 'a number from 0 to 100',
  storage: '{ getItem, setItem, removeItem }',
  storageKey: 'a text',
  host: 'the mini-program API object',
  fallback: "require('wxlogin/fallback')",
  url: 'a string',
}

/** How many letters make one name the other; less, the longer they begin alike. */
function distance(one, other) {
  let row = Array.from(`${other} `, (_, at) => at)
  let alike = 0
  while (alike < one.length && one[alike] === other[alike]) alike++
  for (let line = 1; line <= one.length; line++) {
    const next = [line]
    for (let at = 1; at < row.length; at++) {
      next.push(
        Math.min(row[at] + 1, next[at - 1] + 1, row[at - 1] + Number(one[line - 1] !== other[at - 1])),
      )
    }
    row = next
  }
  return row.pop() - alike / 8
}

function nearest(name, names) {
  const from = (other) => distance(name.slice(0, 40).toLowerCase(), other.toLowerCase())
  return names.slice().sort((one, other) => from(one) - from(other))[0]
}

/** The error for arguments that are bad (a `Fault`), or can't even be read. */
export function explain(error, api, LoginError, isLoginError) {
  if (isLoginError(error)) return error
  const invalid = (message, cause) =>
    new LoginError('CONFIG_INVALID', message, { errMsg: `${api}:fail ${message}` }, cause)
  let path
  let names
  try {
    path = error._name
    names = error._error
  } catch {
    // It can't even be read what went wrong.
  }
  if (typeof path !== 'string') return invalid('options: expected fields that can be read', error)
  const last = path.split('.').pop()
  if (names) return invalid(`${path}: no such option, did you mean ${nearest(last, names)}?`)
  const text = TEXTS[path] || TEXTS[/\]$/.test(path) ? 'prompts' : last] || 'a function'
  return invalid(`${path}: expected ${text}`)
}
