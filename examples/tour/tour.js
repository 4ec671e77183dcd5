/**
 * A tour in the terminal: the built mini-program package with a simulated WeChat and the example
 * backend, over real HTTP. Every scene says what it promises, and is held to it.
 */
import { describe, sum } from './log.js'
import { createPaper } from './paper.js'
import { createPlainWrapper } from './plain-wrapper.js'
import { play } from './play.js'
import { coldStart, otherWays } from './scenes/arriving.js'
import { consentScenes } from './scenes/consent.js'
import { sessionScenes } from './scenes/sessions.js'
import { openWorld } from './world.js'

const SCENES = [coldStart, ...sessionScenes, ...consentScenes, ...otherWays]
const COLUMNS = ['logins', 'exchanges', 'sends', 'resends']

/**
 * @param {object} terminal
 * @param {(text: string) => void} terminal.write
 * @param {boolean} [terminal.color]
 * @returns {Promise<boolean>} whether everything went as promised
 */
export async function tour({ write, color = false }) {
  const paper = createPaper({ write, color })
  paper.title(
    'wxlogin',
    '浏览不打扰，用到才登录',
    'The built mini-program package, a simulated WeChat and the example backend, over HTTP.',
  )

  const begin = performance.now()
  const played = await inWorld(async (world) => {
    const stage = { world }
    const done = []
    for (const [index, scene] of SCENES.entries()) {
      const result = await play(scene, stage)
      paper.step(index + 1, scene, { ...result, words: describe(result.calls) })
      done.push({ scene, ...result })
    }
    return done
  })
  const plain = await inWorld(playPlainly)

  const row = (counts) => COLUMNS.map((column) => counts[column])
  const compared = played.filter(({ scene }) => sessionScenes.includes(scene))
  const first = SCENES.indexOf(sessionScenes[0]) + 1
  const steps = `Steps ${first} to ${first + sessionScenes.length - 1}`
  paper.table(COLUMNS, [
    ['The whole tour', row(sum(played.map(({ counts }) => counts)))],
    [steps, row(sum(compared.map(({ counts }) => counts)))],
    [`${steps}, a plain wrapper`, row(plain)],
  ])

  const broken = played.filter((result) => result.broken.length > 0).map(({ scene }) => scene.title)
  const kept = broken.length === 0
  const seconds = ((performance.now() - begin) / 1000).toFixed(1)
  paper.verdict(
    kept,
    kept
      ? `All ${played.length} steps went as promised, in ${seconds} s.`
      : `${broken.length} of ${played.length} steps did not go as promised: ${broken.join(', ')}.`,
  )
  return kept
}

async function inWorld(run) {
  const world = await openWorld()
  try {
    return await run(world)
  } finally {
    await world.close()
  }
}

/** The scenes about sessions once more, with a wrapper that promises nothing. */
async function playPlainly(world) {
  const stage = { world, shop: createPlainWrapper(world) }
  const counts = []
  for (const scene of sessionScenes) counts.push((await play(scene, stage)).counts)
  return sum(counts)
}
