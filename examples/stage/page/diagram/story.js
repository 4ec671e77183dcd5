/** WeChat calls that the client makes by itself; the others in the log are the page's. */
const CLIENTS = ['checkSession', 'getSetting', 'authorize', 'getPrivacySetting', 'requirePrivacyAuthorize']
const PAGES = ['openSetting', 'saveImageToPhotosAlbum']

const UNHEARD = ['NETWORK', 'TIMEOUT']

/** Statuses that mean something is missing; the client deals with these. */
const isMissing = (status) => status === 401 || status === 403

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
    replied: ({ status }) =>
      arrow(
        'backend',
        'client',
        String(status),
        isMissing(status) ? 'missing' : status >= 400 ? 'refused' : 'plain',
        true,
      ),
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
    called({ api, options }) {
      const from = CLIENTS.includes(api) ? 'client' : PAGES.includes(api) ? 'page' : null
      if (from) arrow(from, 'wechat', `wx.${api}${options.scope ? ` ${options.scope.slice(6)}` : ''}`, 'ask')
    },
    answered({ api, outcome }) {
      const to = CLIENTS.includes(api) ? 'client' : PAGES.includes(api) ? 'page' : null
      if (to)
        arrow(
          'wechat',
          to,
          outcome === 'success' ? 'ok' : 'fail',
          outcome === 'success' ? 'ask' : 'refused',
          true,
        )
    },
    /** Buttons of WeChat's: no API call, so not in its log. */
    tapped: (kind) => arrow('page', 'wechat', words.buttons[kind], 'ask'),
    handed: (choice) =>
      arrow(
        'wechat',
        'page',
        choice === 'accept' ? words.allowed : words.refused,
        choice === 'accept' ? 'ask' : 'refused',
        true,
      ),
  }
}
