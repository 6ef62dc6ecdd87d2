import type { Fact } from '../../events/fact.js'
import type { Pair } from '../ports.js'
import { type EndedBy, type RelationRow, relationId } from './model.js'

/** What was learnt about a pair. */
export type Sign =
  /** An event: they are connected since then. */
  | { kind: 'added'; at: Date; half: boolean; state?: string }
  /** An event, or a list that does not name them any more: they are not connected since then. */
  | { kind: 'ended'; at: Date; by: EndedBy }
  /** The platform told the pair in an answer that was asked for at `readAt`; `seenAt` marks the sync. */
  | { kind: 'listed'; pair: Pair; readAt: Date; seenAt?: Date }
  /** Only to be read again. */
  | { kind: 'stale' }

/** A sign of a pair, and when it is to be read again. */
export interface SignOf {
  account: string
  staff: string
  customer: string
  contact?: string
  sign: Sign
  refetchAt?: Date
}

/** Clocks differ, and news this young may still be on its way as an event. */
export const SETTLED_MS = 60_000
/** The platform tells of one adding twice (event and list) with times that differ a little. */
const SAME_MS = 60_000

/** Before this moment a list that was asked for at `readAt` is believed. */
export const settledAt = (readAt: Date) => new Date(Math.floor(readAt.getTime() / 1000) * 1000 - SETTLED_MS)

/**
 * Connected or not. The latest sign wins, whatever order signs came in and however often. A customer who removed the
 * member stays in the platform's lists: being listed proves nothing then, only a new adding does.
 */
export function isLive({ addedAt, listedAt, ended }: Pick<RelationRow, 'addedAt' | 'listedAt' | 'ended'>): boolean {
  if (ended === undefined) return addedAt !== undefined || listedAt !== undefined
  if (addedAt !== undefined && addedAt > ended.at) return true
  return ended.by !== 'customer' && listedAt !== undefined && listedAt > ended.at
}

/**
 * A pair's row after a sign; the same object when nothing is new. Signs may come twice and in any order. Facts that
 * follow are put on the row as owed.
 */
export function applySign(before: RelationRow | undefined, { account, staff, customer, contact, ...of }: SignOf) {
  const _id = relationId(account, staff, customer)
  const had = before ?? { _id, account, staff, customer, live: false, tags: [], rev: 0 }
  const next: RelationRow = { ...had, ...(contact !== undefined && { contact }) }
  take(next, of.sign)
  next.live = isLive(next)
  if (!next.live) delete next.absentAt
  if (of.refetchAt !== undefined && (next.refetchAt === undefined || of.refetchAt < next.refetchAt)) {
    next.refetchAt = of.refetchAt
    next.refetchTries = 0
  }
  const facts = factsOf(had, next, of.sign)
  const first = facts[0]
  if (first !== undefined) {
    next.owed = [...(had.owed ?? []), ...facts]
    next.owesAt = first.occurredAt
  }
  return before !== undefined && same(before, next) ? before : next
}

function take(row: RelationRow, sign: Sign): void {
  switch (sign.kind) {
    case 'added': {
      if (row.addedAt !== undefined && sign.at < row.addedAt) return
      row.addedAt = sign.at
      if (sign.state !== undefined) row.state = sign.state
      if (sign.half) row.half = true
      else delete row.half
      return
    }
    case 'ended':
      end(row, sign)
      return
    case 'listed':
      list(row, sign)
      return
    case 'stale':
      return
  }
}

function end(row: RelationRow, { at, by }: Extract<Sign, { kind: 'ended' }>): void {
  const { ended } = row
  if (ended === undefined || at > ended.at) {
    if (by !== 'unseen' || row.live) row.ended = { at, by }
  } else if (ended.by === 'unseen' && by !== 'unseen' && !(row.addedAt !== undefined && at < row.addedAt)) {
    row.ended = { at: ended.at, by }
  }
}

function list(row: RelationRow, { pair, readAt, seenAt }: Extract<Sign, { kind: 'listed' }>): void {
  const listedAt = settledAt(readAt)
  row.addedAt = later(row.addedAt, pair.addedAt)
  row.listedAt = later(row.listedAt, listedAt)
  if (seenAt !== undefined) row.seenAt = later(row.seenAt, seenAt)
  delete row.absentAt
  if (row.readAt !== undefined && readAt < row.readAt) return
  row.readAt = readAt
  delete row.half
  row.way = pair.way
  row.remark = pair.remark
  row.description = pair.description
  if (pair.state !== undefined) row.state = pair.state
  if (row.markedAt === undefined || readAt > row.markedAt) row.tags = [...new Set(pair.tagIds)].toSorted()
}

function factsOf(had: RelationRow, next: RelationRow, sign: Sign): Fact[] {
  const facts: Fact[] = []
  const { account, staff, customer, contact } = next
  const about = { source: 'customers', account, ...(contact !== undefined && { contact }) }
  const props = { corp: account, staff, customer }
  const added = newAdding(had, next, sign)
  if (added !== undefined) {
    const more = {
      ...(next.state !== undefined && next.state !== '' && { state: next.state }),
      ...(next.way !== undefined && { way: next.way }),
      ...(next.half === true && { half: true }),
      by: sign.kind === 'added' ? 'event' : 'sync',
    }
    const id = `added:${next._id}:${added.getTime()}`
    facts.push({ ...about, id, type: 'customer.added', occurredAt: added, props: { ...props, ...more } })
  }
  const { ended } = next
  if (sign.kind === 'ended' && ended !== undefined && !next.live && ended.by === sign.by) {
    if (had.ended?.at.getTime() !== ended.at.getTime() || had.ended.by !== ended.by) {
      const id = `ended:${next._id}:${sign.at.getTime()}`
      const type = ended.by === 'customer' ? 'customer.lost' : 'customer.removed'
      facts.push({ ...about, id, type, occurredAt: sign.at, props: { ...props, by: ended.by } })
    }
  }
  return facts
}

/** The moment of an adding nobody was told of yet. */
function newAdding(had: RelationRow, next: RelationRow, sign: Sign): Date | undefined {
  if (sign.kind === 'added' || sign.kind === 'listed') {
    const { addedAt } = next
    const before = had.addedAt?.getTime() ?? Number.NEGATIVE_INFINITY
    if (addedAt !== undefined && addedAt.getTime() - before > SAME_MS) return addedAt
    if (sign.kind === 'listed' && !had.live && next.live && had.ended !== undefined) return next.listedAt
  }
  return undefined
}

const later = (a: Date | undefined, b: Date) => (a !== undefined && a > b ? a : b)
const same = (a: RelationRow, b: RelationRow) => JSON.stringify(a) === JSON.stringify(b)
