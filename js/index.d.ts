/**
 * Login for WeChat mini-programs, exactly when a feature needs it.
 *
 * Units: `…In`, `…Margin` and `retryAfter` are seconds; `…Timeout` and every instant (`…At`)
 * are milliseconds, instants from the Unix epoch.
 */

/**
 * Makes a client. Make one for the whole app: each has its own session and its own login.
 * Calls nothing yet: the module is loaded, and storage read, by the first call.
 * @throws LoginError `CONFIG_INVALID`, naming the field and what was expected.
 */
export declare function createClient(options: ClientOptions): Client

/** Options of {@link createClient}. */
export interface ClientOptions {
  /** `https://host[:port][/path]`, put in front of relative URLs. The session travels to this
   *  origin and to `trustedOrigins`, and nowhere else. */
  baseURL: string
  /** Further origins, `https://host[:port]`, that may see the session. */
  trustedOrigins?: string[]

  /** Turns a one-time `wx.login` code into a session: a URL of your backend (POSTed
   *  `{ code }` as JSON), a request described, a function, or a WeChat cloud function. */
  exchange: string | ExchangeRequest | Exchange | { cloud: string; data?: object }
  /** Picks the session out of the reply. Default: the reply, or its `data` where that holds
   *  `token` or `openid`. */
  readSession?: (reply: any) => SessionReply

  /** How the session travels. `'bearer'` (default) is `Authorization: Bearer <token>`,
   *  `{ header }` the bare token in that header; a function returns what to merge into each
   *  attempt. */
  attach?:
    | 'bearer'
    | { header: string }
    | ((request: RequestOptions, session: Session) => Partial<RequestOptions>)

  /** What a reply asks for before the same request can succeed. `undefined`: the default rule
   *  decides (401 means `'login'`); `null`: nothing is missing. */
  needs?: (response: Response) => Need | Need[] | null | undefined

  /** Steps that the user sees, by need. */
  prompts?: { [need: string]: Prompt }

  /** A session this close to its end counts as expired. Seconds; default 60. */
  expiryMargin?: number
  /** Life of a session whose reply has no `expires_in`. Seconds; default 7200. */
  defaultExpiresIn?: number
  /** Longest one login may take, `wx.login` and exchange together. ms; default 15000. */
  loginTimeout?: number
  /** Longest a prompt may stay unanswered. ms; default 180000. */
  promptTimeout?: number
  /** Resends of GET and HEAD after transport failures, with back-off. Default 0. */
  retries?: number

  /** Where the session is kept, in the shape of Web Storage. Default: the host's storage. */
  storage?: {
    getItem(key: string): string | null
    setItem(key: string, value: string): void
    removeItem(key: string): void
  }
  /** Default `wxlogin:<appId>:<envVersion>`. */
  storageKey?: string
  /** The mini-program API object. Default: the global `wx`. */
  host?: object
  /** Where the wasm lies. In a mini-program a path in the code package, default
   *  `/miniprogram_npm/wxlogin/wxlogin.wasm.br`; elsewhere a URL or the bytes. */
  wasm?: string | { href: string } | ArrayBuffer | Uint8Array
  /** `require('wxlogin/fallback')`, for runtimes that have no WebAssembly or refuse the module. */
  fallback?: object
}

/** What {@link createClient} makes. */
export interface Client {
  /** `wx.request` that logs in when, and only when, it has to. Resolves with the native
   *  response for every status, unless `validateStatus` refuses it. */
  request<T = any>(options: RequestOptions): Pending<Response<T>>
  /** The same for `wx.uploadFile`. */
  upload<T = string>(options: UploadOptions): Pending<Response<T>>
  /** The same for `wx.downloadFile`. */
  download(options: DownloadOptions): Pending<DownloadResponse>

  /** The session where it is fresh, else null. Asks nobody. */
  getSession(): Promise<Session | null>
  /** The fresh session, or one login shared by all who wait. `force` wants a new one. */
  login(options?: { force?: boolean }): Promise<Session>
  /** Forgets the session, here and in storage. Whoever waits for a login rejects with
   *  `LOGGED_OUT`, and so does what was under way and turns out to need one. */
  logout(): Promise<void>

  /** Makes needs hold, in order, without sending anything. */
  ensure(needs: Need | Need[]): Promise<void>
  /** Hands over what the user's tap gave: `e.detail` of `bindgetphonenumber`, a form's value.
   *  Rejects where the submission fails, or where the detail itself says that the user refused;
   *  nobody has to catch that. */
  provide(need: Need, detail: object): Promise<void>
  /** Says that the user refused. */
  deny(need: Need, reason?: string): void

  /** Session changes. Returns the function that ends the subscription. */
  onChange(listener: (change: Change) => void): () => void
  /** Every step, without secrets. Returns the function that ends the subscription. */
  onTrace(listener: (step: TraceStep) => void): () => void
}

