import { APP_ID } from '../open.js'
import { bearerOf, createTokens } from '../tokens.js'

const good = (data = []) => ({ data: { status: 200, msg: 'ok', data } })
const bad = (status, msg) => ({ data: { status, msg, data: [] } })

/** `bindPhone`: whether the shop wants a phone number of everybody. */
export function crmeb({ accounts, now }) {
  const tokens = createTokens(now, 7 * 24 * 3600)
  const keys = new Map()
  const tokenOf = ({ headers }) => bearerOf(headers['authori-zation'])
  const exchanged = (code) => accounts.redeemCode({ appid: APP_ID, code })

  function session(key) {
    if (!keys.has(key)) return bad(400, '登录已失效，请重新进入')
    const { token, until } = tokens.issue(keys.get(key))
    return good({ token, expires_time: until / 1000 })
  }

  const routes = {
    'GET /v2/routine/auth_type': ({ query }) => {
      const { openid } = exchanged(query.code)
      if (!openid) return bad(400, '获取 session_key 失败')
      const key = `key-${keys.size + 1}`
      keys.set(key, openid)
      return good({ key, bindPhone: shop.bindPhone })
    },
    'GET /v2/routine/auth_login': ({ query }) => session(query.key),
    'POST /v2/routine/auth_binding_phone': ({ data }) => {
      const { session_key: sessionKey } = exchanged(data.code)
      return data.encryptedData === `sealed under ${sessionKey}` ? session(data.key) : bad(400, '解密失败')
    },
    'GET /products': () => good(['tea']),
    'GET /cart/list 登录': () => good({ valid: ['cup'] }),
    'POST /order/create 登录': () => bad(410111, '库存不足'),
    'POST /upload/image 登录': () => good({ url: '/photo.png' }),
  }

  const shop = {
    tokens,
    tokenOf,
    bindPhone: false,
    answer(hit) {
      if (hit.headers['form-type'] !== 'routine') return bad(400, '来源不明')
      const name = `${hit.method} ${hit.path.slice(shop.base.length)}`
      const { [name]: route, [`${name} 登录`]: mine } = routes
      if (mine && !tokens.userOf(tokenOf(hit))) return bad(tokenOf(hit) ? 110003 : 110002, '请登录')
      return (mine || route)(hit)
    },
    base: '/api',
    guest: { url: '/products', expected: ['tea'] },
    mine: { url: '/cart/list', expected: { valid: ['cup'] } },
    refused: { url: '/order/create', code: 410111, words: '库存不足' },
    upload: { url: '/upload/image', expected: { url: '/photo.png' } },
    login: {
      path: '/v2/routine/auth_login',
      asked: 'open /pages/users/wechat_login/index?bindPhone=false',
      detail: {},
      refusal: bad(400, '登录已失效，请重新进入'),
      words: '登录已失效，请重新进入',
    },
    bad,
  }
  return shop
}
