import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { orderedRecipients, packPeople, unpackPeople } from '../../../src/outbox/bulk/audience.js'
import type { RecipientState } from '../../../src/outbox/bulk/chunk.js'
import { emptyFields, openLedger } from '../../../src/outbox/bulk/ledger.js'
import { KEY_LIFE_MS, mayRepeat, recoverMarks } from '../../../src/outbox/bulk/recover.js'
import { chunkOf, contactOf, openidOf } from './setup.js'

const AT = new Date(1_790_000_000_000)
const STATES: readonly RecipientState[] = ['waiting', 'sent', 'failed', 'skipped', 'retry', 'uncertain', 'sending']

describe('a ledger', () => {
  test('reads back what it wrote, for any sequence of changes', () => {
    const change = fc.record({
      index: fc.nat(49),
      state: fc.constantFrom(...STATES),
      reason: fc.constantFrom('a', 'b', undefined),
      code: fc.option(fc.integer({ min: -1, max: 90_000 }), { nil: undefined }),
      attempts: fc.nat(15),
    })
    fc.assert(
      fc.property(fc.array(change, { maxLength: 200 }), (changes) => {
        const ledger = openLedger(emptyFields(50))
        const model = new Map<number, { state: RecipientState; reason?: string; code?: number; attempts: number }>()
        for (const { index, state, reason, code, attempts } of changes) {
          const note = { ...(reason !== undefined && { reason }), ...(code !== undefined && { code }) }
          ledger.set(index, state, { note, at: AT, attempts })
          model.set(index, { state, attempts, ...note })
        }
        const again = openLedger(ledger.fields())
        for (let index = 0; index < 50; index++) {
          const { state, attempts, note } = again.standing(index)
          const { state: wanted, attempts: tries, ...about } = model.get(index) ?? { state: 'waiting', attempts: 0 }
          expect({ state, attempts, note }).toEqual({ state: wanted, attempts: tries, note: about })
        }
        const { states } = again.tally()
        expect(Object.values(states).reduce((sum, count) => sum + count, 0)).toBe(50)
        expect(again.left()).toBe(
          50 - again.in('sent', 'failed', 'skipped', 'uncertain', 'cancelled', 'expired').length,
        )
      }),
      { numRuns: 100 },
    )
  })

  test('keeps the channel when a chunk ended in more different ways than it has room for', () => {
    const ledger = openLedger(emptyFields(1000))
    for (let index = 0; index < 1000; index++) {
      ledger.set(index, 'failed', { note: { channel: 'template', reason: `reason ${index}` }, at: AT })
    }
    expect(ledger.standing(0).note.reason).toBe('reason 0')
    expect(ledger.standing(999).note).toEqual({ channel: 'template', reason: 'various' })
    expect(
      openLedger(ledger.fields())
        .tally()
        .reasons.find(({ reason }) => reason === 'various')?.count,
    ).toBe(750)
  })

  test('counts by variant and remembers the first and the latest send over a re-opening', () => {
    const first = openLedger(emptyFields(4), (index) => index % 2)
    first.set(0, 'sent', { at: AT })
    first.set(1, 'failed', { note: { reason: 'x' }, at: AT })
    const fields = first.fields()
    const again = openLedger(fields, (index) => index % 2, fields.tally.firstSentAt)
    again.set(2, 'sent', { at: new Date(AT.getTime() + 60_000) })
    expect(again.tally()).toEqual({
      states: { sent: 2, failed: 1, waiting: 1 },
      reasons: [{ reason: 'x', count: 1 }],
      variants: [
        { sent: 2, failed: 0, uncertain: 0 },
        { sent: 0, failed: 1, uncertain: 0 },
      ],
      firstSentAt: AT,
      lastSentAt: new Date(AT.getTime() + 60_000),
    })
  })
})

describe('the people of a chunk', () => {
  test('are packed and found again', () => {
    const chunk = chunkOf(1000, { first: 5 })
    const shuffled = { ...chunk, recipients: [...chunk.recipients].reverse() }
    const people = unpackPeople(packPeople(orderedRecipients(shuffled)))
    expect(people.size).toBe(1000)
    for (let n = 0; n < 1000; n++) {
      expect(people.find(contactOf(5 + n))).toBe(n)
      expect(people.to(n)).toBe(openidOf(5 + n))
    }
    expect(people.find(contactOf(4))).toBe(-1)
    expect(people.find(contactOf(1005))).toBe(-1)
  })
})

describe('recovery', () => {
  function marked(channel: 'template' | 'customer-message', attempts = 1) {
    const ledger = openLedger(emptyFields(4))
    for (let index = 0; index < 4; index++) {
      ledger.set(index, 'sending', { note: { channel }, at: AT, attempts })
    }
    return ledger
  }
  const soon = new Date(AT.getTime() + 5_000)

  test('makes every mark of a channel without a key uncertain when nothing more is known', () => {
    const ledger = marked('customer-message')
    expect(recoverMarks(ledger, {}, soon)).toEqual({ untouched: 0, ended: 0, repeatable: 0, uncertain: [0, 1, 2, 3] })
    expect(ledger.standing(2)).toMatchObject({
      state: 'uncertain',
      note: { reason: 'the process ended during the call' },
    })
  })

  test('believes the evidence: not begun is waiting, ended is ended, only the rest is in doubt', () => {
    const ledger = marked('customer-message')
    const note = { channel: 'customer-message' as const }
    const evidence = { begun: new Set([0, 1]), ends: new Map([[0, { state: 'sent' as const, at: soon, note }]]) }
    const recovered = recoverMarks(ledger, {}, soon, evidence)
    expect(recovered).toEqual({ untouched: 2, ended: 1, repeatable: 0, uncertain: [1] })
    expect([0, 1, 2, 3].map(ledger.state)).toEqual(['sent', 'uncertain', 'waiting', 'waiting'])
    expect(ledger.standing(3).attempts).toBe(0)
  })

  test('leaves keyed calls to be repeated while the platform knows their key, and not a moment longer', () => {
    expect(recoverMarks(marked('template'), {}, soon).repeatable).toBe(4)
    const late = new Date(AT.getTime() + KEY_LIFE_MS)
    expect(recoverMarks(marked('template'), {}, late).uncertain.length).toBe(4)
    expect(recoverMarks(marked('template', 8), {}, soon).uncertain.length).toBe(4)
    expect(mayRepeat({ channel: 'template' }, new Date(soon.getTime() + 60_000), 1, soon)).toBe(false)
  })

  test('tries again what a campaign wants at least once', () => {
    const ledger = marked('customer-message')
    expect(recoverMarks(ledger, { repeatUncertain: true }, soon).repeatable).toBe(4)
    expect(ledger.count('retry')).toBe(4)
  })
})
