import { AppError, messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { Connection } from '../../store/connect.js'
import { updateRaw } from '../../store/raw-commands.js'
import { CHANNELS, type Channel } from '../channel.js'
import { channelRules } from '../channel-rules.js'
import { platformDay, platformTomorrow } from './days.js'
import { QUOTAS, type QuotaRow, quotaRows } from './model.js'
import type { ChannelQuota, QuotaState } from './reach.js'

/** What the quota books need. */
export interface QuotaPorts {
  connection: Connection
  log: Logger
  /** Whether an account can use a channel at all. */
  mayUse(account: string, channel: Channel): boolean
  /** Calls a day that the platform grants this account, where they differ from a new account's. */
  granted?(account: string, channel: Channel): number | undefined
  /** How old what other processes counted may be, in ms. */
  refreshMs?: number
  /** How long counts stay in memory, in ms. */
  flushMs?: number
}

/** The calls of every account and API by the platform's day, shared over processes. */
export interface Quotas {
  state(account: string, now: Date): Promise<QuotaState>
  count(account: string, channel: Channel, calls: number, now: Date): void
  park(account: string, channel: Channel, now: Date, until?: Date): Promise<Date>
  unpark(account: string, channel: Channel, now: Date): Promise<void>
  flush(): Promise<void>
  close(): Promise<void>
}

/** What is known of one account on one day of the platform. */
interface Book {
  readAt: number
  rows: Map<string, Pick<QuotaRow, 'calls' | 'parkedUntil'>>
}

type Key = Omit<QuotaRow, 'calls' | 'parkedUntil'>
type Counts = Map<string, { key: Key; calls: number }>

const KEPT_MS = 40 * 86_400_000
/** Books in memory; a process asks for today and, in an estimate, for a day to come. */
const BOOKS = 64

/**
 * The books on a connection; call `reachModels` before `ensureIndexes`. While the store is away the last known numbers
 * stand: no message waits for them, as the platform counts for itself. Counting is a number in memory that is added to
 * the store a moment later; what a process that dies had not written is missing, and the platform's own answer (45009)
 * has the last word: `park` is written at once.
 */
export function createQuotas(ports: QuotaPorts): Quotas {
  const { connection, log, refreshMs = 5000, flushMs = 1000 } = ports
  const books = new Map<string, Book>()
  const reading = new Map<string, Promise<Book>>()
  /** Calls that are not in the store yet, and those that are being written. */
  let pending: Counts = new Map()
  let flying: Counts = new Map()
  let timer: NodeJS.Timeout | undefined
  let writing: Promise<void> = Promise.resolve()

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    writing = writing.then(write)
    return writing
  }

  async function write(): Promise<void> {
    if (pending.size === 0) return
    flying = pending
    pending = new Map()
    const taken = [...flying.values()]
    try {
      const updates = taken.map(({ key: { _id, ...key }, calls }) => {
        return { q: { _id }, u: { $inc: { calls }, $setOnInsert: key }, upsert: true }
      })
      const { faults } = await updateRaw(connection, QUOTAS, updates)
      const failed = new Set(faults.map(({ index }) => index))
      for (const [index, { key, calls }] of taken.entries()) {
        if (failed.has(index)) add(key, calls)
        else written(key, calls)
      }
    } catch (error) {
      log.warn({ apis: taken.length, reason: messageOf(error) }, 'counted calls could not be written, tried again')
      for (const { key, calls } of taken) add(key, calls)
    } finally {
      flying = new Map()
    }
  }

  function written(key: Key, calls: number): void {
    const book = books.get(bookKey(key.account, key.day))
    const row = book?.rows.get(key._id)
    if (row) row.calls += calls
    else book?.rows.set(key._id, { calls })
  }

  function add(key: Key, calls: number): void {
    const known = pending.get(key._id)
    if (known) known.calls += calls
    else pending.set(key._id, { key, calls })
    timer ??= setTimeout(() => void flush(), flushMs).unref()
  }

  async function bookOf(account: string, now: Date): Promise<Book> {
    const day = platformDay(now)
    const name = bookKey(account, day)
    const known = books.get(name)
    if (known && performance.now() - known.readAt < refreshMs) return known
    const started = reading.get(name) ?? read(account, day).finally(() => reading.delete(name))
    reading.set(name, started)
    return started.catch((error: unknown) => {
      log.warn({ account, reason: messageOf(error) }, 'quotas could not be read, the last known ones are used')
      return known ?? { readAt: 0, rows: new Map() }
    })
  }

  async function read(account: string, day: Date): Promise<Book> {
    await flush()
    const found = await quotaRows(connection).find({ account, day }).toArray()
    const book: Book = { readAt: performance.now(), rows: new Map(found.map(({ _id, ...row }) => [_id, row])) }
    books.set(bookKey(account, day), book)
    const oldest = books.size > BOOKS ? books.keys().next() : undefined
    if (oldest && !oldest.done) books.delete(oldest.value)
    return book
  }

  async function setParked(account: string, channel: Channel, now: Date, until: Date | undefined): Promise<void> {
    const key = keyOf(account, channel, now)
    if (key === undefined) return
    await flush()
    const { _id, ...fields } = key
    const update =
      until === undefined
        ? { $unset: { parkedUntil: '' }, $set: { calls: 0 } }
        : { $max: { parkedUntil: until }, $setOnInsert: { ...fields, calls: 0 } }
    const statement = { q: { _id }, u: update, upsert: until !== undefined }
    let { faults } = await updateRaw(connection, QUOTAS, [statement])
    if (faults.length > 0) faults = (await updateRaw(connection, QUOTAS, [statement])).faults
    if (faults[0]) throw new AppError('store.refused', `a quota could not be written: ${faults[0].message}`)
    books.delete(bookKey(account, key.day))
  }

  function stateOf(account: string, channel: Channel, book: Book, now: Date): ChannelQuota {
    const { people, callsPerDay } = channelRules[channel]
    const limit = ports.granted?.(account, channel) ?? callsPerDay ?? Number.POSITIVE_INFINITY
    const id = keyOf(account, channel, now)?._id ?? ''
    const row = book.rows.get(id)
    const calls = (row?.calls ?? 0) + (pending.get(id)?.calls ?? 0) + (flying.get(id)?.calls ?? 0)
    const parked = row?.parkedUntil !== undefined && row.parkedUntil > now ? { parkedUntil: row.parkedUntil } : {}
    return {
      permitted: ports.mayUse(account, channel),
      left: Math.max(0, limit - calls) * people,
      perDay: limit * people,
      rollsAt: platformTomorrow(now),
      ...parked,
    }
  }

  return {
    async state(account, now) {
      const book = await bookOf(account, now)
      const entries = CHANNELS.map((channel) => [channel, stateOf(account, channel, book, now)])
      return Object.fromEntries(entries) as Record<Channel, ChannelQuota>
    },
    count(account, channel, calls, now) {
      const key = keyOf(account, channel, now)
      if (key && calls > 0) add(key, calls)
    },
    async park(account, channel, now, until = platformTomorrow(now)) {
      log.warn({ account, channel, until }, 'a channel rests: the platform takes no more of it')
      await setParked(account, channel, now, until)
      return until
    },
    unpark: (account, channel, now) => setParked(account, channel, now, undefined),
    flush,
    close: flush,
  }
}

const bookKey = (account: string, day: Date) => `${account}:${day.getTime()}`

/** The row of a channel's calls on the platform's day; undefined for channels that call nothing. */
function keyOf(account: string, channel: Channel, now: Date): Key | undefined {
  const { path } = channelRules[channel]
  if (path === undefined) return undefined
  const day = platformDay(now)
  const _id = `${account}:${day.getTime() / 1000}:${path}`
  return { _id, account, day, path, keepUntil: new Date(day.getTime() + KEPT_MS) }
}
