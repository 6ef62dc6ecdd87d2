import type { Clock } from '../../core/clock.js'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { Connection } from '../../store/connect.js'
import type { Corp, Outsider, Pair } from '../ports.js'
import { type RelationRow, relationRows } from './model.js'
import type { SignOf } from './sign.js'

/** A customer as the platform tells them now. */
export interface Told {
  customer: Outsider
  relations: readonly Pair[]
}

/** Reads pairs again that events spoke of; what it reads only ever confirms, ending is the business of events and the sync. */
export interface Refetch {
  /** Reads what is due now, at most `limit` customers. Gives how many were read. Runs of one process never overlap. */
  drain(limit?: number): Promise<number>
  /** Begins to read in the background. */
  kick(): void
  close(): Promise<void>
}

const AGAIN_MS = [60_000, 300_000, 1_800_000, 7_200_000, 43_200_000]
/** Another process keeps its hands off for so long. */
const CLAIM_MS = 120_000

/** Everything the platform knows of a customer, over all pages; undefined when nothing. */
export async function tellOf(corp: Corp, customer: string): Promise<Told | undefined> {
  const first = await corp.contacts.get(customer)
  if (first === undefined) return undefined
  const relations = [...first.relations]
  for (let next = first.next; next !== undefined; ) {
    const page = await corp.contacts.get(customer, next)
    relations.push(...(page?.relations ?? []))
    next = page?.next
  }
  return { customer: first.customer, relations }
}

/** The signs of what the platform told. */
export function listedSigns(account: string, told: Told, readAt: Date): SignOf[] {
  const customer = told.customer.id
  return told.relations.map((pair) => ({
    account,
    staff: pair.staff,
    customer,
    sign: { kind: 'listed', pair, readAt },
  }))
}

/** Reading over the pairs that are due. `take` stores what was told. */
export function createRefetch(ports: {
  connection: Connection
  clock: Clock
  log: Logger
  corp(account: string): Corp | undefined
  take(corp: Corp, told: Told, readAt: Date): Promise<void>
}): Refetch {
  const { connection, clock, log } = ports
  const rows = () => relationRows(connection)
  let running: Promise<number> | undefined
  let again = false

  async function once(limit: number): Promise<number> {
    const due = await rows()
      .find({ refetchAt: { $lte: clock.now() } })
      .sort({ refetchAt: 1 })
      .limit(limit)
      .toArray()
    const groups = new Map<string, RelationRow[]>()
    for (const row of due) {
      const key = `${row.account}:${row.customer}`
      groups.set(key, [...(groups.get(key) ?? []), row])
    }
    for (const group of groups.values()) await one(group)
    return groups.size
  }

  async function one(group: readonly RelationRow[]): Promise<void> {
    const claimed = new Date(clock.now().getTime() + CLAIM_MS)
    const ids = group.map(({ _id }) => _id)
    const first = group[0]
    const corp = first && ports.corp(first.account)
    const now = { _id: { $in: ids }, refetchAt: { $lte: clock.now() } }
    const { modifiedCount } = await rows().updateMany(now, { $set: { refetchAt: claimed }, $inc: { rev: 1 } })
    if (modifiedCount === 0 || first === undefined) return
    const mine = { _id: { $in: ids }, refetchAt: claimed }
    const done = { $unset: { refetchAt: '', refetchTries: '' }, $inc: { rev: 1 } } as const
    try {
      if (corp) {
        const readAt = clock.now()
        const told = await tellOf(corp, first.customer)
        if (told) await ports.take(corp, told, readAt)
      }
      await rows().updateMany(mine, done)
    } catch (error) {
      const tries = Math.max(...group.map(({ refetchTries = 0 }) => refetchTries))
      const wait = AGAIN_MS[tries]
      const about = { account: first.account, staff: first.staff, tries: tries + 1, reason: messageOf(error) }
      if (wait === undefined) {
        log.error(about, 'a customer could not be read again; the nightly sync will')
        await rows().updateMany(mine, done)
      } else {
        log.warn(about, 'a customer could not be read again yet')
        const refetchAt = new Date(clock.now().getTime() + wait)
        await rows().updateMany(mine, { $set: { refetchAt, refetchTries: tries + 1 }, $inc: { rev: 1 } })
      }
    }
  }

  async function drain(limit = 200): Promise<number> {
    if (running) {
      again = true
      return running
    }
    running = (async () => {
      let read = 0
      do {
        again = false
        read += await once(limit)
      } while (again)
      return read
    })()
    try {
      return await running
    } finally {
      running = undefined
    }
  }

  return {
    drain,
    kick() {
      void drain().catch((error: unknown) =>
        log.warn({ reason: messageOf(error) }, 'customers could not be read again'),
      )
    },
    async close() {
      again = false
      await running?.catch(() => undefined)
    },
  }
}
