import { unreachable } from '../core/errors.js'
import type { Message, ResolvedMessage } from '../core/message.js'
import type { DeliveryState, Outcome } from '../core/outcome.js'
import type { AttemptEnd, DeliveryEnd, DeliveryRow, Refusal } from './delivery.js'
import { retryDelay } from './retry.js'
import { repeatableMs } from './via.js'

/** What is written to a row when an attempt is over. */
export interface Ending {
  state: DeliveryState
  /** The delivery is over: it leaves the queue and its end is recorded. */
  over: boolean
  /** Not over: when it may be tried again. */
  nextAt?: Date
  reason?: string
  detail?: string
  code?: number
  receipt?: string
  /** Ways that were not taken, to be kept. */
  refusals?: readonly Refusal[]
  /** The way that is tried next. */
  next?: { option: number; message: Message }
  /** The first unclear attempt of those that may be repeated. */
  unclearSince?: Date
  /** How the last attempt ended, for its evidence. */
  attempt?: AttemptEnd
}

/** An attempt that is over, with what decides about the next one. */
export interface Ended {
  row: DeliveryRow
  outcome: Outcome
  now: Date
  /** By the database's clock. */
  leaseNow: Date
  /** What was written, as evidence of an unclear end. */
  wrote?: ResolvedMessage | undefined
  random?: (() => number) | undefined
}

/** What the end of an attempt means for its row. */
export function endingOf(ended: Ended): Ending {
  const { row, outcome, now, wrote } = ended
  const { state, ...about } = outcome
  const { afterMs: _, park: __, slow: ___, ...told } = { afterMs: 0, park: undefined, slow: undefined, ...about }
  const attempt: AttemptEnd = { at: now, state, ...told, ...(state === 'uncertain' && wrote && { wrote }) }
  return { ...decide(ended), ...(row.state === 'sending' && { attempt }) }
}

function decide(ended: Ended): Ending {
  const { row, outcome, now } = ended
  switch (outcome.state) {
    case 'sent':
      return { state: 'sent', over: true, ...pickDefined({ receipt: outcome.receipt }) }
    case 'skipped':
    case 'failed': {
      const { reason, detail, code } = outcome
      const about = { reason, ...pickDefined({ detail, code }) }
      if (row.unclearSince) return { ...UNCLEAR, detail: `an earlier attempt was unclear, then: ${reason}` }
      const refusal = { option: row.option ?? 0, at: now, ...about, ...pickDefined({ channel: row.channel }) }
      return movedOn(row, refusal, now) ?? { state: outcome.state, over: true, ...about, ...lastRefusal(row, refusal) }
    }
    case 'uncertain':
      return unclear(ended)
    case 'retry':
      return again(ended)
    default:
      return unreachable(outcome)
  }
}

const UNCLEAR = { state: 'uncertain', over: true, reason: 'nobody knows whether it arrived' } as const

/** The next way of saying it; undefined when there is none. */
function movedOn(row: DeliveryRow, refusal: Refusal, now: Date): Ending | undefined {
  const option = refusal.option + 1
  const message = row.options?.[option]
  if (message === undefined) return undefined
  return {
    state: 'queued',
    over: false,
    nextAt: now,
    reason: refusal.reason,
    refusals: [refusal],
    next: { option, message },
  }
}

/** Where there were several ways, the last one's refusal is kept with the others. */
function lastRefusal(row: DeliveryRow, refusal: Refusal): Pick<Ending, 'refusals'> {
  return row.options ? { refusals: [refusal] } : {}
}

/** With a key it is sent once more while the platform knows the key; without one, or later, nobody repeats it. */
function unclear({ row, outcome, now, leaseNow, random }: Ended): Ending {
  const reason = 'reason' in outcome ? outcome.reason : undefined
  const about = pickDefined({ reason, code: 'code' in outcome ? outcome.code : undefined })
  const since = row.unclearSince ?? row.sendingAt
  const life = repeatableMs(row.channel)
  if (life === 0 || since === undefined) return { state: 'uncertain', over: true, ...about }
  const waitMs = retryDelay(triesOf(row), 0, random)
  const left = since.getTime() + life - leaseNow.getTime()
  if (waitMs === undefined || waitMs >= left) return { state: 'uncertain', over: true, ...about }
  return { state: 'retry', over: false, nextAt: later(now, waitMs), unclearSince: since, ...about }
}

