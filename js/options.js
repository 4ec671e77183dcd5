import { configInvalid } from './error.js'

const LONGEST_TIMER = 0x7fffffff
const BASE_URL = /^https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?(?:\/[^?#\s]*)?$/i
const ORIGIN = /^https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?\/?$/i

const BEARER = { header: 'Authorization', scheme: 'Bearer ' }

const isText = (value) => typeof value === 'string' && value !== ''
const isObject = (value) => typeof value === 'object' && value !== null
const isFunction = (value) => typeof value === 'function'

function check(holds, field, expected) {
  if (!holds) throw configInvalid(field, expected)
}

function optional(options, field, test, expected) {
  check(options[field] === undefined || test(options[field]), field, expected)
}

function number(options, field, standard, least, most) {
  const value = options[field] === undefined ? standard : options[field]
  const holds = typeof value === 'number' && value >= least && value <= most
  check(holds, field, `a number from ${least} to ${most}`)
  return value
}

/** Needs as the core takes them: names, one a line. */
export function needLines(needs, field = 'needs') {
  const names = Array.isArray(needs) ? needs : [needs]
  check(
    names.every((name) => isText(name) && !/[\r\n]/.test(name)),
    field,
    'a name or an array of names of needs',
  )
  return names.join('\n')
}

/** Own fields alone: what somebody put on `Object.prototype` is not the app's word. */
const ownFields = (options) => Object.assign(Object.create(null), options)

/** Is it a cloud function, which wants no code? */
function isByCloud(exchange) {
  if (isFunction(exchange)) return false
  check(isObject(exchange), 'exchange', 'a URL, { url }, { cloud } or a function')
  const { cloud, url } = exchange
  if (cloud === undefined) check(isText(url), 'exchange.url', 'a URL')
  else check(isText(cloud), 'exchange.cloud', 'the name of a cloud function')
  const { codeField } = exchange
  check(codeField === undefined || isText(codeField), 'exchange.codeField', 'the name of a field')
  return cloud !== undefined
}

/**
 * Checks what `createClient` was given, and adds what the core wants to know.
 * @throws LoginError CONFIG_INVALID, naming the field and what was expected.
 */
export function checkOptions(given) {
  check(isObject(given), 'options', 'an object')
  const options = ownFields(given)
  const { exchange } = options
  if (isText(exchange)) options.exchange = ownFields({ url: exchange })
  else if (isObject(exchange)) options.exchange = ownFields(exchange)
  const { attach, prompts = {}, trustedOrigins = [], storage } = options
  check(
    isText(options.baseURL) && BASE_URL.test(options.baseURL),
    'baseURL',
    "'https://host[:port][/path]' without query or user-info",
  )
  check(Array.isArray(trustedOrigins), 'trustedOrigins', 'an array of origins')
  for (const origin of trustedOrigins) {
    check(isText(origin) && ORIGIN.test(origin), 'trustedOrigins', "origins, as in 'https://host[:port]'")
  }
  check(
    attach === undefined ||
      attach === 'bearer' ||
      isFunction(attach) ||
      (isObject(attach) && isText(attach.header)),
    'attach',
    "'bearer', { header } or a function",
  )
  for (const field of ['readSession', 'needs']) optional(options, field, isFunction, 'a function')
  optional(options, 'storageKey', isText, 'a text')
  optional(options, 'host', isObject, 'the mini-program API object')
  optional(options, 'fallback', isObject, "require('wxlogin/fallback')")
  check(
    storage === undefined ||
      (isObject(storage) && ['getItem', 'setItem', 'removeItem'].every((name) => isFunction(storage[name]))),
    'storage',
    '{ getItem, setItem, removeItem }',
  )
  check(isObject(prompts), 'prompts', 'an object of prompts by need')
  const shown = []
  const posted = []
  const submitted = []
  for (const need of Object.keys(prompts)) {
    const field = `prompts['${need}']`
    const prompt = prompts[need]
    needLines(need, field)
    check(isObject(prompt) && isFunction(prompt.ask), `${field}.ask`, 'a function')
    // A prompt may be of a class, so its own fields are not all it has.
    const submit = prompt.submit === Object.prototype.submit ? undefined : prompt.submit
    check(
      submit === undefined || isText(submit) || isFunction(submit),
      `${field}.submit`,
      'a URL or a function',
    )
    ;(submit === undefined ? shown : isText(submit) ? posted : submitted).push(need)
  }
  return {
    options,
    attach: isObject(attach) ? { header: attach.header, scheme: '' } : isFunction(attach) ? attach : BEARER,
    prompts,
    /** In the order of `create` in `src/wasm/exports.rs`; names are one a line. */
    forCore: [
      isByCloud(options.exchange),
      [options.baseURL, ...trustedOrigins].join('\n'),
      shown.join('\n'),
      posted.join('\n'),
      submitted.join('\n'),
      number(options, 'expiryMargin', 60, 0, 1e9) * 1000,
      number(options, 'defaultExpiresIn', 7200, 1, 1e9),
      number(options, 'loginTimeout', 15000, 1, LONGEST_TIMER),
      number(options, 'promptTimeout', 180000, 1, LONGEST_TIMER),
      number(options, 'retries', 0, 0, 100),
    ],
    tracing: false,
  }
}
