import { createBubble } from './bubble.js'
import { createCounter } from './counter.js'
import { createDiagram } from './diagram/diagram.js'
import { followLog } from './diagram/log.js'
import { createStory } from './diagram/story.js'
import { html } from './element.js'
import { pickLanguage } from './language.js'
import { createPhone } from './phone/phone.js'
import { createRecorder } from './recorder.js'
import { createScan } from './scan.js'
import { createSwitches } from './switches.js'
import { themeButton } from './theme.js'
import { createTroubles } from './troubles.js'

const { miniprogram: program } = globalThis
const { language, words } = pickLanguage()
const places = await (await fetch('/places.json')).json()

const bubble = createBubble(words)
const counter = createCounter(words.counter)
const diagram = createDiagram(words.diagram)
const recorder = createRecorder({ draw: diagram.begin, say: bubble.say })
const story = createStory(recorder.add, words.story)
let stopFollowing = () => {}

const began = (kind, title) => recorder.begin(kind, title || words.episodes[kind])

function say(caption) {
  recorder.hush()
  bubble.say(caption)
}

/** A launch: a plain wrapper would log in now. */
function started({ client, control }) {
  counter.add('plain')
  stopFollowing()
  troubles.restarted()
  const log = followLog(control.calls, {
    called(entry) {
      if (entry.api === 'login') {
        counter.add('ours')
        troubles.loginMade()
      }
      story.called(entry)
    },
    answered: story.answered,
  })
  const stopTracing = client.onTrace((step) => {
    log.look()
    if (step.step === 'replied' && step.status === 401) counter.add('plain')
    recorder.step(step)
    story.step(step)
  })
  stopFollowing = () => {
    stopTracing()
    log.stop()
  }
}

const phone = createPhone({
  program,
  places,
  language,
  words: words.phone,
  told: {
    began: (kind, title) => began(kind, words.episodes.tapped.replace('{}', title)),
    started,
    asked: (kind) => story.tapped(kind),
    answered: story.handed,
    clockMoved: recorder.clockMoved,
  },
})

const scan = createScan({
  backend: places.backend,
  open(url) {
    began('scan')
    phone.open(url)
  },
  told(state) {
    switches.tell('scan', words.scan[state])
    if (state === 'done') say('scanned')
  },
})
const troubles = createTroubles({ phone, places, say, began, changed: () => switches.show(), scan })
const switches = createSwitches(words.troubles, troubles.list)

const { label, other, code } = words.language
document.title = `${words.title} · ${words.tagline}`
document.body.append(
  html(
    'header',
    { class: 'top' },
    html('h1', {}, words.title, html('small', {}, words.tagline)),
    html('p', { class: 'lazy' }, words.lazy),
    html(
      'div',
      { class: 'toggles' },
      html(
        'a',
        { class: 'chip', href: `?lang=${code}`, 'aria-label': `${label}: ${other}`, lang: code },
        other,
      ),
      themeButton(words.theme),
    ),
  ),
  html(
    'main',
    {},
    phone.node,
    html(
      'div',
      { class: 'middle' },
      html('div', { class: 'telling' }, bubble.node, counter.node),
      diagram.node,
    ),
    switches.node,
  ),
)
document.head.append(html('style', {}, program.styles))

began('open')
phone.start()
