import { unreachable } from '../core/errors.js'
import type { DeliveryState, Outcome } from '../core/outcome.js'
import type { DeliveryEnd, DeliveryRow } from './delivery.js'
import { retryDelay } from './retry.js'

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
}

/** What an outcome means for a row that was tried `attempts` times. */
export function endingOf(outcome: Outcome, attempts: number, now: Date, random?: () => number): Ending {
  switch (outcome.state) {
    case 'sent':
      return { state: 'sent', over: true, ...pickDefined({ receipt: outcome.receipt }) }
    case 'skipped':
      return { state: 'skipped', over: true, reason: outcome.reason, ...pickDefined({ detail: outcome.detail }) }
    case 'failed':
      return { state: 'failed', over: true, reason: outcome.reason, ...pickDefined({ code: outcome.code }) }
    case 'uncertain':
      return { state: 'uncertain', over: true, reason: outcome.reason }
    case 'retry': {
      const about = { reason: outcome.reason, ...pickDefined({ code: outcome.code }) }
      const waitMs = retryDelay(attempts, outcome.afterMs, random)
      if (waitMs === undefined) return { state: 'failed', over: true, ...about, detail: 'no tries left' }
      return { state: 'retry', over: false, nextAt: new Date(now.getTime() + waitMs), ...about }
    }
    default:
      return unreachable(outcome)
  }
}

/** The update that writes an ending; the caller's filter checks owner and fence. */
export function endingUpdate(ending: Ending, now: Date): { $set: object; $unset: Record<string, ''> } {
  const { over, nextAt, ...fields } = ending
  const $unset: Record<string, ''> = { busy: '', owner: '', leaseUntil: '' }
  if (!over) return { $set: { ...fields, ...(nextAt ? { nextAt } : {}) }, $unset }
  $unset['open'] = ''
  const attention = ending.state === 'failed' || ending.state === 'uncertain'
  return {
    $set: {
      ...fields,
      endedAt: now,
      untold: true,
      ...(ending.state === 'sent' ? { sentAt: now } : {}),
      ...(attention ? { attention: true } : {}),
    },
    $unset,
  }
}

/** An ended row as the port to the events is told. */
export function endOf(row: DeliveryRow): DeliveryEnd {
  const { _id: key, account, to, contact, purpose, source, state, attempts } = row
  const { reason, detail, code, receipt } = row
  const at = row.endedAt ?? row.createdAt
  const about = pickDefined({ reason, detail, code, receipt })
  return { key, account, to, contact, purpose, source, state, attempts, at, kind: row.message.kind, ...about }
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> }

function pickDefined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>
}
