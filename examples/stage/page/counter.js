import { html } from './element.js'

/** How often wx.login was called, beside what a login at launch plus one per 401 would have made. */
export function createCounter(words) {
  const counts = { ours: 0, plain: 0 }
  const figures = {}
  const figure = (name) => {
    figures[name] = html('dd', { 'data-count': name }, '0')
    return html('div', { class: `figure ${name}` }, figures[name], html('dt', {}, words[name]))
  }
  const node = html(
    'section',
    { class: 'counter card', 'aria-label': words.title },
    html('h2', {}, words.title),
    html('dl', {}, figure('ours'), figure('plain')),
    html('p', {}, words.why),
  )
  return {
    node,
    add(name) {
      counts[name] += 1
      figures[name].textContent = counts[name]
    },
  }
}
