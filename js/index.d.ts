/**
 * Login for WeChat mini-programs, exactly when a feature needs it.
 *
 * Units: `…In`, `…Ahead`, `…Margin` and `retryAfter` are seconds; `…Timeout` and every instant (`…At`)
 * are milliseconds, instants from the Unix epoch.
 *
 * Of every object of options these fields are read, once, at the beginning of the call: its own,
 * and those of its prototypes (a class's getters too) but for `Object.prototype`; never `__proto__`.
 */

/**
 * Makes a client. Make one for the whole app: each has its own session and its own login.
 * Calls no host API; storage is read when the client is first used.
 * @throws LoginError `CONFIG_INVALID`, naming the field and what was expected, or the option that
 * was meant by one that this package does not know.
 */
export declare function createClient<T = unknown>(
  options: ClientOptions & { unwrap: Unwrap<T> },
): UnwrappingClient
export declare function createClient(options: ClientOptions): Client

/** Options of {@link createClient}. At least one of `exchange` and `prompts.login` is a way to a session. */
export interface ClientOptions {
  /** `https://host[:port][/path]`, put in front of relative URLs. The session, `defaults` and the rules
   *  are for this origin and `trustedOrigins`, and for nobody else. */
  baseURL: string
  /** Further origins, `https://host[:port]`. */
  trustedOrigins?: string[]

  // How a session is got: by `renew` if there is a refresh token, then by `exchange`, then by `prompts.login`.

  /** Turns a one-time `wx.login` code into a session, silently: a URL of your backend (POSTed `{ code }`
   *  as JSON), a request described, a function, or a WeChat cloud function. A function that resolves with
   *  `null` says "this user has to be asked". */
  exchange?: string | ExchangeRequest | Exchange | { cloud: string; data?: object }
  /** Renews a session that carries a refresh token, ahead of any `wx.login`: a URL (POSTed
   *  `{ refresh_token }` as JSON), or a function. If it is refused, or `null`, the next way is gone. */
  renew?: string | Renew
  /** From this long before a session's end a request that uses it has it renewed, beside itself and without
   *  waiting. Seconds; default 0: never. */
  renewAhead?: number
  /** Picks the session out of what `exchange`, `renew` or a submission came to: of a reply what `unwrap`
   *  makes of it, else its `data`; what a function resolved with; a cloud function's `result`. `null`: nobody's.
   *  Default: that value, or its `data` if that holds `token` or `openid` and the value does not. */
  readSession?: (reply: any) => SessionReply | null

  // What is said about every request, and every reply.

  /** How the session travels: `'bearer'` (default) is `Authorization: Bearer <token>`, `{ header }` the bare
   *  token in that header; a function returns what to merge into this attempt. It is called for every
   *  attempt, with copies. */
  attach?:
    | 'bearer'
    | { header: string }
    | ((request: AnyRequest, session: Session) => Partial<AnyRequest> | void)
  /** Goes under every request to a trusted origin, also of guests, exchanges, renewals and submissions. A
   *  function is called for every attempt. */
  defaults?: Defaults | ((request: AnyRequest) => Defaults | void)
  /** What a reply asks for before the same request can succeed: at most 32 needs are read. `undefined`: the
   *  default rule decides (401 means `'login'`); `null`: nothing is missing. */
  needs?: (response: Response, request: AnyRequest) => Need | Need[] | null | undefined
  /** Is a reply that asks for nothing a success? `true` or nothing: yes. `false`, a text, or
   *  `{ message, code }`: no, and the call rejects with `REFUSED`, `errMsg` and `errcode` from there. */
  accept?: (response: Response, request: AnyRequest) => boolean | string | Refusal | null | undefined | void
  /** One place for the toast: each request, upload or download that rejects, but passive and aborted ones. */
  onError?: (error: LoginError, request: AnyRequest) => void
  /** What the promise of an accepted request or upload of a trusted origin resolves with, instead of the
   *  response; `success` still gets the response. */
  unwrap?: Unwrap<any>

  // What the user sees.

