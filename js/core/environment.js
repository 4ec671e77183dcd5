import { ignore } from '../fields.js'

/* What the glue takes from the global scope, beside a text codec, and phones may not have. */

const settled = Promise.resolve()

/** What breaks in such a task has been dealt with by then (law X5). */
export const queueMicrotask = (task) => void settled.then(task).then(undefined, ignore)

/** Asked for `queueMicrotask`, and by gloo-storage for a window with a storage. */
export const globalScope = typeof window === 'undefined' ? { queueMicrotask } : window

// The fallback's memory grows by taking a new buffer, and the old one stays attached, by which the
// glue would know. Views that call themselves outdated are made anew each time.

export class BytesOnce extends Uint8Array {
  get byteLength() {
    return 0
  }
}

const outdated = { detached: true }

export class ViewOnce extends DataView {
  get buffer() {
    return outdated
  }
}
