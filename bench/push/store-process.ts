/** Owns the embedded store, as the web role of a Procfile does, and does nothing else. */
import { silentLogger } from '../../src/core/log.js'
import { bulkModels } from '../../src/outbox/bulk/model.js'
import { connectStore } from '../../src/store/connect.js'
import { bookReach } from './reach.js'

const store = await connectStore(JSON.parse(process.argv[2] ?? '{}'), silentLogger)
bulkModels(store.connection)
const reach = bookReach(store.connection)
await store.ensureIndexes()
process.send?.({ port: 0 })
process.on('SIGTERM', () => void finish())

async function finish(): Promise<void> {
  await reach.close()
  await store.close()
  process.exit(0)
}
