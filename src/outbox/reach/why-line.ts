import { DateTime } from 'luxon'
import { type Explanation, explain } from '../explain.js'

/** One thing that was looked at. */
export interface WhyLine extends Explanation {
  /** `campaign`, `follow`, `consent`, `window`, `caps`, `mass`, `quota`, `quiet`, `channel`, `delivery`. */
  topic: string
  /** True: nothing stands against the message here; false: this does. */
  ok: boolean
  /** When it happened, or until when it holds. */
  at?: Date
  /** What it was read from. */
  evidence?: Record<string, unknown>
}

/** A moment as people write it, on the wall clock of `timeZone`. */
export function timeText(at: Date, timeZone: string): string {
  return DateTime.fromJSDate(at, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm')
}

type More = Pick<WhyLine, 'at' | 'evidence'>

/** A line of words of its own. */
export function line(topic: string, ok: boolean, zh: string, en: string, more: More = {}): WhyLine {
  return { topic, ok, zh, en, ...more }
}

/** A line in the words of a reason; it stands against the message. */
export function reasonLine(topic: string, reason: string, more: More = {}): WhyLine {
  return { topic, ok: false, ...explain(reason), ...more }
}

/** The fields that have a value. */
export function pick(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
