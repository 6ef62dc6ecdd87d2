import type { ContactRow } from '../contacts/model.js'
import { contactHolds, needsCredits, type Person } from './contact-leaf.js'
import type { FactReader } from './facts.js'
import { createIdIndex } from './id-index.js'
import { type FactLeaf, holds, isFactLeaf, leavesOf, type Node } from './node.js'
import { countsFor, type PastFact, type Tally, tallyOf } from './tally.js'
import type { Moment } from './time.js'

/** Somebody to judge. Without a row only facts, hash buckets and merged ids are known. */
export interface Candidate {
  id: string
  /** Contacts that were merged into this one: their facts are the same person's. */
  merged: readonly string[]
  row?: Person['row']
}

/** Tells of candidates who is meant. */
export interface Judge {
  /** What a candidate's row must hold; undefined when no row is needed. */
  readonly needsRow: boolean
  /** `more`: others will follow, so that it pays to read the facts of everybody at once. */
  judge(candidates: readonly Candidate[], more: boolean): Promise<boolean[]>
}

/** Facts of so many candidates are looked up one by one before those of everybody are read. */
export const LOOK_UP = 2000
/** Ids of one look-up. */
const CHUNK = 1000

/**
 * A judge of one rule at one moment. The facts of a few people are looked up by person; when there are more, each
 * condition's facts of everybody are read once and added up, in memory that knows ids as numbers.
 */
export function createJudge(ports: {
  node: Node
  moment: Moment
  reader: FactReader
  lookUp?: number
  signal?: AbortSignal | undefined
}): Judge {
  const { node, moment, reader, lookUp = LOOK_UP, signal } = ports
  const leaves = [...leavesOf(node)]
  const factLeaves = leaves.filter(isFactLeaf)
  const credits = leaves.some(needsCredits)
  let lookedUp = 0
  let everybody: Promise<Book> | undefined

  async function readAll(): Promise<Book> {
    const book = createBook(factLeaves, moment)
    const stop = new AbortController()
    const ended = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
    const reads = factLeaves.map((leaf) =>
      reader.ofLeaf(leaf, moment, (contact, fact) => book.take(leaf, contact, fact), ended),
    )
    await Promise.all(reads).catch((error) => {
      stop.abort()
      throw error
    })
    return book
  }

  async function bookFor(candidates: readonly Candidate[], more: boolean): Promise<Book> {
    const few = lookedUp + candidates.length + (more ? 1 : 0) <= lookUp
    if (factLeaves.length > 0 && (everybody || !few)) {
      everybody ??= readAll()
      return everybody
    }
    lookedUp += candidates.length
    const book = createBook(factLeaves, moment)
    if (factLeaves.length === 0) return book
    const ids = candidates.flatMap(({ id, merged }) => [id, ...merged])
    for (let at = 0; at < ids.length; at += CHUNK) {
      const types = [...new Set(factLeaves.flatMap((leaf) => leaf.types))]
      const from = Math.min(...factLeaves.map((leaf) => moment.interval(leaf.range).from))
      await reader.ofContacts(ids.slice(at, at + CHUNK), types, from, book.offer)
    }
    return book
  }

  return {
    needsRow: leaves.some((leaf) => !isFactLeaf(leaf) && leaf.kind !== 'bucket'),
    async judge(candidates, more) {
      const keys = credits ? candidates.flatMap(({ row }) => row?.identities.map(({ key }) => key) ?? []) : []
      const [book, credited] = [await bookFor(candidates, more), await reader.credited(keys)]
      return candidates.map(({ id, merged, row }) => {
        const person = { row: row ?? { ...NOBODY, _id: id }, credited }
        const facts = (leaf: FactLeaf) => book.holds(leaf, id, merged)
        return holds(node, (leaf) => (isFactLeaf(leaf) ? facts(leaf) : contactHolds(leaf, person, moment)))
      })
    },
  }
}

const NOBODY: Omit<ContactRow, '_id' | 'status' | 'profile' | 'firstSeenAt'> = {
  identities: [],
  tags: [],
  consents: {},
  lastSeenAt: new Date(0),
}

/** Whether a rule holds for one person, all of whose facts are at hand. Facts that do not count are passed over. */
export function matches(node: Node, person: Person, history: readonly PastFact[], moment: Moment): boolean {
  return holds(node, (leaf) => leafHolds(leaf, person, history, moment))
}

/** The same for one condition. */
export function leafHolds(
  leaf: Parameters<Parameters<typeof holds>[1]>[0],
  person: Person,
  history: readonly PastFact[],
  moment: Moment,
): boolean {
  if (!isFactLeaf(leaf)) return contactHolds(leaf, person, moment)
  const tally = tallyOf(leaf, moment)
  for (const fact of history.filter(countsFor(leaf, moment))) tally.take(0, fact)
  return tally.holds([0])
}

/** The tallies of several conditions over the same people. */
interface Book {
  /** A fact that is known to count for a condition. */
  take(leaf: FactLeaf, contact: string, fact: PastFact): void
  /** A fact that may count for some. */
  offer(contact: string, fact: PastFact): void
  holds(leaf: FactLeaf, id: string, merged: readonly string[]): boolean
}

function createBook(leaves: readonly FactLeaf[], moment: Moment): Book {
  const index = createIdIndex()
  const pages = new Map<FactLeaf, { tally: Tally; counts: (fact: PastFact) => boolean }>(
    leaves.map((leaf) => [leaf, { tally: tallyOf(leaf, moment), counts: countsFor(leaf, moment) }]),
  )
  return {
    take: (leaf, contact, fact) => pages.get(leaf)?.tally.take(index.add(contact), fact),
    offer(contact, fact) {
      for (const { tally, counts } of pages.values()) if (counts(fact)) tally.take(index.add(contact), fact)
    },
    holds(leaf, id, merged) {
      const numbers = [index.find(id), ...merged.map(index.find)].filter((number) => number >= 0)
      return pages.get(leaf)?.tally.holds(numbers) ?? false
    },
  }
}
