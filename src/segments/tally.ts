import { unreachable } from '../core/errors.js'
import { answers } from './condition.js'
import { compare, type FactLeaf } from './node.js'
import { questionOf } from './question.js'
import type { Moment } from './time.js'
import { valuesAt } from './values.js'

/** A fact as conditions see it. */
export interface PastFact {
  type: string
  /** When it happened, in ms. */
  at: number
  props: Record<string, unknown>
}

/** What the facts of many people add up to for one condition. People are numbers from 0 on. */
export interface Tally {
  /** Counts a fact that `counts` took. */
  take(person: number, fact: PastFact): void
  /** Whether the condition holds for somebody whose facts were taken under these numbers. */
  holds(people: readonly number[]): boolean
}

/** Whether a fact counts for a condition: by type, time and properties. */
export function countsFor(leaf: FactLeaf, moment: Moment): (fact: PastFact) => boolean {
  const { from, before } = moment.interval(leaf.range)
  const types = new Set(leaf.types)
  const fits = propsFit(leaf, moment)
  return (fact) => types.has(fact.type) && fact.at >= from && fact.at < before && fits(fact.props)
}

/** Whether the properties of a fact are those that a condition asks for. */
export function propsFit({ where }: FactLeaf, moment: Moment): (props: Record<string, unknown>) => boolean {
  const asked = where.map(({ path, condition }) => ({ path, question: questionOf(condition, 'any', moment) }))
  return (props) => asked.every(({ path, question }) => answers(question, valuesAt(props, path)))
}

/** A fresh tally for a condition. */
export function tallyOf(leaf: FactLeaf, moment: Moment): Tally {
  switch (leaf.kind) {
    case 'event': {
      const counts = growing()
      return {
        take: (person) => counts.set(person, counts.get(person) + 1),
        holds: (people) => compare(total(people, counts.get), leaf.op, leaf.n),
      }
    }
    case 'sum': {
      const sums = growing()
      return {
        take(person, { props }) {
          const numbers = valuesAt(props, leaf.path).filter((value) => typeof value === 'number')
          sums.set(person, sums.get(person) + total(numbers, (value) => value))
        },
        holds: (people) => compare(total(people, sums.get), leaf.op, leaf.n),
      }
    }
    case 'last-before': {
      const latest = growing(Number.NEGATIVE_INFINITY)
      const cut = moment.since(leaf.span)
      return {
        take: (person, { at }) => latest.set(person, Math.max(latest.get(person), at)),
        holds(people) {
          const last = Math.max(...people.map(latest.get), Number.NEGATIVE_INFINITY)
          return last !== Number.NEGATIVE_INFINITY && last < cut
        },
      }
    }
    case 'sequence': {
      const chains = chainedTimes(leaf.types.length)
      const longest = leaf.longest
      const steps = leaf.steps.map((type) => leaf.types.indexOf(type))
      const ends = (start: number) => {
        if (longest === undefined) return Number.POSITIVE_INFINITY
        return 'ms' in longest ? start + longest.ms : moment.dayOf(start, longest.days) - 1
      }
      return {
        take: (person, { type, at }) => chains.add(person, leaf.types.indexOf(type), at),
        holds: (people) => inSequence(chains.of(people), steps, ends),
      }
    }
    default:
      return unreachable(leaf)
  }
}

/**
 * Whether the times of the steps can be chosen so that none lies before the one in front of it; one fact is one step.
 * `times` are by type, `ends` gives the last moment that a chain from a start may reach.
 */
export function inSequence(
  times: readonly number[][],
  steps: readonly number[],
  ends: (start: number) => number,
): boolean {
  const sorted = times.map((list) => list.toSorted((a, b) => a - b))
  const [first = 0] = steps
  for (const start of sorted[first] ?? []) {
    const next = sorted.map((list) => list.findIndex((at) => at >= start)).map((at) => (at < 0 ? Infinity : at))
    let at = start
    const complete = steps.every((type) => {
      const list = sorted[type] ?? []
      let place = next[type] ?? Infinity
      while ((list[place] ?? Infinity) < at) place++
      at = list[place] ?? Infinity
      next[type] = place + 1
      return at < Infinity
    })
    if (!complete) return false
    if (at <= ends(start)) return true
  }
  return false
}

function total<T>(values: readonly T[], of: (value: T) => number): number {
  return values.reduce((sum, value) => sum + of(value), 0)
}

/** Numbers by number, in memory that grows with the largest. */
function growing(initial = 0) {
  let values = new Float64Array(8).fill(initial)
  return {
    get: (at: number) => values[at] ?? initial,
    set(at: number, value: number) {
      if (at >= values.length) {
        const before = values
        values = new Float64Array(Math.max(at + 1, before.length * 2)).fill(initial, before.length)
        values.set(before)
      }
      values[at] = value
    },
  }
}

/** Times by person and type as one chain of entries for each person. */
function chainedTimes(types: number) {
  const heads = growing(-1)
  const before = growing(-1)
  const stamps = growing()
  const kinds = growing()
  let size = 0
  return {
    add(person: number, type: number, at: number) {
      before.set(size, heads.get(person))
      stamps.set(size, at)
      kinds.set(size, type)
      heads.set(person, size++)
    },
    of(people: readonly number[]): number[][] {
      const lists: number[][] = Array.from({ length: types }, () => [])
      for (const person of people)
        for (let at = heads.get(person); at >= 0; at = before.get(at)) lists[kinds.get(at)]?.push(stamps.get(at))
      return lists
    },
  }
}
