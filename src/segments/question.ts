import { unreachable } from '../core/errors.js'
import type { Condition, Scalar } from '../library/rule-condition.js'
import type { FieldKind } from '../library/rule-fields.js'
import { parsePoint, parseSpan } from '../library/rule-time.js'
import type { Moment } from './time.js'

/** What a single value is asked; both evaluators answer from this one form. */
export type ValueTest =
  | { test: 'eq'; value: Scalar }
  | { test: 'in'; values: readonly (string | number)[] }
  | ({ test: 'number' } & Bounds<number>)
  | ({ test: 'text' } & Bounds<string>)
  /** A text that begins with a day of the calendar. */
  | ({ test: 'day' } & Bounds<string>)
  /** A date, in ms. */
  | ({ test: 'date' } & Bounds<number>)
  | { test: 'contains' | 'startsWith'; value: string }
  | { test: 'any' }

/** Limits; the lower ones first. */
export interface Bounds<T> {
  gte?: T
  gt?: T
  lte?: T
  lt?: T
}

/** A condition as questions: one value passes one of them, or (`negate`) none does. */
export interface Question {
  tests: readonly ValueTest[]
  negate: boolean
}

/** The questions of a condition at a moment. `open`: times after the moment count as recent ones. */
export function questionOf(
  condition: Omit<Condition, 'field'>,
  kind: FieldKind,
  moment: Moment,
  open = false,
): Question {
  const { op, value } = condition
  switch (op) {
    case 'exists':
      return { tests: [{ test: 'any' }], negate: value === false }
    case 'ne':
      return { tests: equal(value, kind, moment), negate: true }
    case 'eq':
      return { tests: equal(value, kind, moment), negate: false }
    case 'in':
      return { tests: [{ test: 'in', values: Array.isArray(value) ? value : [] }], negate: false }
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return { tests: ordered(op, value, kind, moment), negate: false }
    case 'between':
      return { tests: between(value, kind, moment), negate: false }
    case 'contains':
    case 'startsWith':
      return { tests: [{ test: op, value: String(value) }], negate: false }
    case 'within':
    case 'olderThan':
    case 'withinNext':
      return { tests: relative(op, value, kind, moment, open), negate: false }
    default:
      return unreachable(op)
  }
}

type Value = Condition['value']

function equal(value: Value, kind: FieldKind, moment: Moment): ValueTest[] {
  const plain: ValueTest = { test: 'eq', value: Array.isArray(value) || value === undefined ? '' : value }
  const point = typeof value === 'string' && takesDates(kind) ? parsePoint(value) : undefined
  if (!point) return [plain]
  const { from, before } = moment.point(point)
  const date: ValueTest = { test: 'date', gte: from, lt: before }
  return kind === 'date' ? [date] : [plain, date]
}

function ordered(op: 'gt' | 'gte' | 'lt' | 'lte', value: Value, kind: FieldKind, moment: Moment): ValueTest[] {
  if (typeof value === 'number') return [{ test: 'number', [op]: value }]
  if (typeof value !== 'string') return []
  const point = takesDates(kind) ? parsePoint(value) : undefined
  if (!point) return [{ test: 'text', [op]: value }]
  const { from, before } = moment.point(point)
  const date: ValueTest = {
    test: 'date',
    ...(op === 'gt' && { gte: before }),
    ...(op === 'gte' && { gte: from }),
    ...(op === 'lt' && { lt: from }),
    ...(op === 'lte' && { lt: before }),
  }
  return kind === 'date' ? [date] : [textOf(op, value, 'day' in point), date]
}

/** Texts are compared by letter; a day as upper limit includes its hours (`2026-01-31T10:00`). */
function textOf(op: 'gt' | 'gte' | 'lt' | 'lte', value: string, day: boolean): ValueTest {
  if (day && op === 'lte') return { test: 'text', lt: `${value}~` }
  if (day && op === 'gt') return { test: 'text', gte: `${value}~` }
  return { test: 'text', [op]: value }
}

function between(value: Value, kind: FieldKind, moment: Moment): ValueTest[] {
  const [low, high] = Array.isArray(value) ? value : []
  if (typeof low === 'number' && typeof high === 'number') return [{ test: 'number', gte: low, lte: high }]
  if (typeof low !== 'string' || typeof high !== 'string') return []
  const points = takesDates(kind) ? [parsePoint(low), parsePoint(high)] : []
  const [from, to] = points
  const upper = to && 'day' in to ? { lt: `${high}~` } : { lte: high }
  const text: ValueTest = { test: 'text', gte: low, ...upper }
  if (!from || !to) return [text]
  const date: ValueTest = { test: 'date', gte: moment.point(from).from, lt: moment.point(to).before }
  return kind === 'date' ? [date] : [text, date]
}

function relative(
  op: 'within' | 'olderThan' | 'withinNext',
  value: Value,
  kind: FieldKind,
  moment: Moment,
  open: boolean,
): ValueTest[] {
  const span = typeof value === 'string' ? parseSpan(value) : undefined
  if (!span) return []
  const [since, until, { asOf }] = [moment.since(span), moment.until(span), moment]
  const days = 'days' in span ? span.days : undefined
  const next = { gte: days === undefined ? asOf : moment.day(0), lt: until }
  const date: ValueTest =
    op === 'olderThan'
      ? { test: 'date', lt: since }
      : { test: 'date', ...(op === 'withinNext' ? next : { gte: since, ...(open ? {} : { lte: asOf }) }) }
  if (kind === 'date' || days === undefined) return [date]
  const [first, tomorrow, last] = [moment.dayText(1 - days), moment.dayText(1), moment.dayText(days)]
  const text: ValueTest =
    op === 'olderThan'
      ? { test: 'day', lt: first }
      : { test: 'day', ...(op === 'within' ? { gte: first, lt: tomorrow } : { gte: moment.dayText(0), lt: last }) }
  return [date, text]
}

const takesDates = (kind: FieldKind) => kind === 'any' || kind === 'date'
