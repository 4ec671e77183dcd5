export const MARK = Symbol.for('wxlogin.LoginError')

/** True for this package's errors, across realms and copies. */
export function isLoginError(error) {
  try {
    return Boolean(error[MARK])
  } catch {
    return false // nothing, or not even that can be asked of it
  }
}
