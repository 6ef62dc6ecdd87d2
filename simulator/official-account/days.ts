import { shanghaiDay } from '../clock.js'
import type { Exchange } from '../exchanges.js'
import type { Account } from './account.js'
import type { Update } from './push/events.js'
import { recordsOf } from './records.js'

/** What happened in an hour of a day in Shanghai, for the statistics. */
export interface HourCount {
  /** New followers by source. */
  gained: Map<number, number>
  lost: number
  /** Messages by type and sender. */
  messages: Map<number, Map<string, number>>
  calls: number
  failures: number
  totalMs: number
  longestMs: number
}

/** Counts by day (number of the day in Shanghai) and hour. */
export type Days = Map<number, Map<number, HourCount>>

const SEARCH = 1
const CODE = 30
const TYPES: Record<string, number> = { text: 1, image: 2, voice: 3, video: 4, shortvideo: 4, location: 6, link: 6 }

/** No counts. */
export const createDays = (): Days => new Map()

function hourOf(days: Days, at: number): HourCount {
  const day = shanghaiDay(at)
  const hour = new Date(at + 8 * 3_600_000).getUTCHours()
  const hours = days.get(day) ?? new Map<number, HourCount>()
  days.set(day, hours)
  const found = hours.get(hour)
  if (found) return found
  const made = { gained: new Map(), lost: 0, messages: new Map(), calls: 0, failures: 0, totalMs: 0, longestMs: 0 }
  hours.set(hour, made)
  return made
}

/** Counts a push that is about to be sent. */
export function noteUpdate(account: Account, openid: string, update: Update, at: number): void {
  const records = recordsOf(account)
  const hour = hourOf(records.days, at)
  if (account.followers.has(openid)) records.lastSeen = openid
  if (update.kind === 'event.unsubscribe') hour.lost += 1
  if (update.kind === 'event.subscribe') {
    const source = String(update.fields['EventKey'] ?? '').startsWith('qrscene_') ? CODE : SEARCH
    hour.gained.set(source, (hour.gained.get(source) ?? 0) + 1)
  }
  const type = TYPES[update.kind]
  if (type === undefined) return
  const senders = hour.messages.get(type) ?? new Map<string, number>()
  senders.set(openid, (senders.get(openid) ?? 0) + 1)
  hour.messages.set(type, senders)
}

/** Counts how the product answered a push. */
export function noteExchange(account: Account, exchange: Exchange): void {
  const hour = hourOf(recordsOf(account).days, exchange.at)
  for (const attempt of exchange.attempts) {
    hour.calls += 1
    hour.failures += attempt.problem === undefined ? 0 : 1
    hour.totalMs += Math.round(attempt.ms)
    hour.longestMs = Math.max(hour.longestMs, Math.round(attempt.ms))
  }
}
