import { fieldsOf, has, isFunction, isObject, isText, keys } from './fields.js'
import { check, needNames } from './needs.js'

/** ms. */
const LONGEST_TIMER = 0x7fffffff
const ORIGIN = /^https?:\/\/(?:[\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?(\/[^?#\s]*)?$/i
const any = () => true
const isUse = (value) => isText(value) || isFunction(value)
const isNumber =
  (least, most = 1e9) =>
  (value) =>
    typeof value === 'number' && value >= least && value <= most
const isURL = (most) => (url) => {
  const found = isText(url) && ORIGIN.exec(url)
  return found && !(found[1] > 65535) && (found[2] || '').length <= most
}

const PROMPT = { ask: isFunction, submit: isUse, close: isFunction }
const REQUEST = { url: isText, method: any, header: any, data: any, codeField: isText, timeout: any }
const CLOUD = { cloud: isText, data: any }
const HEADER = { header: any }
const DEFAULTS = { header: isObject, data: isObject, timeout: (ms) => ms > 0, validateStatus: isFunction }
const STORAGE = ['getItem', 'setItem', 'removeItem']
const OPTIONS = {
  baseURL: isURL(Infinity),
  trustedOrigins: (list) => Array.isArray(list) && list.every(isURL(1)),
  exchange: (value) => isUse(value) || isObject(value),
  renew: isUse,
  renewAhead: isNumber(0),
  readSession: isFunction,
  attach: (value) => value === 'bearer' || isFunction(value) || isObject(value),
  defaults: (value) => isFunction(value) || isObject(value),
  needs: isFunction,
  accept: isFunction,
  onError: isFunction,
  unwrap: isFunction,
  prompts: isObject,
  expiryMargin: isNumber(0),
  defaultExpiresIn: isNumber(1),
  loginTimeout: isNumber(1, LONGEST_TIMER),
  promptTimeout: isNumber(1, LONGEST_TIMER),
  retries: isNumber(0, 100),
  storage: (value) => isObject(value) && STORAGE.every((name) => isFunction(value[name])),
  storageKey: isText,
  host: isObject,
  wasm: any,
  fallback: isObject,
}

/** The fields of an object of options, if all are known and fit, and the one that must be there is. */
function shaped(given, shape, path, required) {
  check(isObject(given), path || 'options')
  const at = (name) => (path ? `${path}.${name}` : name)
  for (const name of keys(given)) check(has(shape, name), at(name), keys(shape))
  const fields = fieldsOf(given)
  for (const name in shape) {
    check(fields[name] === undefined ? name !== required : shape[name](fields[name]), at(name))
  }
  return fields
}

/** Checks what `createClient` was given, and adds `homes`: how URLs of trusted origins begin. @throws Fault */
export function checkOptions(given) {
  const options = shaped(given, OPTIONS, '', 'baseURL')
  const { baseURL, trustedOrigins = [], exchange, attach = 'bearer', defaults, prompts = {} } = options
  options.origins = [baseURL].concat(trustedOrigins)
  options.homes = options.origins.map((url) => `${/^[^/]*..[^/]*/.exec(url)[0]}/`)
  if (isObject(exchange)) {
    const isCloud = fieldsOf(exchange).cloud !== undefined
    options.exchange = shaped(exchange, isCloud ? CLOUD : REQUEST, 'exchange', 'url')
  }
  options.prompts = fieldsOf(prompts)
  for (const need in options.prompts) {
    const path = `prompts['${need}']`
    needNames(need, path)
    check(need !== 'sessionKey' && need !== 'privacy', path)
    shaped(Object(options.prompts[need]), PROMPT, path, 'ask')
  }
  check(exchange || options.prompts.login, 'exchange')
  if (attach === 'bearer') options.attach = { header: 'Authorization', scheme: 'Bearer ' }
  else if (isObject(attach)) {
    const { header } = shaped(attach, HEADER, 'attach')
    check(isText(header), 'attach')
    options.attach = { header, scheme: '' }
  }
  if (isObject(defaults)) options.defaults = shaped(defaults, DEFAULTS, 'defaults')
  return options
}
