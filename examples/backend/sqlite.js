import Database from 'libsql'

/** How long to wait for another process that writes. It holds up everybody, so not long. Milliseconds. */
const LOCK_WAIT = 100
const SWEEP_EVERY = 60 * 1000

/**
 * One file, one table. What a method has returned from outlives `kill -9`. A power cut may take the last
 * moments back; `synchronous = FULL` prevents that, and waits for the disk with each login.
 */
export function openSqlite(path, now) {
  const db = new Database(path, { timeout: LOCK_WAIT })
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = NORMAL')
  db.exec('CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, value TEXT NOT NULL, ends_at INTEGER)')
  db.exec('CREATE INDEX IF NOT EXISTS kept_ends_at ON kept (ends_at)')

  const live = '(ends_at IS NULL OR ends_at > ?)'
  const write =
    'INSERT INTO kept VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value, ends_at = excluded.ends_at'
  const get = db.prepare(`SELECT value FROM kept WHERE key = ? AND ${live}`)
  const put = db.prepare(write)
  const add = db.prepare(`${write} WHERE kept.ends_at <= ?`)
  const replace = db.prepare(`UPDATE kept SET value = ?, ends_at = ? WHERE key = ? AND value = ? AND ${live}`)
  const remove = db.prepare(`DELETE FROM kept WHERE key = ? AND ${live}`)
  const sweep = db.prepare('DELETE FROM kept WHERE ends_at <= ?')
  let sweptAt = now()

  const endOf = (ttl) => (ttl === undefined ? null : now() + ttl)
  const did = ({ changes }) => changes > 0

  function sweepNowAndThen() {
    if (now() - sweptAt < SWEEP_EVERY) return
    sweptAt = now()
    sweep.run(sweptAt)
  }

  return {
    get: (key) => get.get(key, now())?.value,
    put(key, value, ttl) {
      sweepNowAndThen()
      put.run(key, value, endOf(ttl))
    },
    add(key, value, ttl) {
      sweepNowAndThen()
      return did(add.run(key, value, endOf(ttl), now()))
    },
    replace: (key, was, value, ttl) => did(replace.run(value, endOf(ttl), key, was, now())),
    delete: (key) => did(remove.run(key, now())),
    ping: () => db.exec('SELECT 1'),
    close: () => db.close(),
  }
}
