import { ORIGIN } from '../../world.js'
import { APP_ID } from '../open.js'
import { bearerOf, createTokens } from '../tokens.js'

const good = (data = true) => ({ data: { code: 0, data, msg: '' } })
const bad = (code, msg) => ({ data: { code, data: null, msg } })
const LOG_IN = bad(401, '账号未登录')

/** What the two servers of yudao share: the tenant, the envelope, sessions with a refresh token. */
function createYudao({ now }, base, routesOf) {
  const tokens = createTokens(now, 1800)
  const session = (user, openid = null) => {
    const { token, refreshToken, until } = tokens.issue(user)
    return good({ userId: user, accessToken: token, refreshToken, expiresTime: until, openid })
  }
  const tokenOf = ({ headers }) => bearerOf(headers.authorization)
  const routes = routesOf(session)

  return {
    tokens,
    tokenOf,
    answer(hit) {
      if (hit.origin !== ORIGIN) return { data: { code: 401, msg: 'key expired' } }
      if (hit.headers['tenant-id'] !== '1') return bad(400, '请求的租户标识未传递')
      const name = `${hit.method} ${hit.path.slice(base.length)}`
      if (name.endsWith('/refresh-token')) {
        const user = tokens.spend(hit.query.refreshToken)
        return user ? session(user) : bad(401, '无效的刷新令牌')
      }
      const { [name]: route, [`${name} 登录`]: mine } = routes
      if (mine && !tokens.userOf(tokenOf(hit))) return LOG_IN
      return (mine || route)(hit)
    },
  }
}

/** The member's side of yudao: the mall. */
export function yudaoMall({ accounts, now }) {
  const base = '/app-api'
  const openidOf = (code) => accounts.redeemCode({ appid: APP_ID, code }).openid
  const shop = createYudao({ now }, base, (session) => ({
    'POST /member/auth/sms-login': ({ data }) =>
      data.code === '9999' ? session(247) : bad(1002014000, '验证码不正确'),
    'POST /member/auth/weixin-mini-app-login': ({ data }) => {
      const openid = openidOf(data.loginCode)
      const { errcode } = accounts.redeemPhoneCode({ appid: APP_ID, code: data.phoneCode })
      return errcode || !openid ? bad(1004003005, '获得手机号失败') : session(247, openid)
    },
    'POST /member/auth/social-login': ({ data }) =>
      data.type === 34 && openidOf(data.code) ? session(247, 'o1') : bad(1002018003, '社交授权失败'),
    'GET /product/spu/page': () => good({ list: ['tea'], total: 1 }),
    'GET /trade/cart/list 登录': () => good(['cup']),
    'POST /trade/order/create 登录': () => bad(1008006004, '商品库存不足'),
    'POST /infra/file/upload 登录': () => good(`${ORIGIN}/photo.png`),
  }))
  return {
    ...shop,
    base,
    guest: { url: '/product/spu/page', expected: { list: ['tea'], total: 1 } },
    mine: { url: '/trade/cart/list', expected: ['cup'] },
    refused: { url: '/trade/order/create', code: 1008006004, words: '商品库存不足' },
    upload: { url: '/infra/file/upload', expected: `${ORIGIN}/photo.png` },
    login: {
      path: '/member/auth/sms-login',
      asked: 'emit login-sheet true',
      detail: { mobile: '15601691300', code: '9999' },
      wrong: { mobile: '15601691300', code: '0000' },
      words: '验证码不正确',
    },
    bad,
  }
}

/** The staff's side, as unibest's template of it uses it. */
export function yudaoAdmin({ now }) {
  const base = '/admin-api'
  const shop = createYudao({ now }, base, (session) => ({
    'POST /system/auth/login': ({ data }) =>
      data.password === 'admin123' ? session(1) : bad(1002000000, '登录失败，账号密码不正确'),
    'GET /system/notice/page': () => good({ list: [], total: 0 }),
    'GET /system/user/profile/get 登录': () => good({ nickname: '芋道源码' }),
    'POST /system/dept/delete 登录': () => bad(1002004004, '存在子部门，无法删除'),
    'POST /infra/file/upload 登录': () => good('/photo.png'),
  }))
  return {
    ...shop,
    base,
    guest: { url: '/system/notice/page', expected: { list: [], total: 0 } },
    mine: { url: '/system/user/profile/get', expected: { nickname: '芋道源码' } },
    refused: { url: '/system/dept/delete', code: 1002004004, words: '存在子部门，无法删除' },
    upload: { url: '/infra/file/upload', expected: '/photo.png' },
    login: {
      path: '/system/auth/login',
      asked: 'open /pages/login/login',
      detail: { username: 'admin', password: 'admin123' },
      wrong: { username: 'admin', password: 'guess' },
      words: '登录失败，账号密码不正确',
    },
    bad,
  }
}
