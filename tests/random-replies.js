/** What a backend and a host may answer, anything included. */
import { ODD_VALUES } from './odd-values.js'

export const NEEDS = [
  'login',
  'phone',
  'profile',
  'badge',
  'scope.camera',
  'privacy',
  'sessionKey',
  'unknown',
]
export const FAILURES = {
  login: [{ errMsg: 'login:fail' }, { errMsg: 'login:fail', errno: 104 }, null, 'text', { errno: 112 }],
  request: [
    { errMsg: 'request:fail', errno: 600001 },
    { errMsg: 'request:fail timeout', errno: 5 },
    { errMsg: 'request:fail privacy permission is not authorized', errno: 104 },
    { errMsg: 'request:fail api scope is not declared in the privacy agreement', errno: 112 },
    { errMsg: 'request:fail abort' },
    undefined,
  ],
  consent: [{ errMsg: 'authorize:fail auth deny' }, { errMsg: 'fail', errno: 104 }, {}],
}

/**
 * The reply to an exchange, a renewal or an account login.
 *
 * @param {object} dice of `createDice`
 * @param {boolean} calm nothing but sessions
 * @param {() => object} session
 */
export function randomLoginReply(dice, calm, session) {
  const kind = calm ? 'session' : dice.weigh({ session: 60, odd: 6, errcode: 20, status: 14 })
  if (kind === 'session') return { statusCode: 200, data: session() }
  if (kind === 'odd') return { statusCode: 200, data: dice.pick(ODD_VALUES)() }
  if (kind === 'errcode') {
    return {
      statusCode: dice.pick([200, 400]),
      data: { errcode: dice.pick([40029, 40163, 40226, 45011, -1, 1]) },
    }
  }
  return {
    statusCode: dice.pick([401, 403, 404, 429, 500, 503]),
    data: '',
    header: { 'Retry-After': '90' },
  }
}

/**
 * The reply to any other request.
 *
 * @param {object} dice of `createDice`
 * @param {boolean} calm nothing but good ones
 * @param {(need: string) => void} asks told of a need that the reply asks for
 */
export function randomShopReply(dice, calm, asks) {
  if (calm) return { statusCode: 200, data: {} }
  const kind = dice.weigh({ fine: 66, status: 8, login: 12, need: 10, refused: 4, odd: 3, thenable: 1 })
  const asked = kind === 'login' ? 'login' : kind === 'need' ? dice.pick(NEEDS) : undefined
  if (asked) asks(asked)
  if (kind === 'login') return { statusCode: 401, data: {} }
  if (kind === 'need') return { statusCode: 403, data: { need: asked } }
  if (kind === 'refused') return { statusCode: 200, data: { no: 'words' } }
  if (kind === 'odd') {
    const data = dice.chance(0.5) ? { need: dice.pick([7, null, [], {}, 'throw']) } : dice.pick(ODD_VALUES)()
    return { statusCode: 200, data }
  }
  if (kind === 'thenable') {
    const then = dice.pick([() => {}, (_, reject) => reject(new Error('foreign'))])
    return { statusCode: 200, data: {}, then }
  }
  return { statusCode: kind === 'status' ? dice.pick([204, 404, 500]) : 200, data: {} }
}
