import type { Clock } from '../core/clock.js'
import { AppError } from '../core/errors.js'
import type { DeliveryState } from '../core/outcome.js'
import type { Connection } from '../store/connect.js'
import { updateRaw } from '../store/raw-commands.js'
import type { TimeOrder } from '../store/walk.js'
import type { DeliveryRow, NewDelivery } from './delivery.js'
import { endingUpdate } from './ending.js'
import { ENDED, OUTBOX } from './model.js'
import type { PutResult } from './put.js'
import { deliveries } from './queue.js'
import type { Records } from './record.js'

/** Which deliveries are listed; newest first. */
export interface DeliveryQuery {
  /** `<account>:<openid>`. */
  contact?: string
  source?: string
  state?: DeliveryState
  /** Only those that a person should look at: failed, or with an unclear end. */
  attention?: boolean
  /** Only those put before this moment. */
  before?: Date
  /** The key of the last one of a page: what follows it. Throws AppError `delivery.unknown` when it is gone. */
  after?: string
  /** Newest first unless given. */
  order?: TimeOrder
  /** 50 unless given, at most 200. */
  limit?: number
}

/** What became of a wish to send again. */
export interface Resent {
  /** The key of the delivery that repeats it. */
  key: string
  /** `known`: it had been asked for before, and nothing was put. */
  result: PutResult
}

/** What people do with deliveries. Everything may be asked for again without a second effect, and is a fact. */
export interface Operations {
  find(key: string): Promise<DeliveryRow | undefined>
  list(query: DeliveryQuery): Promise<DeliveryRow[]>
  /** Which of these keys were ever put; at most 1,000 at a time. */
  known(keys: readonly string[]): Promise<ReadonlySet<string>>
  /**
   * Puts the delivery once more, as a new one with a key derived from it, both naming each other. Throws AppError
   * `delivery.unknown` or `delivery.state`: only what failed, was skipped, expired, was called back or has an unclear
   * end can be sent again.
   */
  resend(key: string, by: string): Promise<Resent>
  /** The same for every delivery of a source that failed, up to 500 at a time; `more`: ask again. */
  resendFailed(source: string, by: string): Promise<{ resent: Resent[]; more: boolean }>
  /** An unclear end counts as sent from now on. False: it did so already. Throws AppError as `resend` does. */
  treatAsSent(key: string, by: string): Promise<boolean>
  /** Calls a delivery back that has not started. False when it is too late, or was done before. */
  cancelOne(key: string, by: string): Promise<boolean>
}

/** What operations need. */
export interface OperationsDeps {
  connection: Connection
  clock: Clock
  put(delivery: NewDelivery): Promise<PutResult[]>
  records?: Pick<Records, 'audit'> | undefined
}

const BATCH = 500
const ENDS: ReadonlySet<DeliveryState> = new Set(['sent', 'failed', 'uncertain', 'skipped', 'expired', 'cancelled'])
const WAITING = { open: true } as const
const AGAIN: ReadonlySet<DeliveryState> = new Set(['failed', 'uncertain', 'skipped', 'expired', 'cancelled'])

