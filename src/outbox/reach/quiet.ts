import { DateTime } from 'luxon'
import { withinHours } from '../../core/hours.js'
import type { QuietHours } from './reach.js'

/** The span of time for which an answer holds, so that a million questions cost one look at the calendar. */
interface Answer {
  from: number
  to: number
  until: Date | undefined
}

const answers = new WeakMap<QuietHours, Answer>()

/** When the quiet hours that hold at `now` end; undefined outside of them. Throws AppError for hours that are none. */
export function quietUntil(now: Date, quiet: QuietHours): Date | undefined {
  const known = answers.get(quiet)
  if (known && known.from <= now.getTime() && now.getTime() < known.to) return known.until
  const answer = look(now, quiet)
  answers.set(quiet, answer)
  return answer.until
}

function look(now: Date, { hours, timeZone }: QuietHours): Answer {
  const quiet = withinHours(now, hours, timeZone)
  const [begin = '', end = ''] = hours.split('-')
  const change = next(now, quiet ? end : begin, timeZone)
  return { from: now.getTime(), to: change.getTime(), until: quiet ? change : undefined }
}

/** The next moment at which the wall clock shows this time. */
function next(now: Date, time: string, timeZone: string): Date {
  const [hour = 0, minute = 0] = time.trim().split(':').map(Number)
  const today = DateTime.fromJSDate(now, { zone: timeZone }).startOf('day')
  for (let days = 0; days < 3; days++) {
    const day = today.plus({ days })
    const at = hour === 24 ? day.plus({ days: 1 }) : day.set({ hour, minute })
    if (at.toMillis() > now.getTime()) return at.toJSDate()
  }
  return today.plus({ days: 1 }).toJSDate()
}
