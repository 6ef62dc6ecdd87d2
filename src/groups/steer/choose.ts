import { normalise } from '../../core/match.js'
import type { Conditions, RuleSet, When } from './rules.js'

/** What is known of a person when a group is chosen. */
export interface Facts {
  tags: readonly string[]
  /** The segments the person belongs to, of those the rules ask for. */
  segments: readonly string[]
  /** What the person has just written. */
  said?: string
  /** Channel codes (渠道码) the person came by. */
  scenes: readonly string[]
  /** States of the contact ways (联系我) the person came by. */
  states: readonly string[]
  city?: string
  /** Customer groups the person is in. */
  groups: readonly string[]
}

/** A join way as choosing sees it. */
export interface Target {
  /** Made, and somebody can still join. */
  room: boolean
  /** False until the platform has made it. */
  ready: boolean
  /** Every group of it. */
  groups: readonly { chatId: string; name: string }[]
}

/** A rule by its place in the list, from 0, or the default. */
export type RulePlace = number | 'default'

/** Why a rule was passed over. */
export interface Passed {
  rule: RulePlace
  way: string
  why: 'unfit' | 'full' | 'unready' | 'already'
}

/** Which group a person gets, and every rule that was passed over on the way. */
export type Choice = { passed: Passed[] } & (
  | { to: 'way'; way: string; rule: RulePlace }
  /** In it already; told so. */
  | { to: 'already'; way: string; rule: RulePlace; chatId: string; group: string }
  /** Rules fitted, but nothing of theirs has room. */
  | { to: 'waiting'; full: string[] }
  /** No rule fitted, and there is no default. */
  | { to: 'nobody' }
)

/** Chooses by the rules from the top, the default last. Pure: the same facts choose the same. */
export function choose(set: RuleSet, facts: Facts, targets: ReadonlyMap<string, Target>): Choice {
  const passed: Passed[] = []
  const full: string[] = []
  let stuck = false
  let inside: Extract<Choice, { to: 'already' }> | undefined
  for (const { rule, way, when } of inOrder(set)) {
    const pass = (why: Passed['why']) => void passed.push({ rule, way, why })
    if (when && !fits(when, facts)) {
      pass('unfit')
      continue
    }
    const target = targets.get(way)
    const mine = target?.groups.find(({ chatId }) => facts.groups.includes(chatId))
    if (mine && set.again !== 'send') {
      inside ??= { to: 'already', way, rule, chatId: mine.chatId, group: mine.name, passed }
      if (set.again === 'tell') return inside
      pass('already')
      continue
    }
    if (target?.ready && target.room) return { to: 'way', way, rule, passed }
    stuck = true
    if (target?.ready) full.push(way)
    pass(target?.ready ? 'full' : 'unready')
  }
  if (stuck) return { to: 'waiting', full: [...new Set(full)], passed }
  return inside ?? { to: 'nobody', passed }
}

/** Whether a rule is for the person. */
export function fits({ not, ...asked }: When, facts: Facts): boolean {
  if (!Object.entries(asked).every(([name, values]) => values === undefined || holds(name, values, facts))) return false
  return not === undefined || !Object.entries(not).some(([name, values]) => values && holds(name, values, facts))
}

function holds(name: string, values: readonly string[], facts: Facts): boolean {
  switch (name as keyof Conditions) {
    case 'tag':
      return values.some((tag) => facts.tags.includes(tag))
    case 'segment':
      return values.some((segment) => facts.segments.includes(segment))
    case 'said': {
      const said = normalise(facts.said ?? '')
      return values.some((word) => normalise(word) !== '' && said.includes(normalise(word)))
    }
    case 'scene':
      return values.some((code) => facts.scenes.some((one) => isLike(one, code)))
    case 'state':
      return values.some((state) => facts.states.some((one) => isLike(one, state)))
    case 'city':
      return facts.city !== undefined && values.some((city) => bare(city) === bare(facts.city ?? ''))
    default:
      return false
  }
}

/** A star at the end stands for anything. */
const isLike = (value: string, pattern: string) =>
  pattern.endsWith('*') ? value.startsWith(pattern.slice(0, -1)) : value === pattern

/** 上海市 and 上海 are the same. */
const bare = (city: string) => normalise(city).replace(/市$/, '')

function inOrder(set: RuleSet): { rule: RulePlace; way: string; when?: When }[] {
  const rules = set.rules.map(({ way, when }, rule): { rule: RulePlace; way: string; when?: When } => ({
    rule,
    way,
    when,
  }))
  return set.default === undefined ? rules : [...rules, { rule: 'default', way: set.default }]
}
