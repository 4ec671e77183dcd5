import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createPrompt } from '../prompt.js'
import { createWorld } from '../world.js'

/** What requests are told of, step by step, but for when. */
async function stepsOf(run, wasm) {
  const options = { needs: ({ data }) => data.need, prompts: { phone: createPrompt({}).prompt } }
  const first = createWorld(options)
  await first.done(first.client.login())
  const world = first.restart(options, wasm)
  const steps = []
  // With the module at hand before, or not.
  if (!wasm.delay) await world.done(world.client.ensure('scope.camera'))
  world.client.onTrace((step) => steps.push(step))
  await run(world)
  await world.clock.advance(20_000)
  const serials = new Map()
  const known = (value) => serials.get(value) ?? serials.set(value, serials.size).get(value)
  return steps
    .filter(({ ticket }) => ticket !== undefined)
    .map(({ at: _, flight: __, session: ___, ticket, ...step }) =>
      JSON.stringify({ ...step, ticket: known(ticket) }),
    )
}

describe('X6 onTrace hears the same whether the module was there or not', () => {
  const runs = {
    'a plain request': ({ client }) => client.request({ url: '/goods?secret' }),
    'one that needs what holds': ({ client }) => client.request({ url: '/goods', needs: 'login' }),
    'one whose reply asks for a login': ({ backend, client }) => {
      backend.answer('/orders', { status: 401 })
      return client.request({ url: '/orders', method: 'POST' })
    },
    'one that fails': ({ client, control }) => {
      control.fail('request', { errMsg: 'request:fail', errno: 600001 })
      return client.request({ url: '/goods' }).catch(() => {})
    },
    'one whose reply asks for a step': ({ backend, client }) => {
      backend.answer('/orders', { data: { need: 'phone' } })
      return client.request({ url: '/orders' })
    },
    'one that is aborted': async ({ backend, client, clock }) => {
      backend.answer('/orders', 'hang')
      const pending = client.request({ url: '/orders' })
      pending.catch(() => {})
      await clock.advance(100)
      pending.abort()
    },
  }
  for (const [kind, run] of Object.entries(runs)) {
    test(`X6 of ${kind}`, async () => {
      const there = await stepsOf((world) => void run(world), {})
      const late = await stepsOf((world) => void run(world), { delay: 3000 })
      assert.ok(there.length >= 3, there.join('\n'))
      assert.deepEqual(late, there)
    })
  }

  test('X6 and in the order in which it happened', async () => {
    const first = createWorld()
    await first.done(first.client.login())
    const { client, clock } = first.restart({}, { delay: 3000 })
    const steps = []
    client.onTrace(({ at, step }) => steps.push([at, step]))
    client.request({ url: '/goods' })
    await clock.advance(20_000)
    const instants = steps.map(([at]) => at)
    assert.deepEqual(
      instants,
      [...instants].sort((a, b) => a - b),
    )
    const names = steps.map(([, step]) => step)
    assert.ok(names.indexOf('sent') < names.indexOf('replied'), names.join())
  })
})
