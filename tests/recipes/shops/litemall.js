import { APP_ID } from '../open.js'
import { createTokens } from '../tokens.js'

const good = (data) => ({ data: { errno: 0, errmsg: '成功', ...(data !== undefined && { data }) } })
const bad = (errno, errmsg) => ({ data: { errno, errmsg } })

export function litemall({ accounts, now }) {
  const tokens = createTokens(now, 2 * 3600)
  const tokenOf = ({ headers }) => headers['x-litemall-token']
  const sessionKeys = new Map()
  const session = (user, userInfo) => good({ token: tokens.issue(user).token, userInfo })

  const routes = {
    'POST /auth/login_by_weixin': ({ data }) => {
      const { openid, session_key: sessionKey } = accounts.redeemCode({ appid: APP_ID, code: data.code })
      if (!openid) return bad(-1, '参数值不对')
      sessionKeys.set(openid, sessionKey)
      return session(openid, data.userInfo)
    },
    'POST /auth/login': ({ data }) =>
      data.password === 'user123' ? session('user123', { nickName: 'user123' }) : bad(700, '账号密码不对'),
    'POST /auth/bindPhone 登录': ({ data }, user) =>
      data.encryptedData === `sealed under ${sessionKeys.get(user)}` ? good() : bad(705, '解密失败'),
    'GET /home/index': () => good({ banner: [] }),
    'GET /cart/index 登录': () => good({ cartList: ['cup'] }),
    'POST /order/submit 登录': () => bad(711, '商品货品库存不足'),
    'POST /storage/upload 登录': () => good({ url: '/photo.png' }),
  }

  const shop = {
    tokens,
    tokenOf,
    base: '/wx',
    answer(hit) {
      const name = `${hit.method} ${hit.path.slice(shop.base.length)}`
      const { [name]: route, [`${name} 登录`]: mine } = routes
      const user = tokens.userOf(tokenOf(hit))
      if (mine && !user) return bad(501, '请登录')
      return (mine || route)(hit, user)
    },
    guest: { url: '/home/index', expected: { banner: [] } },
    mine: { url: '/cart/index', expected: { cartList: ['cup'] } },
    refused: { url: '/order/submit', code: 711, words: '商品货品库存不足' },
    upload: { url: '/storage/upload', expected: { url: '/photo.png' } },
    login: {
      path: '/auth/login',
      asked: 'open /pages/auth/login/login',
      detail: { username: 'user123', password: 'user123' },
      wrong: { username: 'user123', password: 'guess' },
      words: '账号密码不对',
    },
    bad,
  }
  return shop
}
