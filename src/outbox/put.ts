import { calculateObjectSize } from 'bson'
import type { Clock } from '../core/clock.js'
import { AppError, messageOf } from '../core/errors.js'
import type { Message } from '../core/message.js'
import { contactKey } from '../core/update.js'
import type { Platform } from '../platforms/platform.js'
import type { Connection } from '../store/connect.js'
import { DUPLICATE_KEY } from '../store/duplicate.js'
import { createGroupCommit } from '../store/group-commit.js'
import { type InsertFault, insertRaw } from '../store/raw-commands.js'
import type { DeliveryRow, NewDelivery } from './delivery.js'
import { OUTBOX } from './model.js'

/** Whether a key was put for the first time. */
export type PutResult = 'new' | 'known'

/** What putting needs. */
export interface PutDeps {
  connection: Connection
  clock: Clock
  platform(account: string): Platform | undefined
  /** Called when deliveries that are due have been stored. */
  wake(): void
}

interface Call {
  rows: DeliveryRow[]
  resolve(results: PutResult[]): void
  reject(error: unknown): void
}

const LONGEST_KEY = 400
/** A message of 2 KB with its alternatives and data is far below. */
const MOST_BYTES = 262_144

/**
 * Gives the function that stores deliveries. It resolves when they are on the disk, with one result per row; a key that
 * exists already changes nothing. Calls that arrive together share a write. Rejects with AppError when the account is
 * not configured or a delivery cannot be stored (its key, its size), and with the driver's error when the store fails:
 * then the same call may be repeated.
 */
export function createPut(deps: PutDeps): (deliveries: NewDelivery | readonly NewDelivery[]) => Promise<PutResult[]> {
  let lastSeq = 0
  const commits = createGroupCommit<Call, Map<number, InsertFault>>({
    async write(calls) {
      const faults = await insertRaw(
        deps.connection,
        OUTBOX,
        calls.flatMap((call) => call.rows),
      )
      return new Map(faults.map((fault) => [fault.index, fault]))
    },
    settle: settleCalls,
    failed(calls, error) {
      for (const call of calls) call.reject(error)
    },
    maxItems: 500,
    weigh: (call) => call.rows.length * 4096,
  })

  function settleCalls(calls: Call[], faults: Map<number, InsertFault>): void {
    let index = 0
    for (const call of calls) {
      const own = call.rows.map(() => faults.get(index++))
      const broken = own.find((fault) => fault && fault.code !== DUPLICATE_KEY)
      if (broken) call.reject(new AppError('outbox.refused', `the store refused a delivery: ${broken.message}`))
      else call.resolve(own.map((fault) => (fault ? 'known' : 'new')))
    }
    deps.wake()
  }

  return (deliveries) => {
    const now = deps.clock.now()
    lastSeq = Math.max(lastSeq, now.getTime() * 1000)
    const rows: DeliveryRow[] = []
    for (const delivery of Array.isArray(deliveries) ? deliveries : [deliveries as NewDelivery]) {
      const platform = deps.platform(delivery.account)
      if (!platform) {
        return Promise.reject(
          new AppError('outbox.account', `there is no account '${delivery.account}'`, {
            fix: 'name one of config.accounts',
          }),
        )
      }
      const several = (delivery.alternatives?.length ?? 0) > 0
      const messages = several ? [delivery.message] : pieces(platform, delivery.message)
      messages.forEach((message, at) => {
        lastSeq += 1
        rows.push(rowOf(delivery, at === 0 ? delivery.key : `${delivery.key}:${at}`, message, now, lastSeq))
      })
    }
    if (rows.length === 0) return Promise.resolve([])
    const unfit = unfitOf(rows)
    if (unfit) return Promise.reject(unfit)
    return new Promise((resolve, reject) => commits.add({ rows, resolve, reject }))
  }
}

/** What one caller gives must not spoil the write it shares with others. */
function unfitOf(rows: readonly DeliveryRow[]): AppError | undefined {
  for (const row of rows) {
    const name = String(row._id).slice(0, 80)
    if (typeof row._id !== 'string' || row._id === '' || Buffer.byteLength(row._id) > LONGEST_KEY) {
      return new AppError('outbox.key', `the key '${name}' is empty or longer than ${LONGEST_KEY} bytes`)
    }
    try {
      const bytes = calculateObjectSize(row)
      if (bytes > MOST_BYTES) {
        return new AppError('outbox.size', `the delivery '${name}' has ${bytes} bytes`, {
          fix: `a delivery with its alternatives and data has at most ${MOST_BYTES} bytes`,
        })
      }
    } catch (error) {
      return new AppError('outbox.unfit', `the delivery '${name}' cannot be stored: ${messageOf(error)}`)
    }
  }
  return undefined
}

/** A long text as several messages; nothing is ever cut off. Where there are alternatives it has to fit one message. */
function pieces(platform: Platform, message: Message): Message[] {
  if (message.kind !== 'text') return [message]
  const fit = platform.fit('unknown', message)
  return fit.fit === 'passive' ? [fit.message, ...fit.rest] : fit.messages
}

function rowOf(delivery: NewDelivery, key: string, message: Message, now: Date, seq: number): DeliveryRow {
  const { account, to, purpose, source, alternatives = [], expiresAt, unless, resendOf } = delivery
  const dueAt = delivery.dueAt ?? now
  return {
    _id: key,
    account,
    to,
    contact: contactKey({ account, from: to }),
    purpose,
    message,
    ...(alternatives.length > 0 && { options: [message, ...alternatives], option: 0 }),
    source,
    state: 'queued',
    createdAt: now,
    dueAt,
    ...(expiresAt && { expiresAt }),
    ...(unless !== undefined && { unless }),
    ...(resendOf !== undefined && { resendOf }),
    seq,
    nextAt: dueAt,
    attempts: 0,
    fence: 0,
    open: true,
  }
}
