import { describe, expect, test } from '@jest/globals'
import { windows } from '../../rules/official-account/windows.js'
import { type Grant, granted, spend, triggerOf } from '../../simulator/official-account/windows.js'

const NOON = 1_760_000_000_000

function sends(grants: Grant[], at: number): { sent: number; errcode: number } {
  let left = grants
  for (let sent = 0; ; sent++) {
    const spent = spend(left, at)
    if ('errcode' in spent) return { sent, errcode: spent.errcode }
    left = spent.grants
  }
}

describe('the windows of customer-service messages', () => {
  test.each(windows)('$trigger allows $messages messages, then 45047', ({ trigger, messages }) => {
    expect(sends(granted([], trigger, NOON), NOON + 1)).toEqual({ sent: messages, errcode: 45047 })
  })

  test.each(windows)(
    '$trigger is open to its last millisecond and closed with 45015 at the next',
    ({ trigger, ms }) => {
      const grants = granted([], trigger, NOON)
      expect(spend(grants, NOON + ms - 1)).toHaveProperty('grants')
      expect(spend(grants, NOON + ms)).toEqual({ errcode: 45015 })
    },
  )

  test('nobody who did nothing may be written to', () => {
    expect(spend([], NOON)).toEqual({ errcode: 45015 })
  })

  test('a second message renews the five and does not add five', () => {
    const first = granted([], 'message', NOON)
    expect(sends(granted(first, 'message', NOON + 1000), NOON + 2000).sent).toBe(5)
  })

  test('the window that ends first is spent first', () => {
    const both = granted(granted([], 'message', NOON), 'menu', NOON)
    const spent = spend(both, NOON + 1)
    if ('errcode' in spent) throw new Error('refused')
    expect(spent.grants.map(({ trigger, remaining }) => [trigger, remaining])).toEqual([
      ['menu', 2],
      ['message', 5],
    ])
  })

  test.each([
    ['text', {}, 'message'],
    ['text', { bizmsgmenuid: '101' }, 'menu'],
    ['event.CLICK', {}, 'menu'],
    ['event.scancode_push', {}, 'menu'],
    ['event.subscribe', {}, 'subscribe'],
    ['event.SCAN', {}, 'scan'],
    ['event.VIEW', {}, undefined],
    ['event.LOCATION', {}, undefined],
    ['event.unsubscribe', {}, undefined],
  ])('%s %p counts as %s', (kind, fields, trigger) => {
    expect(triggerOf(kind, fields)).toBe(trigger)
  })
})
