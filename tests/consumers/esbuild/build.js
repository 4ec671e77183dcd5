import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

await build({
  entryPoints: [fileURLToPath(new URL('../shop.js', import.meta.url))],
  outfile: fileURLToPath(new URL('dist/app.js', import.meta.url)),
  bundle: true,
  minify: true,
  target: 'es2017',
})
