/**
 * Everybody who takes part. `login`: has one, of its own or (`'written'`) written around it as
 * its documentation shows. `absent`: why it can't take part.
 */
export const ROSTER = [
  { name: 'floor', login: false },
  { name: 'floor-login', login: true },
  // Stands in cold starts alone.
  { name: 'smallest', login: false },
  { name: 'wxlogin', login: true },
  { name: 'wafer2', package: 'wafer2-client-sdk', login: true },
  { name: 'fancy-mini', package: 'fancy-mini', login: true },
  { name: 'alova', package: 'alova', login: 'written' },
  { name: 'flyio', package: 'flyio', login: 'written' },
  { name: 'luch-request', package: 'luch-request', login: 'written' },
  { name: 'axios-miniprogram', package: 'axios-miniprogram', login: 'written' },
  { name: 'miniprogram-network', package: 'miniprogram-network', login: 'written' },
  {
    name: 'weRequest',
    absent: 'not on npm: neither we-request, its name in its own package.json, nor weRequest',
  },
  { name: 'mp-req', absent: 'not on npm' },
]
