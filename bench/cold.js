import { openHost } from './host.js'

/** From the first byte of a contestant's script to its first native request, once a process. */
export function runCold({ script, storage, wasm }) {
  const host = openHost()
  for (const [key, value] of storage) host.stored.set(key, value)
  engine.wasmFiles = wasm
  globalThis.wx = host.wx
  globalThis.uni = host.wx
  globalThis.getCurrentPages = () => []
  globalThis.WXWebAssembly = {
    instantiate: (path, imports) => WebAssembly.instantiate(engine.wasm(path), imports),
  }

  host.listening.delivery = 'task'
  host.listening.onRequest = ({ header }) => {
    const elapsed = engine.now() - start
    const attached = Boolean(header.Authorization || header['X-WX-Skey'])
    engine.print(JSON.stringify({ value: elapsed / 1000, attached, logins: host.counts.logins }))
    engine.finish(0)
  }
  const start = engine.now()
  engine.load(script)
  globalThis.startedClient.request('/items/1').catch((error) => {
    engine.print(JSON.stringify({ reason: String(error) }))
    engine.finish(1)
  })
}
