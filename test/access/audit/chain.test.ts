import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  type AuditEntry,
  type AuditHead,
  type AuditRow,
  headOf,
  linkRow,
  verifyChain,
} from '../../../src/access/audit/chain.js'

const key = randomBytes(32)

function chain(entries: readonly AuditEntry[], by = key): { rows: AuditRow[]; head: AuditHead | undefined } {
  const rows: AuditRow[] = []
  for (const entry of entries) {
    const last = rows.at(-1)
    rows.push(linkRow(entry, last && { seq: last._id, hash: last.hash }, by))
  }
  const last = rows.at(-1)
  return { rows, head: last && headOf({ seq: last._id, hash: last.hash }, by) }
}

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
const entry: fc.Arbitrary<AuditEntry> = fc.record(
  {
    at: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2100-01-01') }),
    actor: fc.record({ kind: fc.constantFrom('person' as const, 'key' as const, 'system' as const), id: word }),
    action: word,
    outcome: word,
    target: word,
    reason: word,
    change: fc.json(),
  },
  { requiredKeys: ['at', 'actor', 'action', 'outcome'] },
)
const entries = fc.array(entry, { minLength: 1, maxLength: 8 })

describe('the chain of the audit log', () => {
  test('a chain that nobody touched is whole', async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (all) => {
        const { rows, head } = chain(all)
        expect(await verifyChain(rows, head, key)).toMatchObject({ ok: true, rows: all.length })
      }),
    )
  })

  test('any changed, added or removed field of any row is found, also with a hash made anew without the key', async () => {
    const changes = fc.constantFrom<(row: AuditRow) => object>(
      (row) => ({ ...row, action: `${row.action}x` }),
      (row) => ({ ...row, outcome: row.outcome === 'done' ? 'refused' : 'done' }),
      (row) => ({ ...row, at: new Date(row.at.getTime() + 1) }),
      (row) => ({ ...row, actor: { ...row.actor, id: `${row.actor.id}2` } }),
      (row) => ({ ...row, extra: 1 }),
      (row) => ({ ...row, reason: `${row.reason ?? ''}.` }),
      (row) => ({ ...row, hash: 'A'.repeat(43) }),
      (row) => ({ ...row, prev: 'B'.repeat(43) }),
      ({ hash: _hash, prev: _prev, _id, ...rest }) =>
        linkRow({ ...rest, action: 'nothing' }, _id > 1 ? { seq: _id - 1, hash: _prev } : undefined, randomBytes(32)),
    )
    await fc.assert(
      fc.asyncProperty(entries, fc.nat(), changes, async (all, at, change) => {
        const { rows, head } = chain(all)
        const index = at % rows.length
        const broken = rows.map((row, one) => (one === index ? (change(row) as AuditRow) : row))
        const verdict = await verifyChain(broken, head, key)
        expect(verdict).toMatchObject({ ok: false, problem: { seq: index + 1 } })
      }),
    )
  })

  test('any removed, doubled or swapped row is found; the last ones too', async () => {
    await fc.assert(
      fc.asyncProperty(entries, fc.nat(), fc.constantFrom('one', 'tail', 'double', 'swap'), async (all, at, how) => {
        const { rows, head } = chain(all)
        const index = at % rows.length
        const row = rows[index]
        if (!row || (how === 'swap' && rows.length < 2)) return
        const other = rows[(index + 1) % rows.length]
        const broken = {
          one: rows.filter((_, one) => one !== index),
          tail: rows.slice(0, index),
          double: [...rows.slice(0, index), row, ...rows.slice(index)],
          swap: rows.map((one) => (one === row ? (other ?? one) : one === other ? row : one)),
        }[how]
        expect((await verifyChain(broken ?? [], head, key)).ok).toBe(false)
      }),
    )
  })

  test('a chain made anew from the start without the key, or cut with its note, is found', async () => {
    const all: AuditEntry[] = [1, 2, 3].map((id) => {
      return { at: new Date(id), actor: { kind: 'person', id: `p${id}` }, action: 'x', outcome: 'done' }
    })
    const forged = chain(all.slice(0, 2), randomBytes(32))
    expect((await verifyChain(forged.rows, forged.head, key)).ok).toBe(false)
    const { rows, head } = chain(all)
    expect(await verifyChain(rows, undefined, key)).toMatchObject({
      ok: false,
      problem: { what: expect.stringContaining('note') },
    })
    const earlier = chain(all.slice(0, 2))
    const witness = { seq: 3, hash: rows[2]?.hash ?? '' }
    expect(await verifyChain(earlier.rows, earlier.head, key)).toMatchObject({ ok: true })
    expect(await verifyChain(earlier.rows, earlier.head, key, witness)).toMatchObject({ ok: false })
    expect(await verifyChain(rows, head, key, witness)).toMatchObject({ ok: true })
  })
})
