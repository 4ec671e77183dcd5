import { html } from '../element.js'

/** How long the visitor sees a pop-up that is answered for them. */
const GLIMPSE = 1100

/**
 * WeChat's pop-ups, drawn over the screen and answered by the visitor. One at a time.
 *
 * @param {object} given
 * @param {Element} given.over
 * @param {object} given.words
 * @param {() => boolean} given.refusesNext asked at each pop-up; uses the order up
 * @param {object} given.told `{ asked(kind), answered(choice) }`
 */
export function createPopups({ over, words, refusesNext, told }) {
  let turn = Promise.resolve()
  let generation = 0

  function ask(kind, about) {
    const born = generation
    const answer = turn.then(() => (born === generation ? show(kind, about) : 'abandon'))
    turn = answer
    return answer
  }

  function show(kind, about) {
    const { title, text, accept, refuse } = words[kind]
    return new Promise((resolve) => {
      told.asked(kind)
      const before = document.activeElement
      const close = (choice) => {
        shade.remove()
        for (const element of beneath) element.inert = false
        before?.focus?.({ preventScroll: true })
        told.answered(choice)
        resolve(choice)
      }
      const no = html('button', { type: 'button', class: 'popup-no', onclick: () => close('refuse') }, refuse)
      const yes = html(
        'button',
        { type: 'button', class: 'popup-yes', onclick: () => close('accept') },
        accept,
      )
      const shade = html(
        'div',
        { class: 'popup-shade' },
        html(
          'div',
          { class: 'popup', role: 'alertdialog', 'aria-label': title, 'data-kind': kind },
          html('p', { class: 'popup-from' }, words.from),
          html('h3', {}, title),
          html('p', {}, text.replace('{}', about ?? '')),
          html('div', { class: 'popup-row' }, no, yes),
        ),
      )
      const beneath = [...over.children]
      for (const element of beneath) element.inert = true
      shade.addEventListener('keydown', ({ key }) => key === 'Escape' && close('refuse'))
      over.append(shade)
      if (refusesNext()) {
        yes.disabled = true
        no.classList.add('pressed')
        setTimeout(() => close('refuse'), GLIMPSE)
      } else {
        yes.focus({ preventScroll: true })
      }
    })
  }

  return {
    ask,
    /** The app was killed: nobody answers any more. */
    clear() {
      generation += 1
      for (const shade of over.querySelectorAll('.popup-shade')) shade.remove()
      for (const element of over.children) element.inert = false
      turn = Promise.resolve()
    },
  }
}
