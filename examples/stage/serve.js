import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliDecompressSync } from 'node:zlib'
import { build } from 'esbuild'
import Fastify from 'fastify'
import { installPackages } from '../../build/setup.js'
import { startBackend } from '../../tests/backend/process.js'
import { startWeChat } from '../../tests/wechat/server.js'
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

  async function restart() {
    await backend.end('SIGKILL')
    backend = await startBackend({ ...settings, PORT: new URL(backend.url).port })
    return {}
  }
  let restarting = null
  pages.post('/backend/restart', () => {
    restarting ||= restart().finally(() => {
      restarting = null
    })
    return restarting
  })

  const url = await pages.listen({ host: '127.0.0.1', port })
  const wechat = await startWeChat()
  const folder = await mkdtemp(join(tmpdir(), 'wxlogin-stage-'))
  const settings = {
    WECHAT_APPID: wechat.platform.appid,
    WECHAT_SECRET: wechat.platform.secret,
    WECHAT_API_BASE: wechat.url,
    STORE: `sqlite:${join(folder, 'shop.db')}`,
    ALLOW_ORIGIN: url,
  }
  let backend = await startBackend(settings)
  places.wechat = wechat.url
  places.backend = backend.url

  async function close() {
    await Promise.all([pages.close(), backend.end(), wechat.close()])
    await rm(folder, { recursive: true })
  }
  // The backend is a process of its own, and would stay.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => close().then(() => process.exit()))

  return { url, close }
}
