import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Outcome } from '../../src/core/outcome.js'
import type { DeliveryRow } from '../../src/outbox/delivery.js'
import { endingOf, endingUpdate } from '../../src/outbox/ending.js'
import { MOST_TRIES, retryDelay } from '../../src/outbox/retry.js'

const NOW = new Date(1_000_000)
const MINUTE = 60_000

/** A row that is being sent, of which `attempts` calls were made. */
function sending(attempts = 1, about: Partial<DeliveryRow> = {}): DeliveryRow {
  const times = { createdAt: NOW, dueAt: NOW, nextAt: NOW, sendingAt: NOW }
  const message = { kind: 'text' as const, text: '好' }
  const ids = { _id: 'k', account: 'shop', to: 'ming', contact: 'shop:ming', source: 's', seq: 1, fence: 1 }
  return { ...ids, ...times, purpose: 'service', message, state: 'sending', attempts, ...about }
}
const end = (outcome: Outcome, row = sending(), passedMs = 0, random: (() => number) | undefined = undefined) => {
  const now = new Date(NOW.getTime() + passedMs)
  return endingOf({ row, outcome, now, leaseNow: now, random, wrote: { kind: 'text', text: '好' } })
}
const ways = { options: [1, 2].map((at) => ({ kind: 'text' as const, text: String(at) })), option: 0 }
const template = { channel: 'template' as const }

describe('an outcome', () => {
  test('that is definite ends the delivery; an uncertain one does too and asks for a person', () => {
    expect(end({ state: 'sent', receipt: 'm1' })).toEqual({
      state: 'sent',
      over: true,
      receipt: 'm1',
      attempt: { at: NOW, state: 'sent', receipt: 'm1' },
    })
    const uncertain = endingUpdate(end({ state: 'uncertain', reason: 'timeout' }), NOW, 1)
    expect(uncertain.$set).toMatchObject({
      state: 'uncertain',
      reason: 'timeout',
      attention: true,
      untold: true,
      endedAt: NOW,
      'tries.1.end': { state: 'uncertain', reason: 'timeout', wrote: { kind: 'text', text: '好' } },
    })
    expect(Object.keys(uncertain.$unset)).toEqual(['busy', 'owner', 'leaseUntil', 'alone', 'open'])
  })

  test('that may be repeated waits longer each time, and fails when no tries are left', () => {
    const retry = { state: 'retry', reason: 'busy', code: -1 } as const
    expect(end(retry, sending(), 0, () => 0.5)).toMatchObject({
      state: 'retry',
      over: false,
      reason: 'busy',
      code: -1,
      nextAt: new Date(NOW.getTime() + 5000),
    })
    expect(end(retry, sending(MOST_TRIES))).toMatchObject({ state: 'failed', over: true, detail: 'no tries left' })
    expect(endingUpdate(end(retry), NOW).$set).not.toHaveProperty('attention')
  })

  test('never comes back sooner than the platform asked, and never at one moment with others', () => {
    expect(retryDelay(1, 60_000)).toBe(60_000)
    expect(retryDelay(2, 0, () => 0)).toBe(24_000)
    expect(retryDelay(2, 0, () => 1)).toBe(36_000)
    const waits = [1, 2, 3, 4, 5, 6, 7].map((attempt) => retryDelay(attempt, 0, () => 0.5) ?? 0)
    expect(waits).toEqual([...waits].sort((a, b) => a - b))
  })
})