/**
 * What can be missing.
 * - `'login'`: a fresh session.
 * - `'sessionKey'`: the `session_key` on the server is alive (`wx.checkSession`).
 * - `'privacy'`: the user has agreed to the privacy contract.
 * - `'scope.…'`: a WeChat permission.
 * - any other word: a step of the app's own, shown by `prompts[word]`.
 */
export type Need = 'login' | 'sessionKey' | 'privacy' | `scope.${string}` | (string & {})

/** What requests, uploads and downloads share. */
export interface CallOptions {
  url: string
  header?: { [name: string]: string }
  /** ms. */
  timeout?: number
  /** What must hold before this is sent. Without it the request goes out as things are. */
  needs?: Need | Need[]
  /** Never attach a session, never log in. */
  anonymous?: boolean
  /** Which statuses resolve. Default: all. */
  validateStatus?: (status: number) => boolean
  /** Gets the native task of each attempt. */
  onTask?: (task: any) => void
  success?: (response: any) => void
  fail?: (error: any) => void
  complete?: (result: any) => void
}

/** Options of `request`: those of `wx.request`, and what this package adds. */
export interface RequestOptions extends CallOptions {
  method?: 'OPTIONS' | 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'TRACE' | 'CONNECT'
  data?: string | object | ArrayBuffer
  dataType?: string
  responseType?: string
  /** Every other option passes through untouched. */
  [option: string]: any
}

/** Options of `upload`: those of `wx.uploadFile`, and what this package adds. */
export interface UploadOptions extends CallOptions {
  filePath: string
  name: string
  formData?: object
  /** Every other option passes through untouched. */
  [option: string]: any
}

/** Options of `download`: those of `wx.downloadFile`, and what this package adds. */
export interface DownloadOptions extends CallOptions {
  filePath?: string
  /** Every other option passes through untouched. */
  [option: string]: any
}

/** What `wx.request` answers. */
export interface Response<T = any> {
  data: T
  statusCode: number
  header: { [name: string]: string }
  cookies?: string[]
  errMsg: string
  [field: string]: any
}

/** What `wx.downloadFile` answers. */
export interface DownloadResponse {
  tempFilePath: string
  filePath?: string
  statusCode: number
  errMsg: string
  [field: string]: any
}

/** Settles exactly once. */
export interface Pending<T> extends Promise<T> {
  /** Ends this call alone, at whatever step it is: it rejects with `ABORTED`. */
  abort(): void
}

/** What the backend answers to an exchange: at least one of `token` and `openid`. Nothing but
 *  these fields is read. */
export interface SessionReply {
  token?: string
  openid?: string
  unionid?: string
  /** Seconds from now. */
  expires_in?: number
  /** Needs that hold for this user, as the backend knows. */
  granted?: string[]
}

/** The session as the app sees it. Frozen. */
export interface Session {
  readonly token?: string
  readonly openid?: string
  readonly unionid?: string
  readonly expiresAt: number
  readonly granted: readonly string[]
}

/** An exchange described as a request. */
export interface ExchangeRequest {
  url: string
  /** Default POST. */
  method?: string
  header?: object
  /** Sent along with the code. */
  data?: object
  /** The code's field in the body. Default `code`. */
  codeField?: string
  /** ms. */
  timeout?: number
}

/** Gets a code that nobody has used. `request` is this client's, anonymous. */
export type Exchange = (code: string, context: { request: Client['request'] }) => Promise<SessionReply>

/** One step that the user sees. */
export interface Prompt {
  /** Shows it. May return the detail, or a promise of it; where it returns nothing, `provide`
   *  or `deny` is waited for. Throwing or rejecting is refusing. */
  ask: (context: {
    need: Need
    reason: 'requested' | 'denied-before'
  }) => void | object | Promise<void | object>
  /** Where the detail goes: a URL it is POSTed to with the session attached, or a function.
   *  Without it the detail itself is the proof. A session in the reply replaces the session. */
  submit?: string | ((detail: object) => Promise<void | SessionReply>)
}

/** What happened to the session. */
export interface Change {
  type: 'login' | 'logout' | 'expired' | 'granted'
  session: Session | null
}

/** One step of the client. */
export interface TraceStep {
  at: number
  step: string
  [field: string]: any
}

/** Every failure of this package. */
export declare class LoginError extends Error {
  readonly name: 'LoginError'
  readonly code: LoginErrorCode
  /** Could the same call work later, without anyone changing anything? */
  readonly retryable: boolean
  /** Seconds to wait first, where known. */
  readonly retryAfter?: number
  /** The need that stayed unmet. */
  readonly need?: Need
  /** What the host or backend said. */
  readonly errMsg?: string
  readonly errno?: number
  /** WeChat's code, as the backend passed it on. */
  readonly errcode?: number
  readonly statusCode?: number
  readonly response?: Response
  readonly cause?: unknown
}

/** True for this package's errors, across realms and copies. */
export declare function isLoginError(error: unknown): error is LoginError

/** The name of a failure; the README says what to do about each. */
export type LoginErrorCode =
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
