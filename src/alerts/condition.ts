import { z } from 'zod'
import { fields } from '../library/fields.js'
import { reason } from '../library/problem.js'

/** A place in an alert's data: `paidFen`, `fact.account`. */
export const PATH = /^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*){0,5}$/

const plain = z.union([z.string().max(200), z.number(), z.boolean()], {
  error: reason('应为文字、数字或 true/false', '例如 is: VIP'),
})
const number = z.number({ error: reason('应为数字', '例如 atLeast: 50000；金额以分为单位') })
const listed = z
  .array(plain, { error: reason('应为列表', '例如 oneOf: [SF, ZTO]') })
  .min(1, reason('列表是空的', '例如 oneOf: [SF, ZTO]'))
  .max(50, reason('超过 50 项', '删去几项'))

const TESTS = ['is', 'not', 'atLeast', 'atMost', 'contains', 'oneOf'] as const

/** One condition on a fact. All conditions of a rule must hold. */
export const conditionSchema = fields({
  field: z
    .string({ error: reason('缺少', '写成 field: paidFen') })
    .regex(PATH, reason('不是变量名', '写成 field: paidFen 或 field: fact.account')),
  is: plain.optional(),
  not: plain.optional(),
  atLeast: number.optional(),
  atMost: number.optional(),
  contains: z.string().min(1).max(200).optional(),
  oneOf: listed.optional(),
}).refine((value) => TESTS.some((test) => value[test] !== undefined), {
  error: reason('没有写要求', `从 ${TESTS.join('、')} 中选一个`),
})

export type Condition = z.output<typeof conditionSchema>

/** The value at a place, or undefined. */
export function valueAt(data: unknown, path: string): unknown {
  let value = data
  for (const part of path.split('.'))
    value =
      typeof value === 'object' && value !== null && Object.hasOwn(value, part) ? Reflect.get(value, part) : undefined
  return value
}

/** Whether data keeps to all conditions; a value that is not there keeps to none but `not`. */
export function holds(conditions: readonly Condition[], data: unknown): boolean {
  return conditions.every((condition) => holdsOne(condition, valueAt(data, condition.field)))
}

function holdsOne({ is, not, atLeast, atMost, contains, oneOf }: Condition, value: unknown): boolean {
  const all = Array.isArray(value) ? value : [value]
  if (is !== undefined && !all.includes(is)) return false
  if (not !== undefined && all.includes(not)) return false
  if (atLeast !== undefined && !(typeof value === 'number' && value >= atLeast)) return false
  if (atMost !== undefined && !(typeof value === 'number' && value <= atMost)) return false
  if (contains !== undefined && !all.some((each) => typeof each === 'string' && each.includes(contains))) return false
  return oneOf === undefined || oneOf.some((each) => all.includes(each))
}