describe('an unclear end', () => {
  const unclear = { state: 'uncertain', reason: 'no answer came in time' } as const

  test('is repeated under a key for at most nine minutes after the first, then left to a person', () => {
    expect(end(unclear, sending(1, template))).toMatchObject({ state: 'retry', over: false, unclearSince: NOW })
    const second = sending(2, { ...template, unclearSince: NOW })
    expect(end(unclear, second, 5 * MINUTE)).toMatchObject({ state: 'retry', unclearSince: NOW })
    expect(end(unclear, second, 9 * MINUTE)).toMatchObject({ state: 'uncertain', over: true })
    expect(end(unclear, sending(1, { channel: 'customer-message' }))).toMatchObject({ state: 'uncertain', over: true })
  })

  test('is not forgotten over what comes after it: no other way, no failure, only sent or uncertain', () => {
    const row = sending(2, { ...template, ...ways, unclearSince: NOW })
    expect(end({ state: 'skipped', reason: 'blocked' }, row)).toMatchObject({ state: 'uncertain', over: true })
    expect(end({ state: 'failed', reason: 'template' }, row)).toMatchObject({ state: 'uncertain', over: true })
    expect(end({ state: 'retry', reason: 'refused' }, row, 8.99 * MINUTE)).toMatchObject({ state: 'uncertain' })
    expect(end({ state: 'sent', receipt: 'm2' }, row)).toMatchObject({ state: 'sent' })
  })

  test('never leads to another call later than nine minutes after the first, whatever happens', () => {
    const outcomes = fc.constantFrom<Outcome>(
      unclear,
      { state: 'retry', reason: 'busy', code: -1 },
      { state: 'retry', reason: 'quota', afterMs: 60_000, park: true },
      { state: 'failed', reason: 'no' },
      { state: 'skipped', reason: 'refused' },
    )
    fc.assert(
      fc.property(
        fc.array(fc.tuple(outcomes, fc.integer({ min: 0, max: 60_000 }), fc.double({ min: 0, max: 1, noNaN: true }))),
        (story) => {
          let row = sending(1, { ...template, ...ways })
          let at = NOW.getTime()
          for (const [outcome, tookMs, random] of [[unclear, 0, 0.5] as const, ...story]) {
            at += tookMs
            const now = new Date(at)
            const ending = endingOf({ row, outcome, now, leaseNow: now, random: () => random })
            expect(ending.next).toBeUndefined()
            if (ending.over) return expect(ending.state).toBe('uncertain')
            const nextAt = ending.nextAt?.getTime() ?? Number.NaN
            expect(nextAt).toBeLessThan(NOW.getTime() + 9 * MINUTE)
            at = nextAt
            row = { ...row, attempts: row.attempts + 1, sendingAt: new Date(at), unclearSince: NOW }
          }
        },
      ),
    )
  })
})

describe('a refusal', () => {
  const refused = { state: 'skipped', reason: 'refused', code: 43101, detail: 'none left' } as const

  test('moves on to the next way at once and is kept; the last one ends the delivery', () => {
    const [first] = [sending(1, { ...ways, channel: 'subscription' })]
    const refusal = { option: 0, channel: 'subscription', reason: 'refused', code: 43101, detail: 'none left', at: NOW }
    expect(end(refused, first)).toMatchObject({
      state: 'queued',
      over: false,
      nextAt: NOW,
      refusals: [refusal],
      next: { option: 1, message: { text: '2' } },
    })
    const last = end(refused, sending(2, { ...ways, option: 1, channel: 'subscription' }))
    expect(last).toMatchObject({ state: 'skipped', over: true, reason: 'refused', refusals: [{ option: 1 }] })
    expect(endingUpdate(last, NOW).$push).toEqual({ reasons: { $each: last.refusals } })
  })

  test('of the channel as a whole leaves the choice of the way to the next look, at once', () => {
    const parked = { state: 'retry', reason: 'quota', afterMs: 3_600_000, code: 45009, park: true } as const
    expect(end(parked, sending(1, ways))).toMatchObject({ state: 'retry', nextAt: NOW })
    expect(end(parked, sending(1))).toMatchObject({ state: 'retry', nextAt: new Date(NOW.getTime() + 3_600_000) })
  })

  test('after too many tries of one way moves on as well', () => {
    const tries = Object.fromEntries(
      Array.from({ length: MOST_TRIES }, (_, at) => [
        String(at + 1),
        { at: NOW, option: 0, kind: 'text' as const, owner: 'a' },
      ]),
    )
    expect(end({ state: 'retry', reason: 'busy' }, sending(MOST_TRIES, { ...ways, tries }))).toMatchObject({
      state: 'queued',
      next: { option: 1 },
    })
    expect(
      end({ state: 'retry', reason: 'busy' }, sending(MOST_TRIES + 1, { ...ways, option: 1, tries })),
    ).toMatchObject({
      state: 'retry',
    })
  })
})