function again(ended: Ended): Ending {
  const { row, outcome, now, leaseNow, random } = ended
  if (outcome.state !== 'retry') return unclear(ended)
  const about = { reason: outcome.reason, ...pickDefined({ code: outcome.code }) }
  const others = row.options !== undefined && (row.option ?? 0) + 1 < row.options.length
  if (outcome.park && others && !row.unclearSince) return { state: 'retry', over: false, nextAt: now, ...about }
  const waitMs = retryDelay(triesOf(row), outcome.afterMs, random)
  if (row.unclearSince) {
    const left = row.unclearSince.getTime() + repeatableMs(row.channel) - leaseNow.getTime()
    if (waitMs === undefined || waitMs >= left)
      return { ...UNCLEAR, detail: `an earlier attempt was unclear, then: ${outcome.reason}` }
    return { state: 'retry', over: false, nextAt: later(now, waitMs), unclearSince: row.unclearSince, ...about }
  }
  if (waitMs !== undefined) return { state: 'retry', over: false, nextAt: later(now, waitMs), ...about }
  const refusal = { option: row.option ?? 0, at: now, ...about, ...pickDefined({ channel: row.channel }) }
  const last = { state: 'failed', over: true, ...about, detail: 'no tries left', ...lastRefusal(row, refusal) } as const
  return movedOn(row, refusal, now) ?? last
}

/** How often the present way was tried. */
function triesOf(row: DeliveryRow): number {
  if (row.tries === undefined) return row.attempts
  return Object.values(row.tries).filter((one) => one.option === (row.option ?? 0)).length
}

const later = (now: Date, ms: number) => new Date(now.getTime() + ms)

/** An update document; `$push` and `$set` of one ending. */
export interface EndingUpdate {
  $set: Record<string, unknown>
  $unset: Record<string, ''>
  $push?: Record<string, unknown>
}

/** The update that writes an ending; the caller's filter checks owner and fence. `attempts` names the last attempt. */
export function endingUpdate(ending: Ending, now: Date, attempts = 0): EndingUpdate {
  const { over, nextAt, refusals = [], next, attempt, ...fields } = ending
  const $unset: Record<string, ''> = { busy: '', owner: '', leaseUntil: '', alone: '' }
  const $set: Record<string, unknown> = {
    ...fields,
    ...next,
    ...(attempt && attempts > 0 && { [`tries.${attempts}.end`]: attempt }),
  }
  const update: EndingUpdate = { $set, $unset }
  if (refusals.length > 0) update.$push = { reasons: { $each: refusals } }
  if (!over) {
    if (nextAt) $set['nextAt'] = nextAt
    return update
  }
  $unset['open'] = ''
  Object.assign($set, { endedAt: now, untold: true })
  if (ending.state === 'sent') $set['sentAt'] = now
  if (ending.state === 'failed' || ending.state === 'uncertain') $set['attention'] = true
  return update
}

/** The row as it is once an ending has been written. */
export function rowAfter(row: DeliveryRow, ending: Ending, at: Date): DeliveryRow {
  const { over, nextAt: _, refusals = [], next, attempt, ...fields } = ending
  const last = row.tries?.[String(row.attempts)]
  return {
    ...row,
    ...fields,
    ...next,
    ...(refusals.length > 0 && { reasons: [...(row.reasons ?? []), ...refusals] }),
    ...(attempt && last && { tries: { ...row.tries, [String(row.attempts)]: { ...last, end: attempt } } }),
    ...(over && { endedAt: at }),
  }
}

/** An ended row as the port to the events is told. */
export function endOf(row: DeliveryRow): DeliveryEnd {
  const { _id: key, account, to, contact, purpose, source, state, attempts } = row
  const { reason, detail, code, receipt, channel, settled, reasons, resendOf } = row
  const at = row.endedAt ?? row.createdAt
  const about = pickDefined({ reason, detail, code, receipt, channel, settled, reasons, resendOf })
  return { key, account, to, contact, purpose, source, state, attempts, at, kind: row.message.kind, ...about }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

/** An object without its undefined fields. */
export function pickDefined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>
}
