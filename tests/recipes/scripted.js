/**
 * A backend of a shop's own conventions, as a `fetch` for the simulated `wx`: it is there at once.
 *
 * @param {object} given
 * @param {() => number} given.now
 * @param {(hit: object) => object} given.answer `{ status?, data }` for what came
 */
export function createScripted({ now, answer }) {
  const scripts = new Map()
  const backend = {
    /** Everything that came: `{ at, method, origin, path, query, headers, data }`; of an upload, `data` is its form. */
    hits: [],
    at: (path) => backend.hits.filter((hit) => hit.path === path),
    /** What came, as `METHOD /path`. */
    get log() {
      return backend.hits.map(({ method, path }) => `${method} ${path}`)
    },
    /** The next answers of a path, ahead of the shop's own. `'drop'` cuts the connection. */
    next(path, reply, times = 1) {
      const queue = scripts.get(path) || []
      scripts.set(path, queue.concat(Array(times).fill(reply)))
    },

    async fetch(url, init) {
      const { origin, pathname: path, searchParams } = new URL(url)
      const headers = Object.fromEntries(
        Object.entries(init.headers || {}).map(([name, value]) => [name.toLowerCase(), value]),
      )
      const query = Object.fromEntries(searchParams)
      const data = bodyOf(init.body, headers['content-type'])
      const hit = { at: now(), method: init.method, origin, path, query, headers, data }
      backend.hits.push(hit)
      const reply = scripts.get(path)?.shift() ?? answer(hit)
      if (reply === 'drop') throw new TypeError('fetch failed')
      return responseOf(reply)
    },
  }
  return backend
}

function bodyOf(body, contentType = '') {
  if (body instanceof FormData) return Object.fromEntries(body)
  if (typeof body !== 'string') return body
  return contentType.includes('urlencoded') ? Object.fromEntries(new URLSearchParams(body)) : JSON.parse(body)
}

// A real Response takes more turns of the event loop than a virtual clock waits for.
function responseOf({ status = 200, data = '' }) {
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  return {
    status,
    headers: new Map([['content-type', 'application/json']]),
    arrayBuffer: async () => new TextEncoder().encode(text).buffer,
  }
}
