/** What the shop knows of its users, in memory; a real one has a database here. */
export function createUsers() {
  const users = new Map()
  return {
    /** The user of that openid, made at the first visit. */
    get(openid) {
      if (!users.has(openid)) users.set(openid, { openid, favourites: new Set() })
      return users.get(openid)
    },
    clear: () => users.clear(),
  }
}

/** What a client need not ask this user for any more. */
export function grantedTo(user) {
  const granted = []
  if (user.phone) granted.push('phone')
  if (user.nickname) granted.push('profile')
  return granted
}
