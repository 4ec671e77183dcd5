/** Where the session lies if the app does not say. */
export function usualKey(api) {
  try {
    const { appId, envVersion } = api.getAccountInfoSync().miniProgram
    return `wxlogin:${appId || 'unknown'}:${envVersion || 'release'}`
  } catch {
    return 'wxlogin:unknown:release' // not a mini-program: one name for all
  }
}
