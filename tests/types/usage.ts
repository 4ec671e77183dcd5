import {
  type Change,
  type Client,
  type ClientOptions,
  createClient,
  type DownloadOptions,
  type DownloadResponse,
  type Exchange,
  type ExchangeRequest,
  isLoginError,
  LoginError,
  type LoginErrorCode,
  type Need,
  type Pending,
  type Prompt,
  type RequestOptions,
  type Response,
  type Session,
  type SessionReply,
  type TraceStep,
  type UploadOptions,
} from 'wxlogin'

const expectType = <T>(_value: T) => {}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

const client = createClient({ baseURL: 'https://shop.example', exchange: '/login' })
expectType<Client>(client)

// Every way to make a client.
const exchange: Exchange = async (code, { request }) => {
  const { data } = await request<SessionReply>({ url: '/login', method: 'POST', data: { code } })
  return data
}
const described: ExchangeRequest = {
  url: '/login',
  codeField: 'js_code',
  data: { app: 1 },
  header: {},
  timeout: 1,
}
const phone: Prompt = {
  ask({ need, reason }) {
    expectType<Need>(need)
    expectType<'requested' | 'denied-before'>(reason)
  },
  submit: '/phone',
}
const profile: Prompt = {
  ask: async () => ({ nickname: 'Ada' }),
  submit: async (detail) => {
    expectType<object>(detail)
    return { token: 't', expires_in: 60, granted: ['profile'] }
  },
}
const options: ClientOptions = {
  baseURL: 'https://shop.example',
  trustedOrigins: ['https://img.shop.example'],
  exchange,
  readSession: (reply) => reply.payload,
  attach: (request, session) => ({ header: { ...request.header, 'X-Token': session.token ?? '' } }),
  needs: ({ statusCode, data }) => (statusCode === 401 ? 'login' : statusCode === 200 ? null : data.need),
  prompts: { phone, profile, 'scope.camera': { ask() {} } },
  expiryMargin: 60,
  defaultExpiresIn: 7200,
  loginTimeout: 15_000,
  promptTimeout: 180_000,
  retries: 2,
  storage: { getItem: () => null, setItem() {}, removeItem() {} },
  storageKey: 'mine',
  host: {},
  wasm: '/sub/wxlogin.wasm.br',
  fallback: {},
}
createClient(options)
createClient({ baseURL: 'https://a', exchange: described, attach: 'bearer', wasm: { href: 'https://a/b' } })
createClient({ baseURL: 'https://a', exchange: { cloud: 'login', data: {} }, attach: { header: 'X-Token' } })
createClient({ baseURL: 'https://a', exchange: '/login', wasm: new Uint8Array(8) })
createClient({ baseURL: 'https://a', exchange: '/login', wasm: new ArrayBuffer(8) })

// Requests.
async function requests() {
  const reply = await client.request<{ id: string }[]>({
    url: '/goods',
    needs: ['login', 'scope.camera', 'phone'],
  })
  expectType<string | undefined>(reply.data[0]?.id)
  expectType<number>(reply.statusCode)
  expectType<string | undefined>(reply.header.x)
  expectType<string[] | undefined>(reply.cookies)

  const pending = client.request({ url: '/goods', method: 'POST', data: { a: 1 }, enableHttp2: true })
  expectType<Pending<Response>>(pending)
  expectType<Promise<Response>>(pending)
  pending.abort()

  const upload: UploadOptions = { url: '/avatar', filePath: 'wxfile://a', name: 'avatar', formData: {} }
  expectType<Response<string>>(await client.upload(upload))
  const download: DownloadOptions = { url: '/avatar', filePath: 'wxfile://a' }
  expectType<DownloadResponse>(await client.download(download))
  const request: RequestOptions = {
    url: '/a',
    anonymous: true,
    validateStatus: (status) => status < 400,
    onTask: (task) => task.onHeadersReceived(() => {}),
    success: ({ data }) => data,
    fail: ({ errMsg }) => errMsg,
    complete() {},
  }
  await client.request(request)
}

// Sessions, needs, listeners.
async function sessions() {
  const session = await client.getSession()
  expectType<Session | null>(session)
  expectType<Session>(await client.login())
  await client.login({ force: true })
  expectType<void>(await client.logout())
  expectType<void>(await client.ensure('login'))
  await client.ensure(['privacy', 'sessionKey', 'scope.record', 'anything'])
  expectType<void>(await client.provide('phone', { code: 'x' }))
  client.deny('phone')
  client.deny('phone', 'not now')
  const stop = client.onChange(({ type, session: current }) => {
    expectType<Change['type']>(type)
    expectType<Session | null>(current)
  })
  stop()
  client.onTrace((step: TraceStep) => `${step.at} ${step.step} ${step.ticket}`)()
}

