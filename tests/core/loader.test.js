import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { instantiate as instantiateFallback } from '../../build/out/fallback.js'
import { Loader } from '../../js/core/loader.js'
import { isLoginError, LoginError } from '../../js/error.js'
import { createConnection } from './stub.js'

const wasm = new WebAssembly.Module(readFileSync(new URL('../../build/out/wxlogin.wasm', import.meta.url)))
const fallback = { instantiate: instantiateFallback }
const api = {
  login: ({ success }) => success({ code: 'c' }),
  request: ({ success }) =>
    success({ statusCode: 200, data: { token: 'tok', openid: '小明', expires_in: 100 } }),
}
const instance = (imports) => new WebAssembly.Instance(wasm, imports)
const turns = () => new Promise((resolve) => setTimeout(resolve, 5))

/** Each load takes the next of these ways, and all after them the last. */
function createLoader(ways = [instance], more = {}) {
  const loads = []
  const platform = {
    wasm: '/wxlogin.wasm.br',
    hasWebAssembly: () => true,
    instantiate: async (place, imports) => {
      const way = ways[Math.min(loads.length, ways.length - 1)]
      loads.push(place)
      return way(imports)
    },
    ...more,
  }
  return { loader: new Loader({ LoginError, platform }), loads }
}

const connect = async (loader, options) => {
  const connection = createConnection(options, api)
  return { connection, core: await loader.connect(connection) }
}
const failure = (promise) =>
  promise.then(
    () => assert.fail('no failure'),
    (error) => error,
  )
const steps = (connection) => connection.told('traced').map(([{ step }]) => step)

async function logsIn({ connection, core }) {
  core.login(7, false, true)
  await turns()
  const [[ticket, session]] = connection.told('settleWith').concat([[]])
  return ticket === 7 && session.token === 'tok' && session.openid === '小明' && connection.stored.size === 1
}

const throws = () => {
  throw new Error('CompileError: invalid wasm file')
}
/** The same exports, of which one traps. */
const trapping = (imports) => {
  const { exports } = instance(imports)
  return { exports: Object.fromEntries(Object.keys(exports).map((name) => [name, throws])) }
}

for (const [title, of] of [
  ['the instance', (imports) => instance(imports)],
  ['{ instance }', (imports) => ({ instance: instance(imports) })],
  ['its exports', (imports) => instance(imports).exports],
]) {
  test(`X1 a load that comes to ${title} works, and is shared`, async () => {
    const { loader, loads } = createLoader([of])
    const [one, other] = await Promise.all([connect(loader), connect(loader)])
    assert.ok(await logsIn(one))
    assert.ok(await logsIn(other))
    assert.ok(await logsIn(await connect(loader)))
    assert.deepEqual(loads, ['/wxlogin.wasm.br'])
  })
}

for (const [title, way] of [
  ['rejects', throws],
  ['comes to an empty object', () => ({})],
  ['comes to nothing', () => undefined],
  ['traps at once', trapping],
]) {
  test(`X1 a load that ${title} is tried once more`, async () => {
    const { loader, loads } = createLoader([way, instance])
    const client = await connect(loader)
    assert.ok(await logsIn(client))
    assert.equal(loads.length, 2)
    assert.equal(steps(client.connection)[0], 'load-failed')
    assert.deepEqual(client.connection.told('broke'), [])
  })

  test(`X1 after two such loads comes the fallback: it ${title}`, async () => {
    const { loader, loads } = createLoader([way])
    const client = await connect(loader, { fallback })
    assert.ok(await logsIn(client))
    assert.equal(loads.length, 2)
    assert.deepEqual(steps(client.connection).slice(0, 3), ['load-failed', 'load-failed', 'fallback-used'])
  })
}

test('X1 LOAD_FAILED names the path, and the next call tries again', async () => {
  const { loader, loads } = createLoader([throws, throws, instance])
  const error = await failure(connect(loader))
  assert.deepEqual([error.code, error.retryable], ['LOAD_FAILED', true])
  assert.match(error.message, /\/wxlogin\.wasm\.br .*CompileError/)
  assert.ok(await logsIn(await connect(loader)))
  assert.equal(loads.length, 3)
})

test('X1 all who wait for a load share its failure, but for those who know another way', async () => {
  const { loader, loads } = createLoader([throws])
  const failed = [connect(loader), connect(loader)].map(failure)
  const saved = connect(loader, { fallback })
  const [one, other] = await Promise.all(failed)
  assert.equal(one, other)
  assert.ok(await logsIn(await saved))
  assert.equal(loads.length, 4)
})

