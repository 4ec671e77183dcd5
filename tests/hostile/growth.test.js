import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
describe('growth', () => {
  test('URLs and needs that never come back are not remembered', async () => {
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc')
    const loader = createWXWebAssembly(compile)
    const realm = createRealm({ clock: createClock(), WXWebAssembly: loader.WXWebAssembly })
    const client = realm.load('index').createClient({
      baseURL: ORIGIN,
      exchange: '/login',
      host: { request: ({ success, data }) => success({ statusCode: 200, data }) },
      needs: ({ data }) => data,
    })
    const long = 'x'.repeat(5000)
    let serial = 0
    async function odd(count) {
      for (const last = serial + count; serial < last; serial += 1) {
        await client.request({ url: `https://${serial}${long}.example/`, anonymous: true })
        await client.request({ url: '/goods', data: `${serial}${long}` }).catch(() => {})
      }
      collect()
      return [process.memoryUsage().heapUsed, loader.control.memory.buffer.byteLength]
    }
    const [heap, memory] = await odd(300)
    const [heapAfter, memoryAfter] = await odd(1200)
    assert.ok(heapAfter - heap < 3e6, `${heapAfter - heap} bytes of heap`)
    assert.equal(memoryAfter, memory)
  })
})
