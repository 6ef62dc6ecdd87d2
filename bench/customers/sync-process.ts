/** Syncs the customers of a reckoned corporation, and says how far it is and how much memory it takes. */
import { readFileSync } from 'node:fs'
import { createContacts } from '../../src/contacts/contacts.js'
import { systemClock } from '../../src/core/clock.js'
import { silentLogger } from '../../src/core/log.js'
import { createCustomers } from '../../src/customers/customers.js'
import { createEvents } from '../../src/events/events.js'
import { connectStore } from '../../src/store/connect.js'
import { type CorpSize, reckonedCorp } from './corp.js'

const { store: where, corp: size } = JSON.parse(process.argv[2] ?? '{}') as {
  store: { uri: string; dir: string; database: string }
  corp: CorpSize
}
const store = await connectStore(where, silentLogger)
const { connection } = store
const events = createEvents({ connection })
const contacts = createContacts({ connection, clock: systemClock, log: silentLogger, events })
const corp = reckonedCorp(size)
const customers = createCustomers({
  ...{ connection, clock: systemClock, log: silentLogger, events, contacts },
  corps: [corp],
  timeZone: 'Asia/Shanghai',
})
await store.ensureIndexes()
/** The most there was: all, and what the process holds itself, without pages of the store's file. */
const most = { rssMb: 0, anonMb: 0 }
const measured = () => {
  const status = readFileSync('/proc/self/status', 'utf8')
  const mb = (field: string) => Math.round(Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024)
  most.rssMb = mb('VmHWM')
  most.anonMb = Math.max(most.anonMb, mb('RssAnon'))
  return most
}
const timer = setInterval(measured, 100)
process.send?.({ ready: 1 })
const from = performance.now()
const summary = await customers.sync(size.account, {
  onProgress: ({ seen }) => process.send?.({ seen, ...measured() }),
})
clearInterval(timer)
const seconds = Math.round((performance.now() - from) / 100) / 10
process.send?.({ done: { ...summary, conflicts: [], seconds, ...measured(), calls: corp.calls() } })
await customers.close()
await contacts.close()
await store.close()
process.disconnect()