test('X1 a load that hangs has failed after 15 seconds', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { loader, loads } = createLoader([() => new Promise(() => {}), instance])
  const connected = connect(loader)
  await new Promise(setImmediate)
  t.mock.timers.tick(14_999)
  await new Promise(setImmediate)
  assert.equal(loads.length, 1)
  t.mock.timers.tick(1)
  await connected
  assert.equal(loads.length, 2)
})

test('X1 no WebAssembly, no fallback, no host: unsupported', async () => {
  const { loader } = createLoader([instance], { hasWebAssembly: () => false })
  assert.equal((await failure(connect(loader))).code, 'HOST_UNSUPPORTED')
  assert.ok(await logsIn(await connect(loader, { fallback })))
  assert.equal((await failure(loader.connect(createConnection({}, undefined)))).code, 'HOST_UNSUPPORTED')
})

test('X1 a WXWebAssembly whose getter throws once is looked for again', async () => {
  let looks = 0
  const hasWebAssembly = () => (looks++ === 0 ? throws() : true)
  assert.ok(await logsIn(await connect(createLoader([instance], { hasWebAssembly }).loader)))
})

test('what was stored is taken over, in the words of the last run', async () => {
  const { loader } = createLoader()
  const first = await connect(loader)
  await logsIn(first)
  const connection = createConnection({}, api)
  connection.record = JSON.parse(first.connection.stored.get('key'))
  const core = await loader.connect(connection)
  core.getSession(3)
  assert.equal(connection.told('settleWith')[0][1].token, 'tok')
})

test('X5 whatever breaks the module settles every client of it once, and the next call loads another', async () => {
  const { loader, loads } = createLoader()
  const [one, other] = [await connect(loader), await connect(loader)]
  one.connection.calls.settleWith = () => {
    throw new Error('a defect')
  }
  assert.throws(
    () => one.core.getSession(1),
    (error) => isLoginError(error) && error.code === 'INTERNAL',
  )
  for (const { connection, core } of [one, other]) {
    const [[error], ...more] = connection.told('broke')
    assert.deepEqual([error.code, error.cause.message, more], ['INTERNAL', 'a defect', []])
    assert.throws(
      () => core.getSession(2),
      (again) => again === error,
    )
    assert.equal(connection.told('broke').length, 1)
  }
  assert.ok(await logsIn(await connect(loader)))
  assert.equal(loads.length, 2)
})

test('X5 so does a trap in a task that nobody awaits, and it is no unhandled rejection', async () => {
  for (const more of [{}, { fallback }]) {
    const { loader } = createLoader(more.fallback ? [throws] : [instance])
    const { connection, core } = await connect(loader, more)
    const { changed } = connection
    connection.changed = (...given) => {
      changed(...given)
      throw new Error('in a task')
    }
    core.login(1, false, true)
    await turns()
    assert.deepEqual(
      connection.told('broke').map(([{ code, cause }]) => [code, cause.message]),
      [['INTERNAL', 'in a task']],
    )
    assert.deepEqual(connection.told('settleWith'), [])
  }
})

test('X5 a module that broke acts no more, and what it had asked for is dropped', async () => {
  const { loader } = createLoader()
  let answer
  let aborted = 0
  const slow = {
    ...api,
    request({ success }) {
      answer = success
      return { abort: () => void aborted++ }
    },
  }
  const connection = createConnection({}, slow)
  const core = await loader.connect(connection)
  core.login(1, false, true)
  await turns()
  connection.calls.settle = connection.calls.settleWith = () => {
    throw new Error('a defect')
  }
  assert.throws(() => core.getSession(2))
  assert.equal(aborted, 1)
  const told = connection.notes.length
  answer({ statusCode: 200, data: { token: 'late' } })
  await turns()
  assert.equal(connection.notes.length, told)
  assert.equal(connection.stored.size, 0)
})

test('X2 the fallback\u2019s memory may grow under the glue', async () => {
  const { loader } = createLoader([throws])
  const { connection, core } = await connect(loader, { fallback })
  const names = Array.from({ length: 32 }, (_, at) => `${'界'.repeat(2000)}${at}`)
  for (let ticket = 0; ticket < 40; ticket++) core.ensure(ticket, names)
  await turns()
  assert.ok(await logsIn({ connection, core }))
})
