import { createRealm } from '../../tests/realm.js'
import { createWXWebAssembly } from '../../tests/wechat/wxwebassembly.js'
import { compile } from '../../tests/world.js'

/**
 * Starts the mini-program: loads the built package where nothing exists but what WeChat provides.
 * Returns how to make a client of it.
 *
 * @param {object} world of `openWorld`
 */
export function launch({ baseURL, clock, phone }) {
  const { WXWebAssembly } = createWXWebAssembly((path) => {
    phone.note('WXWebAssembly.instantiate')
    return compile(path)
  })
  const { createClient } = createRealm({ clock, wx: phone.wx, WXWebAssembly }).load()

  return (options) => {
    const client = createClient({
      baseURL,
      exchange: '/login',
      needs: ({ statusCode, data }) => (statusCode === 403 && data?.need) || undefined,
      ...options,
    })
    logSteps(client, phone)
    return client
  }
}

/** What no call of `wx` shows goes into the phone's log too: prompts, failures, what is sent again. */
function logSteps(client, phone) {
  const sent = new Set()
  client.onTrace(({ step, ticket, need, code }) => {
    if (step === 'requested') sent.delete(ticket)
    if (step === 'prompt-shown') phone.note(`ask for ${need}`)
    if (step === 'detail-given') phone.note(`provide ${need}`)
    if (step === 'failed') phone.note(code)
    if (step !== 'sent') return
    if (sent.has(ticket)) phone.note('resend')
    sent.add(ticket)
  })
}