/** The operations on a connection. */
export function createOperations(deps: OperationsDeps): Operations {
  const { connection, clock, put, records } = deps
  const rows = () => deliveries(connection)

  async function known(key: string): Promise<DeliveryRow> {
    const row = await rows().findOne({ _id: key })
    if (row) return row
    throw new AppError('delivery.unknown', `there is no delivery '${key}'`, {
      fix: 'deliveries leave 90 days after their end; look at `weloop outbox list`',
    })
  }

  async function again(row: DeliveryRow, by: string): Promise<Resent> {
    const { _id, account, to, purpose, source } = row
    const [message, ...alternatives] = row.options ?? [row.message]
    if (!AGAIN.has(row.state) || message === undefined) throw inState(row, 'sent again')
    if (to === '') throw new AppError('delivery.erased', `the person of '${_id}' was erased`)
    const key = againKey(_id)
    const delivery = { key, account, to, purpose, message, source, resendOf: _id }
    const [result = 'known'] = await put(alternatives.length > 0 ? { ...delivery, alternatives } : delivery)
    await updateRaw(connection, OUTBOX, [{ q: { _id }, u: { $set: { resentAs: key }, $unset: { attention: '' } } }])
    await records?.audit([{ act: 'resent', row, at: clock.now(), by, id: key, props: { as: key, was: row.state } }])
    return { key, result }
  }

  /** Told again when somebody asks again: a crash may have come between. */
  async function told(row: DeliveryRow, at: Date, by: string): Promise<void> {
    await records?.audit([{ act: 'treated-as-sent', row, at, by }])
  }

  return {
    find: async (key) => (await rows().findOne({ _id: key })) ?? undefined,
    async list(query) {
      const { contact, source, state, attention, before, after, order = 'newest', limit = 50 } = query
      const down = order === 'newest' ? -1 : 1
      const last = after === undefined ? undefined : await known(after)
      const by = attention === true ? 'endedAt' : 'createdAt'
      const waits = state !== undefined && !ENDS.has(state) && contact === undefined && source === undefined
      const filter = {
        ...(contact !== undefined && { contact }),
        ...(source !== undefined && { source }),
        ...(state !== undefined && { state, ...(ENDS.has(state) ? ENDED : WAITING) }),
        ...(attention === true && { attention: true as const }),
        ...(before && { createdAt: { $lt: before } }),
      }
      return rows()
        .find(last ? { $and: [filter, following(last, by, order)] } : filter, waits ? { hint: 'due' } : {})
        .sort({ [by]: down, seq: down })
        .limit(Math.min(Math.max(limit, 1), 200))
        .toArray()
    },
    async known(keys) {
      const filter = { _id: { $in: keys.slice(0, 1000) } }
      const found = await rows()
        .find(filter, { projection: { _id: 1 } })
        .toArray()
      return new Set(found.map(({ _id }) => _id))
    },
    async resend(key, by) {
      return again(await known(key), by)
    },
    async resendFailed(source, by) {
      const failed = await rows()
        .find({ source, state: 'failed', resentAs: { $exists: false } })
        .sort({ seq: 1 })
        .limit(BATCH)
        .toArray()
      const resent: Resent[] = []
      for (const row of failed) if (row.to !== '') resent.push(await again(row, by))
      return { resent, more: failed.length === BATCH }
    },
    async treatAsSent(key, by) {
      const row = await known(key)
      if (row.state === 'sent') {
        if (row.settled?.by === 'operator') await told(row, row.settled.at, row.settled.who ?? by)
        return false
      }
      if (row.state !== 'uncertain') throw inState(row, 'treated as sent')
      const now = clock.now()
      const { $set, $unset } = endingUpdate({ state: 'sent', over: true, reason: 'treated as sent' }, now)
      const u = {
        $set: { ...$set, settled: { by: 'operator', at: now, who: by } },
        $unset: { ...$unset, attention: '' },
        $inc: { fence: 1 },
      }
      const q = { _id: key, state: 'uncertain', fence: row.fence }
      const changed = (await updateRaw(connection, OUTBOX, [{ q, u }])).matched > 0
      if (changed) await told(row, now, by)
      return changed
    },
    async cancelOne(key, by) {
      const row = await known(key)
      const now = clock.now()
      const { $set, $unset } = endingUpdate({ state: 'cancelled', over: true, reason: 'cancelled' }, now)
      const settled = { by: 'operator', at: now, who: by }
      const u = { $set: { ...$set, settled }, $unset, $inc: { fence: 1 } }
      const q = { _id: key, open: true, state: { $in: ['queued', 'retry'] }, unclearSince: { $exists: false } }
      const changed = (await updateRaw(connection, OUTBOX, [{ q, u }])).matched > 0
      if (changed) await records?.audit([{ act: 'cancelled-by-hand', row, at: now, by }])
      return changed
    },
  }
}

/** What comes after a row in a list, newest first; deliveries of the same moment are told apart by their number. */
function following(last: DeliveryRow, by: 'createdAt' | 'endedAt', order: TimeOrder) {
  const at = last[by] ?? last.createdAt
  if (order === 'oldest') return { [by]: { $gte: at }, $or: [{ [by]: { $gt: at } }, { seq: { $gt: last.seq } }] }
  return { [by]: { $lte: at }, $or: [{ [by]: { $lt: at } }, { seq: { $lt: last.seq } }] }
}

/** `order-1` -> `order-1:again-2` -> `order-1:again-3`: the same wish has the same key. */
export function againKey(key: string): string {
  const found = /^(.*):again-(\d+)$/s.exec(key)
  return found ? `${found[1]}:again-${Number(found[2]) + 1}` : `${key}:again-2`
}

function inState({ _id, state }: DeliveryRow, what: string): AppError {
  return new AppError('delivery.state', `the delivery '${_id}' is ${state} and cannot be ${what}`)
}
