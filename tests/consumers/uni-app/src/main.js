import { createSSRApp } from 'vue'
import '../../shop'
import App from './App.vue'

export const createApp = () => ({ app: createSSRApp(App) })
