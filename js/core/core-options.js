import { isFunction } from '../fields.js'
import { isBrowseOnly } from './native-call.js'

const SECOND = 1000

function submissionOf({ submit }) {
  if (submit === undefined) return 'nothing'
  return isFunction(submit) ? 'call' : 'post'
}

/** What the core takes of the app's options: `Options` in `src/wasm/values.rs`. */
export function coreOptions({ settings, storage, api }) {
  const { exchange, prompts } = settings
  return {
    expiryMargin: settings.expiryMargin * SECOND,
    defaultExpiresIn: settings.defaultExpiresIn,
    loginTimeout: settings.loginTimeout,
    promptTimeout: settings.promptTimeout,
    retries: settings.retries,
    renews: settings.renew !== undefined,
    renewAhead: settings.renewAhead * SECOND,
    exchange: !exchange ? 'none' : exchange.cloud === undefined ? 'code' : 'cloud',
    prompts: Object.keys(prompts).map((need) => ({ need, submission: submissionOf(prompts[need]) })),
    origins: settings.origins,
    browseOnly: isBrowseOnly(api),
    storageKey: storage.key,
    storage: storage.web ? undefined : storage.place,
    webStorage: storage.web,
  }
}
