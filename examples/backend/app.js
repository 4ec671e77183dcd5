import rateLimit from '@fastify/rate-limit'
import Fastify from 'fastify'
import { allowOrigin } from './cors.js'
import { answerErrors } from './errors.js'
import { loginRoutes } from './login.js'
import { phoneRoutes } from './phone.js'
import { profileRoutes } from './profile.js'
import { scanRoutes } from './scan.js'
import { createSessions } from './sessions.js'
import { shopRoutes } from './shop.js'
import { createUsers } from './users.js'
import { createWeChat } from './wechat.js'

const BODY_LIMIT = 64 * 1024
/** How long somebody may take to send a request. Milliseconds. */
const REQUEST_TIMEOUT = 30 * 1000
const DEFAULT_RATE_LIMIT = 300

/**
 * Builds the service without listening. It closes the store when it is closed.
 *
 * @param {object} config
 * @param {object} config.store of `openStore`
 * @param {string} config.appid
 * @param {string} config.secret
 * @param {string} [config.wechatBase] default the real WeChat
 * @param {number} [config.wechatTimeout] milliseconds, default 5000
 * @param {number} [config.sessionTtl] seconds, default 2 hours
 * @param {number} [config.refreshTtl] seconds, default 30 days
 * @param {number} [config.rateLimit] logins, renewals and scenes a minute, each, of one address; default 300
 * @param {string} [config.trustProxy] addresses of proxies whose `x-forwarded-for` is believed; default none
 * @param {string} [config.allowOrigin] the web origin that may call from a browser; default none
 * @param {() => number} [config.now] milliseconds, default `Date.now`
 * @param {object | boolean} [config.logger] Fastify's
 */
export function buildApp(config) {
  const { store, now = Date.now } = config
  // No coercion: a code that came as a number was broken on its way.
  const app = Fastify({
    logger: config.logger || false,
    ajv: { customOptions: { coerceTypes: false, verbose: true } },
    bodyLimit: BODY_LIMIT,
    requestTimeout: REQUEST_TIMEOUT,
    trustProxy: config.trustProxy || false,
  })

  app.decorate('store', store)
  app.decorate(
    'sessions',
    createSessions({ store, ttl: config.sessionTtl, refreshTtl: config.refreshTtl, now }),
  )
  app.decorate('now', now)
  app.decorate('users', createUsers({ store }))
  app.decorate('wechat', createWeChat({ ...config, now }))
  app.decorate('perAddress', {
    rateLimit: { max: config.rateLimit || DEFAULT_RATE_LIMIT, timeWindow: '1 minute' },
  })
  app.decorateRequest('session', null)
  app.decorateRequest('user', null)
  app.addHook('onClose', () => store.close())

  acceptEmptyJson(app)
  lastAnswers(app)
  answerErrors(app)
  if (config.allowOrigin) allowOrigin(app, config.allowOrigin)

  app.register(rateLimit, { global: false, errorResponseBuilder: tooMany })
  app.register(loginRoutes)
  app.register(shopRoutes)
  app.register(phoneRoutes)
  app.register(profileRoutes)
  app.register(scanRoutes)
  app.get('/health', async () => {
    await store.ping()
    return { status: 'ok' }
  })
  return app
}

/** Who was being served when the end came keeps no connection open after that. */
function lastAnswers(app) {
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close')
  })
}

function tooMany(_request, { after }) {
  const error = new Error(`too many of these from one address: try again in ${after}`)
  return Object.assign(error, { statusCode: 429, code: 'TOO_MANY_REQUESTS' })
}

/** `wx.request` says `content-type: application/json` also where there is no body. */
function acceptEmptyJson(app) {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeContentTypeParser('application/json')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parse(request, body, done)
  })
}
