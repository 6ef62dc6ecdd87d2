import type { Message } from '../core/message.js'
import { MATCH_CHARACTERS } from './pattern.js'
import type { ReplyRule } from './reply.js'
import { isOpen } from './window.js'

/** One way a rule can be hit, in the order they are tried. */
interface Candidate {
  rule: ReplyRule
  hit(text: string, bare: string): boolean
}

/**
 * Text as keywords are compared: trimmed, full-width letters, digits and signs as half-width ones, lower case, runs of
 * blanks as one. Chinese characters stay as they are.
 */
export function normalise(text: string): string {
  return text
    .replace(/[\uFF01-\uFF5E]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .toLowerCase()
    .replace(/[\s\u3000\u200B\uFEFF]+/g, ' ')
    .trim()
}

/** Makes the keyword matcher: the answer of the rule that `createRuleMatcher` finds. */
export function createMatcher(
  rules: readonly ReplyRule[],
  zone: string,
): (text: string, now: Date) => Message | undefined {
  const find = createRuleMatcher(rules, zone)
  return (text, now) => find(text, now)?.answer
}

/**
 * Finds the rule that answers a text. The order is fixed: higher priority first, then exact before contains before
 * regex, then the longer keyword, then by file name and line. Ends of sentences (`运费？`) do not spoil an exact match.
 */
export function createRuleMatcher(
  rules: readonly ReplyRule[],
  zone: string,
): (text: string, now: Date) => ReplyRule | undefined {
  const exact = new Map<string, ReplyRule[]>()
  const others: Candidate[] = []
  const ranked = rules.toSorted(byRank)
  for (const rule of ranked)
    for (const word of rule.exact) exact.set(bareOf(word), [...(exact.get(bareOf(word)) ?? []), rule])
  const contains = ranked.flatMap((rule) => rule.contains.map((word) => ({ rule, word: normalise(word) })))
  for (const { rule, word } of contains.toSorted((a, b) => byRank(a.rule, b.rule, b.word.length - a.word.length)))
    others.push({ rule, hit: (text) => text.includes(word) })
  for (const rule of ranked)
    for (const pattern of rule.regex)
      others.push({ rule, hit: (text) => text.length <= MATCH_CHARACTERS && pattern.test(text) })
  const rest = others.toSorted((a, b) => b.rule.priority - a.rule.priority)
  return (input, now) => {
    const text = normalise(input)
    if (text === '') return undefined
    const open = (rule: ReplyRule) => isOpen(rule.when, now, zone)
    const equal = exact.get(bareOf(input))?.find(open)
    const floor = equal?.priority ?? Number.NEGATIVE_INFINITY
    const other = rest.find(({ rule, hit }) => rule.priority > floor && hit(text, text) && open(rule))
    return other?.rule ?? equal
  }
}

/** By what a rule takes a text. */
export function hitBy(rule: ReplyRule, input: string): 'exact' | 'contains' | 'regex' {
  if (rule.exact.some((word) => bareOf(word) === bareOf(input))) return 'exact'
  return rule.contains.some((word) => normalise(input).includes(normalise(word))) ? 'contains' : 'regex'
}

/** The form in which two exact keywords are the same. */
export function bareOf(text: string): string {
  const whole = normalise(text)
  const bare = whole.replace(/[\s\p{P}~]+$/u, '').replace(/^[\s\p{P}~]+/u, '')
  return bare === '' ? whole : bare
}

function byRank(a: ReplyRule, b: ReplyRule, tie = 0): number {
  return b.priority - a.priority || tie || (a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line)
}
