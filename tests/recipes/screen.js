/**
 * What the app shows, and who looks at it: pages, sheets, toasts. Without a callback an API of
 * WeChat's returns a promise, as since base library 2.10.2.
 */
export function createScreen({ wx, control }) {
  const index = {
    route: 'pages/index/index',
    setData: (data) => void log.push(`setData ${JSON.stringify(data)}`),
  }
  const pages = [index]
  const guards = []
  const listeners = []
  /** What was shown and hidden, in order. */
  const log = []

  wx.navigateTo = async ({ url }) => {
    log.push(`open ${url}`)
    pages.push({ route: url.slice(1).split('?')[0] })
    return { errMsg: 'navigateTo:ok' }
  }
  wx.navigateBack = async () => {
    log.push(`close ${pages.pop().route}`)
    return { errMsg: 'navigateBack:ok' }
  }
  wx.switchTab = async ({ url }) => {
    log.push(`switch ${url}`)
    pages.splice(0, pages.length, { route: url.slice(1) })
    return { errMsg: 'switchTab:ok' }
  }
  const { showModal } = wx
  wx.showModal = (options) =>
    new Promise((resolve, reject) => showModal({ ...options, success: resolve, fail: reject }))
  wx.onAppShow = (listener) => void listeners.push(listener)
  wx.offAppShow = (listener) => void listeners.splice(listeners.indexOf(listener), 1)
  wx.setBackgroundFetchToken = ({ token }) => void log.push(`prefetch ${token}`)

  const uni = {
    $emit: (event, value) => void log.push(`emit ${event} ${value}`),
    addInterceptor: (_api, { invoke }) => void guards.push(invoke),
    navigateTo: (options) =>
      guards.every((guard) => guard(options) !== false) ? wx.navigateTo(options) : undefined,
    getStorageSync: (key) => wx.getStorageSync(key),
    removeStorageSync: (key) => wx.removeStorageSync(key),
  }

  return {
    uni,
    log,
    getCurrentPages: () => pages.slice(),
    get page() {
      return pages[pages.length - 1].route
    },
    get toasts() {
      return control.calls.filter(({ api }) => api === 'showToast').map(({ options }) => options.title)
    },
    /** The mini-program comes back from the background. */
    show() {
      for (const listener of listeners.slice()) listener()
    },
    get watched() {
      return listeners.length
    },
  }
}
