import {
  type Change,
  type Client,
  type ClientOptions,
  type Context,
  createClient,
  type Defaults,
  isLoginError,
  type LoginErrorCode,
  type Prompt,
  type Renew,
  type RequestOptions,
  type Response,
  type Session,
  type SessionReply,
  type TraceStep,
  type UnwrappingClient,
} from 'wxlogin'

const expectType = <T>(_value: T) => {}
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false

const baseURL = 'https://shop.example'
const exchange = '/login'

// One rule for what a reply means.
const rules: ClientOptions = {
  baseURL,
  exchange,
  defaults: ({ url }) => ({ header: { 'X-Path': url }, data: { tenant: 1 }, timeout: 5000 }),
  needs: ({ data }, { url }) => (data.code === 401 || url === '/mine' ? ['login', 'phone'] : null),
  accept: ({ data }, request) => {
    expectType<RequestOptions>(request)
    return data.code === 0 || { message: data.msg, code: data.code }
  },
  onError: ({ errMsg, code }, { url }) => {
    expectType<string>(errMsg)
    expectType<LoginErrorCode>(code)
    expectType<string>(url)
  },
}
expectType<Client>(createClient(rules))
expectType<Defaults>({ header: {}, timeout: 1, validateStatus: (status) => status < 400, data: {} })
createClient({ baseURL, exchange, accept: () => 'no' })
createClient({ baseURL, exchange, accept: () => undefined })
createClient({ baseURL, exchange, accept: () => {} })

// With unwrap, promises resolve with what it makes of a reply.
const shop = createClient({ baseURL, exchange, unwrap: ({ data }) => data.data })
expectType<UnwrappingClient>(shop)
async function unwrapped() {
  const goods = await shop.request<{ id: string }[]>({
    url: '/goods',
    success(response) {
      expectType<Response>(response)
    },
  })
  expectType<string | undefined>(goods[0]?.id)
  // @ts-expect-error: there is no response around it
  goods.data
  const avatar = await shop.upload<{ url: string }>({ url: '/avatar', filePath: 'f', name: 'f' })
  expectType<string>(avatar.url)
  expectType<number>((await shop.download({ url: '/f' })).statusCode)
}

// Ways to a session.
const renew: Renew = async (refreshToken, { request, code }) => {
  expectType<string>(refreshToken)
  expectType<string>(await code())
  return (await request({ url: '/renew' })).data
}
const login: Prompt = {
  ask({ request, code, need, reason }) {
    expectType<string>(need)
    expectType<'requested' | 'denied-before'>(reason)
    expectType<Client['request']>(request)
    expectType<() => Promise<string>>(code)
    return true
  },
  submit: (detail, context) => {
    expectType<Context>(context)
    return context.request({ url: '/login', data: detail })
  },
  close() {},
}
createClient({ baseURL, prompts: { login }, renew, renewAhead: 300 })
createClient({
  baseURL,
  exchange: () => null,
  renew: '/renew',
  prompts: { login: { ask: async () => false } },
})
createClient({ baseURL, exchange: async (code) => ({ whatever: code }), readSession: () => null })

// Sessions.
async function sessions(client: Client) {
  expectType<Session | null>(client.session)
  expectType<Session>(await client.setSession({ extra: { uid: 7 } }))
  expectType<Session>(await client.login({ force: true, prompt: false }))
  const reply: SessionReply = { token: 't', expires_at: 1, refresh_token: 'r', extra: { nickname: 'n' } }
  await client.setSession(reply)
  expectType<unknown>(client.session?.extra?.nickname)
  // @ts-expect-error: read only
  client.session = null
  // @ts-expect-error: shown to renew alone
  client.session?.refresh_token
  // @ts-expect-error: no such field
  client.setSession({ tokne: 't' })
  // @ts-expect-error: no such option
  client.login({ forced: true })
  client.onChange(({ type }) => {
    expectType<Change['type']>(type)
    return type === 'renewed'
  })
}
expectType<Same<Change['type'], 'login' | 'renewed' | 'logout' | 'expired' | 'granted'>>(true)

// A typing mistake does not compile.
async function mistakes(client: Client) {
  // @ts-expect-error: needs
  client.request({ url: '/a', need: 'login' })
  // @ts-expect-error: anonymous
  client.request({ url: '/a', anonymus: true })
  // @ts-expect-error: filePath
  client.upload({ url: '/a', filepath: 'f', name: 'f' })
  // @ts-expect-error: needs
  client.download({ url: '/a', need: 'login' })
  const reply = await client.request({ url: '/a', passive: true, enableHttp2: true, enableQuic: true })
  // @ts-expect-error: statusCode
  reply.stautsCode
  // @ts-expect-error: expiryMargin
  createClient({ baseURL, exchange, expriyMargin: 60 })
  // @ts-expect-error: submit
  createClient({ baseURL, exchange, prompts: { phone: { ask() {}, sumbit: '/phone' } } })
  // @ts-expect-error: codeField
  createClient({ baseURL, exchange: { url: '/login', codefield: 'js_code' } })
  // @ts-expect-error: no such field of an error
  client.request({ url: '/a', fail: ({ errmsg }) => errmsg })
  // @ts-expect-error: no such code
  await client.login().catch((error) => isLoginError(error) && error.code === 'REFUSE')
}

function told(step: TraceStep) {
  expectType<number>(step.at)
  expectType<string>(step.step)
}

export { mistakes, sessions, told, unwrapped }
