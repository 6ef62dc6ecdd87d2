import { DateTime } from 'luxon'
import { z } from 'zod'
import { fields } from './fields.js'
import { reason } from './problem.js'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const CHINESE = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'] as const
const GROUPS: Record<string, number[]> = {
  ...Object.fromEntries(DAYS.map((day, index) => [day, [index + 1]])),
  ...Object.fromEntries(CHINESE.map((day, index) => [day, [index + 1]])),
  工作日: [1, 2, 3, 4, 5],
  weekdays: [1, 2, 3, 4, 5],
  周末: [6, 7],
  weekend: [6, 7],
}

const oneOrMore = (value: unknown) => (Array.isArray(value) ? value : [value])

const hours = z
  .string({ error: reason('应为文字', '写成 hours: 09:00-18:00') })
  .regex(
    /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
    reason('不是时间段', '写成 09:00-18:00，小时写两位'),
  )
  .transform((value) => {
    const [from = 0, until = 0] = value.split('-').map((time) => Number(time.slice(0, 2)) * 60 + Number(time.slice(3)))
    return { from, until }
  })
  .refine(({ from, until }) => from !== until, reason('开始与结束相同', '全天有效时删去 hours'))

const day = z
  .string({ error: reason('应为星期', '写成 days: [周一, 周二] 或 days: 工作日') })
  .refine((value) => Object.hasOwn(GROUPS, value), reason('不是星期', '可用：周一…周日、工作日、周末、mon…sun'))
  .transform((value) => GROUPS[value] ?? [])

const date = z
  .string({ error: reason('应为日期', '写成 2026-01-31 或 "2026-01-31 20:00"') })
  .regex(
    /^\d{4}-\d{2}-\d{2}(?: ([01]\d|2[0-3]):[0-5]\d)?$/,
    reason('不是日期', '写成 2026-01-31 或 "2026-01-31 20:00"'),
  )
  .refine((value) => DateTime.fromISO(value.replace(' ', 'T')).isValid, reason('没有这一天', '检查月份和日期'))

/** When a reply rule applies; every part that is given must hold. Times are of the configured zone. */
export const windowSchema = fields({
  hours: z.preprocess(oneOrMore, z.array(hours).min(1)).optional(),
  days: z
    .preprocess(oneOrMore, z.array(day).min(1))
    .transform((value) => [...new Set(value.flat())].sort())
    .optional(),
  from: date.optional(),
  until: date.optional(),
})
  .refine(
    (value) => Object.values(value).some((part) => part !== undefined),
    reason('是空的', '写上 hours、days、from 或 until'),
  )
  .refine((value) => !value.from || !value.until || value.from <= value.until.padEnd(16, '~'), {
    error: reason('结束早于开始', '调换 from 和 until'),
    path: ['until'],
  })

export type Window = z.output<typeof windowSchema>

/**
 * Whether `now` is inside the window. `hours` excludes its end; a span over midnight (22:00-06:00) belongs to the day
 * it starts on. `until` without a time includes the whole day.
 */
export function isOpen(window: Window | undefined, now: Date, zone: string): boolean {
  if (window === undefined) return true
  const local = DateTime.fromJSDate(now, { zone })
  const stamp = local.toFormat('yyyy-MM-dd HH:mm')
  if (window.from !== undefined && stamp < window.from) return false
  if (window.until !== undefined && stamp >= (window.until.length > 10 ? window.until : `${window.until} 24:00`))
    return false
  const onDay = (weekday: number) => window.days === undefined || window.days.includes(weekday)
  const today = local.weekday
  if (window.hours === undefined) return onDay(today)
  const minute = local.hour * 60 + local.minute
  return window.hours.some(({ from, until }) =>
    from < until
      ? onDay(today) && minute >= from && minute < until
      : (onDay(today) && minute >= from) || (onDay(((today + 5) % 7) + 1) && minute < until),
  )
}
