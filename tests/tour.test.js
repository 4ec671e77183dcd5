import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { describe as inWords } from '../examples/tour/log.js'
import { createPaper } from '../examples/tour/paper.js'
import { play } from '../examples/tour/play.js'

const request = (path, status) => ({ api: 'request', options: { url: `http://shop.example${path}` }, status })
const stageWith = (calls) => ({ world: { phone: { calls } } })
const scene = (act, more) => ({ title: 'A scene', promise: 'something', costs: {}, act, check() {}, ...more })

describe('the tour holds every scene to its promise', () => {
  test('a login too many', async () => {
    const calls = []
    const act = async () => calls.push({ api: 'login' }, { api: 'login' })
    const { broken, counts } = await play(scene(act, { costs: { logins: 1 } }), stageWith(calls))
    assert.deepEqual(broken, [{ what: 'logins', promised: 1, got: 2 }])
    assert.equal(counts.logins, 2)
  })

  test('an exchange is no send of the app’s', async () => {
    const calls = []
    const act = async () => calls.push(request('/login', 200), request('/goods', 200), { api: 'resend' })
    const costs = { exchanges: 1, sends: 1, resends: 1 }
    assert.deepEqual((await play(scene(act, { costs }), stageWith(calls))).broken, [])
  })

  test('a result that is another', async () => {
    const check = (status, expect) => expect('status', status, 200)
    const { broken } = await play(
      scene(async () => 401, { check }),
      stageWith([]),
    )
    assert.deepEqual(broken, [{ what: 'status', promised: 200, got: 401 }])
  })

  for (const [how, act] of [
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
  ]) {
    test(`a scene that ${how}`, async () => {
      const { broken } = await play(scene(act), stageWith([]))
      assert.deepEqual(broken, [{ what: 'outcome', promised: 'a result', got: 'no' }])
    })
  }
})

test('the log in words: in order, repetitions counted, storage left out', () => {
  const calls = [
    { api: 'login', options: {} },
    { api: 'setStorageSync', options: [] },
  ]
  const words = inWords([...calls, request('/a', 200), request('/a', 200), request('/b', 401)])
  assert.deepEqual(words, ['wx.login', '2× GET /a 200', 'GET /b 401'])
})

describe('on paper', () => {
  function printed(color) {
    let text = ''
    const paper = createPaper({ color, write: (more) => (text += more) })
    const broken = [{ what: 'logins', promised: 1, got: 2 }]
    paper.step(1, { title: 'A scene', promise: 'something' }, { ms: 12, words: ['wx.login'], broken })
    return text
  }

  test('a broken promise says what was expected', () => {
    assert.match(
      printed(false),
      /✗ +1 +A scene +something +12 ms\n +wx\.login\n +logins: expected 1, got 2\n$/,
    )
  })

  test('colour only where it is wanted', () => {
    assert.ok(!printed(false).includes('\u001b'))
    assert.ok(printed(true).includes('\u001b[31m✗'))
  })
})
