const LOGIN_FAILURES = ['RATE_LIMITED', 'LOGIN_TIMEOUT', 'EXCHANGE_FAILED', 'LOGIN_FAILED', 'CODE_INVALID']

/** Which sentence tells what is still going on, if it is worth one. */
export function interimOf({ prompted, loggingIn }) {
  if (prompted) return prompted.startsWith('scope.') ? 'askingScope' : 'asking'
  return loggingIn ? 'loggingIn' : null
}

/**
 * Which sentence tells what happened: a name in `words.captions`. The first that fits, most telling
 * first.
 */
export function captionOf(facts) {
  const { kind, failure, loginFailure } = facts
  if (LOGIN_FAILURES.includes(failure) && facts.logins === 0) return 'waiting'
  if (loginFailure) return LOGIN_FAILURES.includes(loginFailure) ? loginFailure : 'loginFailed'
  if (facts.unmet) return facts.unmet.startsWith('scope.') ? 'scopeRefused' : 'refused'
  if (failure === 'NETWORK' || failure === 'TIMEOUT') return facts.hadSession ? 'networkKept' : 'network'
  if (facts.loggedOut) return 'loggedOut'
  if (facts.askedFor && facts.met) return 'askedAndMet'
  if (facts.met?.startsWith('scope.')) return 'scopeMet'
  if (facts.lostSession > 0 && facts.loggedIn) return facts.lostSession > 1 ? 'expiredMany' : 'expired'
  if (facts.loggedIn && facts.hadSession) return facts.clock === 'back' ? 'clockBack' : 'ended'
  if (facts.loggedIn) return facts.waited > 1 ? 'firstLoginMany' : 'firstLogin'
  if (kind === 'cold') return facts.sentCached ? 'coldRestored' : 'coldBare'
  if (kind === 'hot') return facts.sentBare && !facts.sentCached ? 'hotBare' : 'hotCached'
  if (facts.sentCached) return 'cached'
  if (kind === 'open') return 'open'
  return facts.requests > 0 ? 'bare' : null
}
