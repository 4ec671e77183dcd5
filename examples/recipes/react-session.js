// 响应式的登录状态（React，Taro）。组件里：const session = useSession()
// A reactive session in ten lines.
import { useSyncExternalStore } from 'react'
import { client } from './client'

const subscribe = (changed) => {
  const stop = client.onChange(changed)
  wx.onAppShow(changed) // 从后台回来时，它可能已经过期
  return () => {
    stop()
    wx.offAppShow(changed)
  }
}
export const useSession = () => useSyncExternalStore(subscribe, () => client.session)
