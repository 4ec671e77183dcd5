import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { build } from 'esbuild'
import Fastify from 'fastify'
import { installPackages } from '../../build/setup.js'
import { startWeChat } from '../../tests/wechat/server.js'
import { buildApp } from '../backend/app.js'
import { compile } from './compile.js'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))

const HTML = 'text/html; charset=utf-8'
const SCRIPT = 'text/javascript; charset=utf-8'
const IMAGE = /^\w+\.svg$/
const STYLE = 'text/css; charset=utf-8'

/** esbuild's bundle of a file under `page/`. */
async function bundle(entry) {
  const { outputFiles } = await build({
    entryPoints: [at(`page/${entry}`)],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2022',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.woff2': 'dataurl' },
    nodePaths: [at('node_modules')],
    logLevel: 'warning',
  })
  return outputFiles[0].text
}

/**
 * Serves the page, with WeChat's server (simulated) and the example's backend behind it, all on
 * loopback. Installs what the page is built from, the first time.
 *
 * @param {object} [options]
 * @param {number} [options.port] default 0: any free port
 * @param {string} [options.library] the built package, as a mini-program gets it
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function serveStage({ port = 0, library = at('../../dist/miniprogram/') } = {}) {
  if (!existsSync(`${library}wxlogin.wasm.br`)) throw new Error(`${library} holds no package: npm run build`)
  await installPackages('examples/stage')
  const { TmplGroup } = createRequire(import.meta.url)('glass-easel-template-compiler')

  const pages = Fastify({ forceCloseConnections: true })
  const places = {}
  const send = (path, type, make) =>
    pages.get(path, async (_request, reply) =>
      reply
        .type(type)
        .header('cache-control', 'no-store')
        .send(await make()),
    )

  send('/', HTML, () => readFile(at('page/index.html'), 'utf8'))
  send('/page.js', SCRIPT, () => bundle('main.js'))
  send('/page.css', STYLE, () => bundle('style/page.css'))
  send('/places.json', 'application/json', () => places)
  send('/miniprogram.js', SCRIPT, () => {
    const config = { baseURL: places.backend }
    return compile({ folder: at('../miniprogram/'), library, config, TmplGroup })
  })
  pages.get('/images/:name', async ({ params }, reply) => {
    if (!IMAGE.test(params.name)) return reply.callNotFound()
    return reply.type('image/svg+xml').send(await readFile(at(`../miniprogram/images/${params.name}`)))
  })
  // WXWebAssembly unpacks `.wasm.br` by itself, a browser does not.
  send('/miniprogram_npm/wxlogin/wxlogin.wasm.br', 'application/wasm', async () =>
    brotliDecompressSync(await readFile(`${library}wxlogin.wasm.br`)),
  )

  const url = await pages.listen({ host: '127.0.0.1', port })
  const wechat = await startWeChat()
  const { appid, secret } = wechat.platform
  const backend = buildApp({ appid, secret, wechatBase: wechat.url, allowOrigin: url })
  places.wechat = wechat.url
  places.backend = await backend.listen({ host: '127.0.0.1', port: 0 })

  return { url, close: () => Promise.all([pages.close(), backend.close(), wechat.close()]).then(() => {}) }
}
