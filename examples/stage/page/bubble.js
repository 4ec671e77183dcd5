import { html } from './element.js'

const fill = (sentence, facts) => sentence.replace(/\{(\w+)\}/g, (_, name) => facts[name] ?? '')

/** What just happened, in plain words, and what to try next. */
export function createBubble(words) {
  const now = html('p', { class: 'now' })
  const next = html('p', { class: 'next' })
  const node = html(
    'section',
    { class: 'bubble card', 'aria-label': words.caption.label },
    html('h2', {}, words.caption.label),
    html('div', { 'aria-live': 'polite' }, now, next),
  )
  return {
    node,
    say(name, facts = {}) {
      const [what, then] = words.captions[name]
      node.dataset.caption = name
      now.textContent = fill(what, facts)
      next.replaceChildren(html('span', {}, words.caption.next), ` ${fill(then, facts)}`)
    },
  }
}
