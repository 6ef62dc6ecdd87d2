import { z } from 'zod'
import { fields, listOf, slug, words } from '../../library/fields.js'
import { reason } from '../../library/problem.js'

const pattern = (example: string, most = 64) => listOf(words(example, most))

const conditions = {
  tag: pattern('tag: [宝妈, 母婴]', 80).optional(),
  segment: listOf(slug('newcomers')).optional(),
  said: pattern('said: [拼团, 砍价]', 50).optional(),
  scene: pattern('scene: [poster-*]').optional(),
  state: pattern('state: [pkg_*]').optional(),
  city: pattern('city: [上海]', 40).optional(),
}
const given = (value: object) => Object.values(value).some((part) => part !== undefined)
const empty = reason('没有条件', `写上 ${Object.keys(conditions).join('、')} 中的一个；谁都适用时写在 default`)

const when = fields({
  ...conditions,
  not: fields(conditions).refine(given, { error: empty }).optional(),
}).refine(given, { error: empty })

const rule = fields({ when, way: slug('newcomers'), note: words('note: 宝妈优先', 120).optional() })

/** The fields of a rule set, as YAML and as JSON. */
export const ruleSetSchema = fields({
  title: words('title: 进群引导', 40),
  rules: z
    .array(rule, { error: reason('应为规则的列表', '每条规则以“- when:”开头') })
    .max(100, reason('超过 100 条规则', '分成几个规则集'))
    .default([]),
  default: slug('newcomers').optional(),
  waiting: words('waiting: 群都满了，有位置马上告诉您', 600).default(
    '群暂时都满了，我们正在加开新群，开好后第一时间告诉您。',
  ),
  nobody: words('nobody: 暂时没有适合您的群', 600).optional(),
  already: words('already: 您已经在「{group}」里了', 600).default('您已经在「{group}」里了，在微信里打开就能看到。'),
  again: z
    .enum(['tell', 'skip', 'send'], { error: reason('不认识', '写成 again: tell、skip 或 send') })
    .default('tell'),
}).refine((value) => value.rules.length > 0 || value.default !== undefined, {
  error: reason('没有规则', '写上 rules 或 default'),
})

/** A condition of a rule: every field that is given must hold, and of its list any one. */
export type Conditions = Omit<z.output<typeof when>, 'not'>
/** Whom a rule is for. `not`: nothing of it may hold. */
export type When = z.output<typeof when>

/**
 * Rules that steer a person to a group: from the top, the first that fits and whose join way has room. `again` says what
 * somebody is answered who is in a group of that way already: `tell` them, `skip` to the
 * next rule (and tell them when none of those leads anywhere), or `send` it all the same.
 */
export type RuleSet = z.output<typeof ruleSetSchema>

/** A rule set that only leads to one way: what a way's own name stands for. */
export const ruleSetOf = (way: string, title: string): RuleSet =>
  ruleSetSchema.parse({ title, default: way } satisfies z.input<typeof ruleSetSchema>)

/** Every join way a set leads to, and where it says so. */
export function waysIn(set: RuleSet): { way: string; path: PropertyKey[] }[] {
  const ways = set.rules.map(({ way }, index): { way: string; path: PropertyKey[] } => ({
    way,
    path: ['rules', index, 'way'],
  }))
  return set.default === undefined ? ways : [...ways, { way: set.default, path: ['default'] }]
}

/** Every segment a set asks for, and where it says so. */
export function segmentsIn(set: RuleSet): { segment: string; path: PropertyKey[] }[] {
  return set.rules.flatMap(({ when: { segment = [], not } }, index) => {
    const at = ['rules', index, 'when']
    return [
      ...segment.map((each, place) => ({ segment: each, path: [...at, 'segment', place] })),
      ...(not?.segment ?? []).map((each, place) => ({ segment: each, path: [...at, 'not', 'segment', place] })),
    ]
  })
}
