/**
 * The pages that are open, one on screen: WeChat's navigation. Tabs stay alive behind each other,
 * other pages lie on top and end when left.
 *
 * @param {object} given
 * @param {string[]} given.tabs paths of the tab pages
 * @param {(path: string) => { page: object, element: Element, remove: () => void }} given.open
 * @param {() => void} given.changed told when another page is on screen
 */
export function createPages({ tabs, open, changed }) {
  const kept = new Map()
  let stack = []

  const top = () => stack.at(-1)

  function appear(path, query) {
    const opened = open(path)
    const entry = { ...opened, path, title: '' }
    stack.push(entry)
    entry.page.onLoad?.(query)
    entry.page.onShow?.()
    changed()
    return entry
  }
  function hide(entry) {
    if (!entry) return
    entry.element.hidden = true
    entry.page.onHide?.()
  }
  function show(entry) {
    entry.element.hidden = false
    entry.page.onShow?.()
    changed()
  }
  function end(entry) {
    entry.page.onUnload?.()
    entry.remove()
  }

  return {
    top,
    get all() {
      return stack
    },
    navigateTo(path, query) {
      hide(top())
      appear(path, query)
    },
    navigateBack() {
      if (stack.length < 2) return
      end(stack.pop())
      show(top())
    },
    switchTab(path) {
      while (stack.length > 0 && !tabs.includes(top().path)) end(stack.pop())
      if (top()?.path === path) return show(top())
      hide(top())
      stack = kept.has(path) ? [kept.get(path)] : []
      if (stack.length > 0) show(top())
      else kept.set(path, appear(path, {}))
    },
    /** All of it goes, as when the app is killed. No page is told. */
    drop() {
      for (const { remove } of new Set([...stack, ...kept.values()])) remove()
      stack = []
      kept.clear()
    },
  }
}
