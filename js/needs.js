import { Fault } from './fault.js'
import { isText } from './fields.js'

/** As many as one request may name, and as one reply may ask for. */
const MOST = 32
const NAME = /^[^\r\n]{1,256}$/

/** @throws Fault of that option, which `explain.js` puts into words. */
export function check(holds, path, names) {
  if (!holds) throw new Fault(path, names)
}

/** Names of needs, read once; a name alone, or a list. More than `MOST` are cut off, or refused. @throws Fault */
export function needNames(needs, path, isCut) {
  const list = Array.isArray(needs) ? needs : [needs]
  const names = []
  for (let at = 0; at < list.length && at < MOST; at++) names.push(list[at])
  check(names.every((name) => isText(name) && NAME.test(name)) && (isCut || list.length <= MOST), path)
  return names
}
