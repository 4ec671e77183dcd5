import { MARK } from './is-login-error.js'

export { Fault } from './fault.js'
export { isLoginError } from './is-login-error.js'

/** Every failure of this package. `fields` are those of its typings; what is undefined is left out. */
export class LoginError extends Error {
  constructor(code, message, fields, cause) {
    super(`${code}: ${message}`)
    this.code = code
    this.retryable = false
    for (const name in fields) if (fields[name] !== undefined) this[name] = fields[name]
    if (cause !== undefined) this.cause = cause
    // As the host would say it, if nobody has words for it.
    if (!this.errMsg) this.errMsg = `request:fail ${message}`
  }
}
const define = (object, name, value) => Object.defineProperty(object, name, { value })
// Minifying must not rename it in a log.
define(LoginError, 'name', 'LoginError')
// On the prototype, so that neither stands in the way of a log line.
define(LoginError.prototype, 'name', 'LoginError')
define(LoginError.prototype, MARK, true)
