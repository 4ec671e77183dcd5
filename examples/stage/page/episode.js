/** One thing the visitor did, and what followed of it: the facts that a sentence is made of. */
export function createEpisode(kind, title, before) {
  const facts = {
    kind,
    title,
    hadSession: before.hasSession,
    clock: before.clock,
    requests: 0,
    sentBare: 0,
    sentCached: 0,
    resent: 0,
    logins: 0,
    loggingIn: false,
    loggedIn: 0,
    waited: 0,
    lostSession: 0,
    loginFailure: null,
    failure: null,
    askedFor: null,
    prompted: null,
    met: null,
    unmet: null,
    loggedOut: false,
  }
  const sent = new Map()
  let open = 0

  const steps = {
    requested({ ticket, url }) {
      if (!url) return
      facts.requests += 1
      open += 1
      sent.set(ticket, 0)
    },
    sent({ ticket, session }) {
      const times = (sent.get(ticket) || 0) + 1
      sent.set(ticket, times)
      if (times > 1) facts.resent += 1
      else if (!session) facts.sentBare += 1
      else if (facts.logins === 0) facts.sentCached += 1
      else facts.waited += 1
    },
    'asked-for'({ need }) {
      if (need === 'login') facts.lostSession += 1
      else facts.askedFor = need
    },
    'login-started'() {
      facts.logins += 1
      facts.loggingIn = true
    },
    'login-succeeded'() {
      facts.loggingIn = false
      facts.loggedIn += 1
    },
    'login-failed'({ code }) {
      facts.loggingIn = false
      facts.loginFailure = code
    },
    'prompt-shown'({ need }) {
      facts.prompted = need
    },
    'need-met'({ need }) {
      facts.prompted = null
      facts.met = need
    },
    'need-unmet'({ need }) {
      facts.prompted = null
      facts.unmet = need
    },
    'logged-out'() {
      facts.loggedOut = true
    },
    settled({ url }) {
      if (url) open -= 1
    },
    failed({ url, code }) {
      if (url) open -= 1
      facts.failure = code
    },
  }

  return {
    facts,
    step: (step) => steps[step.step]?.(step),
    get isOver() {
      return open <= 0
    },
  }
}
