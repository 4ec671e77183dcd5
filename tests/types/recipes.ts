/** The recipes as they are, checked; and what an app then writes with their clients. */
import type { Client, LoginError, Pending, Session, UnwrappingClient } from 'wxlogin'
import { client as crmeb } from '../../examples/recipes/crmeb.js'
import { client as handWritten, request } from '../../examples/recipes/from-hand-written.js'
import { http } from '../../examples/recipes/from-unibest.js'
import { client as weRequest } from '../../examples/recipes/from-werequest.js'
import { client as litemall } from '../../examples/recipes/litemall.js'
import { client as ruoyi } from '../../examples/recipes/ruoyi-app.js'
import { client as wechatAppMall } from '../../examples/recipes/wechat-app-mall.js'
import { client as yudaoAdmin } from '../../examples/recipes/yudao-admin.js'
import { client as yudaoMall } from '../../examples/recipes/yudao-mall.js'

const expectType = <T>(_value: T) => {}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

for (const client of [yudaoMall, yudaoAdmin, crmeb, litemall, wechatAppMall, ruoyi, handWritten, weRequest]) {
  expectType<UnwrappingClient>(client)
  expectType<Same<typeof client, Client>>(false)
}

interface Cart {
  id: number
  count: number
}

// What pages write.
async function page() {
  const cart = await yudaoMall.request<Cart[]>({ url: '/trade/cart/list', needs: 'login' })
  expectType<number | undefined>(cart[0]?.count)
  expectType<Pending<Cart>>(yudaoMall.upload<Cart>({ url: '/upload', filePath: 'f', name: 'file' }))
  expectType<Promise<Cart>>(request('/cart', { id: 1 }, 'POST'))
  expectType<Promise<Cart>>(http.post('/cart', { id: 1 }))
  expectType<Session | null>(yudaoAdmin.session)
  expectType<unknown>(litemall.session?.extra?.nickName)

  // @ts-expect-error: the client unwraps, there is no response
  cart.statusCode
  // @ts-expect-error: `needs` was meant
  yudaoMall.request({ url: '/trade/cart/list', need: 'login' })
  // @ts-expect-error: no such method
  yudaoMall.request({ url: '/trade/cart/list', method: 'PATCH' })
}

// What login pages write.
function onPhone(event: WechatMiniprogram.ButtonGetPhoneNumber) {
  yudaoMall
    .provide('login', event.detail)
    .then(() => wx.navigateBack())
    .catch(({ errMsg }: LoginError) => wx.showToast({ title: errMsg, icon: 'none' }))
}

export { onPhone, page }
