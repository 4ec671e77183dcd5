import { ORIGIN } from './backend.js'

const DEFAULTS = { header: { 'X-Tenant': 'tenant' }, data: { tenant: 1 }, timeout: 30_000 }

/**
 * Options of `createClient` in any combination.
 *
 * @param {object} dice of `createDice`
 * @param {object} host of `createRandomHost`
 * @param {(name: string) => void} mayThrow throws now and then, as an app's callback does
 */
export function randomOptions(dice, host, mayThrow) {
  const odd = () => !host.calm && dice.chance(0.02)
  const sometimes = (share, make) => (dice.chance(share) ? make() : {})
  const prompt = (need, submit) => ({
    ask: () => host.ask(need),
    ...(submit && { submit }),
    close() {
      host.promptOver(need)
      mayThrow('close')
    },
  })
  const withPage = dice.chance(0.5)
  const exchanges = [{ cloud: 'login' }, '/login', { url: '/login', data: { a: 1 } }, host.exchange]
  return {
    baseURL: ORIGIN,
    host: host.api,
    exchange: withPage && dice.chance(0.2) ? undefined : dice.pick([...exchanges, ...exchanges.slice(1)]),
    needs({ data }) {
      if (data?.need === 'throw' || odd()) throw new Error('needs')
      return data?.need
    },
    prompts: {
      ...sometimes(withPage ? 1 : 0, () => ({
        login: prompt('login', dice.pick(['/account', () => host.submit('login')])),
      })),
      phone: prompt('phone', '/phone'),
      profile: prompt('profile', () => host.submit('profile')),
      badge: prompt('badge'),
      'scope.camera': prompt('scope.camera'),
    },
    ...sometimes(0.5, () => ({
      renew: dice.pick(['/renew', host.renew]),
      renewAhead: dice.pick([0, 60, 10_000]),
    })),
    ...sometimes(0.3, () => ({ defaults: dice.pick([DEFAULTS, () => (odd() ? {}.no.thing : DEFAULTS)]) })),
    ...sometimes(0.5, () => ({ accept: ({ data }) => (odd() ? {}.no.thing : !data?.no || data.no) })),
    ...sometimes(0.3, () => ({ unwrap: ({ data }) => (odd() ? {}.no.thing : data) })),
    ...sometimes(0.3, () => ({ onError: () => mayThrow('onError') })),
    ...sometimes(0.2, () => ({
      attach: () => (odd() ? dice.pick([null, 7, {}.no]) : { header: { X: 'x' } }),
    })),
  }
}
