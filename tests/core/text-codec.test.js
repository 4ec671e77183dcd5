import assert from 'node:assert/strict'
import { test } from 'node:test'
import { bytesOf, TextDecoder as Decoder, TextEncoder as Encoder } from '../../js/core/text-codec.js'

const TEXTS = [
  '',
  'ascii %41',
  '登录 é 😀',
  'ü'.repeat(9000),
  '界'.repeat(5000),
  `${'x'.repeat(4095)}😀`,
  '\0\x7f\x80\u2028',
]

test('texts become the bytes that the platform makes of them, and come back', () => {
  for (const text of TEXTS) {
    const bytes = new TextEncoder().encode(text)
    const view = new Uint8Array(text.length * 3 + 1)
    const { written } = new Encoder().encodeInto(text, view)
    assert.deepEqual(view.subarray(0, written), bytes)
    assert.equal(new Decoder().decode(bytes), text)
    assert.equal(bytesOf(text).length, bytes.length)
  }
})

test('a lone surrogate becomes U+FFFD, and nothing decodes to nothing', () => {
  const view = new Uint8Array(9)
  const { written } = new Encoder().encodeInto('a\ud800b', view)
  assert.equal(new TextDecoder().decode(view.subarray(0, written)), 'a\ufffdb')
  assert.equal(new Decoder().decode(), '')
})
