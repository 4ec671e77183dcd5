/**
 * The one screen and its user: pop-ups come one at a time and are answered from a script, by a
 * default, or by hand.
 *
 * @param {object} clock `{ setTimeout }`
 * @param {object} options
 * @param {string | object} [options.answers] the default answer
 * @param {(popup: object) => void} [options.onPopup] told of every pop-up shown
 */
export function createScreen(clock, { answers = 'accept', onPopup } = {}) {
  const script = []
  const waiting = []
  const shown = []
  let current = null
  let tapping = false

  function showNext() {
    if (current || waiting.length === 0) return
    const entry = waiting.shift()
    const known = entry.answered?.()
    if (known) {
      entry.decide(known)
      return showNext()
    }
    const { kind, title, decide } = entry
    current = { kind, title, answer: (choice) => close(popup, () => decide(choice)) }
    const popup = current
    shown.push({ kind, title })
    if (onPopup) onPopup(popup)
    const choice = script.length > 0 ? script.shift() : answers
    if (choice === 'wait') return
    if (choice === 'abandon') close(popup, () => {})
    else popup.answer(choice)
  }

  function close(popup, then) {
    if (current !== popup) return
    current = null
    then()
    // Not at once: two pop-ups never share an instant.
    clock.setTimeout(showNext, 0)
  }

  return {
    /**
     * Shows a pop-up when its turn comes: `{ kind, title, decide, answered? }`. `decide(choice)` gets
     * the user's choice, once or never; `answered()` may know it by then, and nothing is shown.
     */
    ask(popup) {
      waiting.push(popup)
      showNext()
    },
    get tapping() {
      return tapping
    },
    control: {
      answer(choice, times = 1) {
        for (let i = 0; i < times; i += 1) script.push(choice)
      },
      get popup() {
        return current
      },
      popups: shown,
      tap(action) {
        tapping = true
        try {
          return action()
        } finally {
          tapping = false
        }
      },
    },
  }
}
