import { bearerOf, createTokens } from '../tokens.js'

const good = (more) => ({ data: { code: 200, msg: '操作成功', ...more } })
const bad = (code, msg) => ({ data: { code, msg } })

/** A token lasts 30 minutes from its last use. No WeChat here: accounts alone. */
export function ruoyiApp({ now }) {
  const tokens = createTokens(now, 30 * 60)
  const tokenOf = ({ headers }) => bearerOf(headers.authorization)

  const routes = {
    'GET /captchaImage': () => good({ captchaEnabled: true, uuid: 'u1', img: 'R0lGODlh' }),
    'POST /login': ({ data }) => {
      if (data.uuid !== 'u1' || data.code !== '7') return bad(500, '验证码错误')
      return data.password === 'admin123' ? good(tokens.issue(1)) : bad(500, '用户不存在/密码错误')
    },
    'GET /app/notice': () => good({ rows: [], total: 0 }),
    'GET /system/user/profile 登录': () => good({ data: { userName: 'admin' } }),
    'POST /system/user 登录': () => bad(500, "新增用户'admin'失败，登录账号已存在"),
    'POST /system/user/profile/avatar 登录': () => good({ imgUrl: '/photo.png' }),
    'POST /logout': () => good(),
  }

  const shop = {
    tokens,
    tokenOf,
    base: '',
    answer(hit) {
      const name = `${hit.method} ${hit.path}`
      const { [name]: route, [`${name} 登录`]: mine } = routes
      if (mine && !tokens.userOf(tokenOf(hit))) return bad(401, '认证失败，无法访问系统资源')
      return (mine || route)(hit)
    },
    guest: { url: '/app/notice', expected: good({ rows: [], total: 0 }).data },
    mine: { url: '/system/user/profile', expected: good({ data: { userName: 'admin' } }).data },
    refused: { url: '/system/user', code: 500, words: "新增用户'admin'失败，登录账号已存在" },
    upload: { url: '/system/user/profile/avatar', expected: good({ imgUrl: '/photo.png' }).data },
    login: {
      path: '/login',
      asked: 'open /pages/login',
      detail: { username: 'admin', password: 'admin123', code: '7', uuid: 'u1' },
      wrong: { username: 'admin', password: 'admin123', code: '8', uuid: 'u1' },
      words: '验证码错误',
    },
    bad,
  }
  return shop
}
