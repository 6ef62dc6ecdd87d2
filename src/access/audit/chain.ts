import { createHmac } from 'node:crypto'
import { isSame } from '../tokens.js'

/** Who did something: a person at the console, an API key, a command on the server, or the product itself. */
export interface Actor {
  kind: 'person' | 'key' | 'command' | 'system'
  id: string
  name?: string
}

/** Something that was done or refused, as it is written down. */
export interface AuditEntry {
  at: Date
  actor: Actor
  /** Words joined by dots (`session.began`), or the API's operation (`eraseContact`). */
  action: string
  /** What it was done to: a person's id, a path. */
  target?: string
  /** `done`, or the code of the refusal. */
  outcome: string
  /** The person's own words. */
  reason?: string
  address?: string
  /** Before and after, as JSON; never a secret. */
  change?: string
}

/** A link of the chain. */
export interface AuditRow extends AuditEntry {
  /** 1 for the first, one more for each. */
  _id: number
  /** The hash of the one before; empty for the first. */
  prev: string
  /** Over everything above, under a key that does not lie in the store in the open. */
  hash: string
}

/** The last link, kept apart so that a cut end is noticed. */
export interface AuditHead {
  seq: number
  hash: string
  mark: string
}

/** What a check found. */
export type AuditVerdict =
  | { ok: true; rows: number; head?: { seq: number; hash: string } }
  | { ok: false; rows: number; problem: { seq: number; what: string } }

/** Makes the link that follows `prev`. */
export function linkRow(entry: AuditEntry, prev: { seq: number; hash: string } | undefined, key: Buffer): AuditRow {
  const row = { ...entry, _id: (prev?.seq ?? 0) + 1, prev: prev?.hash ?? '' }
  return { ...row, hash: hashOf(row, key) }
}

/** Makes the mark of a last link. */
export function headOf({ seq, hash }: { seq: number; hash: string }, key: Buffer): AuditHead {
  return { seq, hash, mark: createHmac('sha256', key).update(`head:${seq}:${hash}`).digest('base64url') }
}

/**
 * Goes through the chain from its first link and says where it is first broken: a row changed, missing, doubled, put in
 * between or made by somebody without the key; an end cut off. `witness` is a link that was noted elsewhere (a log, a
 * printout): it must still be there.
 */
export async function verifyChain(
  rows: AsyncIterable<AuditRow> | Iterable<AuditRow>,
  head: AuditHead | undefined,
  key: Buffer,
  witness?: { seq: number; hash: string },
): Promise<AuditVerdict> {
  let last: { seq: number; hash: string } | undefined
  let count = 0
  let [sawHead, sawWitness] = [head === undefined, witness === undefined]
  const broken = (seq: number, what: string): AuditVerdict => ({ ok: false, rows: count, problem: { seq, what } })
  if (head && !isSame(headOf(head, key).mark, head.mark))
    return broken(head.seq, 'the note of the last row was changed')
  for await (const { hash, ...row } of rows) {
    const expected = (last?.seq ?? 0) + 1
    if (row._id !== expected) return broken(expected, row._id > expected ? 'the row is missing' : 'the row is doubled')
    if (row.prev !== (last?.hash ?? '')) return broken(expected, 'the row does not follow the one before')
    if (!isSame(hashOf(row, key), hash)) return broken(expected, 'the row was changed')
    last = { seq: row._id, hash }
    count += 1
    if (head?.seq === row._id) {
      if (head.hash !== hash) return broken(row._id, 'the row is not the one that was noted')
      sawHead = true
    }
    if (witness?.seq === row._id) {
      if (witness.hash !== hash) return broken(row._id, 'the row is not the one you noted')
      sawWitness = true
    }
  }
  if (!sawHead) return broken(count + 1, `rows are missing up to ${head?.seq}`)
  if (!sawWitness) return broken(count + 1, `the row you noted, ${witness?.seq}, is missing`)
  if (count > 0 && !head) return broken(count, 'the note of the last row is missing')
  return { ok: true, rows: count, ...(last && { head: last }) }
}

const hashOf = (row: object, key: Buffer) => createHmac('sha256', key).update(canonical(row)).digest('base64url')

/** One text for one value: fields in order of their names, dates as ISO 8601. */
function canonical(value: unknown): string {
  if (value instanceof Date) return JSON.stringify({ $date: value.toISOString() })
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const fields = Object.entries(value)
    .filter(([, one]) => one !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([name, one]) => `${JSON.stringify(name)}:${canonical(one)}`).join(',')}}`
}
