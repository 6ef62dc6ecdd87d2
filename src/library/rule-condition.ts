import { z } from 'zod'
import { fields } from './fields.js'
import { reason } from './problem.js'
import type { FieldKind } from './rule-fields.js'
import { parsePoint, parseSpan } from './rule-time.js'

/** How a value is compared. The three last ones are for times: like ranges of events, reckoned from the moment of asking. */
export const OPERATORS = [
  'eq',
  'ne',
  'in',
  'gt',
  'gte',
  'lt',
  'lte',
  'between',
  'contains',
  'startsWith',
  'exists',
  'within',
  'olderThan',
  'withinNext',
] as const
export type Operator = (typeof OPERATORS)[number]

/** A value that is compared with; a list for `in` and `between`. */
export type Scalar = string | number | boolean

const text = z
  .string()
  .max(200, reason('超过 200 个字', '改短'))
  .refine(
    (value) => !/\p{Surrogate}/u.test(value) && !value.includes('\0'),
    reason('含有无法显示的字符', '删去这些字符'),
  )
const number = z.number()

/** A field compared with a value. */
export const conditionShape = {
  field: z.string({
    error: (issue) => reason(issue.input === undefined ? '缺少' : '应为文字', '写字段名，例如 field: city'),
  }),
  op: z.enum(OPERATORS, {
    error: (issue) =>
      reason(issue.input === undefined ? '缺少比较方式' : '没有这种比较', `可用：${OPERATORS.join('、')}`),
  }),
  value: z
    .union(
      [
        text,
        number,
        z.boolean(),
        z
          .array(z.union([text, number]))
          .min(1)
          .max(200),
      ],
      {
        error: reason('应为文字、数字、true/false 或列表', '例如 value: 杭州，或 value: [杭州, 上海]'),
      },
    )
    .optional(),
}
const schema = fields(conditionShape)
export type Condition = z.output<typeof schema>

/** What is wrong between operator, value and the kind of the field. */
export function conditionFault(
  { op, value }: Pick<Condition, 'op' | 'value'>,
  kind: FieldKind,
): { path: string[]; message: string } | undefined {
  const bad = (message: string, fix: string, path = 'value') => ({ path: [path], message: reason(message, fix) })
  const fits = (one: unknown) =>
    kind === 'any' || (kind === 'number' ? typeof one === 'number' : typeof one === 'string') === true
  const dated = (one: unknown) => kind !== 'date' || (typeof one === 'string' && parsePoint(one) !== undefined)
  const WRONG = { number: '应为数字', date: '应为日期', text: '应为文字', any: '不合适' }[kind]
  const EXAMPLE = { number: '写成 value: 2', date: '写成 value: 2026-01-31', text: '写成 value: 文字', any: '' }[kind]
  switch (op) {
    case 'exists':
      return value === undefined || typeof value === 'boolean'
        ? undefined
        : bad('exists 的 value 只能是 true 或 false', '删去 value，或写成 value: false')
    case 'within':
    case 'olderThan':
    case 'withinNext':
      if (kind === 'number' || kind === 'text') return bad(`${op} 只用于时间`, '改用 eq、in 等比较', 'op')
      return typeof value === 'string' && parseSpan(value)
        ? undefined
        : bad('应为时长', '写成 value: 30d（自然日）或 value: 48h（整 48 小时）')
    case 'contains':
    case 'startsWith':
      if (kind === 'number' || kind === 'date') return bad(`${op} 只用于文字`, '改用 eq、gte 等比较', 'op')
      return typeof value === 'string' && value !== '' ? undefined : bad('应为文字', '写成 value: 要找的文字')
    case 'in':
      if (kind === 'date') return bad('时间不能用 in', '改用 between', 'op')
      return Array.isArray(value) && value.every(fits) ? undefined : bad('应为列表', '写成 value: [杭州, 上海]')
    case 'between': {
      const [from, to] = Array.isArray(value) ? value : []
      if (!Array.isArray(value) || value.length !== 2 || typeof from !== typeof to || !value.every(fits))
        return bad('应为两个同类的值', '写成 value: [100, 200] 或 value: [2026-01-01, 2026-01-31]')
      if (!value.every(dated)) return bad(WRONG, '写成 value: [2026-01-01, 2026-01-31]')
      return from !== undefined && to !== undefined && from > to ? bad('开始大于结束', '小的写在前面') : undefined
    }
    case 'eq':
    case 'ne':
      if (value === undefined || Array.isArray(value)) return bad('应为一个值', '写成 value: 杭州')
      return fits(value) && dated(value) ? undefined : bad(WRONG, EXAMPLE)
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      if (value === undefined || Array.isArray(value) || typeof value === 'boolean')
        return bad('应为数字、文字或日期', '写成 value: 2')
      return fits(value) && dated(value) ? undefined : bad(WRONG, EXAMPLE)
  }
}
