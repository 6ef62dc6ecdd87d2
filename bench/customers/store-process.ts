/** Owns the embedded store, as the web role of a Procfile does, and does nothing else. */
import { contactModel } from '../../src/contacts/model.js'
import { silentLogger } from '../../src/core/log.js'
import { customerModels } from '../../src/customers/customers.js'
import { eventModel } from '../../src/events/model.js'
import { connectStore } from '../../src/store/connect.js'

const store = await connectStore(JSON.parse(process.argv[2] ?? '{}'), silentLogger)
contactModel(store.connection)
eventModel(store.connection)
customerModels(store.connection)
await store.ensureIndexes()
process.send?.({ ready: 1 })
process.on('SIGTERM', () => void store.close().then(() => process.exit(0)))
