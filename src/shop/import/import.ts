import { randomUUID } from 'node:crypto'
import path from 'node:path'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Connection } from '../../store/connect.js'
import { createLeases, type Lease } from '../../store/lease.js'
import type { ItemResult } from '../item.js'
import { type ImportCounts, type ImportRow, importRows } from '../model.js'
import type { OrderSender } from '../orders/orders.js'
import type { Refused } from './assemble.js'
import { type Header, readHeader } from './columns.js'
import type { CsvForm } from './csv.js'
import { type Group, groupsOf, type RawRecord } from './groups.js'
import { type Inspected, inspect } from './inspect.js'
import { openRejects } from './rejects.js'

/** Which file, whose orders. */
export interface ImportOptions {
  file: string
  shop: string
  /** The account of openids. */
  account?: string
  /** The zone of times that name none. */
  timeZone: string
  encoding?: CsvForm['encoding']
  /** Begins at the beginning although an earlier run came further. */
  restart?: boolean
  onProgress?: (progress: ImportProgress) => void
  /** Stops after the orders at hand; the next run goes on from there. */
  signal?: AbortSignal
}

/** How far it is, after each batch. */
export interface ImportProgress {
  /** Of the file's bytes. */
  done: number
  bytes: number
  counts: ImportCounts
}

/** How it ended. */
export interface ImportSummary extends ImportProgress {
  state: 'done' | 'paused' | 'busy'
  /** The byte at which this run went on, 0 for a fresh one. */
  resumedAt: number
  /** Lines that were not taken, with the reason; absent when there are none. */
  rejects?: string
  /** Columns that nobody knows and that were not used. */
  unknownColumns: string[]
}

export interface ImportPorts {
  connection: Connection
  clock: Clock
  orders: { put(sender: OrderSender, orders: readonly unknown[]): Promise<ItemResult[]> }
}

const BATCH = 200
const LEASE_MS = 60_000

/**
 * Brings a file of past orders in: one line of goods each, lines of one order together. What was done is noted after
 * each batch, so that a run that was cut short goes on; orders taken twice are known the second time. Nobody is told of
 * imported orders. Lines that cannot be taken go to `<file>.rejects.csv` with field and fix, none is left out silently.
 * Throws AppError `import.file` or `import.columns` before anything is taken.
 */
export async function importOrders(ports: ImportPorts, options: ImportOptions): Promise<ImportSummary> {
  const { connection, clock } = ports
  const inspected = await inspect(options.file, options.encoding)
  const header = readHeader(inspected.header)
  refuseHeader(header)
  const row = await begin(ports, options, inspected)
  const resumedAt = row.offset === inspected.offset ? 0 : row.offset
  const rejects = `${options.file}.rejects.csv`
  const summary = (state: ImportSummary['state']): ImportSummary => ({
    state,
    done: row.offset,
    bytes: row.bytes,
    counts: row.counts,
    resumedAt,
    ...(row.counts.rejected > 0 && { rejects }),
    unknownColumns: header.unknown,
  })
  const lease = await createLeases(connection).take(`import:${row._id}`, randomUUID(), LEASE_MS)
  if (!lease) return summary('busy')
  const out = await openRejects(rejects, row.rejectBytes, inspected.header)
  try {
    const groups: Group[] = []
    for await (const group of groupsOf({ ...options, ...inspected, header }, row)) {
      groups.push(group)
      if (groups.length < BATCH) continue
      await batch(groups.splice(0), lease)
      if (options.signal?.aborted) return summary('paused')
    }
    await batch(groups, lease)
    row.finishedAt = clock.now()
    await save(lease)
    return summary('done')
  } finally {
    await out.close()
    await lease.release().catch(() => undefined)
  }

  async function batch(groups: readonly Group[], held: Lease): Promise<void> {
    const last = groups.at(-1)
    if (!last) return
    const sender = {
      shop: options.shop,
      imported: true,
      ...(options.account !== undefined && { account: options.account }),
    }
    const taken = groups.flatMap((group) => ('order' in group ? [group] : []))
    const results = await ports.orders.put(
      sender,
      taken.map(({ order }) => order),
    )
    const ends = new Map(taken.map((group, index) => [group as Group, results[index]]))
    const refusals: { records: readonly RawRecord[]; refused: Refused }[] = []
    for (const group of groups) {
      const end = ends.get(group)
      if ('refused' in group) refusals.push(group)
      else if (end?.result === 'accepted') row.counts.accepted += 1
      else if (end?.result === 'duplicate' || end?.result === 'stale') row.counts.known += 1
      else refusals.push({ records: group.records, refused: refusalOf(end, group.records) })
    }
    row.counts.orders += groups.length
    row.counts.rejected += refusals.length
    await out.write(refusals)
    row.offset = last.end
    row.line = last.line
    row.rejectBytes = out.bytes()
    await save(held)
    options.onProgress?.({ done: row.offset, bytes: row.bytes, counts: row.counts })
  }

  async function save(held: Lease): Promise<void> {
    if (!(await held.renew(LEASE_MS))) throw new AppError('import.lost', 'another process has taken the import over')
    row.updatedAt = clock.now()
    const { _id, ...fields } = row
    await importRows(connection).replaceOne({ _id }, fields, { upsert: true })
  }
}

/** Where a run goes on: at the beginning, or where an earlier one of the very same file stopped. */
async function begin(ports: ImportPorts, options: ImportOptions, inspected: Inspected): Promise<ImportRow> {
  const { digest, bytes, offset, line } = inspected
  const _id = `orders:${options.shop}:${digest}`
  const now = ports.clock.now()
  const known = await importRows(ports.connection).findOne({ _id })
  if (known && !options.restart && !known.finishedAt) return known
  return {
    _id,
    file: path.basename(options.file),
    bytes,
    offset,
    line,
    rejectBytes: 0,
    counts: { orders: 0, accepted: 0, known: 0, rejected: 0 },
    startedAt: now,
    updatedAt: now,
  }
}

function refusalOf(result: ItemResult | undefined, records: readonly RawRecord[]): Refused {
  const [first] = result?.problems ?? []
  const line = records[0]?.line ?? 0
  const field = first?.field ?? ''
  return {
    line,
    field,
    message: first?.message ?? 'was refused',
    fix: first?.fix ?? 'see the API’s description of orders',
  }
}

function refuseHeader(header: Header): void {
  if (header.missing.length > 0) {
    throw new AppError('import.columns', `the file lacks the columns ${header.missing.join(', ')}`, {
      fix: 'name them in the first line, in English or Chinese: 订单号, 下单时间, 商品编码, 数量',
    })
  }
  if (header.repeated.length > 0) {
    throw new AppError('import.columns', `several columns mean the same: ${header.repeated.join(', ')}`, {
      fix: 'keep one of them',
    })
  }
}
