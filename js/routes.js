/** How a URL is to be treated, as `Route` of the core says it: relative to `baseURL`, of a trusted origin, or neither (law R4). */
export const JOIN = 0
export const TRUSTED = 1
export const FOREIGN = 2

/** A path, a query, a fragment or a plain word: nothing in it can be taken for a scheme or a host. */
const RELATIVE = /^(?:$|[?#]|\/(?:$|[^\0- /\\])|[^\0- :/\\?#]+(?:$|[/\\?#]))/

/** `undefined` for what is not plain: only the core can say. */
export function plainRoute(url, { homes }) {
  if (RELATIVE.test(url)) return JOIN
  return homes.some((home) => url.startsWith(home)) ? TRUSTED : undefined
}

/** With exactly one slash between `baseURL` and a path. */
export function resolve(url, route, { baseURL }) {
  if (route !== JOIN) return url
  if (/^[?#]|^$/.test(url)) return baseURL + url
  return baseURL.replace(/\/?$/, url[0] === '/' ? '' : '/') + url
}
