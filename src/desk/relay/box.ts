import { AppError, messageOf } from '../../core/errors.js'
import type { NewDelivery } from '../../outbox/delivery.js'
import { DUPLICATE_KEY, isDuplicate } from '../../store/duplicate.js'
import { insertRaw } from '../../store/raw-commands.js'
import type { ConversationRow } from '../model.js'
import type { Ready } from './carry.js'
import { type BoxRow, type Item, type LineRow, RELAY_KEEP_MS, RELAY_LINES, type RelayRows } from './model.js'
import { cut, joined, pieces, waitMs, withSent } from './pace.js'
import type { RelayPorts } from './ports.js'

/** What is given to a member. */
export interface Posting {
  /** For ever: the same again changes nothing. */
  id: string
  staff: string
  items: readonly Item[]
  conversation?: ConversationRow
  /** Goes before texts; absent: they speak for themselves. */
  head?: string
}

/** The members' app chats: everything goes through them in order, merged and paced. */
export interface Boxes {
  /** Resolves when it is on the disk. */
  post(posting: Posting): Promise<void>
  /** Lets go what may go, to one member or to all. */
  flush(staff: string): Promise<void>
  run(): Promise<void>
  /** Takes back what has not gone; `true`: there was something. */
  drop(filter: { _id: string } | { staff: string; conversation: string }): Promise<boolean>
  /** The delivery's key of the first item of a posting to a member, when that goes for itself. */
  keyOf(id: string, staff: string): string
  of(staff: string): Promise<BoxRow | undefined>
  /** They wrote to it, or chose it. */
  wrote(staff: string, conversation: string): Promise<void>
  /** They have it from now on, under this name. */
  name(staff: string, conversation: string, mark: string): Promise<void>
  /** They have it no more. */
  forget(staff: string, conversation: string): Promise<void>
  /** Waits for what is under way. */
  close(): Promise<void>
}

type BoxPorts = Pick<RelayPorts, 'connection' | 'clock' | 'log' | 'outbox' | 'corp'> & {
  rows: RelayRows
  /** Makes a media item ready; `later`: try again. */
  carry(item: Item & { kind: 'media' }, tries: number): Promise<Ready>
}

/** A change of a box: fields to set, fields to take away. */
interface UpdateFilter {
  $set: Partial<BoxRow> & Record<string, unknown>
  $unset?: Record<string, ''>
}

const AGAIN_MS = 5000
const LOOK = 60
/** Names of so many past conversations are kept, for ends that come late. */
const MARKS = 400

