/**
 * `wx.request`, `wx.uploadFile` and `wx.downloadFile` over real HTTP.
 *
 * WeChat docs, Network: ten of them at once, more wait; every HTTP status reaches `success`; what
 * is unfinished five seconds after going to the background ends with `fail interrupted`.
 */

const AT_ONCE = 10
const DEFAULT_TIMEOUT = 60000
const BACKGROUND_GRACE = 5000
const METHODS = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT']

const TIMEOUT = ['timeout', { errno: 5 }]
const NOT_IN_DOMAIN_LIST = ['url not in domain list', { errno: 600002 }]
const INTERRUPTED = ['interrupted', { errno: 600003 }]

const cronet = (code, name) => [
  `errcode:${code} cronet_error_code:${code} error_msg:net::${name}`,
  { errno: 600001 },
]
const REFUSED = cronet(-102, 'ERR_CONNECTION_REFUSED')
const OFFLINE = cronet(-106, 'ERR_INTERNET_DISCONNECTED')
const NETWORK_CHANGED = cronet(-21, 'ERR_NETWORK_CHANGED')

/**
 * @param {object} calls of `createCalls`
 * @param {object} clock `{ setTimeout, clearTimeout }`
 * @param {object} options `{ fetch, files, domains, headerCase }`
 */
export function createNetwork(calls, clock, { fetch, files, domains, headerCase = 'title' }) {
  const running = new Set()
  const waiting = []
  let offline = false
  let backgroundTimer = null
  let fileNumber = 0

  function queue(call, send) {
    const { url, method = 'GET' } = call.options
    const origin = originOf(url)
    if (!origin) return call.fail(`invalid url "${url}"`, { errno: 600009 })
    if (!METHODS.includes(String(method).toUpperCase())) return call.fail(`invalid method "${method}"`)
    if (domains && !domains.includes(origin)) return call.fail(...NOT_IN_DOMAIN_LIST)
    call.onEnd(() => {
      running.delete(call)
      const place = waiting.findIndex((entry) => entry.call === call)
      if (place >= 0) waiting.splice(place, 1)
      startNext()
    })
    waiting.push({ call, send })
    startNext()
  }

  function startNext() {
    while (running.size < AT_ONCE && waiting.length > 0) {
      const { call, send } = waiting.shift()
      running.add(call)
      start(call, send)
    }
  }

  function start(call, send) {
    if (offline) return call.fail(...OFFLINE)
    const controller = new AbortController()
    const timer = clock.setTimeout(() => call.interrupt(...TIMEOUT), call.options.timeout ?? DEFAULT_TIMEOUT)
    call.onEnd(() => {
      clock.clearTimeout(timer)
      controller.abort()
    })
    send(call, controller.signal).catch((error) => {
      if (!call.over) call.fail(...(error.refusal || REFUSED))
      // A callback of the caller's that threw is not to be lost; our own abort is.
      else if (error.name !== 'AbortError') throw error
    })
  }

  /** Sends, and reports the head of the answer; the body is the caller's. */
  async function exchange(call, signal, init) {
    const response = await fetch(init.url, { ...init, signal, cache: 'no-store' })
    const head = {
      statusCode: response.status,
      header: headersOf(response.headers, headerCase),
      cookies: response.headers.getSetCookie ? response.headers.getSetCookie() : [],
    }
    for (const listener of call.listeners.headers) listener(head)
    return { response, head }
  }

  async function request(call, signal) {
    const { options } = call
    const { response, head } = await exchange(call, signal, requestInit(options))
    if (options.enableChunked) {
      await readChunks(response, call.listeners.chunks)
      return call.succeed({ data: '', ...head })
    }
    const bytes = await response.arrayBuffer()
    const data = options.responseType === 'arraybuffer' ? bytes : parsed(textOf(bytes), options.dataType)
    call.succeed({ data, ...head })
  }

  async function uploadFile(call, signal) {
    const { url, filePath, name, formData = {}, header = {} } = call.options
    const file = files.get(filePath)
    if (!file) throw refusal('file not found')
    if (!name) throw refusal('parameter error: parameter.name should be String instead of Undefined;')
    const form = new FormData()
    for (const [key, value] of Object.entries(formData)) form.append(key, String(value))
    form.append(name, new Blob([file.bytes], { type: file.type }), filePath.split('/').pop())
    // The boundary is the sender's to choose; WeChat docs, wx.uploadFile: content-type is its own.
    const headers = Object.fromEntries(Object.entries(header).filter(([key]) => !/^content-type$/i.test(key)))
    const total = file.bytes.byteLength
    const { response, head } = await exchange(call, signal, { url, method: 'POST', headers, body: form })
    for (const listener of call.listeners.progress) {
      listener({ progress: 100, totalBytesSent: total, totalBytesExpectedToSend: total })
    }
    call.succeed({ data: textOf(await response.arrayBuffer()), ...head })
  }

  async function downloadFile(call, signal) {
    const { url, header, filePath } = call.options
    const { response, head } = await exchange(call, signal, { url, method: 'GET', headers: header })
    const bytes = new Uint8Array(await response.arrayBuffer())
    for (const listener of call.listeners.progress) {
      const total = bytes.byteLength
      listener({ progress: 100, totalBytesWritten: total, totalBytesExpectedToWrite: total })
    }
    fileNumber += 1
    const path = filePath || `http://tmp/wx-${fileNumber}`
    files.set(path, { bytes, type: response.headers.get('content-type') || '' })
    call.succeed({ ...(filePath ? { filePath } : { tempFilePath: path }), ...head })
  }

  function define(api, send, events) {
    const perform = (call) => queue(call, send)
    return calls.define(api, perform, (call) => {
      call.listeners = { headers: new Set(), chunks: new Set(), progress: new Set() }
      return taskOf(call, events)
    })
  }

  return {
    api: {
      request: define('request', request, { HeadersReceived: 'headers', ChunkReceived: 'chunks' }),
      uploadFile: define('uploadFile', uploadFile, {
        HeadersReceived: 'headers',
        ProgressUpdate: 'progress',
      }),
      downloadFile: define('downloadFile', downloadFile, {
        HeadersReceived: 'headers',
        ProgressUpdate: 'progress',
      }),
    },
    control: {
      offline(is = true) {
        offline = is
      },
      switchNetwork() {
        for (const call of [...running]) call.interrupt(...NETWORK_CHANGED)
      },
      background() {
        if (backgroundTimer !== null) return
        backgroundTimer = clock.setTimeout(() => {
          for (const call of [...running, ...waiting.map((entry) => entry.call)])
            call.interrupt(...INTERRUPTED)
        }, BACKGROUND_GRACE)
      },
      foreground() {
        if (backgroundTimer !== null) clock.clearTimeout(backgroundTimer)
        backgroundTimer = null
      },
      underWay: () => ({ running: running.size, waiting: waiting.length }),
    },
  }
}

