import { after, before, describe } from 'node:test'
import { accessTokenSuite } from './backend/access-token.js'
import { redisAwaySuite, sqliteAwaySuite } from './backend/away.js'
import { clientSuite } from './backend/client.js'
import { createFiles, startRedis } from './backend/engines.js'
import { instancesSuite } from './backend/instances.js'
import { serverSuite } from './backend/server.js'
import { serviceSuite } from './backend/service.js'
import { storeSuite } from './backend/store.js'
import './backend/open-data.js'

const files = createFiles()
let redis
before(async () => {
  redis = await startRedis()
})
after(() => redis?.stop())

for (const [name, address, instances] of [
  ['SQLite', () => files.address(), 1],
  ['Redis', () => redis.address(), 2],
]) {
  describe(`the backend on ${name}`, () => {
    storeSuite(address)
    accessTokenSuite(address)
    serviceSuite(address)
    serverSuite(address)
    instancesSuite(address, instances)
    clientSuite(address)
  })
}
sqliteAwaySuite(files)
redisAwaySuite(() => redis)
