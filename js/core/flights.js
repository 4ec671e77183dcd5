import { abortTask, ignore } from '../fields.js'
import { Said } from './values.js'

/** What the core awaits. */
class Answer {
  constructor() {
    this._task = undefined
    this._promise = new Promise((resolve, reject) => {
      this._resolve = resolve
      this._reject = reject
    })
  }

  /** What breaks in the core while it is told has been dealt with by then (law X5): nobody hears of it again. */
  // biome-ignore lint/suspicious/noThenProperty: what wasm-bindgen-futures calls
  then(told, failed) {
    this._promise.then(told, failed).then(undefined, ignore)
  }
}

/**
 * What is asked of the host and the app, each by its number: answered once, at the first word. Those
 * who answer hold nothing but the number, so that one who never does keeps nothing alive.
 */
export class Flights {
  constructor() {
    this._open = new Map()
  }

  /** `start()` must not throw; what it returns may be a native task. */
  _begin(flight, start) {
    const answer = new Answer()
    this._open.set(flight, answer)
    const task = start()
    if (this._isOpen(flight)) answer._task = task
    return answer
  }

  _isOpen(flight) {
    return this._open.has(flight)
  }

  _done(flight, value) {
    const answer = this._take(flight)
    if (answer) answer._resolve(value)
  }

  _failed(flight, said) {
    const answer = this._take(flight)
    if (answer) answer._reject(said)
  }

  /** Nobody waits for it any more. */
  _cancel(flight) {
    const answer = this._take(flight)
    if (!answer) return
    abortTask(answer._task)
    answer._reject(new Said())
  }

  /** The core is gone: nobody is told. */
  _drop() {
    for (const answer of this._open.values()) abortTask(answer._task)
    this._open.clear()
  }

  _take(flight) {
    const answer = this._open.get(flight)
    this._open.delete(flight)
    return answer
  }
}
