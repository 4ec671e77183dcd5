import { html } from './element.js'

const KEY = 'theme'
const system = matchMedia('(prefers-color-scheme: dark)')

/** The button between light and dark. Untouched, the page follows the system. */
export function themeButton(label) {
  const root = document.documentElement
  const kept = localStorage.getItem(KEY)
  if (kept) root.dataset.theme = kept
  const isDark = () => (root.dataset.theme || (system.matches ? 'dark' : 'light')) === 'dark'
  const button = html('button', { type: 'button', class: 'chip', 'aria-label': label, title: label }, '◐')
  const show = () => button.setAttribute('aria-pressed', isDark())
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    localStorage.setItem(KEY, root.dataset.theme)
    show()
  })
  system.addEventListener('change', show)
  show()
  return button
}
