/**
 * The ledger of `accounts.js` when it lives in another process: the methods that `wx.js` calls,
 * over the `/sim` endpoints of `server.js`, each returning a promise.
 *
 * @param {string} url where `startWeChat` listens
 * @param {{ fetch?: typeof fetch }} [options] default the global one, looked up at each call
 */
export function connectAccounts(url, options = {}) {
  const method = (name) => async (sent) => {
    const send = options.fetch || globalThis.fetch
    const response = await send(`${url}/sim/${name}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(sent),
    })
    if (!response.ok) throw new Error(`/sim/${name}: HTTP ${response.status}`)
    return response.json()
  }
  return {
    issueCode: method('issueCode'),
    checkSessionKey: method('checkSessionKey'),
    expireSessionKey: method('expireSessionKey'),
    issuePhoneCode: method('issuePhoneCode'),
    sealData: method('sealData'),
    blockUser: method('blockUser'),
  }
}
