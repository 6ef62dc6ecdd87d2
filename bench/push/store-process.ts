/** Owns the embedded store, as the web role of a Procfile does, and does nothing else. */
import { silentLogger } from '../../src/core/log.js'
import { bulkModels } from '../../src/outbox/bulk/model.js'
import { connectStore } from '../../src/store/connect.js'

const store = await connectStore(JSON.parse(process.argv[2] ?? '{}'), silentLogger)
bulkModels(store.connection)
await store.ensureIndexes()
process.send?.({ port: 0 })
process.on('SIGTERM', () => void store.close().then(() => process.exit(0)))
