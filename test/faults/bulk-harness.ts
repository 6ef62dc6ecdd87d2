import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { contactOf, numberOf, openidOf } from '../../bench/push/people.js'
import { type Answer, type Arrival, type FakePlatform, startPlatform } from '../../bench/push/platform.js'
import type { WorkerOrders } from '../../bench/push/worker.js'
import { systemClock } from '../../src/core/clock.js'
import { silentLogger } from '../../src/core/log.js'
import { type Bulk, createBulk } from '../../src/outbox/bulk/bulk.js'
import { bulkModels } from '../../src/outbox/bulk/model.js'
import { bulkRows } from '../../src/outbox/bulk/rows.js'
import { fakeReach } from '../outbox/bulk/setup.js'
import { openTestStore, type TestStore } from '../store/open.js'

export { contactOf, numberOf, openidOf }

/** The compiled worker; `npm test` builds it. */
const WORKER = path.join(process.env['WELOOP_DIST'] ?? 'dist', 'bench/push/worker.js')

/** A worker process of the bulk sender. */
export interface Worker {
  child: ChildProcess
  /** Resolves when the process has ended, however. */
  ended: Promise<void>
}

/** A store, a platform and workers that can be killed. */
export interface Field {
  store: TestStore
  /** Looks at the store only; sends nothing. */
  bulk: Bulk
  platform: FakePlatform
  diary: string
  evidenceDir: string
  spawn(orders?: Partial<WorkerOrders>): Worker
  /** The number of the process that sends at the moment. */
  active(): Promise<number | undefined>
  /** What the workers noted around their calls: people with a call begun and without an answer read. */
  unanswered(): Set<number>
  close(): Promise<void>
}

/** Opens a field; the platform asks `answer` and tells `arrived`. */
export async function openField(options: {
  people: number
  latencyMs: number
  rate: number
  answer?: (arrival: Arrival) => Answer
  arrived?: (arrival: Arrival) => void
  answered?: (arrival: Arrival) => void
}): Promise<Field> {
  const { people, latencyMs, rate, ...hooks } = options
  const store = await openTestStore()
  bulkModels(store.connection)
  await store.ensureIndexes()
  const platform = await startPlatform({ latencyMs, people, ...hooks })
  const bulk = createBulk({
    connection: store.connection,
    clock: systemClock,
    leaseClock: store.clock,
    log: silentLogger,
    reach: fakeReach(),
    sender: () => undefined,
    resolve: () => ({ kind: 'text', text: '' }),
    rate: () => rate,
  })
  const diary = path.join(store.dir, 'diary')
  const evidenceDir = path.join(store.dir, 'evidence')
  const children = new Set<ChildProcess>()
  return {
    store,
    bulk,
    platform,
    diary,
    evidenceDir,
    spawn(orders = {}) {
      const all: WorkerOrders = {
        store: store.config,
        apiBase: platform.url,
        rate,
        timing: { lease: 1_500, poll: 50, flushWithin: 60 },
        evidenceDir,
        diary,
        ...orders,
      }
      const child = spawn(process.execPath, [WORKER, JSON.stringify(all)], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        env: { PATH: process.env['PATH'], WELOOP_BENCH_LOG: process.env['WELOOP_BENCH_LOG'] },
      })
      children.add(child)
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
      void ended.then(() => children.delete(child))
      return { child, ended }
    },
    async active() {
      const lane = await bulkRows(store.connection).lanes.findOne({ owner: { $exists: true } })
      const card = path.join(evidenceDir, `${lane?.owner}.json`)
      return lane && existsSync(card) ? (JSON.parse(readFileSync(card, 'utf8')) as { pid: number }).pid : undefined
    },
    unanswered() {
      const open = new Set<number>()
      const lines = existsSync(diary) ? readFileSync(diary, 'utf8').split('\n') : []
      for (const line of lines) {
        const [kind, to] = line.split(' ')
        if (to === undefined) continue
        if (kind === 'b') open.add(numberOf(to))
        else open.delete(numberOf(to))
      }
      return open
    },
    async close() {
      for (const child of children) child.kill('SIGKILL')
      await bulk.close(0)
      await platform.close()
      await store.dispose()
    },
  }
}

/** Everybody of a source by how the store says they stand. */
export async function standings(bulk: Bulk, source: string): Promise<Map<number, string>> {
  const found = new Map<number, string>()
  for (let after: string | undefined, more = true; more; ) {
    const page = await bulk.ends(source, ALL, { limit: 500, ...(after !== undefined && { after }) })
    for (const { to, state } of page.ends) found.set(numberOf(to), state)
    after = page.next
    more = after !== undefined
  }
  return found
}

const ALL = [
  'waiting',
  'sending',
  'sent',
  'skipped',
  'failed',
  'retry',
  'uncertain',
  'cancelled',
  'expired',
  'waiting-visit',
] as const
