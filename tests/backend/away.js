import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import { after, afterEach, before, describe, test } from 'node:test'
import Database from 'libsql'
import { limitFiles } from './engines.js'
import { startBackend } from './process.js'
import { check, get, openWorld, post, renew, until } from './visitors.js'

/** An answer while the store is away: come again, and never that nobody is logged in. */
function isPutOff({ status, retryAfter, body }) {
  assert.equal(status, 503, JSON.stringify(body))
  assert.ok(Number(retryAfter) > 0)
  assert.equal(body.error, 'STORE_UNAVAILABLE')
}

function inTrouble(run) {
  let world
  let backend
  before(async () => {
    world = await openWorld()
  })
  after(() => world.close())
  afterEach(() => backend?.end('SIGKILL'))
  run(async (STORE) => {
    backend = await startBackend({ ...world.env, STORE })
    const { url, pid } = backend
    const session = (await world.login(url, 'o1')).body
    return { world, url, pid, session, backend }
  })
}

export function redisAwaySuite(redis) {
  describe('Redis away', () => {
    // Whatever failed, the next test finds it there.
    afterEach(() => redis().start())
    inTrouble((start) => {
      async function everythingIsPutOff({ url, session, world }) {
        const before = world.counts.exchanges
        isPutOff(await world.login(url, 'o1'))
        assert.equal(world.counts.exchanges, before, 'a code was spent on nothing')
        isPutOff(await get(`${url}/favourites`, session.token))
        isPutOff(await renew(url, session))
        isPutOff(await post(`${url}/scan`, {}))
        isPutOff(await get(`${url}/health`))
        assert.equal((await get(`${url}/goods`)).status, 200)
      }

      async function everythingIsBack({ url, session, world }) {
        await until(async () => (await get(`${url}/health`)).status === 200)
        assert.equal(await check(url, session), 200)
        assert.equal((await renew(url, session)).status, 200)
        assert.equal((await world.login(url, 'o1')).status, 200)
      }

      test('killed and started again', async () => {
        const stage = await start(redis().address())
        await redis().stop('SIGKILL')
        await everythingIsPutOff(stage)
        await redis().start()
        await everythingIsBack(stage)
      })

      test('there and silent', async () => {
        const stage = await start(redis().address())
        redis().freeze()
        try {
          await everythingIsPutOff(stage)
        } finally {
          redis().thaw()
        }
        await everythingIsBack(stage)
      })

      test('not there yet when the backend starts', async () => {
        const stage = await start(redis().address())
        const address = redis().address()
        await stage.backend.end()
        await redis().stop('SIGTERM')
        const backend = await startBackend({ ...stage.world.env, STORE: address })
        try {
          isPutOff(await stage.world.login(backend.url, 'o1'))
          await redis().start()
          await until(async () => (await get(`${backend.url}/health`)).status === 200)
          assert.equal((await stage.world.login(backend.url, 'o1')).status, 200)
        } finally {
          await backend.end('SIGKILL')
        }
      })
    })
  })
}

export function sqliteAwaySuite(files) {
  describe('SQLite', () => {
    inTrouble((start) => {
      async function onlyReadingWorks({ url, session, world }) {
        isPutOff(await world.login(url, 'o2'))
        isPutOff(await renew(url, session))
        isPutOff(await post(`${url}/favourites`, { id: 'tea' }, session.token))
        assert.equal(await check(url, session), 200)
      }

      async function everythingIsBack({ url, session, world }) {
        assert.equal((await post(`${url}/favourites`, { id: 'tea' }, session.token)).status, 200)
        assert.equal((await renew(url, session)).status, 200)
        assert.equal((await world.login(url, 'o2')).status, 200)
      }

      test('nobody but its owner reads the file', async () => {
        const address = files.address()
        await start(address)
        for (const more of ['', '-wal', '-shm']) {
          const { mode } = statSync(address.replace('sqlite:', '') + more)
          assert.equal(mode & 0o077, 0)
        }
      })

      test('another process holds the file', async () => {
        const address = files.address()
        const stage = await start(address)
        const other = new Database(address.replace('sqlite:', ''))
        other.exec('BEGIN IMMEDIATE')
        await onlyReadingWorks(stage)
        other.exec('ROLLBACK')
        other.close()
        await everythingIsBack(stage)
      })

      test('the disk is full', async () => {
        const stage = await start(files.address())
        limitFiles(stage.pid, 1024)
        await onlyReadingWorks(stage)
        limitFiles(stage.pid)
        await everythingIsBack(stage)
      })
    })
  })
}