  /** Steps that the user sees, by need. `login` is the login page, sheet or form of an app whose users
   *  can't all be logged in silently. WeChat itself meets `sessionKey` and `privacy`; `scope.…` may be here,
   *  for permissions that were refused before. */
  prompts?: { [need: string]: Prompt }

  /** A session this close to its end counts as expired, but never for more than half of its life. Seconds;
   *  default 60. */
  expiryMargin?: number
  /** Life of a session whose reply says nothing of its end. Seconds; default 7200. */
  defaultExpiresIn?: number
  /** Longest one silent login may take, `wx.login` and exchange together. ms; default 15000. */
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
  /** `wx.request` that logs in when, and only when, it has to. Resolves with the native response for
   *  every status, unless a rule refuses it. */
  request<T = any>(options: RequestOptions): Pending<Response<T>>
  /** The same for `wx.uploadFile`. */
  upload<T = string>(options: UploadOptions): Pending<Response<T>>
  /** The same for `wx.downloadFile`. */
  download(options: DownloadOptions): Pending<DownloadResponse>

  /** The session if it is fresh, else null; now, and right after start too. Frozen, and the same object
   *  until the session changes. */
  readonly session: Session | null
  /** The same as a promise. */
  getSession(): Promise<Session | null>
  /** The fresh session, or one login shared by all who wait. `force` wants a new one even so; with
   *  `prompt: false` nobody is asked, and if only the user could help it rejects with `AUTH_UNAVAILABLE`. */
  login(options?: { force?: boolean; prompt?: boolean }): Promise<Session>
  /** Takes over a session got elsewhere, or adds to the one that stands what the reply names. Rejects with
   *  `EXCHANGE_INVALID`, naming the field that does not fit. */
  setSession(reply: SessionReply): Promise<Session>
  /** Forgets the session, here and in storage, from this call on. Whoever waits for a login, and what has
   *  not been sent yet, rejects with `LOGGED_OUT`. */
  logout(): Promise<void>

  /** Makes needs hold, in order, without sending anything. At most 32. */
  ensure(needs: Need | Need[]): Promise<void>
  /** Hands over what the user's tap gave: `e.detail` of `bindgetphonenumber`, a form's value. Rejects if the
   *  submission fails, or if the detail itself says that the user refused; nobody has to catch that. */
  provide(need: Need, detail: object): Promise<void>
  /** Says that the user refused. @throws LoginError `CONFIG_INVALID` for what is no name of a need */
  deny(need: Need, reason?: string): void

  /** Session changes. Returns the function that ends the subscription. */
  onChange(listener: (change: Change) => void): () => void
  /** Every step, without secrets. Calls that a listener begins are not told of. Returns the function that
   *  ends the subscription. */
  onTrace(listener: (step: TraceStep) => void): () => void
}

/** The client of an app with `unwrap`: promises resolve with what that makes of the reply. */
export interface UnwrappingClient extends Omit<Client, 'request' | 'upload'> {
  request<T = any>(options: RequestOptions): Pending<T>
  upload<T = any>(options: UploadOptions): Pending<T>
}

/** Throws, or returns a promise: the call rejects with `CALLBACK_FAILED`. */
export type Unwrap<T> = (response: Response, request: AnyRequest) => T

/** What `accept` says against a reply. */
export interface Refusal {
  message?: string
  code?: number | string
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

/** What requests, uploads and downloads share: WeChat's options, and what this package adds. */
export interface CallOptions {
  /** Relative to `baseURL`, or absolute. */
  url: string
  /** The caller's own header wins over `attach` and `defaults`; names are compared without case. */
  header?: { [name: string]: string }
  /** ms. WeChat's default is 60000. */
  timeout?: number
  enableHttp2?: boolean
  enableQuic?: boolean
  enableProfile?: boolean

