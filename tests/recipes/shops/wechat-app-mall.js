import { APP_ID } from '../open.js'
import { createTokens } from '../tokens.js'

const FORM = 'application/x-www-form-urlencoded'
const good = (data) => ({ data: { code: 0, data, msg: 'success' } })
const bad = (code, msg) => ({ data: { code, msg } })

/** Nobody is asked to log in: every user of WeChat's is one of the shop's. */
export function wechatAppMall({ accounts, now }) {
  const tokens = createTokens(now, 30 * 24 * 3600)
  const mobiles = new Map()
  const tokenOf = ({ data, query }) => data?.token ?? query.token

  function session(code) {
    const { openid } = accounts.redeemCode({ appid: APP_ID, code })
    if (!openid) return bad(40029, 'code 无效')
    return good({ token: tokens.issue(openid).token, uid: 951, openid, mobile: mobiles.get(openid) })
  }

  const routes = {
    'POST /user/wxapp/authorize': ({ data }) => session(data.code),
    'POST /user/wxapp/login/mobile/v2': ({ data }) => {
      const { errcode, phoneNumber } = accounts.redeemPhoneCode({ appid: APP_ID, code: data.codeMobile })
      if (errcode) return bad(40029, '手机号 code 无效')
      mobiles.set(shop.openid, phoneNumber)
      return session(data.code)
    },
    'GET /banner/list': () => good(['tea']),
    'GET /shopping-cart/info 登录': () => good({ number: 1 }),
    'POST /order/create 登录': () => bad(20000, '库存不足'),
    'POST /dfs/upload/file 登录': () => good({ url: '/photo.png' }),
    'GET /user/detail 登录': () => good({ base: { id: 951 } }),
  }

  const shop = {
    tokens,
    mobiles,
    tokenOf,
    openid: 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M',
    base: '/your-subdomain',
    answer(hit) {
      const isForm = hit.headers['content-type'] === FORM || hit.data?.upfile
      if (hit.method === 'POST' && !isForm) return bad(400, '请用表单提交')
      const name = `${hit.method} ${hit.path.replace(shop.base, '')}`
      const { [name]: route, [`${name} 登录`]: mine } = routes
      if (mine && !tokens.userOf(tokenOf(hit))) return bad(2000, '当前登录token无效，请重新登录')
      return (mine || route)(hit)
    },
    guest: { url: '/banner/list', expected: ['tea'] },
    mine: { url: '/shopping-cart/info', expected: { number: 1 } },
    refused: { url: '/order/create', code: 20000, words: '库存不足' },
    upload: { url: '/dfs/upload/file', expected: { url: '/photo.png' } },
    login: {
      path: '/user/wxapp/authorize',
      refusal: bad(10001, '账号已被禁用'),
      words: '账号已被禁用',
      isSilent: true,
    },
    bad,
  }
  return shop
}
