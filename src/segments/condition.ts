import { unreachable } from '../core/errors.js'
import type { Bounds, Question, ValueTest } from './question.js'
import { compareText } from './values.js'

/** A filter of the store. `exact`: it finds those that are meant; else it may find more. */
export interface Filter {
  filter: object
  exact: boolean
  /** All others, where that can be said in a way for which the store can use an index. */
  others?: object
}

/** What is known of a field: `zero`, that nothing stands for 0; `single`, that it is never a list; `always`, never missing. */
export interface FieldFacts {
  zero?: boolean
  single?: boolean
  always?: boolean
}

const DAY = /^\d{4}-\d{2}-\d{2}/

/** Whether the values under a field answer a question. */
export function answers(question: Question, values: readonly unknown[], { zero = false }: FieldFacts = {}): boolean {
  const asked = zero && values.length === 0 && !asksForAny(question) ? [0] : values
  const found = asked.some((value) => question.tests.some((test) => passes(test, value)))
  return found !== question.negate
}

/** The same as a filter of the store. */
export function filterOf(question: Question, path: string, field: FieldFacts = {}): Filter {
  const { zero = false, single = false } = field
  const clauses = question.tests.map((test) => clauseOf(test, path))
  if (zero && !asksForAny(question) && question.tests.some((test) => passes(test, 0))) clauses.push({ [path]: null })
  const exact = single || question.tests.every((test) => !isTwoSided(test))
  if (clauses.length === 0) return { filter: question.negate ? {} : { $nor: [{}] }, exact: true }
  if (question.negate) return exact ? { filter: { $nor: clauses }, exact } : { filter: {}, exact: false }
  const [only] = clauses
  if (clauses.length !== 1 || !only) return { filter: { $or: clauses }, exact }
  const others = field.always && single ? opposite(question, path) : undefined
  return { filter: only, exact, ...(others && { others }) }
}

/** The dates beyond a single limit. */
function opposite({ tests: [test] }: Question, path: string): object | undefined {
  if (test?.test !== 'date' || isTwoSided(test)) return undefined
  const { gte, gt, lte, lt } = test
  const beyond: ValueTest = {
    test: 'date',
    ...(gte !== undefined && { lt: gte }),
    ...(gt !== undefined && { lte: gt }),
    ...(lte !== undefined && { gt: lte }),
    ...(lt !== undefined && { gte: lt }),
  }
  return clauseOf(beyond, path)
}

const asksForAny = ({ tests }: Question) => tests.some(({ test }) => test === 'any')

/** Two elements of a list may meet one side each, and the store would be content. */
function isTwoSided(test: ValueTest): boolean {
  switch (test.test) {
    case 'number':
    case 'text':
    case 'date':
      return (test.gte ?? test.gt) !== undefined && (test.lte ?? test.lt) !== undefined
    case 'day':
      return true
    default:
      return false
  }
}

function passes(test: ValueTest, value: unknown): boolean {
  switch (test.test) {
    case 'any':
      return true
    case 'eq':
      return value === test.value
    case 'in':
      return (typeof value === 'string' || typeof value === 'number') && test.values.includes(value)
    case 'number':
      return typeof value === 'number' && inBounds(value, test, (a, b) => a - b)
    case 'date':
      return value instanceof Date && inBounds(value.getTime(), test, (a, b) => a - b)
    case 'text':
      return typeof value === 'string' && inBounds(value, test, compareText)
    case 'day':
      return typeof value === 'string' && DAY.test(value) && inBounds(value, test, compareText)
    case 'contains':
      return typeof value === 'string' && value.includes(test.value)
    case 'startsWith':
      return typeof value === 'string' && value.startsWith(test.value)
    default:
      return unreachable(test)
  }
}

function inBounds<T>(value: T, { gte, gt, lte, lt }: Bounds<T>, order: (a: T, b: T) => number): boolean {
  return (
    (gte === undefined || order(value, gte) >= 0) &&
    (gt === undefined || order(value, gt) > 0) &&
    (lte === undefined || order(value, lte) <= 0) &&
    (lt === undefined || order(value, lt) < 0)
  )
}

/** Every type that JSON and dates can have, but lists and null. */
const TYPES = ['number', 'string', 'bool', 'date', 'object']

function clauseOf(test: ValueTest, path: string): object {
  switch (test.test) {
    case 'any':
      return { [path]: { $type: TYPES } }
    case 'eq':
      return { [path]: { $eq: test.value } }
    case 'in':
      return { [path]: { $in: [...test.values] } }
    case 'number':
      return { [path]: limitsOf(test, (value) => value) }
    case 'text':
      return { [path]: limitsOf(test, (value) => value) }
    case 'date':
      return { [path]: limitsOf(test, (value) => new Date(value)) }
    case 'day':
      return { [path]: { ...limitsOf(test, (value) => value), $regex: DAY.source } }
    case 'contains':
      return { [path]: { $regex: literal(test.value) } }
    case 'startsWith':
      return { [path]: { $regex: `^${literal(test.value)}` } }
    default:
      return unreachable(test)
  }
}

function limitsOf<T>(bounds: Bounds<T>, write: (value: T) => unknown): object {
  const limits = (['gte', 'gt', 'lte', 'lt'] as const).flatMap((name) => {
    const value = bounds[name]
    return value === undefined ? [] : [[`$${name}`, write(value)] as const]
  })
  return Object.fromEntries(limits)
}

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