  /** What must hold before this is sent, at most 32. Without it the request goes out as things are. */
  needs?: Need | Need[]
  /** Never attach a session, never log in. */
  anonymous?: boolean
  /** With the session if there is a fresh one; whatever the reply asks for, nobody is asked and no login
   *  starts. Not together with `needs`. */
  passive?: boolean
  /** Which statuses resolve. Default: all. */
  validateStatus?: (status: number) => boolean
}

/** Options of `request`: those of `wx.request`, and what this package adds. One of WeChat's that is not
 *  named here passes through at run time. */
export interface RequestOptions extends CallOptions {
  method?: 'OPTIONS' | 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'TRACE' | 'CONNECT'
  data?: string | object | ArrayBuffer
  /** `'json'` (default): the reply is parsed if it can be. */
  dataType?: string
  responseType?: 'text' | 'arraybuffer' | (string & {})
  enableCache?: boolean
  enableChunked?: boolean
  enableHttpDNS?: boolean
  enableHttpDNSFallback?: boolean
  forceCellularNetwork?: boolean
  httpDNSServiceId?: string
  /** ms. */
  httpDNSTimeout?: number
  redirect?: 'follow' | 'manual'
  useHighPerformanceMode?: boolean

  /** Gets the native task of each attempt. */
  onTask?(task: RequestTask): void
  success?(response: Response): void
  fail?: (error: LoginError) => void
  complete?(result: Response | LoginError): void
}

/** Options of `upload`: those of `wx.uploadFile`, and what this package adds. */
export interface UploadOptions extends CallOptions {
  filePath: string
  name: string
  formData?: object
  onTask?(task: UploadTask): void
  success?(response: Response<string>): void
  fail?: (error: LoginError) => void
  complete?(result: Response<string> | LoginError): void
}

/** Options of `download`: those of `wx.downloadFile`, and what this package adds. */
export interface DownloadOptions extends CallOptions {
  filePath?: string
  onTask?(task: DownloadTask): void
  success?(response: DownloadResponse & Response<undefined>): void
  fail?: (error: LoginError) => void
  complete?(result: (DownloadResponse & Response<undefined>) | LoginError): void
}

/** A request, upload or download as the app's functions are given it: a copy, `url` as the caller wrote it. */
export interface AnyRequest extends RequestOptions {
  /** Of uploads and downloads. */
  filePath?: string
  /** Of uploads. */
  name?: string
  /** Of uploads. */
  formData?: object
}

/** What goes under every request. What the call says wins. */
export interface Defaults {
  /** Names are compared without case. A `content-type` does not reach uploads. */
  header?: { [name: string]: string }
  /** ms. */
  timeout?: number
  validateStatus?: (status: number) => boolean
  /** Under a body that is an object, the data of a GET, the `formData` of an upload. */
  data?: object
}

/** What `wx.request` and `wx.uploadFile` answer. */
export interface Response<T = any> {
  data: T
  statusCode: number
  header: { [name: string]: string }
  cookies?: string[]
  errMsg: string
  /** What went wrong on the way, WeChat's own resends included. */
  exception?: { retryCount: number; reasons: { errMsg: string; errno: number }[] }
  /** WeChat's timings, ms. */
  profile?: { [name: string]: any }
  useHttpDNS?: boolean
}

/** What `wx.downloadFile` answers. */
export interface DownloadResponse {
  tempFilePath: string
  filePath?: string
  statusCode: number
  errMsg: string
  /** WeChat's timings, ms. */
  profile?: { [name: string]: any }
}

/** The native task of an upload or a download. */
export interface TransferTask {
  abort(): void
  onHeadersReceived(listener: (result: { header: { [name: string]: string } }) => void): void
  offHeadersReceived(listener?: (result: any) => void): void
  onProgressUpdate(listener: (result: any) => void): void
  offProgressUpdate(listener?: (result: any) => void): void
}
/** What `wx.uploadFile` returns. */
export interface UploadTask extends TransferTask {
  onProgressUpdate(
    listener: (result: {
      progress: number
      totalBytesSent: number
      totalBytesExpectedToSend: number
    }) => void,
  ): void
}
/** What `wx.downloadFile` returns. */
export interface DownloadTask extends TransferTask {
  onProgressUpdate(
    listener: (result: {
      progress: number
      totalBytesWritten: number
      totalBytesExpectedToWrite: number
    }) => void,
  ): void
}
/** What `wx.request` returns. */
export interface RequestTask {
  abort(): void
  onHeadersReceived(
    listener: (result: {
      header: { [name: string]: string }
      statusCode: number
      cookies?: string[]
    }) => void,
  ): void
  offHeadersReceived(listener?: (result: any) => void): void
  /** Of a request with `enableChunked`. */
  onChunkReceived(listener: (result: { data: ArrayBuffer }) => void): void
  offChunkReceived(listener?: (result: any) => void): void
}

/** Settles exactly once. */
export interface Pending<T> extends Promise<T> {
  /** Ends this call alone, at whatever step it is: it rejects with `ABORTED`. */
  abort(): void
}

/** What a backend answers, or the app's own functions return: at least one of `token` and `openid`. Nothing
 *  but these fields is read. */
export interface SessionReply {
  /** Characters that a header can carry (RFC 9110). */
  token?: string
  openid?: string
  unionid?: string
  /** Seconds from now. */
  expires_in?: number
  /** Instead: the instant, ms. */
  expires_at?: number
  /** For `renew` alone: kept with the session, shown nowhere else. */
  refresh_token?: string
  /** Needs that hold for this user, as the backend knows; at most 256. */
  granted?: string[]
  /** What the app wants kept with the session, a JSON object of at most 64 KB. Read from the app's own
   *  functions only (`readSession`, a function's result, `setSession`), never straight from a reply. */
  extra?: object
}

/** The session as the app sees it. Frozen, `extra` in depth. */
export interface Session {
  readonly token?: string
  readonly openid?: string
  readonly unionid?: string
  readonly expiresAt: number
  readonly granted: readonly string[]
  readonly extra?: Readonly<Record<string, unknown>>
}

/** An exchange described as a request. */
export interface ExchangeRequest {
  url: string
  /** Default POST. */
  method?: string
  header?: object
  /** Sent along with the code. */
  data?: object | (() => object)
  /** The code's field in the body. Default `code`. */
  codeField?: string
  /** ms. */
  timeout?: number
}

/** Gets a code that nobody has used. What it comes to goes through `readSession`; `null`: ask the user. */
export type Exchange = (code: string, context: Context) => unknown | Promise<unknown>

/** The same for a refresh token. */
export type Renew = (refreshToken: string, context: Context) => unknown | Promise<unknown>

/** What the app's asynchronous functions are given to work with. Nothing that they do with it waits for
 *  the login or the prompt that waits for them. */
export interface Context {
  /** This client's request, passive; in `exchange` and `renew` without the session, and never resent. */
  request: Client['request']
  /** A `wx.login` code that nobody has used, for backends that take two codes at once. */
  code(): Promise<string>
}

/** One step that the user sees. */
export interface Prompt {
  /**
   * Shows it. An object (or a promise of one) is the detail, `true` an empty one, `false` a refusal. If it
   * returns nothing, or WeChat's own "ok" (an `errMsg` that ends in `:ok`), `provide` or `deny` is waited for.
   * Rejecting is refusing, but for a LoginError that is no refusal (`NETWORK`, `STATUS` …): that is what
   * everyone waiting gets.
   */
  ask: (
    context: Context & { need: Need; reason: 'requested' | 'denied-before' },
  ) => void | boolean | object | Promise<void | boolean | object>
  /** Where the detail goes: a URL that it is POSTed to with the session, or a function. Without it the detail
   *  itself is the proof, and of `prompts.login` the session. */
  submit?: string | ((detail: any, context: Context) => unknown | Promise<unknown>)
  /** Hides it: the step is over without the app having answered. */
  close?: () => void
}

/** What happened to the session. `'login'`: a user came; `'renewed'`: a new session of the same user;
 *  `'granted'`: it knows one more need to hold. Each listener has an object of its own, frozen. */
export interface Change {
  readonly type: 'login' | 'renewed' | 'logout' | 'expired' | 'granted'
  readonly session: Session | null
}

/** What steps may say. */
interface StepFields {
  /** Names a call while it is under way. */
  ticket: number
  api: 'request' | 'uploadFile' | 'downloadFile'
  /** Without query, fragment and user-info. */
  url: string
  method: string
  /** Counts the sends of this client. */
  attempt: number
  /** Which session went along, or began: counts sessions. */
  session: number
  /** HTTP. */
  status: number
  /** Names an exchange or another question that is under way. */
  flight: number
  need: Need
  code: LoginErrorCode
  /** Of a function of the app's. */
  name: string
  /** Of what was loaded. */
  path: string
  errMsg: string
}
type Step<Name extends string, Has extends keyof StepFields = never, May extends keyof StepFields = never> = {
  /** ms. */
  at: number
  step: Name
} & { [F in Has]: StepFields[F] } & { [F in May]?: StepFields[F] } & {
  [F in Exclude<keyof StepFields, Has | May>]?: undefined
}
type RequestStep<
  Name extends string,
  Has extends keyof StepFields = never,
  May extends keyof StepFields = never,
> = Step<Name, 'ticket' | 'api' | 'url' | Has, 'method' | May>
/** Of a call, which is described if it is a request. */
type CallStep<Name extends string, Has extends keyof StepFields = never> = Step<
  Name,
  'ticket' | Has,
  'api' | 'url' | 'method'
>

/** One step of the client. */
export type TraceStep =
  // Of each request, upload and download.
  | RequestStep<'requested'>
  /** `session`: the session really went along. */
  | RequestStep<'sent', 'attempt', 'session'>
  | RequestStep<'replied', 'status'>
  | RequestStep<'settled'>
  | RequestStep<'failed', 'code', 'need'>
  // What a reply asks for, and a resend that waits.
  | CallStep<'asked-for', 'need'>
  | CallStep<'retry-waits'>
  // Sessions and logins.
  | Step<'session-restored'>
  | Step<'session-begun', never, 'session'>
  | Step<'logged-out'>
  | Step<'renewal-started', 'flight'>
  | Step<'renewal-refused'>
  | Step<'login-started', 'flight'>
  /** A detail is being submitted, which a login would spoil. */
  | Step<'login-deferred'>
  | Step<'exchange-started', 'flight'>
  | Step<'code-refused', 'flight'>
  | Step<'login-failed', 'code', 'need'>
  // Needs.
  | Step<'prompt-shown', 'need'>
  | Step<'detail-given', 'need'>
  | Step<'detail-submitted', 'need'>
  | Step<'need-met', 'need'>
  | Step<'need-unmet', 'need' | 'code'>
  // The runtime.
  /** The module, or one try at it; the next call tries again. */
  | Step<'load-failed', never, 'path' | 'errMsg'>
  | Step<'fallback-used'>
  | Step<'storage-failed'>
  /** A callback or listener of the app's threw; it is thrown again on its own. */
  | Step<'listener-failed', 'name'>

/** Every failure of this package. An app's own functions may reject with one, too. */
export declare class LoginError extends Error {
  constructor(code: LoginErrorCode, message: string, fields?: LoginErrorFields, cause?: unknown)
  readonly name: 'LoginError'
  readonly code: LoginErrorCode
  /** Could the same call work later, without anyone changing anything? */
  readonly retryable: boolean
  /** Seconds to wait first, if that is known. */
  readonly retryAfter?: number
  /** The need that stayed unmet. */
  readonly need?: Need
  /** What host, backend or rule said, else in WeChat's form: `request:fail abort`. */
  readonly errMsg: string
  readonly errno?: number
  /** The backend's code. */
  readonly errcode?: number | string
  readonly statusCode?: number
  /** The reply that the call failed for; never that of an exchange or a renewal. */
  readonly response?: Response
  readonly cause?: unknown
}

/** What a {@link LoginError} may say beside its code and message. */
export interface LoginErrorFields {
  retryable?: boolean
  retryAfter?: number
  need?: Need
  errMsg?: string
  errno?: number
  errcode?: number | string
  statusCode?: number
  response?: Response
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
  | 'REFUSED'
