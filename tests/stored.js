import assert from 'node:assert/strict'
import { createWorld, STORAGE_KEY } from './world.js'

/**
 * What a run stores whose exchange came to that session, a moment after a clock's usual start.
 *
 * @param {object} [session] a `SessionReply`
 * @param {object} [options] of `createClient`
 */
export async function storedText(session = { token: 'stored', openid: 'o' }, options) {
  const world = createWorld({ exchange: () => session, ...options })
  await world.done(world.client.login())
  const text = world.control.storage.get(STORAGE_KEY)
  assert.equal(typeof text, 'string')
  return text
}

/** The same with something changed: `change` gets the parsed text. */
export async function storedWith(change, session, options) {
  const record = JSON.parse(await storedText(session, options))
  change(record)
  return JSON.stringify(record)
}

/** A phone on which that text is stored. */
export const phoneWith = (text) => ({ storage: new Map([[STORAGE_KEY, text]]) })
