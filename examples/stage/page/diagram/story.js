/** WeChat calls that the client makes by itself; the others in the log are the page's. */
const CLIENTS = ['checkSession', 'getSetting', 'authorize', 'getPrivacySetting', 'requirePrivacyAuthorize']
const PAGES = ['openSetting', 'saveImageToPhotosAlbum']

const UNHEARD = ['NETWORK', 'TIMEOUT']

/** 401 and 403 say that something is missing; the client deals with these. */
function toneOf(status) {
  if (status === 401 || status === 403) return 'missing'
  return status >= 400 ? 'refused' : 'plain'
}

/** Who made a call of WeChat's log; null for what the trace tells already. */
function callerOf(api) {
  if (CLIENTS.includes(api)) return 'client'
  return PAGES.includes(api) ? 'page' : null
}

/**
 * Turns what the client traces and what WeChat logs into arrows between the lanes.
 * An arrow is `{ from, to, label, tone, reply? }`, a note `{ at, label, tone }`.
 *
 * @param {(arrow: object) => void} draw
 * @param {object} words
 */
export function createStory(draw, words) {
  const sends = new Map()
  let loginAt = null
  let submittedTo = null

  const arrow = (from, to, label, tone = 'plain', reply = false) => draw({ from, to, label, tone, reply })
  const answer = (to, isGood, label) => arrow('wechat', to, label, isGood ? 'ask' : 'refused', true)
  const note = (label, tone) => draw({ at: 'client', label, tone })
  const nameOf = ({ api, method = 'GET', url }) => {
    if (!url) return words.login
    const verb = { uploadFile: 'upload', downloadFile: 'download' }[api] || method
    return `${verb} ${url.replace(/^https?:\/\/[^/]+/, '').replace(/\/[\w-]{16,}/, '/…')}`
  }

  const steps = {
    requested(step) {
      if (!step.url) return
      sends.set(step.ticket, { count: 0, label: nameOf(step), waited: false })
      arrow('page', 'client', nameOf(step))
    },
    sent(step) {
      const call = sends.get(step.ticket) || { count: 0, label: nameOf(step) }
      call.count += 1
      const tone = call.count > 1 ? 'resent' : step.session && !call.waited ? 'cached' : 'plain'
      const how = call.count > 1 ? words.again : step.session ? words.withSession : ''
      arrow('client', 'backend', how ? `${call.label} · ${how}` : call.label, tone)
    },
    replied: ({ status }) => arrow('backend', 'client', String(status), toneOf(status), true),
    'asked-for': ({ need }) => note(`${words.missing}: ${need}`, 'missing'),
    'login-started'() {
      loginAt = 'wechat'
      for (const call of sends.values()) call.waited = true
      arrow('client', 'wechat', 'wx.login', 'login')
    },
    'exchange-started'() {
      loginAt = 'backend'
      arrow('wechat', 'client', words.code, 'login', true)
      arrow('client', 'backend', 'POST /login', 'login')
    },
    'login-succeeded': ({ session }) =>
      arrow('backend', 'client', `${words.session} ${session}`, 'login', true),
    'login-failed': ({ code }) => arrow(loginAt || 'wechat', 'client', code, 'refused', true),
    'code-refused': () => arrow('backend', 'client', words.codeRefused, 'refused', true),
    'login-deferred': () => note(words.deferred, 'login'),
    'logged-out': () => note(words.loggedOut, 'refused'),
    'prompt-shown': ({ need }) =>
      need.startsWith('scope.') ||
      need === 'privacy' ||
      arrow('client', 'page', `${words.prompt}: ${need}`, 'ask'),
    'detail-given': ({ need }) => arrow('page', 'client', `provide '${need}'`, 'ask'),
    'detail-submitted'({ need }) {
      submittedTo = need
      arrow('client', 'backend', `POST /${need}`, 'ask')
    },
    'need-met'({ need }) {
      if (submittedTo === need) arrow('backend', 'client', '200', 'ask', true)
      submittedTo = null
      note(`${need} ✓`, 'ask')
    },
    'need-unmet': ({ need, code }) => note(`${need}: ${code}`, 'refused'),
    settled(step) {
      if (sends.delete(step.ticket)) arrow('client', 'page', words.done, 'plain', true)
    },
    failed(step) {
      if (UNHEARD.includes(step.code)) arrow('backend', 'client', '✕', 'refused', true)
      if (sends.delete(step.ticket) || step.code) arrow('client', 'page', step.code, 'refused', true)
    },
  }

  return {
    step: (step) => steps[step.step]?.(step),
    /** A call in WeChat's log, when it was made and when it was answered. */
    called({ api, options: { scope = '' } }) {
      const from = callerOf(api)
      if (from) arrow(from, 'wechat', `wx.${api} ${scope.replace('scope.', '')}`.trim(), 'ask')
    },
    answered({ api, outcome }) {
      const to = callerOf(api)
      if (to) answer(to, outcome === 'success', outcome === 'success' ? 'ok' : 'fail')
    },
    /** Buttons of WeChat's: no API call, so not in its log. */
    tapped: (kind) => arrow('page', 'wechat', words.buttons[kind], 'ask'),
    handed: (choice) => answer('page', choice === 'accept', words[choice]),
  }
}
