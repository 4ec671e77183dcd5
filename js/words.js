/** Into what somebody may have frozen. */
export function put(error, name, value) {
  try {
    error[name] = value
  } catch {
    // It says all that it is going to say.
  }
}

/** The same error, with words as the host would have them of that call if nobody had any. */
export function withWords(error, api) {
  try {
    const { code, errMsg, message } = error
    const own = message.slice(code.length + 2)
    const words = code === 'ABORTED' ? 'abort' : code === 'TIMEOUT' ? 'timeout' : own
    if (errMsg === `request:fail ${own}`) put(error, 'errMsg', `${api}:fail ${words}`)
  } catch {
    // Not one that can be read.
  }
  return error
}

/** What was thrown says of itself. */
export function messageOf(error) {
  try {
    const message = typeof error === 'string' ? error : error.message
    return typeof message === 'string' ? message : undefined
  } catch {
    return undefined
  }
}
