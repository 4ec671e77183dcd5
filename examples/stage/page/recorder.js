import { captionOf, interimOf } from './caption.js'
import { createEpisode } from './episode.js'

/** Calm for this long, and what happened can be told. */
const CALM = 250
/** As long as this without an end, and it is worth saying what is waited for. */
const LONG = 900

/**
 * Cuts what happens into episodes: whatever follows of one thing that the visitor did.
 *
 * @param {object} given
 * @param {(title: string, kind: string) => { add(row: object): void }} given.draw
 * @param {(caption: string, facts: object) => void} given.say
 */
export function createRecorder({ draw, say }) {
  const state = { hasSession: false, clock: null }
  let begun = null
  let episode = null
  let picture = null
  let timer

  function current() {
    if (!episode) {
      episode = createEpisode(begun.kind, begun.title, state)
      picture = null
    }
    return episode
  }

  function tell() {
    const name = episode.isOver ? captionOf(episode.facts) : interimOf(episode.facts)
    if (name) say(name, episode.facts)
  }

  return {
    /** A tap while something is still going on belongs to that. */
    begin(kind, title) {
      if (kind === 'tap' && episode && !episode.isOver) return
      begun = { kind, title }
      episode = null
    },
    add(row) {
      const { facts } = current()
      picture ||= draw(facts.title, facts.kind)
      picture.add(row)
    },
    step(step) {
      current().step(step)
      if (step.step === 'login-succeeded') Object.assign(state, { hasSession: true, clock: null })
      if (step.step === 'logged-out' || (step.step === 'asked-for' && step.need === 'login'))
        state.hasSession = false
      clearTimeout(timer)
      timer = setTimeout(tell, episode.isOver || episode.facts.prompted ? CALM : LONG)
    },
    clockMoved(ms) {
      state.clock = ms < 0 ? 'back' : 'forward'
    },
    /** Something else was said meanwhile. */
    hush: () => clearTimeout(timer),
  }
}
