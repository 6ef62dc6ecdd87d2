/**
 * A worker process with nothing but the bulk sender and the product's client of the platform, for `bench/push.ts` and
 * the kill tests. Its orders come as JSON in the first argument; it tells its parent when it is ready.
 */
import { appendFileSync } from 'node:fs'
import { systemClock } from '../../src/core/clock.js'
import { silentLogger } from '../../src/core/log.js'
import { createBulk } from '../../src/outbox/bulk/bulk.js'
import { bulkModels } from '../../src/outbox/bulk/model.js'
import type { BulkPoint, BulkTiming } from '../../src/outbox/bulk/ports.js'
import { connectStore } from '../../src/store/connect.js'
import { createTokenStore } from '../../src/store/token-store.js'
import { countCommands } from './commands.js'
import { type BenchReach, bookReach, openReach } from './reach.js'
import { senderOf } from './sender.js'

/** What a worker is told. */
export interface WorkerOrders {
  store: { uri: string; dir: string; database: string }
  apiBase: string
  rate: number
  concurrency?: number
  timing?: Partial<BulkTiming>
  /** Empty: none is kept. */
  evidenceDir?: string
  /** Ends the process by SIGKILL when it comes to this point for the `times`th time. */
  kill?: { point: BulkPoint; times: number }
  /** The product's own resolver and books, or one that lets everybody through after as many round trips. */
  books?: 'own' | 'none'
  /** A file in which each call is noted before it is made and when its answer was read. */
  diary?: string
}

const commands = countCommands()
const orders = JSON.parse(process.argv[2] ?? '{}') as WorkerOrders
const log = process.env['WELOOP_BENCH_LOG']
  ? { ...silentLogger, info: console.error, warn: console.error, error: console.error }
  : silentLogger
const store = await connectStore(orders.store, log)
bulkModels(store.connection)
const plain = senderOf(orders.apiBase, createTokenStore(store.connection), { connections: orders.concurrency ?? 600 })
const { diary } = orders
const sender: typeof plain =
  diary === undefined
    ? plain
    : {
        async send(message, target) {
          appendFileSync(diary, `b ${target.to}\n`)
          const outcome = await plain.send(message, target)
          appendFileSync(diary, `e ${target.to} ${outcome.state}\n`)
          return outcome
        },
      }

let hits = 0
const { kill } = orders
const reach: BenchReach = orders.books === 'own' ? bookReach(store.connection) : openReach(store.connection)
const bulk = createBulk({
  connection: store.connection,
  clock: systemClock,
  leaseClock: store.clock,
  log,
  reach,
  sender: () => sender,
  resolve: (message) => {
    if (
      message.kind === 'notice' ||
      message.kind === 'article' ||
      message.kind === 'card' ||
      message.kind === 'invitation'
    )
      throw new Error('no content')
    return message
  },
  rate: () => orders.rate,
  ...(orders.concurrency !== undefined && { concurrency: orders.concurrency }),
  ...(orders.timing && { timing: orders.timing }),
  ...(orders.evidenceDir && { evidenceDir: orders.evidenceDir }),
  ...(kill && {
    fail: (point: BulkPoint) => {
      if (point !== kill.point || ++hits < kill.times) return undefined
      process.kill(process.pid, 'SIGKILL')
      return new Promise<void>(() => undefined)
    },
  }),
})
bulk.start()
process.send?.({ port: 1 })
process.on('message', (message) => {
  if (message === 'figures') {
    const cpu = process.cpuUsage()
    process.send?.({
      commands: commands(),
      cpuMs: (cpu.user + cpu.system) / 1000,
      rssMb: process.memoryUsage.rss() / 1_048_576,
    })
  }
})
process.on('SIGTERM', async () => {
  await bulk.close()
  await store.close()
  process.exit(0)
})