// Errors.
function explain(error: unknown) {
  if (!isLoginError(error)) return 'somebody else’s'
  expectType<LoginError>(error)
  expectType<Error>(error)
  expectType<LoginErrorCode>(error.code)
  expectType<boolean>(error.retryable)
  const known: [number?, Need?, string?, Response?, unknown?] = []
  if (error.retryAfter !== undefined) known[0] = error.retryAfter
  if (error.need !== undefined) known[1] = error.need
  if (error.errMsg !== undefined) known[2] = error.errMsg
  if (error.response !== undefined) known[3] = error.response
  known[4] = error.cause
  switch (error.code) {
    case 'AUTH_DENIED':
    case 'LOGGED_OUT':
      return 'as you like'
    // @ts-expect-error: no such code
    case 'AUTH_DENIED_TWICE':
      return ''
    default:
      return error instanceof LoginError
        ? `${error.name} ${error.errno} ${error.errcode} ${error.statusCode}`
        : ''
  }
}

// What the contract names, to the letter.
type Codes =
  | 'CONFIG_INVALID'
  | 'HOST_UNSUPPORTED'
  | 'LOAD_FAILED'
  | 'LOGIN_FAILED'
  | 'LOGIN_TIMEOUT'
  | 'EXCHANGE_FAILED'
  | 'EXCHANGE_INVALID'
  | 'CODE_INVALID'
  | 'RATE_LIMITED'
  | 'LOGIN_BLOCKED'
  | 'LOGIN_REJECTED'
  | 'LOGGED_OUT'
  | 'AUTH_DENIED'
  | 'AUTH_TIMEOUT'
  | 'AUTH_UNAVAILABLE'
  | 'NETWORK'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'STATUS'
  | 'CALLBACK_FAILED'
  | 'INTERNAL'
expectType<Same<Codes, LoginErrorCode>>(true)
expectType<Same<Change['type'], 'login' | 'logout' | 'expired' | 'granted'>>(true)
expectType<Same<keyof Client, keyof ContractClient>>(true)
expectType<Same<keyof Session, 'token' | 'openid' | 'unionid' | 'expiresAt' | 'granted'>>(true)
expectType<Same<keyof SessionReply, 'token' | 'openid' | 'unionid' | 'expires_in' | 'granted'>>(true)
expectType<Same<keyof ClientOptions, ContractOptions>>(true)

interface ContractClient {
  request<T = unknown>(options: RequestOptions): Pending<Response<T>>
  upload<T = string>(options: UploadOptions): Pending<Response<T>>
  download(options: DownloadOptions): Pending<DownloadResponse>
  getSession(): Promise<Session | null>
  login(options?: { force?: boolean }): Promise<Session>
  logout(): Promise<void>
  ensure(needs: Need | Need[]): Promise<void>
  provide(need: Need, detail: object): Promise<void>
  deny(need: Need, reason?: string): void
  onChange(listener: (change: Change) => void): () => void
  onTrace(listener: (step: TraceStep) => void): () => void
}
type ContractOptions =
  | 'baseURL'
  | 'trustedOrigins'
  | 'exchange'
  | 'readSession'
  | 'attach'
  | 'needs'
  | 'prompts'
  | 'expiryMargin'
  | 'defaultExpiresIn'
  | 'loginTimeout'
  | 'promptTimeout'
  | 'retries'
  | 'storage'
  | 'storageKey'
  | 'host'
  | 'wasm'
  | 'fallback'
expectType<ContractClient>(client)
const asContract = (given: ContractClient): Client => given

// What can't work is refused.
// @ts-expect-error: baseURL is needed
createClient({ exchange: '/login' })
// @ts-expect-error: an exchange is needed
createClient({ baseURL: 'https://a' })
// @ts-expect-error: no such option
createClient({ baseURL: 'https://a', exchange: '/login', retry: 2 })
// @ts-expect-error: a prompt without ask
createClient({ baseURL: 'https://a', exchange: '/login', prompts: { phone: { submit: '/phone' } } })
// @ts-expect-error: a number
createClient({ baseURL: 'https://a', exchange: '/login', retries: '2' })
// @ts-expect-error: a url is needed
client.request({ method: 'GET' })
// @ts-expect-error: WeChat knows no PATCH
client.request({ url: '/a', method: 'PATCH' })
// @ts-expect-error: a url is needed
client.upload({ filePath: 'f', name: 'a' })
// @ts-expect-error: a url is needed
client.download({})
// @ts-expect-error: needs are names
client.upload({ url: '/a', filePath: 'f', name: 'a', needs: 7 })
// @ts-expect-error: a file is needed
client.upload({ url: '/a', name: 'a' })
// @ts-expect-error: needs are names
client.ensure(7)
// @ts-expect-error: a detail is an object
client.provide('phone', 'x')
// @ts-expect-error: there is no such type of change
client.onChange(({ type }) => type === 'gone')
client.getSession().then((session) => {
  // @ts-expect-error: there may be none
  session.token
  // @ts-expect-error: read only
  if (session) session.token = 'x'
  // @ts-expect-error: read only
  session?.granted.push('x')
})
// @ts-expect-error: no DOM here
window.location

export { asContract, explain, requests, sessions }
