import type { AlertRule } from '../../api/types.js'

type Condition = NonNullable<AlertRule['where']>[number]

/** How a value is compared. */
export const TESTS = ['is', 'not', 'atLeast', 'atMost', 'contains', 'oneOf'] as const
export type Test = (typeof TESTS)[number]

/** A condition as a line of the form. */
export interface ConditionLine {
  field: string
  test: Test
  value: string
}

/** What a new rule begins with. */
export const NEW_RULE: AlertRule = { title: '', when: [], to: {}, text: '' }

/** A condition as it is shown: the first comparison of it. */
export function lineOf(condition: Condition): ConditionLine {
  const test = TESTS.find((one) => condition[one] !== undefined) ?? 'is'
  const given = condition[test]
  return { field: condition.field, test, value: Array.isArray(given) ? given.join(' ') : String(given ?? '') }
}

/** A condition as the rule writes it: numbers as numbers, several values as a list. */
export function conditionOf({ field, test, value }: ConditionLine): Condition {
  switch (test) {
    case 'atLeast':
    case 'atMost':
      return { field, [test]: Number(value) }
    case 'contains':
      return { field, contains: value }
    case 'oneOf':
      return {
        field,
        oneOf: value
          .split(/[\s,，、]+/)
          .filter((one) => one !== '')
          .map(plain),
      }
    default:
      return { field, [test]: plain(value) }
  }
}

function plain(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : text
}

/** The kinds of content; a rule has one. */
export const CONTENTS = ['text', 'markdown', 'card'] as const
export type ContentKind = (typeof CONTENTS)[number]

/** Which it has. */
export const contentOf = (rule: AlertRule): ContentKind => CONTENTS.find((kind) => rule[kind] !== undefined) ?? 'text'

/** The rule with another kind of content, its words kept where both have them. */
export function withContent(rule: AlertRule, kind: ContentKind): AlertRule {
  const words = rule.text ?? rule.markdown ?? rule.card?.text ?? ''
  const { text: _text, markdown: _markdown, card, ...rest } = rule
  if (kind === 'card')
    return { ...rest, card: { ...card, title: card?.title ?? rule.title, text: words.slice(0, 160) } }
  return { ...rest, [kind]: words }
}

/** The rule without what is empty: what is not written holds for everything, or not at all. */
export function tidyRule(rule: AlertRule): AlertRule {
  const empty = (value: unknown) =>
    value === undefined || value === '' || value === false || (Array.isArray(value) && value.length === 0)
  const to = Object.fromEntries(Object.entries(rule.to).filter(([, value]) => !empty(value)))
  const { card, dedupe, enabled, ...rest } = rule
  const kept = Object.fromEntries(Object.entries(rest).filter(([, value]) => !empty(value)))
  return {
    ...kept,
    to,
    ...(enabled === false && { enabled }),
    ...(card && { card: Object.fromEntries(Object.entries(card).filter(([, value]) => !empty(value))) }),
    ...(dedupe && dedupe.within !== '' && { dedupe }),
  } as AlertRule
}

/** A rule kept in a draft; undefined for anything else. */
export function readRule(text: string): AlertRule | undefined {
  try {
    const found = JSON.parse(text) as AlertRule
    return typeof found === 'object' && found !== null && Array.isArray(found.when) ? found : undefined
  } catch {
    return undefined
  }
}

/** The variables of events, as texts name them. */
export function variablesOf(samples: readonly Readonly<Record<string, unknown>>[]): string[] {
  const [first, ...others] = samples.map((sample) => new Set(Object.keys(sample)))
  const shared = [...(first ?? [])].filter((name) => others.every((other) => other.has(name)))
  return [...shared, 'customer.name', 'fact.at|time']
}
