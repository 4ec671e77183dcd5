/** No chain of prototypes of an app's own is longer. */
const DEEPEST = 32
export const { assign, freeze, getPrototypeOf, keys, prototype } = Object

export const isObject = (value) => typeof value === 'object' && value !== null
export const isFunction = (value) => typeof value === 'function'
export const isText = (value) => typeof value === 'string' && value !== ''
export const has = (object, name) => prototype.hasOwnProperty.call(object, name)
/** An object of fields, neither a list nor bytes. */
export const isRecord = (value) => isObject(value) && prototype.toString.call(value) === '[object Object]'
export const ignore = () => {}

/** Inherits nothing, and is as fast as an object of a class. */
function Fields() {}
Fields.prototype = Object.create(null)

/**
 * A copy of what counts of an object that the app gives, each field read once: its own fields
 * and those of its prototypes, but for `Object.prototype`, which is nobody's word, and for `__proto__`,
 * which would plant fields in the copy.
 */
export function fieldsOf(object) {
  const fields = new Fields()
  for (let from = object, depth = DEEPEST; from && depth > 0 && !isRoot(from); depth--) {
    for (const name of Object.getOwnPropertyNames(from)) {
      if (name !== '__proto__' && name !== 'constructor' && !has(fields, name)) fields[name] = object[name]
    }
    from = getPrototypeOf(from)
  }
  return fields
}

/** Any realm's `Object.prototype` is a root that has this, and nothing that an app makes is. */
const isRoot = (object) => getPrototypeOf(object) === null && has(object, 'hasOwnProperty')

/** A status that can't be read is 0: it must not keep the response from its call. */
export function statusOf(response) {
  try {
    return response.statusCode >>> 0
  } catch {
    return 0
  }
}

/** Has it a `then`, whatever that is? A promise that resolves with it would ask. */
export function hasThen(value) {
  try {
    return value != null && value.then !== undefined
  } catch {
    return true // that can't be asked
  }
}

/** Nobody looks at this promise, if it is one: its rejection must end no process. */
export function muted(value, failed = ignore) {
  try {
    if (hasThen(value)) value.then(undefined, failed)
  } catch {
    // No promise, then.
  }
}

/** Nobody waits for it any more; a host that can't abort changes nothing about that. */
export function abortTask(task) {
  try {
    task.abort()
  } catch {
    // It may not even be there.
  }
}
