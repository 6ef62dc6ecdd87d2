import type { Def } from './written.js'

/** How often a push repeats, as the form asks. */
export interface Repeat {
  every: 'day' | 'week' | 'month'
  /** Of a week 1 (Monday) to 7, of a month 1 to 28. */
  on: number
  /** `10:30`. */
  time: string
}

/** The line of a timetable. */
export function cronOf({ every, on, time }: Repeat): string {
  const [hour = '10', minute = '00'] = time.split(':')
  const clock = `${Number(minute)} ${Number(hour)}`
  if (every === 'day') return `${clock} * * *`
  return every === 'week' ? `${clock} * * ${on % 7}` : `${clock} ${on} * *`
}

/** What a line says; undefined when the form cannot. */
export function repeatOf(cron: string): Repeat | undefined {
  const found = /^(\d{1,2}) (\d{1,2}) (\*|\d{1,2}) \* (\*|\d)$/.exec(cron.trim())
  if (!found) return undefined
  const [, minute = '', hour = '', date = '', weekday = ''] = found
  if (date !== '*' && weekday !== '*') return undefined
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`
  if (weekday !== '*') return { every: 'week', on: Number(weekday) === 0 ? 7 : Number(weekday), time }
  return date === '*' ? { every: 'day', on: 1, time } : { every: 'month', on: Number(date), time }
}

/** Whether a local time (`22:30`) lies within hours (`22:00-08:00`; the end is outside). */
export function isQuiet(time: string, hours: string): boolean {
  const [from = '', to = ''] = hours.split('-')
  return from <= to ? time >= from && time < to : time >= from || time < to
}

/** The local time at which a push leaves; undefined when it is started by hand. */
export function timeOf(schedule: Def['schedule']): string | undefined {
  if (schedule?.at !== undefined) return schedule.at.slice(11, 16)
  return schedule?.cron === undefined ? undefined : repeatOf(schedule.cron)?.time
}
