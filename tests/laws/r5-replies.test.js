import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createWorld, plain } from '../world.js'

describe('R5 any reply resolves', () => {
  for (const data of [null, 0, '', false, [], 'text', { a: 1 }]) {
    test(`R5 ${JSON.stringify(data)}`, async () => {
      const { client, control, done } = createWorld()
      control.succeed('request', { data, statusCode: 200, header: {} })
      assert.equal((await done(client.request({ url: '/goods' }))).data, data)
    })
  }

  for (const status of [204, 302, 400, 404, 500, 503]) {
    test(`R5 HTTP ${status}`, async () => {
      const { backend, client, done } = createWorld()
      backend.answer('/goods', { status })
      assert.equal((await done(client.request({ url: '/goods' }))).statusCode, status)
    })
  }

  test('R5 unless validateStatus says no: STATUS, with the response', async () => {
    const { backend, client, failure } = createWorld()
    const validateStatus = (status) => status < 400
    backend.answer('/goods', { status: 404, data: { a: 1 } })
    const error = await failure(client.request({ url: '/goods', validateStatus }), 'STATUS')
    assert.equal(error.statusCode, 404)
    assert.equal(error.retryable, false)
    assert.deepEqual(plain(error.response.data), { a: 1 })
    backend.answer('/goods', { status: 503 })
    assert.equal((await failure(client.request({ url: '/goods', validateStatus }), 'STATUS')).retryable, true)
  })

  test('R5 an upload stays an upload', async () => {
    const bytes = Uint8Array.of(1, 2, 3)
    const phone = { files: new Map([['http://tmp/a.png', { bytes, type: 'image/png' }]]) }
    const { backend, client, control, done } = createWorld({}, { phone })
    const formData = Object.freeze({ note: 'hi' })
    const upload = { url: '/private/upload', filePath: 'http://tmp/a.png', name: 'file', formData }
    const reply = await done(client.upload(upload))
    assert.equal(reply.data, JSON.stringify({ path: '/private/upload' }))
    assert.equal(control.count('uploadFile'), 2)
    assert.equal(control.count('request'), 1)
    for (const { data } of backend.at('/private/upload')) {
      assert.equal(data.get('note'), 'hi')
      assert.equal(data.get('file').size, 3)
    }
  })

  test('R5 a download stays a download', async () => {
    const { client, control, done } = createWorld()
    const reply = await done(client.download({ url: '/private/file', filePath: 'http://usr/f' }))
    assert.equal(reply.filePath, 'http://usr/f')
    assert.equal(reply.statusCode, 200)
    assert.equal(control.count('downloadFile'), 2)
    assert.equal(control.count('request'), 1)
    assert.match(new TextDecoder().decode(control.files.get('http://usr/f').bytes), /private/)
  })
})
