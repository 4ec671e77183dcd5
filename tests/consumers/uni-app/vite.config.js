import { copyFileSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import uni from '@dcloudio/vite-plugin-uni'
import { defineConfig } from 'vite'

const wasm = fileURLToPath(
  new URL('../node_modules/wxlogin/dist/miniprogram/wxlogin.wasm.br', import.meta.url),
)
const folder = fileURLToPath(new URL('src/static', import.meta.url))
mkdirSync(folder, { recursive: true })
copyFileSync(wasm, `${folder}/wxlogin.wasm.br`)

const recipe = new URL('../../../examples/recipes/vue-session.js', import.meta.url)
copyFileSync(recipe, new URL('src/session.js', import.meta.url))

export default defineConfig({ plugins: [(uni.default ?? uni)()] })
