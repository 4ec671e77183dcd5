const MARK = Symbol.for('wxlogin.LoginError')

/** Every failure of this package. `fields` come from the core's own failure. */
export class LoginError extends Error {
  constructor(code, message, fields, cause) {
    super(`${code}: ${message}`)
    Object.assign(this, { retryable: false }, fields, { code })
    if (cause !== undefined) this.cause = cause
  }
}
// Minifying must not rename it in a log.
Object.defineProperty(LoginError, 'name', { value: 'LoginError' })
// On the prototype, so that neither stands in the way of a log line.
Object.defineProperty(LoginError.prototype, 'name', { value: 'LoginError' })
Object.defineProperty(LoginError.prototype, MARK, { value: true })

/** True for this package's errors, across realms and copies. */
export function isLoginError(error) {
  try {
    return Boolean(error?.[MARK])
  } catch {
    return false // not even that can be asked of it
  }
}

export function configInvalid(field, expected) {
  return new LoginError('CONFIG_INVALID', `${field}: expected ${expected}`)
}
