import { OpenDataError } from './crypto.js'
import { StoreError } from './store.js'
import { WeChatError } from './wechat.js'

/** How long to stay away after "too often", seconds: WeChat's limits count by the minute. */
const RETRY_AFTER = 60
/** The same while the store is away, seconds. */
const RETRY_STORE = 2

/**
 * WeChat's error codes pass through in the body; the status says whose turn it is. Never 401: that
 * asks for a login, and these are answers to one.
 */
function statusOf(errcode) {
  if (errcode === 40029 || errcode === 40163) return 400
  if (errcode === 40226) return 403
  if (errcode === 45009 || errcode === 45011) return 429
  if (errcode === -1) return 503
  return 502
}

/** Every failure is `{ error, message }` and what else is known: errcode, field, expected. */
export function answerErrors(app) {
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof WeChatError) return answerWeChat(error, request, reply)
    if (error instanceof StoreError) return answerStore(error, request, reply)
    if (error instanceof OpenDataError) {
      return reply.code(400).send({ error: 'OPEN_DATA', message: error.message })
    }
    if (error.validation) return reply.code(400).send(describe(error))
    if (error.statusCode < 500) {
      return reply.code(error.statusCode).send({ error: error.code || 'BAD_REQUEST', message: error.message })
    }
    request.log.error(error)
    return reply.code(500).send({ error: 'INTERNAL', message: 'the service failed' })
  })
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send({ error: 'NOT_FOUND', message: `no ${request.method} ${request.url}` }),
  )
}

function answerWeChat(error, request, reply) {
  request.log.warn({ errcode: error.errcode, message: error.message }, 'WeChat refused')
  if (error.errcode === undefined) {
    return reply.code(502).send({ error: 'WECHAT_UNREACHABLE', message: error.message })
  }
  const status = statusOf(error.errcode)
  if (status === 429) reply.header('retry-after', String(RETRY_AFTER))
  return reply.code(status).send({ errcode: error.errcode, errmsg: error.errmsg })
}

/** Never 401 either: whoever is known stays known, however long the store is away. */
function answerStore(error, request, reply) {
  request.log.error({ message: error.message }, 'the store failed')
  return reply
    .code(503)
    .header('retry-after', String(RETRY_STORE))
    .send({ error: 'STORE_UNAVAILABLE', message: 'the store cannot be reached: try again' })
}

/** Which field, and what its schema describes. Ajv's last complaint sums up the ones before it. */
function describe({ validation, validationContext }) {
  const { keyword, instancePath, params, parentSchema, message } = validation.at(-1)
  const missing = keyword === 'required' ? params.missingProperty : null
  const path = instancePath.split('/').slice(1)
  const field = (missing ? [...path, missing] : path).join('.') || validationContext
  const schema = missing ? parentSchema.properties?.[missing] : parentSchema
  const expected = schema?.description || message.replace(/^must (be )?/, '')
  return { error: 'INVALID', field, expected, message: `${field}: expected ${expected}` }
}
