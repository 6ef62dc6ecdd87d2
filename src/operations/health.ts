import { statfs } from 'node:fs/promises'
import { type Connection, database } from '../store/connect.js'
import type { Processes, ShownProcess } from './processes.js'

/** How the whole product does. */
export interface HealthView {
  /** Whether a push would be answered now. */
  ok: boolean
  /** Why not. */
  problems: string[]
  at: Date
  store: {
    kind: 'server' | 'embedded'
    answers: boolean
    pingMs?: number
    documents?: number
    /** On the disk, indexes included. */
    bytes?: number
  }
  disk?: { freeBytes: number; totalBytes: number }
  clock: { offsetMs: number }
  spool: { bytes: number; mostBytes: number }
  backlog?: {
    updates: { open: number; oldestAt?: Date; failures: number }
    deliveries: Record<string, number>
  }
  content: { version: string; errors: number; warnings: number }
  processes: ShownProcess[]
}

/** What looking needs. */
export interface HealthPorts {
  connection: Connection
  store: { kind: 'server' | 'embedded'; ping(timeoutMs?: number): Promise<void>; clock: { readonly offsetMs: number } }
  dataDir: string
  spoolMostBytes: number
  now(): Date
  ready(): { ok: boolean; reason?: string }
  spoolBytes(): number
  backlog(): Promise<{ open: number; oldestOpenAt?: Date; failures: number }>
  deliveries(): Promise<Partial<Record<string, number>>>
  content(): { version: string; problems: readonly { severity: 'error' | 'warning' }[] }
  processes: Pick<Processes, 'list'>
}

/** Looks at everything; what cannot be looked at is left out, the rest is still told. */
export async function lookAtHealth(ports: HealthPorts): Promise<HealthView> {
  const { ok, reason } = ports.ready()
  const { version, problems } = ports.content()
  const errors = problems.filter(({ severity }) => severity === 'error').length
  const [store, disk, backlog, processes] = await Promise.all([
    storeOf(ports),
    diskOf(ports.dataDir),
    backlogOf(ports).catch(() => undefined),
    ports.processes.list().catch(() => []),
  ])
  return {
    ok,
    problems: reason === undefined ? [] : [reason],
    at: ports.now(),
    store,
    ...(disk && { disk }),
    clock: { offsetMs: ports.store.clock.offsetMs },
    spool: { bytes: ports.spoolBytes(), mostBytes: ports.spoolMostBytes },
    ...(backlog && { backlog }),
    content: { version, errors, warnings: problems.length - errors },
    processes,
  }
}

async function storeOf({ connection, store }: HealthPorts): Promise<HealthView['store']> {
  const began = performance.now()
  try {
    await store.ping(1000)
    const pingMs = Math.round((performance.now() - began) * 10) / 10
    const stats = await database(connection).command({ dbStats: 1 })
    const onDisk = Number(stats['storageSize'] ?? 0) + Number(stats['indexSize'] ?? 0)
    const bytes = onDisk > 0 ? onDisk : Number(stats['fsUsedSize'] ?? 0)
    return { kind: store.kind, answers: true, pingMs, documents: Number(stats['objects'] ?? 0), bytes }
  } catch {
    return { kind: store.kind, answers: false }
  }
}

async function diskOf(dir: string): Promise<HealthView['disk']> {
  try {
    const { bavail, blocks, bsize } = await statfs(dir)
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize }
  } catch {
    return undefined
  }
}

async function backlogOf(ports: HealthPorts): Promise<HealthView['backlog']> {
  const [updates, deliveries] = await Promise.all([ports.backlog(), ports.deliveries()])
  const { open, oldestOpenAt, failures } = updates
  return {
    updates: { open, failures, ...(oldestOpenAt && { oldestAt: oldestOpenAt }) },
    deliveries: Object.fromEntries(Object.entries(deliveries).map(([state, count]) => [state, count ?? 0])),
  }
}
