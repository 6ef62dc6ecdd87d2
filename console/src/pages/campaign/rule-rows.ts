/** A condition that the form can show; `n` is days, orders, yuan or a tag. */
export interface Row {
  kind: Kind
  n?: number | string
}

type Rule = Record<string, unknown>
const days = (n: Row['n']) => `${n}d`
const FOLLOWING = { channel: 'oa', state: 'following' }
const ofDays = (text: unknown) =>
  typeof text === 'string' && /^\d+d$/.test(text) ? Number(text.slice(0, -1)) : undefined

/** A condition of the form. */
export interface Shape {
  /** What `n` begins with; absent: it takes none. */
  start?: number | string
  rule(n: Row['n']): Rule
}

const event = (type: string): Shape => ({ start: 30, rule: (n) => ({ event: { type, within: days(n) } }) })
const without = ({ start, rule }: Shape): Shape => ({
  ...(start !== undefined && { start }),
  rule: (n) => ({ not: rule(n) }),
})
const followedWithin: Shape = { start: 30, rule: (n) => ({ follow: { ...FOLLOWING, within: days(n) } }) }

/** The conditions by their names; each is one leaf of a rule, or its contrary. */
export const SHAPES = {
  following: { rule: () => ({ follow: FOLLOWING }) },
  'followed-long': without(followedWithin),
  silent: without(event('inbound')),
  seen: event('inbound'),
  'not-bought': without(event('order.paid')),
  bought: event('order.paid'),
  orders: { start: 1, rule: (n) => ({ profile: { field: 'orders.count', op: 'gte', value: n } }) },
  spent: { start: 500, rule: (n) => ({ profile: { field: 'orders.paidFen', op: 'gte', value: Number(n) * 100 } }) },
  coupon: event('coupon.claimed'),
  live: event('live.reserved'),
  willing: { rule: () => ({ consent: { purpose: 'marketing', state: 'not-withdrawn' } }) },
  tag: { start: 'vip', rule: (n) => ({ tag: { in: [String(n)] } }) },
} as const satisfies Record<string, Shape>
export type Kind = keyof typeof SHAPES
export const KINDS = Object.keys(SHAPES) as Kind[]

/** An audience as the form shows it: all of the one, none of the other. */
export interface Rows {
  include: Row[]
  exclude: Row[]
}

/** The rule of rows. */
export function ruleOf({ include, exclude }: Rows): Rule {
  const made = (rows: Row[]) => rows.map(({ kind, n }) => (SHAPES[kind] as Shape).rule(n))
  return { all: [...made(include), ...made(exclude).map((one) => ({ not: one }))] }
}

/** The rows of a rule; undefined when they cannot say it. */
export function rowsOf(rule: unknown): Rows | undefined {
  if (!isRule(rule)) return undefined
  const parts = Array.isArray(rule['all']) && Object.keys(rule).length === 1 ? rule['all'] : [rule]
  const include: Row[] = []
  const exclude: Row[] = []
  for (const part of parts.flatMap(apart)) {
    const row = rowOf(part)
    const contrary = row === undefined && isRule(part) && 'not' in part ? rowOf(part['not']) : undefined
    if (row) include.push(row)
    else if (contrary) exclude.push(contrary)
    else return undefined
  }
  return { include, exclude }
}

/** `not any of a, b` is `not a` and `not b`. */
function apart(part: unknown): unknown[] {
  const inner = isRule(part) && Object.keys(part).length === 1 ? part['not'] : undefined
  return isRule(inner) && Array.isArray(inner['any']) ? inner['any'].map((one: unknown) => ({ not: one })) : [part]
}

function rowOf(part: unknown): Row | undefined {
  const text = canonical(part)
  for (const kind of KINDS) {
    const shape: Shape = SHAPES[kind]
    if (shape.start === undefined) {
      if (canonical(shape.rule(undefined)) === text) return { kind }
      continue
    }
    for (const n of candidates(part)) if (canonical(shape.rule(n)) === text) return { kind, n }
  }
  return undefined
}

/** Every number and word within a condition that could be its `n`. */
function candidates(value: unknown): (number | string)[] {
  if (typeof value === 'number') return [value, value / 100]
  if (typeof value === 'string') {
    const count = ofDays(value)
    return count === undefined ? [value] : [count]
  }
  if (Array.isArray(value)) return value.flatMap(candidates)
  return isRule(value) ? Object.values(value).flatMap(candidates) : []
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (!isRule(value)) return JSON.stringify(value) ?? ''
  return `{${Object.keys(value)
    .toSorted()
    .map((key) => `${key}:${canonical(value[key])}`)
    .join()}}`
}

const isRule = (value: unknown): value is Rule => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Segments of an audience: in any of the one, in none of the other; undefined when it is something else. */
export function segmentsOf(audience: unknown): { any: string[]; none: string[] } | undefined {
  if (typeof audience === 'string') return { any: audience === '' ? [] : [audience], none: [] }
  if (!isRule(audience) || !Array.isArray(audience['all'])) return undefined
  const any: string[] = []
  const none: string[] = []
  for (const part of audience['all'] as unknown[]) {
    if (!isRule(part) || Object.keys(part).length !== 1) return undefined
    const { any: list, not } = part
    const out = idOf(not)
    if (out !== undefined) none.push(out)
    else if (Array.isArray(list) && any.length === 0) {
      const ids = list.map(idOf)
      if (!ids.every((one): one is string => one !== undefined)) return undefined
      any.push(...ids)
    } else return undefined
  }
  return { any, none }
}

const idOf = (part: unknown) => {
  const segment = isRule(part) ? part['segment'] : undefined
  return isRule(segment) && typeof segment['id'] === 'string' ? segment['id'] : undefined
}

/** The audience of segments. */
export function audienceOf({ any, none }: { any: readonly string[]; none: readonly string[] }): string | Rule {
  const [only] = any
  if (any.length <= 1 && none.length === 0) return only ?? ''
  const of = (id: string) => ({ segment: { id } })
  return { all: [...(any.length > 0 ? [{ any: any.map(of) }] : []), ...none.map((id) => ({ not: of(id) }))] }
}
