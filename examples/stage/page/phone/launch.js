import { glassEasel, MiniProgramEnv } from 'glass-easel-miniprogram-adapter'
import { defineComponents } from './components.js'
import { createModules } from './modules.js'
import { createPages } from './pages.js'

const WXWebAssembly = {
  instantiate: async (path, imports) => WebAssembly.instantiateStreaming(fetch(path), imports),
}

/** `/pages/a/a?b=1` as `['pages/a/a', { b: '1' }]`. */
function addressed(url) {
  const { pathname, searchParams } = new URL(url, 'http://code/')
  return [pathname.slice(1), Object.fromEntries(searchParams)]
}

/**
 * A cold start of the mini-program: everything of it is loaded afresh.
 *
 * @param {object} given
 * @param {object} given.program what `compile` made
 * @param {object} given.wx the simulated WeChat's, to which navigation is added
 * @param {object} given.clock
 * @param {Element} given.screen where pages are put
 * @param {object} given.services what WeChat does for a button's open-type
 * @param {object} given.frame what is around the page: `{ toast, tabText, changed }`
 */
export function launch({ program, wx, clock, screen, services, frame }) {
  const env = new MiniProgramEnv()
  const space = env.createCodeSpace('', true)
  defineComponents(space.getComponentSpace(), services)
  for (const [path, config] of Object.entries(program.configs)) space.addComponentStaticConfig(path, config)
  for (const [path, content] of Object.entries(program.templates)) {
    const groupList = program.templates
    space.addCompiledTemplate(path, { groupList, content, fallbackListenerOnNativeNode: true })
  }
  const window = env.associateBackend(new glassEasel.CurrentWindowBackendContext())

  const { tabBar } = program.configs.app
  const pages = createPages({
    tabs: tabBar.list.map(({ pagePath }) => pagePath),
    open,
    changed: frame.changed,
  })

  const api = {
    navigateTo: ({ url }) => pages.navigateTo(...addressed(url)),
    navigateBack: () => pages.navigateBack(),
    switchTab: ({ url }) => pages.switchTab(addressed(url)[0]),
    setNavigationBarTitle({ title }) {
      pages.top().title = title
      frame.changed()
    },
    setTabBarItem: ({ index, text }) => frame.tabText(index, text),
    getAppBaseInfo: () => ({ language: frame.language }),
    showToast(options) {
      frame.toast(options.title)
      wx.showToast(options)
    },
  }

  let app
  const load = createModules(program, {
    wx: { ...wx, ...api },
    Date: clock.Date,
    WXWebAssembly,
    App(given) {
      app = given
    },
    getApp: () => app,
    getCurrentPages: () => pages.all.map(({ page }) => page),
  })

  function register(path) {
    space.componentEnv(path, ({ Page, Component }) => load(path, { Page, Component }))
    for (const used of Object.values(program.configs[path].usingComponents || {}))
      register(addressed(used)[0])
  }

  function open(path) {
    const { page, element, root } = render(path)
    return {
      page,
      element,
      remove() {
        root.release()
        element.remove()
      },
    }
  }

  const registered = new Set()
  function render(path) {
    if (!registered.has(path)) register(path)
    registered.add(path)
    const place = screen.appendChild(document.createElement('div'))
    const root = window.createRoot('page', space, path)
    const element = root.getComponent().$$
    element.dataset.page = path
    root.attach(screen, place)
    return { page: root.get(), element, root }
  }

  load('app')
  app.onLaunch?.({})
  app.onShow?.({})
  return { app, pages, open: (url) => (isTab(url) ? api.switchTab({ url }) : api.navigateTo({ url })) }

  function isTab(url) {
    return tabBar.list.some(({ pagePath }) => pagePath === addressed(url)[0])
  }
}

/** The component that a DOM element stands for, or the nearest around it. */
export function tapOn(target, control) {
  let element = target
  while (element && !element.__wxElement) element = element.parentElement
  if (element)
    control.tap(() =>
      glassEasel.triggerEvent(element.__wxElement, 'tap', {}, { bubbles: true, composed: true }),
    )
}
