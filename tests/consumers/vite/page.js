import { fileURLToPath } from 'node:url'
import { build } from 'vite'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))

await build({
  configFile: false,
  root: here('page'),
  logLevel: 'warn',
  build: { outDir: here('dist/page'), emptyOutDir: true },
})
