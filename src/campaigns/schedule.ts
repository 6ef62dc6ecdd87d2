import { createRequire } from 'node:module'
import type { CronExpression } from 'cron-parser'
import { DateTime, IANAZone } from 'luxon'
import { unreachable } from '../core/errors.js'

/** Brings a second luxon of its own (3 MB), which a process without recurring campaigns does without: loaded when first used. */
let cronParser: typeof import('cron-parser') | undefined

/** When a campaign runs, as a person writes it. Without `at` and `cron` it is started by hand. */
export interface ScheduleText {
  /** An instant (`2026-09-20T10:00:00+08:00`, or ending in Z) or a local time (`2026-09-20T10:00`) in `timeZone`. */
  at?: string | undefined
  /** Five fields, by the wall clock of `timeZone`. */
  cron?: string | undefined
  timeZone?: string | undefined
  /** No run of a cron line before or from these times on; local, like `at`. */
  from?: string | undefined
  until?: string | undefined
}

/** The same, ready to be reckoned with. */
export type Schedule =
  | { kind: 'manual'; timeZone: string }
  | { kind: 'once'; at: Date; timeZone: string }
  | { kind: 'recurring'; cron: string; timeZone: string; from?: Date; until?: Date }

/** One time a campaign runs. */
export interface Occurrence {
  /** Local date and time in the schedule's zone, `2026-09-20T1000`: the same run is the same key, for ever. */
  key: string
  at: Date
}

/** What is wrong with a schedule, in Chinese, or undefined. */
export function scheduleFault(value: ScheduleText): { field: string; message: string; fix: string } | undefined {
  const { at, cron, from, until, timeZone = 'Asia/Shanghai' } = value
  if (!IANAZone.isValidZone(timeZone))
    return { field: 'timeZone', message: '不认识的时区', fix: '写成 timeZone: Asia/Shanghai' }
  if (at !== undefined && cron !== undefined)
    return { field: 'cron', message: 'at 和 cron 只能写一个', fix: '一次性的写 at，定期的写 cron' }
  for (const [field, time] of Object.entries({ at, from, until }))
    if (time !== undefined && instantOf(time, timeZone) === undefined)
      return {
        field,
        message: '不是时间，或该时区没有这个时刻',
        fix: `写成 ${field}: '2026-09-20T10:00'，或带时区的 '2026-09-20T10:00:00+08:00'`,
      }
  if (cron === undefined) {
    const field = from === undefined ? 'until' : 'from'
    return from === undefined && until === undefined
      ? undefined
      : { field, message: 'from 和 until 只用于 cron', fix: '删去这一行' }
  }
  if (cron.trim().split(/\s+/).length !== 5 || parseCron(cron, timeZone) === undefined)
    return {
      field: 'cron',
      message: '不是 cron 时间表',
      fix: "写五段：分 时 日 月 周，例如 '30 10 * * *' 是每天 10:30",
    }
  const times = firstTimes(cron, timeZone, 5)
  if (times.length === 0) return { field: 'cron', message: '永远不会到的时间', fix: '检查日和月，例如 2 月没有 30 日' }
  if (times.some((time, index) => index > 0 && time - (times[index - 1] ?? 0) < LEAST_GAP_MS))
    return { field: 'cron', message: '两次之间不到一小时', fix: "分钟只写一个数，例如 '30 10 * * *' 是每天 10:30" }
  return undefined
}

/** A campaign runs once an hour at most: whoever writes `* * * * *` meant something else. */
const LEAST_GAP_MS = 3_600_000

/** A schedule that passed `scheduleFault`; `zone` stands in where none is written. */
export function readSchedule(value: ScheduleText | undefined, zone: string): Schedule {
  const timeZone = value?.timeZone ?? zone
  if (value?.cron !== undefined) {
    const from = value.from === undefined ? undefined : instantOf(value.from, timeZone)
    const until = value.until === undefined ? undefined : instantOf(value.until, timeZone)
    return { kind: 'recurring', cron: value.cron, timeZone, ...(from && { from }), ...(until && { until }) }
  }
  const at = value?.at === undefined ? undefined : instantOf(value.at, timeZone)
  return at === undefined ? { kind: 'manual', timeZone } : { kind: 'once', at, timeZone }
}

/**
 * The first run strictly after a moment; undefined when there is none any more. A time that a clock change leaves out
 * runs when the clock has moved on; one that comes twice is one run: it has one key.
 */
export function nextOccurrence(schedule: Schedule, after: Date): Occurrence | undefined {
  switch (schedule.kind) {
    case 'manual':
      return undefined
    case 'once':
      return schedule.at > after ? { key: occurrenceKey(schedule.at, schedule.timeZone), at: schedule.at } : undefined
    case 'recurring': {
      const { cron, timeZone, from, until } = schedule
      const start = from && from.getTime() - 1 > after.getTime() ? new Date(from.getTime() - 1) : after
      const last = occurrenceKey(after, timeZone)
      let at = firstAfter(cron, timeZone, start)
      while (at && at > after && occurrenceKey(at, timeZone) === last) at = firstAfter(cron, timeZone, at)
      if (at === undefined || (until && at >= until)) return undefined
      return { key: occurrenceKey(at, timeZone), at }
    }
    default:
      return unreachable(schedule)
  }
}

/** `2026-09-20T1000`: local date and time. */
export function occurrenceKey(at: Date, timeZone: string): string {
  return DateTime.fromJSDate(at, { zone: timeZone }).toFormat("yyyy-MM-dd'T'HHmm")
}

/** The moment of a written time; undefined when it cannot be read or a clock change leaves it out. */
export function instantOf(value: string, timeZone: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(value.trim()))
    return undefined
  const iso = value.trim().replace(' ', 'T')
  const read = DateTime.fromISO(iso, { zone: timeZone })
  if (!read.isValid) return undefined
  const local = !/(Z|[+-]\d{2}:?\d{2})$/.test(iso.slice(10))
  if (local && iso.length >= 16 && read.toFormat("yyyy-MM-dd'T'HH:mm") !== iso.slice(0, 16)) return undefined
  return read.toJSDate()
}

function parseCron(cron: string, tz: string, currentDate = new Date(0)): CronExpression | undefined {
  try {
    cronParser ??= createRequire(import.meta.url)('cron-parser') as typeof import('cron-parser')
    return cronParser.CronExpressionParser.parse(cron, { tz, currentDate })
  } catch {
    return undefined
  }
}

function firstTimes(cron: string, timeZone: string, count: number): number[] {
  const times: number[] = []
  let at: Date | undefined = new Date(Date.UTC(2026, 0, 1))
  while (times.length < count) {
    at = firstAfter(cron, timeZone, at)
    if (at === undefined) break
    times.push(at.getTime())
  }
  return times
}

function firstAfter(cron: string, timeZone: string, after: Date): Date | undefined {
  try {
    return parseCron(cron, timeZone, after)?.next().toDate()
  } catch {
    return undefined
  }
}
