import { z } from 'zod'
import { isClose } from './fields.js'
import { reason } from './problem.js'
import { type LeafName, type Leaves, leaves } from './rule-leaves.js'

/** Groups within groups, the condition itself counted. */
export const MAX_DEPTH = 6
/** Single conditions of one rule. */
export const MAX_LEAVES = 50

/** Who is meant: conditions joined by `all`, `any` and `not` (none of them). As written in YAML, as sent as JSON. */
export type Rule = { all: Rule[] } | { any: Rule[] } | { not: Rule | Rule[] } | LeafRule
/** One condition. */
export type LeafRule = { [K in LeafName]: { [P in K]: Leaves[P] } }[LeafName]

const GROUPS = ['all', 'any', 'not'] as const
const KINDS: readonly string[] = [...GROUPS, ...Object.keys(leaves)]

const rules = () => z.array(tree).min(1, reason('没有条件', '每行写 - 加一个条件')).max(MAX_LEAVES)
const tree: z.ZodType<Rule> = z
  .lazy(() => {
    const groups = [
      z.strictObject({ all: rules() }),
      z.strictObject({ any: rules() }),
      z.strictObject({ not: z.union([tree, rules()]) }),
    ]
    const single = Object.entries(leaves).map(([name, leaf]) => z.strictObject({ [name]: leaf }))
    return z.union([...groups, ...single] as unknown as readonly [z.ZodType<Rule>])
  })
  .meta({ id: 'SegmentRule', description: 'Conditions joined by all, any and not; each object has exactly one key.' })

/** One thing wrong in a rule. */
export interface RuleIssue {
  path: PropertyKey[]
  /** As `reason` makes it. */
  message: string
}

/** The rule as zod takes it: every issue names its own place, also within groups. */
export const ruleSchema: z.ZodType<Rule> = z.preprocess((value, context) => {
  for (const issue of ruleIssues(value)) context.addIssue({ code: 'custom', ...issue })
  return value
}, tree) as unknown as z.ZodType<Rule>

/** Everything that is wrong with a rule; nothing when `ruleSchema` takes it. */
export function ruleIssues(value: unknown): RuleIssue[] {
  const bounds = outOfBounds(value)
  if (bounds) return [bounds]
  return issuesOf(value, [])
}

/** Looked at without recursion: what comes from outside may be nested as deep as it likes. */
function outOfBounds(root: unknown): RuleIssue | undefined {
  const open: { value: unknown; depth: number; path: PropertyKey[] }[] = [{ value: root, depth: 1, path: [] }]
  let found = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, depth, path } = next
    if (depth > MAX_DEPTH)
      return { path, message: reason(`超过 ${MAX_DEPTH} 层`, '把里面的条件写成另一个人群，用 segment: { id: … } 引用') }
    const group = isObject(value) ? GROUPS.find((name) => Object.hasOwn(value, name)) : undefined
    if (group === undefined || !isObject(value)) {
      found++
      continue
    }
    const inner = value[group]
    const members = Array.isArray(inner)
      ? inner.map((each, index) => [each, [group, index]] as const)
      : [[inner, [group]] as const]
    if (members.length > MAX_LEAVES) found += members.length
    else for (const [each, at] of members) open.push({ value: each, depth: depth + 1, path: [...path, ...at] })
  }
  if (found <= MAX_LEAVES) return undefined
  return { path: [], message: reason(`超过 ${MAX_LEAVES} 个条件`, '拆成几个人群，用 segment: { id: … } 引用') }
}

function issuesOf(value: unknown, path: PropertyKey[]): RuleIssue[] {
  if (!isObject(value))
    return [{ path, message: reason('应为一个条件', `写成“条件: 内容”，可用：${KINDS.join('、')}`) }]
  const keys = Object.keys(value)
  const known = keys.filter((key) => KINDS.includes(key))
  const odd = keys.find((key) => !KINDS.includes(key))
  if (odd !== undefined) {
    const close = KINDS.find((name) => isClose(odd, name))
    return [
      {
        path: [...path, odd],
        message: reason('不认识的条件', close ? `是否想写 ${close}？` : `可用：${KINDS.join('、')}`),
      },
    ]
  }
  const [name = ''] = known
  if (known.length !== 1) {
    const what = known.length === 0 ? '没有写条件' : `写了 ${known.length} 个条件（${known.join('、')}）`
    return [{ path, message: reason(what, '一处只写一个条件，几个条件用 all: 列出') }]
  }
  const inner = value[name]
  if (name === 'all' || name === 'any' || name === 'not') {
    if (name === 'not' && !Array.isArray(inner)) return issuesOf(inner, [...path, name])
    if (!Array.isArray(inner) || inner.length === 0)
      return [{ path: [...path, name], message: reason('应为条件的列表', '每行写 - 加一个条件') }]
    return inner.flatMap((each, index) => issuesOf(each, [...path, name, index]))
  }
  const read = leaves[name as LeafName].safeParse(inner)
  if (read.success) return []
  const { issues } = read.error
  const misspelt = issues.some(({ code }) => code === 'unrecognized_keys')
  const telling = misspelt ? issues.filter(({ code }) => code !== 'custom') : issues
  return telling.flatMap((issue) => flat(issue, inner, [...path, name]))
}

/** An issue of a leaf; of a choice, what is wrong with the choice that was meant. */
function flat(issue: z.core.$ZodIssue, value: unknown, before: PropertyKey[]): RuleIssue[] {
  const path = [...before, ...issue.path]
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...path, key], message: issue.message }))
  if (issue.code === 'invalid_union') {
    const at = issue.path.reduce<unknown>(
      (from, key) => (isObject(from) || Array.isArray(from) ? Reflect.get(from, key) : undefined),
      value,
    )
    const deep = issue.errors.find(
      (errors) => errors.length > 0 && errors.every((each) => each.code !== 'invalid_type'),
    )
    if (at !== undefined && deep) return deep.flatMap((each) => flat(each, at, path))
  }
  return [{ path, message: issue.message }]
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The single conditions of a rule, each with its place. */
export function* leavesOf(rule: Rule, path: PropertyKey[] = []): Generator<{ leaf: LeafRule; path: PropertyKey[] }> {
  if ('all' in rule || 'any' in rule || 'not' in rule) {
    const [name, inner] =
      'all' in rule
        ? (['all', rule.all] as const)
        : 'any' in rule
          ? (['any', rule.any] as const)
          : (['not', rule.not] as const)
    if (Array.isArray(inner)) for (const [index, each] of inner.entries()) yield* leavesOf(each, [...path, name, index])
    else yield* leavesOf(inner, [...path, name])
  } else yield { leaf: rule, path }
}

/** The segments that a rule refers to, each with its place. */
export function segmentsIn(rule: Rule): { id: string; path: PropertyKey[] }[] {
  return [...leavesOf(rule)].flatMap(({ leaf, path }) =>
    'segment' in leaf ? [{ id: leaf.segment.id, path: [...path, 'segment', 'id'] }] : [],
  )
}

/** A way from a segment back to itself, as the names on it; undefined when there is none. */
export function cycleFrom(start: string, referred: (id: string) => readonly string[]): string[] | undefined {
  const seen = new Set<string>()
  const open: string[][] = [[start]]
  for (let way = open.pop(); way !== undefined; way = open.pop()) {
    for (const next of referred(way.at(-1) ?? '')) {
      if (next === start) return [...way, next]
      if (!seen.has(next)) open.push([...way, next])
      seen.add(next)
    }
  }
  return undefined
}
