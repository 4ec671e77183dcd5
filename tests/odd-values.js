// biome-ignore-all lint/suspicious/noThenProperty: values that look like promises belong here

function revoked(target) {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

const throwing = (name) =>
  Object.defineProperty({ token: 'odd' }, name, {
    enumerable: true,
    get() {
      throw new Error('getter')
    },
  })

/** Says one thing at the first look and another at the second. */
function fickle(name, first, second) {
  let looks = 0
  return Object.defineProperty({}, name, {
    enumerable: true,
    get() {
      looks += 1
      return looks === 1 ? first : second
    },
  })
}

/** What no backend, host or app should say, each made anew: `dice.pick(ODD_VALUES)()`. */
export const ODD_VALUES = [
  ...[() => null, () => undefined, () => 0, () => 'text', () => [], () => true, () => Symbol('odd')],
  ...[
    () => ({}),
    () => ({ data: null }),
    () => ({ token: 5 }),
    () => ({ openid: '' }),
    () => ({ extra: [1] }),
  ],
  ...['a\nb', 'a\u0085b', 'a\u2028b', '\ud800', '登录', ''].map((token) => () => ({ token })),
  ...[() => revoked({}), () => revoked([]), () => throwing('token'), () => throwing('data')],
  () => JSON.parse('{"__proto__":{"token":"planted"}}'),
  () => Object.create({ token: 'inherited' }),
  () => fickle('token', 'odd', 'a\r\nb'),
  () => ({ token: 'odd', expires_in: Number.NaN }),
  () => ({ token: 'odd', expires_at: 1_700_000_000 }),
  () => ({ token: 'odd', then() {} }),
  () => ({ then: (_, reject) => reject(new Error('foreign')) }),
  () => ({ statusCode: 503, data: '', header: {} }),
]