/** The boxes on a connection. Any number of processes may work on them. */
export function createBoxes(ports: BoxPorts): Boxes {
  const { connection, clock, log, outbox, corp, rows, carry } = ports
  const running = new Map<string, Promise<void>>()
  const again = new Set<string>()
  const timers = new Map<string, NodeJS.Timeout>()
  let closed = false

  function flush(staff: string): Promise<void> {
    const going = running.get(staff)
    if (going) {
      again.add(staff)
      return going
    }
    const started = turn(staff).finally(() => running.delete(staff))
    running.set(staff, started)
    return started
  }

  async function turn(staff: string): Promise<void> {
    do {
      again.delete(staff)
      while (!closed && (await step(staff))) {}
    } while (!closed && again.has(staff))
  }

  /** One message; false when nothing can go now. */
  async function step(staff: string): Promise<boolean> {
    const now = clock.now()
    const box = await rows.boxes.findOne({ _id: staff })
    if (!box) return false
    if (box.nextAt && box.nextAt > now) return later(staff, box.nextAt.getTime() - now.getTime())
    if (box.batch) return finish(box, box.batch)
    const waits = await rows.lines.find({ staff, state: 'new' }).sort({ order: 1 }).limit(LOOK).toArray()
    const lines = cut(waits)
    const [first] = lines
    if (!first) return false
    const ms = waitMs(box.sent ?? [], now)
    if (ms > 0) return later(staff, ms)
    const batch = { key: `relay:${first._id}`, lines: lines.map(({ _id }) => _id), tries: 0, at: now }
    await change(box, { $set: { batch } })
    return true
  }

  /** Everything here may be done twice: the key is the batch's, the lines are what they are. */
  async function finish(box: BoxRow, { key, lines: ids, tries }: NonNullable<BoxRow['batch']>): Promise<boolean> {
    const now = clock.now()
    const found = await rows.lines.find({ _id: { $in: [...ids] } }).toArray()
    const lines = found.toSorted((a, b) => a.order - b.order)
    const [first] = lines
    if (first) {
      const ready = await messagesOf(lines, first, tries)
      if (ready === 'later') {
        const nextAt = new Date(now.getTime() + AGAIN_MS)
        await change(box, { $set: { 'batch.tries': tries + 1, nextAt } })
        return later(box._id, AGAIN_MS)
      }
      await put(deliveriesOf(key, box._id, ready))
      await rows.lines.updateMany({ _id: { $in: [...ids] } }, { $set: { state: 'done' } })
    }
    const told = [...new Set(lines.flatMap(({ conversation }) => conversation ?? []))]
    await change(box, {
      $set: { sent: withSent(box.sent ?? [], now), ...Object.fromEntries(told.map((id) => [`told.${id}`, now])) },
      $unset: { batch: '', nextAt: '' },
    })
    return true
  }

  /** What the outbox will never take must not keep the rest from the member. */
  async function put(deliveries: readonly NewDelivery[]): Promise<void> {
    try {
      await outbox.put(deliveries)
    } catch (error) {
      if (!(error instanceof AppError) || !error.code.startsWith('outbox.')) throw error
      log.error({ delivery: deliveries[0]?.key, reason: error.message }, 'a message to a member was given up')
    }
  }

  async function messagesOf(lines: readonly LineRow[], first: LineRow, tries: number): Promise<Ready> {
    switch (first.item.kind) {
      case 'text':
        return [{ message: { kind: 'text', text: joined(lines) } }]
      case 'message': {
        const { message, alternatives } = first.item
        return [alternatives ? { message, alternatives } : { message }]
      }
      default:
        return carry(first.item, tries)
    }
  }

  function deliveriesOf(key: string, staff: string, ready: Exclude<Ready, 'later'>): NewDelivery[] {
    return ready.map((said, at) => ({
      ...said,
      key: at === 0 ? key : `${key}.${at}`,
      account: corp,
      to: staff,
      purpose: 'service',
      source: `relay:${staff}`,
    }))
  }

  /** Only if nobody else has moved the box since it was read. */
  async function change({ _id, version }: BoxRow, update: UpdateFilter): Promise<void> {
    const same = version === undefined ? { version: { $exists: false } } : { version }
    await rows.boxes.updateOne({ _id, ...same }, { ...update, $inc: { version: 1 } })
  }

  function later(staff: string, ms: number): false {
    if (closed || timers.has(staff)) return false
    const timer = setTimeout(() => {
      timers.delete(staff)
      kick(staff)
    }, ms)
    timers.set(staff, timer.unref())
    return false
  }

  function kick(staff: string): void {
    flush(staff).catch((error: unknown) => {
      log.warn({ staff, reason: messageOf(error) }, 'what is for a member did not go, tried again')
    })
  }

  /** The first of so many numbers of a member's box. */
  async function numbered(staff: string, count: number, retry = true): Promise<number> {
    try {
      const box = await rows.boxes.findOneAndUpdate(
        { _id: staff },
        { $inc: { next: count } },
        { upsert: true, returnDocument: 'after' },
      )
      return (box?.next ?? count) - count
    } catch (error) {
      if (retry && isDuplicate(error)) return numbered(staff, count, false)
      throw error
    }
  }

  async function post({ id, staff, items, conversation, head }: Posting): Promise<void> {
    const all = items.flatMap((item): Item[] =>
      item.kind === 'text' ? pieces(item.text, head).map((text) => ({ kind: 'text', text })) : [item],
    )
    if (all.length === 0) return
    const at = clock.now()
    const base = await numbered(staff, all.length)
    const lines: LineRow[] = all.map((item, index) => ({
      _id: lineId(id, staff, index),
      staff,
      order: base + index,
      ...(conversation && { conversation: conversation._id, person: conversation.key }),
      ...(head !== undefined && { head }),
      item,
      state: 'new',
      at,
      expiresAt: new Date(at.getTime() + RELAY_KEEP_MS),
    }))
    const faults = await insertRaw(connection, RELAY_LINES, lines)
    const fault = faults.find(({ code }) => code !== DUPLICATE_KEY)
    if (fault) throw new Error(`the store refused a line: ${fault.message}`)
    kick(staff)
  }

  return {
    post,
    flush,
    async run() {
      const waiting = await rows.lines.distinct('staff', { state: 'new' })
      const cutShort = await rows.boxes.distinct('_id', { 'batch.at': { $exists: true } })
      for (const staff of new Set([...waiting, ...cutShort])) await flush(staff)
    },
    async drop(filter) {
      const { modifiedCount } = await rows.lines.updateMany({ ...filter, state: 'new' }, { $set: { state: 'done' } })
      return modifiedCount > 0
    },
    keyOf: (id, staff) => `relay:${lineId(id, staff, 0)}`,
    of: async (staff) => (await rows.boxes.findOne({ _id: staff })) ?? undefined,
    async wrote(staff, conversation) {
      await rows.boxes.updateOne(
        { _id: staff },
        { $set: { wrote: { conversation, at: clock.now() } } },
        { upsert: true },
      )
    },
    async name(staff, conversation, mark) {
      const known = Object.entries((await rows.boxes.findOne({ _id: staff }))?.marks ?? {})
      const one = { [`marks.${conversation}`]: mark }
      const fewer = { marks: Object.fromEntries([...known.slice(-MARKS / 2), [conversation, mark]]) }
      await rows.boxes.updateOne({ _id: staff }, { $set: known.length < MARKS ? one : fewer }, { upsert: true })
    },
    async forget(staff, conversation) {
      await rows.boxes.updateOne({ _id: staff }, { $unset: { [`told.${conversation}`]: '' } })
    },
    async close() {
      closed = true
      for (const timer of timers.values()) clearTimeout(timer)
      await Promise.allSettled(running.values())
    },
  }
}

const lineId = (id: string, staff: string, at: number) => `${id}:${staff}:${at}`
