import { API } from './host.js'
import { host } from './world.js'

/** One contestant with a host of its own, and the loops that are timed. */
export function openStage(open) {
  const client = open()
  const { counts, listening } = host

  async function sequence(n) {
    const start = engine.now()
    for (let i = 0; i < n; i++) await client.request('/items/1')
    return engine.now() - start
  }

  async function renewals(n) {
    const start = engine.now()
    for (let i = 0; i < n; i++) {
      host.expire()
      await client.request('/items/1')
    }
    return engine.now() - start
  }

  /** `n` different requests in one turn. Their answers are checked after the clock stops. */
  async function burst(n) {
    const pending = new Array(n)
    const start = engine.now()
    for (let i = 0; i < n; i++) pending[i] = client.request(`/items/${i}`)
    const replies = await Promise.all(pending)
    const elapsed = engine.now() - start
    for (let i = 0; i < n; i++) expectAnswer(replies[i], `/items/${i}`)
    return elapsed
  }

  function expectAnswer(reply, path) {
    const data = client.read(reply)
    if (!data || data.url !== API + path) {
      throw new Error(`wrong answer to ${path}: ${JSON.stringify(data)}`)
    }
  }

  /** The right answer with the headers the server wants, also after the session has ended. */
  async function check(hasLogin) {
    listening.delivery = 'immediate'
    expectAnswer(await client.request('/first'), '/first')
    expectAnswer(await client.request('/second'), '/second')
    if (!hasLogin) return
    const { logins, refusals } = counts
    host.expire()
    expectAnswer(await client.request('/renewed'), '/renewed')
    if (counts.logins !== logins + 1 || counts.refusals !== refusals + 1) {
      throw new Error(
        `a renewal took ${counts.logins - logins} logins, ${counts.refusals - refusals} refusals`,
      )
    }
  }

  /** Microtask turns from the call to its answer on an immediate host; null if it takes a timer. */
  function hops() {
    return new Promise((resolve, reject) => {
      let turns = 0
      let answered = false
      const turn = () => {
        if (answered) resolve(turns)
        else if (++turns < 500) Promise.resolve().then(turn)
        else resolve(null)
      }
      Promise.resolve().then(turn)
      client.request('/items/1').then(() => {
        answered = true
      }, reject)
    })
  }

  return { host, check, sequence, renewals, burst, hops }
}
