import { html } from '../element.js'

const TOAST = 2600

/** The phone as one sees it: status bar, title, screen, tabs, toast. */
export function createBody({ tabs, words, onTab, onBack }) {
  const time = html('span', { class: 'time' }, '')
  const back = html(
    'button',
    { type: 'button', class: 'back', 'aria-label': words.back, onclick: onBack },
    '‹',
  )
  const title = html('h2', { class: 'nav-title' }, '')
  const screen = html('div', { class: 'pages' })
  const toast = html('div', { class: 'toast', role: 'status', hidden: true })
  const tabButtons = tabs.map(({ pagePath, text }) =>
    html('button', { type: 'button', class: 'tab', onclick: () => onTab(pagePath) }, text),
  )
  const tabBar = html('nav', { class: 'tabs', 'aria-label': words.tabs }, tabButtons)
  const over = html('div', { class: 'screen' }, screen, toast)
  const node = html(
    'section',
    { class: 'phone', 'aria-label': words.label },
    html(
      'div',
      { class: 'glass' },
      html('div', { class: 'status' }, time, html('span', { class: 'signal', 'aria-hidden': 'true' })),
      html(
        'header',
        { class: 'nav' },
        back,
        title,
        html('span', { class: 'capsule', 'aria-hidden': 'true' }, '••• ◎'),
      ),
      over,
      tabBar,
    ),
  )
  let toastTimer

  return {
    node,
    screen,
    over,
    /** Draws what is around the page on top. */
    show({ path, title: text, depth }) {
      title.textContent = text
      back.hidden = depth < 2
      tabBar.hidden = !tabs.some(({ pagePath }) => pagePath === path)
      tabs.forEach(({ pagePath }, index) => {
        tabButtons[index].toggleAttribute('aria-current', pagePath === path)
      })
    },
    tabText(index, text) {
      tabButtons[index].textContent = text
    },
    toast(text) {
      clearTimeout(toastTimer)
      toast.textContent = text
      toast.hidden = false
      toastTimer = setTimeout(() => {
        toast.hidden = true
      }, TOAST)
    },
    clock(date, language) {
      const day = date.toLocaleDateString(language, { weekday: 'short', day: 'numeric' })
      time.textContent = `${date.toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' })} · ${day}`
    },
    /** Off while the app is killed or hidden. */
    dim(is) {
      node.classList.toggle('away', is)
    },
  }
}
