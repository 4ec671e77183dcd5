import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

await build({
  configFile: false,
  root: here('.'),
  logLevel: 'warn',
  build: {
    target: 'es2017',
    lib: { entry: here('../shop.js'), formats: ['cjs'], fileName: () => 'app.js' },
  },
})
