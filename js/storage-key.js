/** Where the session lies if the app does not say: a name for each app, and for all that are none. */
export function usualKey(api) {
  let account
  try {
    account = api.getAccountInfoSync().miniProgram
  } catch {
    // Not a mini-program.
  }
  const { appId, envVersion } = account || {}
  return `wxlogin:${appId || 'unknown'}:${envVersion || 'release'}`
}
