import { count, NOTHING } from './log.js'

/** Longer than any scene takes: a call that never settles is a broken promise, not a tour without end. */
const PATIENCE = 5000

/**
 * Plays one scene and checks it against its promise.
 *
 * @param {object} scene `{ title, promise, costs, act(stage), check(result, expect, log) }`
 * @param {object} stage `{ world, shop, createClient }`
 * @returns {Promise<{ ms: number, calls: object[], counts: object, broken: object[] }>} `broken`
 *   lists `{ what, promised, got }`
 */
export async function play(scene, stage) {
  const { calls } = stage.world.phone
  const broken = []
  const expect = (what, got, promised) => {
    if (got !== promised) broken.push({ what, promised, got })
  }

  calls.length = 0
  const begin = performance.now()
  const outcome = await settled(() => scene.act(stage))
  const ms = performance.now() - begin
  const seen = [...calls]
  const counts = count(seen)

  for (const [what, promised] of Object.entries({ ...NOTHING, ...scene.costs })) {
    expect(what, counts[what], promised)
  }
  const called = (api) => seen.filter((call) => call.api === api).length
  const asked = (need) => called(`ask for ${need}`)
  try {
    if ('error' in outcome) throw outcome.error
    scene.check(outcome.value, expect, { called, asked })
  } catch (error) {
    broken.push({ what: 'outcome', promised: 'a result', got: error.message || error.errMsg || error })
  }
  return { ms, calls: seen, counts, broken }
}

async function settled(act) {
  let timer
  const impatience = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing within ${PATIENCE} ms`)), PATIENCE)
  })
  try {
    return { value: await Promise.race([act(), impatience]) }
  } catch (error) {
    return { error }
  } finally {
    clearTimeout(timer)
  }
}
