const SLASH = 47
const BACKSLASH = 92
/** Distinct URL beginnings to remember; a mini-program has a handful. */
const MOST = 64
/** Everything in front of the path, which is all that the core reads; it looks past white space. */
const BEGINNING = /^[^/\\?#]*(?:[/\\][^!-\uffff]*[/\\][^/\\?#]*|\\)?/

/** The core's word on a URL: relative to `baseURL`, of a trusted origin, or neither (law R4). */
export const JOIN = 0
export const FOREIGN = 2

/** Remembers the core's word on URLs, and puts `baseURL` in front of relative ones. */
export class Routes {
  constructor(baseURL) {
    this.baseURL = baseURL
    this.base = baseURL.replace(/\/$/, '')
    this.known = new Map()
  }

  of(connection, url) {
    const second = url.charCodeAt(1)
    if (url.charCodeAt(0) === SLASH && second > 32 && second !== SLASH && second !== BACKSLASH) return JOIN
    const beginning = BEGINNING.exec(url)[0]
    let route = this.known.get(beginning)
    if (route === undefined) {
      route = connection.route(url)
      if (this.known.size === MOST) this.known.clear()
      this.known.set(beginning, route)
    }
    return route
  }

  /** Where the request goes; with exactly one slash between `baseURL` and a path. */
  resolve(url, route) {
    if (route !== JOIN) return url
    if (url.charCodeAt(0) === SLASH) return this.base + url
    return /^[^?#]/.test(url) ? `${this.base}/${url}` : this.baseURL + url
  }
}
