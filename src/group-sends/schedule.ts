import { DateTime, IANAZone } from 'luxon'

/** When tasks are made, as a person writes it. Without `at` and `every` they are made when somebody starts the push. */
export interface ScheduleText {
  /** Once: an instant with its offset, or a local time (`2026-09-24T10:00`) in `timeZone`. */
  at?: string | undefined
  every?: 'day' | 'week' | 'month' | undefined
  /** Of a week: 1 (Monday) to 7; of a month: 1 to 28. */
  on?: readonly number[] | undefined
  /** Local time of the day, `20:00`. */
  time?: string | undefined
  timeZone?: string | undefined
  from?: string | undefined
  until?: string | undefined
}

/** One time a push runs. */
export interface Occurrence {
  /** Local date and time, `2026-09-24T1000`: the same run is the same key, for ever. */
  key: string
  at: Date
}

/** What is wrong with a schedule, for authors in Chinese, or undefined. */
export function scheduleFault(text: ScheduleText): { field: string; message: string; fix: string } | undefined {
  const { at, every, on, time, timeZone = 'Asia/Shanghai', from, until } = text
  if (!IANAZone.isValidZone(timeZone))
    return { field: 'timeZone', message: '不认识的时区', fix: '写成 timeZone: Asia/Shanghai' }
  if (at !== undefined && every !== undefined)
    return { field: 'every', message: 'at 和 every 只能写一个', fix: '一次性的写 at，定期的写 every' }
  for (const [field, moment] of Object.entries({ at, from, until }))
    if (moment !== undefined && instantOf(moment, timeZone) === undefined)
      return { field, message: '不是时间，或该时区没有这个时刻', fix: `写成 ${field}: '2026-09-24T10:00'` }
  if (every === undefined) {
    const stray = Object.entries({ on, time, from, until }).find(([, value]) => value !== undefined)?.[0]
    return stray === undefined ? undefined : { field: stray, message: '只用于 every', fix: '删去这一行' }
  }
  if (time === undefined || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time))
    return { field: 'time', message: '缺少几点', fix: "写成 time: '20:00'" }
  const most = every === 'week' ? 7 : 28
  if (every === 'day' && on !== undefined) return { field: 'on', message: '每天的不用写 on', fix: '删去这一行' }
  if (every !== 'day' && (on === undefined || on.length === 0))
    return {
      field: 'on',
      message: '缺少哪一天',
      fix: every === 'week' ? '写成 on: [4]，4 是星期四' : '写成 on: [1, 15]',
    }
  if (on?.some((day) => day < 1 || day > most))
    return {
      field: 'on',
      message: `要在 1 到 ${most} 之间`,
      fix: every === 'week' ? '1 是星期一' : '29 到 31 日有的月份没有',
    }
  return undefined
}

/** The first run strictly after a moment; undefined when there is none any more, or none is written. */
export function nextOccurrence(text: ScheduleText | undefined, zone: string, after: Date): Occurrence | undefined {
  if (text === undefined) return undefined
  const timeZone = text.timeZone ?? zone
  if (text.at !== undefined) {
    const at = instantOf(text.at, timeZone)
    return at && at > after ? { key: occurrenceKey(at, timeZone), at } : undefined
  }
  if (text.every === undefined) return undefined
  const from = text.from === undefined ? undefined : instantOf(text.from, timeZone)
  const until = text.until === undefined ? undefined : instantOf(text.until, timeZone)
  const start = from && from.getTime() - 1 > after.getTime() ? new Date(from.getTime() - 1) : after
  const [hour = 0, minute = 0] = (text.time ?? '00:00').split(':').map(Number)
  let day = DateTime.fromJSDate(start, { zone: timeZone }).startOf('day')
  for (let looked = 0; looked <= MOST_DAYS; looked++, day = day.plus({ days: 1 })) {
    if (!isDue(text, day)) continue
    const at = day.set({ hour, minute }).toJSDate()
    if (at <= start) continue
    if (until && at >= until) return undefined
    return { key: occurrenceKey(at, timeZone), at }
  }
  return undefined
}

/** `2026-09-24T1000`: local date and time. */
export function occurrenceKey(at: Date, timeZone: string): string {
  return DateTime.fromJSDate(at, { zone: timeZone }).toFormat("yyyy-MM-dd'T'HHmm")
}

const MOST_DAYS = 62

function isDue({ every, on = [] }: ScheduleText, day: DateTime): boolean {
  if (every === 'day') return true
  return on.includes(every === 'week' ? day.weekday : day.day)
}

/** The moment of a written time; undefined when it cannot be read or a clock change leaves it out. */
export function instantOf(value: string, timeZone: string): Date | undefined {
  const text = value.trim().replace(' ', 'T')
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?$/.test(text)) return undefined
  const read = DateTime.fromISO(text, { zone: timeZone })
  if (!read.isValid) return undefined
  const local = !/(Z|[+-]\d{2}:\d{2})$/.test(text)
  if (local && read.toFormat("yyyy-MM-dd'T'HH:mm") !== text.slice(0, 16)) return undefined
  return read.toJSDate()
}
