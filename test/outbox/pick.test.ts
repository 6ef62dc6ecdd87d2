import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Candidate, pick } from '../../src/outbox/pick.js'

const NOW = new Date(1_000_000)
const at = (ms: number) => new Date(NOW.getTime() + ms)

function row(id: number, about: Partial<Candidate> = {}): Candidate {
  const base = { contact: 'ming', source: 's', dueAt: at(0), nextAt: at(0), fence: 0, state: 'queued' as const }
  return { _id: String(id), seq: id, ...base, ...about }
}
const ids = (rows: readonly Candidate[]) => rows.map((found) => found._id)

describe('the next deliveries', () => {
  test('are the oldest of each contact', () => {
    const rows = [row(3), row(1), row(2, { contact: 'hua' }), row(4, { contact: 'hua' })]
    expect(ids(pick(rows, NOW, 10))).toEqual(['1', '2'])
  })

  test('leave a contact alone while one of its deliveries is under way', () => {
    expect(pick([row(1, { busy: true, state: 'sending' }), row(2)], NOW, 10)).toEqual([])
  })

  test('wait behind a retry of the same source, but not of another', () => {
    const waiting = row(1, { state: 'retry', nextAt: at(5000) })
    expect(ids(pick([waiting, row(2), row(3, { source: 'other' })], NOW, 10))).toEqual(['3'])
  })

  test('go by the moment they were due, then by the order in which they were put', () => {
    const rows = [row(1, { dueAt: at(-10), source: 'a' }), row(2, { dueAt: at(-20), source: 'b' })]
    expect(ids(pick(rows, NOW, 10))).toEqual(['2'])
  })

  test('never more than there is room for, one per contact, none early, none past an earlier one of its source', () => {
    const candidate = fc.record({
      contact: fc.constantFrom('a', 'b', 'c'),
      source: fc.constantFrom('s', 't'),
      seq: fc.nat(50),
      dueAt: fc.constantFrom(at(-2), at(-1)),
      nextAt: fc.constantFrom(at(-1), at(0), at(1)),
      busy: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.uniqueArray(candidate, { selector: (one) => one.seq }),
        fc.integer({ min: 1, max: 4 }),
        (made, room) => {
          const rows = made.map(({ busy, seq, ...about }) => row(seq, busy ? { ...about, busy } : about))
          const chosen = pick(rows, NOW, room)
          expect(chosen.length).toBeLessThanOrEqual(room)
          expect(new Set(chosen.map((one) => one.contact)).size).toBe(chosen.length)
          for (const one of chosen) {
            expect(one.nextAt.getTime()).toBeLessThanOrEqual(NOW.getTime())
            expect(rows.some((other) => other.contact === one.contact && other.busy)).toBe(false)
            const before = rows.filter(
              (other) => other.contact === one.contact && other.source === one.source && older(other, one),
            )
            expect(before).toEqual([])
          }
          if (room === 4) {
            const startable = new Set(rows.map((one) => one.contact).filter((contact) => canStart(rows, contact)))
            expect(new Set(chosen.map((one) => one.contact))).toEqual(startable)
          }
        },
      ),
    )
  })
})

const older = (a: Candidate, b: Candidate) =>
  a.dueAt.getTime() < b.dueAt.getTime() || (a.dueAt.getTime() === b.dueAt.getTime() && a.seq < b.seq)

/** By the definition: nothing busy, and some source's first open row is ready. */
function canStart(rows: readonly Candidate[], contact: string): boolean {
  const own = rows.filter((one) => one.contact === contact)
  if (own.some((one) => one.busy)) return false
  return own.some((one) => {
    const first = own.every((other) => other.source !== one.source || other === one || older(one, other))
    return first && one.nextAt.getTime() <= NOW.getTime()
  })
}
