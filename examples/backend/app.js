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

/**
 * Builds the service without listening.
 *
 * @param {object} config
 * @param {string} config.appid
 * @param {string} config.secret
 * @param {string} [config.wechatBase] default the real WeChat
 * @param {number} [config.sessionTtl] seconds, default 7200
 * @param {string} [config.allowOrigin] the web origin that may call from a browser; default none
 * @param {() => number} [config.now] milliseconds, default `Date.now`
 * @param {object | boolean} [config.logger] Fastify's
 */
export function buildApp(config) {
  // No coercion: a code that came as a number was broken on its way.
  const app = Fastify({
    logger: config.logger || false,
    ajv: { customOptions: { coerceTypes: false, verbose: true } },
    forceCloseConnections: true,
  })
  const now = config.now || Date.now

  app.decorate('sessions', createSessions({ ttl: config.sessionTtl, now }))
  app.decorate('now', now)
  app.decorate('users', createUsers())
  app.decorate('wechat', createWeChat({ ...config, now }))
  app.decorateRequest('session', null)
  app.decorateRequest('user', null)

  acceptEmptyJson(app)
  answerErrors(app)
  if (config.allowOrigin) allowOrigin(app, config.allowOrigin)

  app.register(loginRoutes)
  app.register(shopRoutes)
  app.register(phoneRoutes)
  app.register(profileRoutes)
  app.register(scanRoutes)
  return app
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
