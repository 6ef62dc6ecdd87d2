import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { windows as rules } from '../../rules/official-account/windows.js'
import { granted, spend } from '../../simulator/official-account/windows.js'
import { type Act, openWindows, triggerOf, windowHandle } from '../../src/contacts/windows.js'
import { updateOf } from './people.js'

const START = new Date('2026-03-04T04:00:00Z').getTime()
const at = (ms: number) => new Date(START + ms)
const act = (trigger: Act['trigger'], ms = 0): Act => ({ trigger, at: at(ms) })
const left = (acts: Act[], spends: number[], now: number) =>
  openWindows(
    acts,
    spends.map((ms) => ({ at: at(ms) })),
    at(now),
  ).map(({ trigger, remaining }) => `${trigger} ${remaining}`)

describe('windows of customer-service messages', () => {
  test.each([
    ['message', 5, 172_800_000],
    ['menu', 3, 60_000],
    ['subscribe', 3, 60_000],
    ['scan', 3, 60_000],
  ] as const)('%s opens one for %i messages, closed at exactly %i ms', (trigger, messages, ms) => {
    expect(left([act(trigger)], [], ms - 1)).toEqual([`${trigger} ${messages}`])
    expect(left([act(trigger)], [], ms)).toEqual([])
    expect(openWindows([act(trigger)], [], at(5))[0]?.until).toEqual(at(ms))
  })

  test('a message is taken from the window that ends first', () => {
    expect(left([act('message'), act('menu', 1000)], [2000], 3000)).toEqual(['menu 2', 'message 5'])
    expect(left([act('message'), act('menu', 1000)], [2000], 61_000)).toEqual(['message 5'])
    expect(left([act('message'), act('menu', 1000)], [61_000], 62_000)).toEqual(['message 4'])
  })

  test('acting again begins anew and adds nothing up', () => {
    expect(left([act('message')], [1, 2, 3, 4, 5], 4999)).toEqual([])
    expect(left([act('message'), act('message', 5000)], [1, 2, 3, 4, 5], 5000)).toEqual(['message 5'])
  })

  test('when the platform said that nothing is left, only what the person does after that counts', () => {
    const refused = [{ at: at(1000), refused: true }]
    expect(openWindows([act('message')], refused, at(2000))).toEqual([])
    expect(openWindows([act('message'), act('menu', 3000)], refused, at(4000))).toMatchObject([{ trigger: 'menu' }])
  })

  test('of windows that end together always the same one is in front, and used first', () => {
    const both = [act('scan', 6), act('menu', 6)]
    expect(left(both, [7], 8)).toEqual(['menu 2', 'scan 3'])
    expect(left(both.toReversed(), [7], 8)).toEqual(['menu 2', 'scan 3'])
  })

  test('what happened is what counts, not the order in which it is told', () => {
    const moment = fc.integer({ min: 0, max: 200_000 })
    const acts = fc.array(
      fc.record({ trigger: fc.constantFrom<Act['trigger'][]>('message', 'menu', 'subscribe', 'scan'), ms: moment }),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(acts, fc.array(moment, { maxLength: 8 }), moment, (did, sent, now) => {
        const told = did.map(({ trigger, ms }) => act(trigger, ms))
        expect(left(told.toReversed(), sent.toReversed(), now)).toEqual(left(told, sent, now))
      }),
    )
  })

  test('the ledger agrees with the platform, message for message', () => {
    const step = fc.record({
      after: fc.constantFrom(0, 1, 999, 30_000, 59_999, 60_000, 172_799_999, 172_800_000),
      what: fc.constantFrom<('send' | Exclude<Act['trigger'], 'enter'>)[]>(
        'send',
        'send',
        'send',
        'message',
        'menu',
        'subscribe',
        'scan',
      ),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        let grants: Parameters<typeof spend>[0] = []
        const acts: Act[] = []
        const spends: { at: Date }[] = []
        let now = START
        for (const { after, what } of steps) {
          now += after + 1
          if (what !== 'send') {
            grants = granted(grants, what, now)
            acts.push({ trigger: what, at: new Date(now) })
            continue
          }
          const theirs = spend(grants, now)
          const ours = openWindows(acts, spends, new Date(now))
          expect(ours.length > 0).toBe('grants' in theirs)
          if (!('grants' in theirs)) continue
          grants = theirs.grants
          spends.push({ at: new Date(now) })
        }
      }),
      { numRuns: 300 },
    )
  })

  test('a tapped choice counts as a menu press; view buttons, reports and leaving open nothing', () => {
    const of = (change: Parameters<typeof updateOf>[2]) => triggerOf(updateOf('o', at(0), change))
    expect(of({ kind: 'message.text' })).toBe('message')
    expect(of({ kind: 'message.text', choice: '1' })).toBe('menu')
    expect(of({ kind: 'message.voice' })).toBe('message')
    expect(of({ kind: 'event.menu.click' })).toBe('menu')
    expect(of({ kind: 'event.menu.scan' })).toBe('menu')
    for (const kind of [
      'event.menu.view',
      'event.menu.mini-program',
      'event.unsubscribe',
      'event.notice.sent',
    ] as const)
      expect(of({ kind })).toBeUndefined()
  })

  test('without a ledger a handler sees the window of its own update', async () => {
    const window = windowHandle(updateOf('o', at(0), { kind: 'event.subscribe' }), at(10))
    expect(await window.remaining()).toBe(rules.find(({ trigger }) => trigger === 'subscribe')?.messages)
    expect(await window.until()).toEqual(at(60_000))
    expect(await window.credits('T1')).toBe(0)
  })
})
