import { DateTime } from 'luxon'
import { z } from 'zod'
import { reason } from './problem.js'

/**
 * A stretch of time before (or after) a moment: whole business days, reckoned by the calendar of the configured zone, or
 * an exact length in ms.
 */
export type Span = { days: number } | { ms: number }

/** The longest stretch, in days: ten years. */
export const MAX_DAYS = 3650

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000 }

/** `30d` and `2w` are business days, `48h` and `90m` exact; undefined when it is none of them or out of bounds. */
export function parseSpan(text: string): Span | undefined {
  const found = /^(\d{1,7})([mhdw])$/.exec(text)
  if (!found) return undefined
  const count = Number(found[1])
  const unit = found[2] ?? ''
  const exact = UNITS[unit]
  const days = exact === undefined ? count * (unit === 'w' ? 7 : 1) : (count * exact) / 86_400_000
  if (count < 1 || days > MAX_DAYS) return undefined
  return exact === undefined ? { days } : { ms: count * exact }
}

/** A day of the calendar (`2026-01-31`), or a moment: with an offset, or by the wall clock of the configured zone. */
export type Point = { day: string } | { moment: string }

const DAY = /^\d{4}-\d{2}-\d{2}$/
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?$/

/** Reads a day or a moment of the years 1970 to 9999; undefined when it is neither. */
export function parsePoint(text: string): Point | undefined {
  const day = DAY.test(text)
  if (!day && !MOMENT.test(text)) return undefined
  const time = DateTime.fromISO(text, { zone: 'utc' })
  if (!time.isValid || time.year < 1970 || time.year > 9998) return undefined
  return day ? { day: text } : { moment: text }
}

const SPAN_FIX = '写成 30d（最近 30 个自然日，含今天）或 48h（整 48 小时），单位有 m、h、d、w'

/** A stretch of time as text. */
export const span = z
  .string({ error: reason('应为时长', SPAN_FIX) })
  .refine((value) => parseSpan(value) !== undefined, reason('不是时长', `${SPAN_FIX}，最长 ${MAX_DAYS}d`))

const edge = z
  .string({ error: reason('应为时间', '写成 [2026-01-01, 2026-01-31] 或 [60d, 30d]') })
  .refine(
    (value) => parseSpan(value) !== undefined || parsePoint(value) !== undefined,
    reason('不是日期、时刻或时长', '写成 2026-01-31、2026-01-31T20:00 或 30d'),
  )

const only = (name: string) => z.literal(true, { error: reason('只能是 true', `写成 ${name}: true，或删去这一行`) })

/** When events count: at most one of these; without any, all that ever happened. */
export const rangeShape = {
  within: span.optional(),
  between: z
    .tuple([edge, edge], { error: reason('应为两个时间', '写成 between: [2026-01-01, 2026-01-31] 或 [60d, 30d]') })
    .optional(),
  ever: only('ever').optional(),
}

/** The range of a leaf of a rule. */
export type Range = { [K in keyof typeof rangeShape]?: z.output<(typeof rangeShape)[K]> | undefined }

/** What is wrong with a range as a whole. */
export function rangeFault(range: Range): { path: string[]; message: string } | undefined {
  const given = (['within', 'between', 'ever'] as const).filter((name) => range[name] !== undefined)
  if (given.length > 1)
    return { path: [given[1] ?? ''], message: reason(`${given.join('、')} 只能写一个`, '只留一个时间范围') }
  if (range.between && !inOrder(range.between))
    return { path: ['between'], message: reason('开始晚于结束', '早的写在前面，例如 [60d, 30d]') }
  return undefined
}

function inOrder([from, to]: readonly [string, string]): boolean {
  const [a, b] = [parseSpan(from), parseSpan(to)]
  if (a && b) return lengthOf(a) > lengthOf(b)
  return a !== undefined || b !== undefined || stamp(from) <= stamp(to, '~')
}

const lengthOf = (value: Span) => ('days' in value ? value.days * 86_400_000 : value.ms)

const stamp = (text: string, fill = '') => (text.includes('T') ? text : text + fill)
