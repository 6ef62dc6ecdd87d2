import { describe, expect, test } from '@jest/globals'
import { endingOf, endingUpdate } from '../../src/outbox/ending.js'
import { MOST_TRIES, retryDelay } from '../../src/outbox/retry.js'

const NOW = new Date(1_000_000)

describe('an outcome', () => {
  test('that is definite ends the delivery; an uncertain one does too and asks for a person', () => {
    expect(endingOf({ state: 'sent', receipt: 'm1' }, 1, NOW)).toEqual({ state: 'sent', over: true, receipt: 'm1' })
    const uncertain = endingUpdate(endingOf({ state: 'uncertain', reason: 'timeout' }, 1, NOW), NOW)
    expect(uncertain.$set).toMatchObject({
      state: 'uncertain',
      reason: 'timeout',
      attention: true,
      untold: true,
      endedAt: NOW,
    })
    expect(Object.keys(uncertain.$unset)).toEqual(['busy', 'owner', 'leaseUntil', 'open'])
  })

  test('that may be repeated waits longer each time, and fails when no tries are left', () => {
    const retry = { state: 'retry', reason: 'busy', code: -1 } as const
    expect(endingOf(retry, 1, NOW, () => 0.5)).toEqual({
      state: 'retry',
      over: false,
      reason: 'busy',
      code: -1,
      nextAt: new Date(NOW.getTime() + 5000),
    })
    expect(endingOf(retry, MOST_TRIES, NOW)).toMatchObject({ state: 'failed', over: true, detail: 'no tries left' })
    expect(endingUpdate(endingOf(retry, 1, NOW), NOW).$set).not.toHaveProperty('attention')
  })

  test('never comes back sooner than the platform asked, and never at one moment with others', () => {
    expect(retryDelay(1, 60_000)).toBe(60_000)
    expect(retryDelay(2, 0, () => 0)).toBe(24_000)
    expect(retryDelay(2, 0, () => 1)).toBe(36_000)
    const waits = [1, 2, 3, 4, 5, 6, 7].map((attempt) => retryDelay(attempt, 0, () => 0.5) ?? 0)
    expect(waits).toEqual([...waits].sort((a, b) => a - b))
  })
})
