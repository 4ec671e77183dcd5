import { createSSRApp, watch } from 'vue'
import App from './App.vue'
import { client } from './client'
import { session } from './session'

watch(session, ({ token }) => client.request({ url: '/seen', data: { token } }))

export const createApp = () => ({ app: createSSRApp(App) })
