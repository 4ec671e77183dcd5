import { startWeChat } from '../wechat/server.js'

/** Longer than the backend takes for anything. Milliseconds. */
const PATIENCE = 8000

/** WeChat, and people who come with codes of its. */
export async function openWorld() {
  const wechat = await startWeChat()
  const { appid, secret, accounts, counts } = wechat.platform
  const code = (openid) => accounts.issueCode({ appid, openid, unionid: `union-${openid}` }).code

  return {
    wechat,
    counts,
    /** What `server.js` wants to know. */
    env: { WECHAT_APPID: appid, WECHAT_SECRET: secret, WECHAT_API_BASE: wechat.url, RATE_LIMIT: '1000000' },
    code,
    phoneCode: () => accounts.issuePhoneCode({ appid, phoneNumber: '13812341234' }).code,
    login: (url, openid) => post(`${url}/login`, { code: code(openid) }),
    close: () => wechat.close(),
  }
}

export async function post(url, body, token) {
  return read(
    await fetch(url, {
      signal: AbortSignal.timeout(PATIENCE),
      method: 'POST',
      headers: { 'content-type': 'application/json', ...bearer(token) },
      body: JSON.stringify(body),
    }),
  )
}

export const get = async (url, token) =>
  read(await fetch(url, { signal: AbortSignal.timeout(PATIENCE), headers: bearer(token) }))
export const renew = (url, { refresh_token }) => post(`${url}/renew`, { refresh_token })
/** 200 for a session that is known. */
export const check = async (url, { token }) => (await get(`${url}/favourites`, token)).status

const bearer = (token) => (token ? { authorization: `Bearer ${token}` } : {})
const read = async (response) => ({
  status: response.status,
  retryAfter: response.headers.get('retry-after'),
  body: await response.json(),
})

/** Runs all of them, so many at once. */
export async function inTurns(tasks, atOnce = 20) {
  const waiting = [...tasks]
  const worker = async () => {
    for (let task = waiting.shift(); task; task = waiting.shift()) await task()
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}

export async function until(holds, patience = 5000) {
  const end = Date.now() + patience
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`still not so after ${patience} ms: ${holds}`)
    await new Promise((done) => setTimeout(done, 50))
  }
}
