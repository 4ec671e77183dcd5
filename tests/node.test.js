/** The Node entry in a process of its own: it stays while a call waits, and not for our timers. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { dist } from './realm.js'

async function printed(login, exchange, then) {
  const script = `
    import { createClient } from ${JSON.stringify(pathToFileURL(`${dist}/node.js`))}
    const client = createClient({
      baseURL: 'https://api.example.com',
      exchange: ${exchange},
      loginTimeout: 300,
      host: { login: ${login}, request: ({ success }) => success({ statusCode: 200, data: '', header: {} }) },
    })
    ${then}
  `
  const args = ['--input-type=module', '--eval', script]
  return (await promisify(execFile)(process.execPath, args, { timeout: 30_000 })).stdout.trim()
}

const silent = '() => {}'
const prompt = "({ success }) => success({ code: 'c' })"
const good = "async () => ({ token: 't', expires_in: 7200 })"

test('R6 a process with nothing else to do stays until a silent wx.login has its timeout', async () => {
  const then = 'await client.login().catch(({ code }) => console.log(code))'
  assert.equal(await printed(silent, good, then), 'LOGIN_TIMEOUT')
})

test('X1 the wasm may be named by a path, a URL, its text, or be the bytes', async () => {
  const path = `${dist}/wxlogin.wasm`
  const url = pathToFileURL(path)
  const host = { login() {}, request() {} }
  const bytes = new Uint8Array(readFileSync(path))
  for (const [nth, wasm] of [path, url, url.href, bytes, bytes.buffer].entries()) {
    // Each its own copy of the entry, since all clients of one share what the first has loaded.
    const { createClient } = await import(`${pathToFileURL(`${dist}/node.js`)}?${nth}`)
    const client = createClient({ baseURL: 'https://api.example.com', exchange: '/login', host, wasm })
    assert.equal(await client.getSession(), null)
  }
})

test('neither a session that ends in two hours nor a request that was answered keeps the process', async () => {
  const then = "console.log((await client.request({ url: '/x', needs: 'login' })).statusCode)"
  const began = Date.now()
  assert.equal(await printed(prompt, good, then), '200')
  assert.ok(Date.now() - began < 20_000)
})

test('after many calls that ended, another one is waited for', async () => {
  const then = `
    for (let i = 0; i < 3; i++) await client.getSession()
    for (let i = 0; i < 2; i++) await client.login({ force: true }).catch(({ code }) => console.log(code))
  `
  assert.equal(await printed(silent, good, then), 'LOGIN_TIMEOUT\nLOGIN_TIMEOUT')
})
