// 数据预拉取：把 token 交给微信，由它在启动时带给后端（最长 1024 个字符）。
// 没有 token 时，微信每次冷启动都会自己生成一个登录 code，session_key 就换了，手机号也就解不开了。
// 所以过期时不清空（后端自己会判断），退出登录才清空。
//
// The session's token for WeChat's data prefetch. Kept when it expires: without a token WeChat creates a
// login code at each cold start, which rotates the session_key.
import { client } from './client'

client.onChange(({ type, session }) => {
  if (session || type === 'logout') wx.setBackgroundFetchToken({ token: session?.token || '' })
})
