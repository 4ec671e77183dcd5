/** What stands between a scheme and a host. */
const USER_INFO = /^([a-z][\w+.-]*:[/\\]*|[/\\]{2,})[^/\\]*@/i
/** What URL parsers look past. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
const PASSED_OVER = /^[\0- ]+|[\t\n\r]/g
const LONGEST = 1000

/** A query and user-info may hold secrets, so they are left out. */
function shown(url) {
  const [path] = url.split(/[?#]/, 1)
  const plain = path.replace(PASSED_OVER, '').replace(USER_INFO, '$1')
  // A copy: a part of a text keeps all of it.
  return plain.length > LONGEST ? plain.slice(0, LONGEST).split('').join('') : plain
}

/** What a trace says of a request. */
export function describe({ _ticket, _api, _options: { url, method } }) {
  return { ticket: _ticket, api: _api, url: shown(url), method }
}
