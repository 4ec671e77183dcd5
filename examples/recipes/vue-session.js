// 响应式的登录状态（Vue 3，uni-app）。模板里：v-if="session"、{{ session.extra.nickname }}
// A reactive session in ten lines.
import { shallowRef } from 'vue'
import { client } from './client'

export const session = shallowRef(client.session)

const read = () => {
  session.value = client.session
}
client.onChange(read)
wx.onAppShow(read) // 从后台回来时，它可能已经过期