function taskOf(call, events) {
  const task = { abort: () => call.interrupt('abort') }
  for (const [event, list] of Object.entries(events)) {
    task[`on${event}`] = (listener) => void call.listeners[list].add(listener)
    task[`off${event}`] = (listener) => void call.listeners[list].delete(listener)
  }
  return task
}

const refusal = (reason) => Object.assign(new Error(reason), { refusal: [reason] })

function originOf(url) {
  try {
    const { protocol, origin } = new URL(url)
    return protocol === 'http:' || protocol === 'https:' ? origin : null
  } catch {
    return null
  }
}

/** WeChat docs, wx.request: GET turns data into the query, other methods follow content-type. */
function requestInit({ url, method = 'GET', data, header = {} }) {
  const verb = method.toUpperCase()
  const named = Object.keys(header).find((name) => name.toLowerCase() === 'content-type')
  const headers = named ? { ...header } : { ...header, 'content-type': 'application/json' }
  if (data === undefined || data === null) return { url, method: verb, headers }
  if (verb === 'GET' || verb === 'HEAD') return { url: withQuery(url, data), method: verb, headers }
  return { url, method: verb, headers, body: bodyOf(data, named ? header[named] : 'application/json') }
}

function withQuery(url, data) {
  const query = typeof data === 'string' ? data : queryOf(data)
  if (!query) return url
  const [address, fragment] = url.split('#')
  const whole = `${address}${address.includes('?') ? '&' : '?'}${query}`
  return fragment === undefined ? whole : `${whole}#${fragment}`
}

function queryOf(data) {
  const pairs = Object.entries(data).map(([key, value]) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
    return `${encodeURIComponent(key)}=${encodeURIComponent(text)}`
  })
  return pairs.join('&')
}

function bodyOf(data, contentType) {
  if (typeof data === 'string') return data
  // `instanceof` would miss the ArrayBuffer of another realm.
  if (Object.prototype.toString.call(data) === '[object ArrayBuffer]') return new Uint8Array(data)
  return contentType.includes('application/x-www-form-urlencoded') ? queryOf(data) : JSON.stringify(data)
}

const textOf = (bytes) => new TextDecoder().decode(bytes)

function parsed(text, dataType = 'json') {
  if (dataType !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

async function readChunks(response, listeners) {
  const reader = response.body.getReader()
  for (;;) {
    const { done, value } = await reader.read()
    if (done) return
    const data = value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength)
    for (const listener of listeners) listener({ data })
  }
}

const SPELLINGS = {
  lower: (name) => name,
  upper: (name) => name.toUpperCase(),
  title: (name) => name.replace(/(^|-)[a-z]/g, (start) => start.toUpperCase()),
}

// Fetch hands header names over in lower case; devices hand them over in any.
function headersOf(headers, headerCase) {
  return Object.fromEntries([...headers].map(([name, value]) => [SPELLINGS[headerCase](name), value]))
}
