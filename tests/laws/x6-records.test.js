import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createDice } from '../dice.js'
import { phoneWith, storedText, storedWith } from '../stored.js'
import { createClock } from '../wechat/clock.js'
import { createWorld, NEVER } from '../world.js'

/** What goes out with a plain request right after a start: a header, `'guest'`, or `'nothing'` so far. */
function sentAtStart(text, { wasm = NEVER, clock } = {}) {
  const world = createWorld({}, { phone: phoneWith(text), wasm, clock })
  world.client.request({ url: '/goods' }).catch(() => {})
  const [options] = world.native()
  return options ? (options.header?.Authorization ?? 'guest') : 'nothing'
}

/** The same once the core has read the record. */
async function sentByCore(text) {
  const world = createWorld({}, { phone: phoneWith(text) })
  await world.done(world.client.ensure('scope.camera'))
  await world.done(world.client.request({ url: '/goods' }))
  return world.native()[0].header?.Authorization ?? 'guest'
}

describe('X6 what the reader of a stored record believes', () => {
  test('X6 one that this version has written', async () => {
    assert.equal(sentAtStart(await storedText()), 'Bearer stored')
  })

  test('X6 none that is cut off, wherever', async () => {
    const text = await storedText()
    for (let length = 0; length < text.length; length += 3) {
      assert.equal(sentAtStart(text.slice(0, length)), 'guest', text.slice(0, length))
    }
  })

  const strangers = {
    'of another version': () => storedWith((record) => Object.assign(record, { v: record.v + 1 })),
    'of version 1': () =>
      JSON.stringify({ v: 1, session: { token: 'old', expiresAt: 9e15, granted: [] }, savedAt: 1 }),
    'written by somebody else': () => '{"token":"planted","openid":"o"}',
    'that is a text': () => '"planted"',
    'all in a __proto__': async () => `{"__proto__":${await storedText()}}`,
    'with a token that would end its header': () =>
      storedWith(({ session }) => Object.assign(session, { token: 'a\r\nX-Admin: 1' })),
    'with a token that no header can carry': () =>
      storedWith(({ session }) => Object.assign(session, { token: 'a\u2028b' })),
    'with a token that is a number': () => storedWith(({ session }) => Object.assign(session, { token: 7 })),
    'without an end': () => storedWith(({ session }) => Object.assign(session, { expiresAt: 'never' })),
    'with needs that are no words': () =>
      storedWith(({ session }) => Object.assign(session, { granted: [{}] })),
  }
  for (const [kind, make] of Object.entries(strangers)) {
    test(`X6 none ${kind}`, async () => {
      const text = await make()
      assert.equal(sentAtStart(text), 'guest')
      assert.equal(await sentByCore(text), 'guest')
      assert.equal(createWorld({}, { phone: phoneWith(text), wasm: NEVER }).client.session, null)
    })
  }

  for (const [kind, hours, header] of [
    ['went back by an hour', -1, 'guest'],
    ['went on by an hour', 1, 'Bearer stored'],
    ['went on by two', 2, 'guest'],
    ['went on by a year', 9000, 'guest'],
  ]) {
    test(`X6 on a phone whose clock ${kind}: ${header}`, async () => {
      const start = createClock().now()
      const clock = createClock(start + hours * 3_600_000)
      assert.equal(sentAtStart(await storedText(), { clock }), header)
    })
  }

  test('X6 until its last millisecond', async () => {
    const first = createWorld()
    const { expiresAt } = await first.done(first.client.login())
    const text = [...first.copyOfStorage().values()][0]
    for (const [left, header] of [
      [60_001, 'Bearer token-1'],
      [60_000, 'guest'],
    ]) {
      assert.equal(sentAtStart(text, { clock: createClock(expiresAt - left) }), header)
    }
  })

  test('X6 not that a need holds which the core would ask for', async () => {
    const text = await storedText({ token: 't', granted: ['scope.camera', 'privacy', 'sessionKey', 'phone'] })
    for (const [needs, sends] of [
      ['phone', 1],
      ['scope.camera', 0],
      ['privacy', 0],
      ['sessionKey', 0],
      [['phone', 'scope.camera'], 0],
      ['profile', 0],
    ]) {
      const { client, control } = createWorld({}, { phone: phoneWith(text), wasm: NEVER })
      client.request({ url: '/goods', needs }).catch(() => {})
      assert.equal(control.count('request'), sends, String(needs))
    }
  })

  test('X6 a guest’s needs never hold', () => {
    for (const needs of ['login', 'phone', ['login', 'phone']]) {
      const { client, control } = createWorld({}, { wasm: NEVER })
      client.request({ url: '/goods', needs }).catch(() => {})
      assert.equal(control.count('request'), 0)
    }
  })
})

const ODD = [
  ...[null, true, false, 0, -1, 1, 2, 1e15, -1e15, 1e300, Number.MAX_SAFE_INTEGER, 0.5],
  ...['', 'x', 'a\nb', 'ü', '\u2028', '\ud800', '__proto__', 'stored'],
  ...[[], {}, [null], ['phone'], [''], { token: 'planted' }],
]

/** Changes one thing in the text, somewhere. */
function spoil(text, dice) {
  if (dice.chance(0.15)) return text.slice(0, dice.below(text.length))
  if (dice.chance(0.15)) {
    const at = dice.below(text.length)
    return text.slice(0, at) + dice.pick(['0', '9', '"', ',', '}', '-', 'e', '\\', ' ']) + text.slice(at + 1)
  }
  const record = JSON.parse(text)
  const holders = [record]
  for (const value of Object.values(record)) if (value instanceof Object) holders.push(value)
  const holder = dice.pick(holders)
  const name = dice.pick([...Object.keys(holder), 'token', 'extra', 'granted', 'v'])
  if (dice.chance(0.2)) delete holder[name]
  else if (typeof holder[name] === 'number' && dice.chance(0.5)) {
    holder[name] += dice.pick([-1e9, -7_200_000, -60_000, -1, 1, 60_000, 7_200_000, 1e9])
  } else holder[name] = dice.pick(ODD)
  return JSON.stringify(record)
}

test('X6 whatever is stored: what the reader sends, the core would have sent', async () => {
  const texts = [
    await storedText(),
    await storedText({ token: 't', granted: ['phone'], expires_in: 100 }),
    await storedText({ openid: 'o', unionid: 'u', extra: { a: [1] } }),
  ]
  const dice = createDice(6)
  const seen = new Set()
  for (let nth = 0; nth < 250; nth += 1) {
    let text = dice.pick(texts)
    for (let times = 1 + dice.below(2); times > 0; times -= 1) {
      try {
        text = spoil(text, dice)
      } catch {
        break
      }
    }
    const sent = sentAtStart(text)
    seen.add(sent)
    if (sent !== 'nothing') assert.equal(sent, await sentByCore(text), `${nth}: ${text}`)
  }
  assert.ok(seen.has('Bearer stored') && seen.has('guest'), [...seen].join())
})
