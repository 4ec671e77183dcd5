import { html } from './element.js'

/**
 * The list of troubles: buttons that do something at once, and switches that stay on.
 *
 * @param {object} words
 * @param {{ [name: string]: { press(): void, isOn?(): boolean } }} troubles
 */
export function createSwitches(words, troubles) {
  const buttons = new Map()

  function button(name) {
    const { press, isOn } = troubles[name]
    const [title, text] = words.items[name]
    const mark = isOn
      ? html('span', { class: 'knob', 'aria-hidden': 'true' })
      : html('span', { class: 'go', 'aria-hidden': 'true' }, '→')
    const about = html('span', { class: 'about', id: `about-${name}` }, text)
    const node = html(
      'button',
      {
        type: 'button',
        class: 'trouble',
        'data-trouble': name,
        'aria-label': title,
        'aria-describedby': `about-${name}`,
        role: isOn ? 'switch' : undefined,
        onclick() {
          press()
          show()
        },
      },
      html('span', { class: 'what' }, html('strong', {}, title), about),
      mark,
    )
    buttons.set(name, node)
    return html('li', {}, node)
  }

  function show() {
    for (const [name, node] of buttons) {
      if (troubles[name].isOn) node.setAttribute('aria-checked', troubles[name].isOn())
    }
  }

  const node = html(
    'section',
    { class: 'troubles card', 'aria-labelledby': 'troubles-title' },
    html('h2', { id: 'troubles-title' }, words.title),
    html('p', { class: 'intro' }, words.intro),
    html('ul', {}, Object.keys(troubles).map(button)),
  )
  show()
  return {
    node,
    show,
    /** Another sentence under a button. */
    tell(name, text) {
      buttons.get(name).querySelector('.about').textContent = text
    },
  }
}
