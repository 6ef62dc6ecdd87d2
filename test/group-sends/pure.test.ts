import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { capAt } from '../../src/group-sends/caps.js'
import { parseTemplate, readGroupSends } from '../../src/group-sends/content.js'
import { definitionSchema, kindOf } from '../../src/group-sends/definition.js'
import type { TaskRow } from '../../src/group-sends/model.js'
import { dueAt, mayRemindAt, stepOf } from '../../src/group-sends/next-step.js'
import { nextOccurrence, scheduleFault } from '../../src/group-sends/schedule.js'
import { STANDARD } from '../../src/group-sends/settings.js'
import { groupSource } from '../../src/group-sends/sources.js'
import { pressKey, readPress, todo } from '../../src/group-sends/staff-words.js'

const ZONE = 'Asia/Shanghai'
const at = (text: string) => new Date(text)
const NOW = at('2026-03-04T10:00:00+08:00')

const task = (about: Partial<TaskRow> = {}): TaskRow => ({
  _id: 'p:2026-03-04T1000:lihua:1',
  run: 'p:2026-03-04T1000',
  push: 'p',
  account: 'corp',
  kind: 'groups',
  name: '清单',
  state: 'made',
  rev: 1,
  open: true,
  nextAt: NOW,
  staff: 'lihua',
  part: 1,
  members: [{ staff: 'lihua', state: 'waiting' }],
  targets: ['wr1'],
  createdAt: NOW,
  madeAt: NOW,
  expiresAt: at('2026-03-05T10:00:00+08:00'),
  platformId: 'msg1',
  remindAt: [],
  attempts: 1,
  polls: 0,
  reminders: [],
  ...about,
})

describe('when a push runs', () => {
  test.each([
    [{ at: '2026-03-05T10:00' }, '2026-03-05T1000'],
    [{ at: '2026-03-04T10:00' }, undefined],
    [{ every: 'day', time: '09:30' }, '2026-03-05T0930'],
    [{ every: 'week', on: [3], time: '10:30' }, '2026-03-04T1030'],
    [{ every: 'week', on: [3], time: '10:00' }, '2026-03-11T1000'],
    [{ every: 'month', on: [1, 28], time: '08:00' }, '2026-03-28T0800'],
    [{ every: 'day', time: '09:30', from: '2026-04-01T00:00' }, '2026-04-01T0930'],
    [{ every: 'day', time: '09:30', until: '2026-03-05T00:00' }, undefined],
    [undefined, undefined],
  ] as const)('%j after 4 March, 10:00: %s', (schedule, key) => {
    expect(nextOccurrence(schedule, ZONE, NOW)?.key).toBe(key)
  })

  test.each([
    [{ at: 'tomorrow' }, 'at'],
    [{ at: '2026-03-05T10:00', every: 'day' }, 'every'],
    [{ every: 'week', time: '10:00' }, 'on'],
    [{ every: 'month', on: [31], time: '10:00' }, 'on'],
    [{ every: 'day', time: '25:00' }, 'time'],
    [{ time: '10:00' }, 'time'],
    [{ timeZone: 'Mars/Base' }, 'timeZone'],
  ] as const)('%j is refused for its %s', (schedule, field) => {
    expect(scheduleFault(schedule)?.field).toBe(field)
  })

  test('the next run is always later, and walking from run to run skips none', () => {
    const day = fc.integer({ min: 1, max: 7 })
    fc.assert(
      fc.property(fc.uniqueArray(day, { minLength: 1 }), fc.integer({ min: 0, max: 700 }), (on, days) => {
        const from = new Date(NOW.getTime() + days * 86_400_000)
        const schedule = { every: 'week' as const, on, time: '20:15' }
        let last = from
        const seen: number[] = []
        for (let n = 0; n < on.length; n++) {
          const next = nextOccurrence(schedule, ZONE, last)
          if (next === undefined) throw new Error('a weekly push always has a next run')
          expect(next.at > last).toBe(true)
          seen.push(next.at.getTime())
          last = next.at
        }
        expect((seen.at(-1) ?? 0) - from.getTime()).toBeLessThanOrEqual(7 * 86_400_000)
      }),
      { numRuns: 50 },
    )
  })
})

describe('caps', () => {
  test.each([
    ['day', 1, '2026-03-04T00:00:00+08:00'],
    ['week', 7, '2026-02-26T00:00:00+08:00'],
    ['month', 31, '2026-03-01T00:00:00+08:00'],
  ] as const)('%s: %d since %s', (cap, most, since) => {
    expect(capAt(cap, NOW, ZONE)).toEqual({ most, since: at(since) })
  })
})

describe('what is done for a task', () => {
  const later = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000)

  test('a task that was just made is not read before the platform has dispatched it', () => {
    const eager = task({ pollAsked: true })
    expect(stepOf(eager, later(0.4), STANDARD)).toBeUndefined()
    expect(stepOf(eager, later(0.5), STANDARD)).toBe('poll')
  })

  test('it is read after 5 min, 30 min, 2 h and then hourly', () => {
    const due = [0, 1, 2, 3, 4].map((polls) => (dueAt(task({ polls }), STANDARD).getTime() - NOW.getTime()) / 60_000)
    expect(due).toEqual([5, 30, 120, 180, 240])
  })

  test('a row in `creating` is never created again without a look', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100_000 }), fc.boolean(), (minutes, cancelled) => {
        const creating = task({ state: 'creating', intentAt: NOW, ...(cancelled && { cancelAsked: true as const }) })
        expect([undefined, 'look']).toContain(stepOf(creating, later(minutes), STANDARD))
      }),
      { numRuns: 50 },
    )
  })

  test('what has ended has nothing left to do', () => {
    for (const state of ['done', 'failed', 'expired', 'cancelled', 'handed-over', 'uncertain'] as const)
      expect(stepOf(task({ state, endedAt: NOW }), later(100_000), STANDARD)).toBeUndefined()
  })

  test('the fourth reminder waits for the first to be a day old; refused ones do not count', () => {
    const reminders = [0, 60, 120].map((minutes) => ({ at: later(minutes), by: 'schedule', end: 'done' as const }))
    expect(mayRemindAt({ reminders }, later(180))).toEqual(later(1440))
    expect(mayRemindAt({ reminders }, later(1441))).toEqual(later(1441))
    const refused = reminders.map((one) => ({ ...one, end: 'refused' as const }))
    expect(mayRemindAt({ reminders: refused }, later(180))).toEqual(later(180))
  })
})

describe('the to-do card', () => {
  test('names the task, how many groups it is about and that nothing is sent without a tap', () => {
    const card = todo(task({ targets: ['a', 'b'] }), 'lihua', 0, NOW)
    expect(card).toMatchObject({ account: 'corp', to: 'lihua', purpose: 'service' })
    expect(card.message).toMatchObject({ kind: 'choices', head: '待确认：清单' })
    expect(JSON.stringify(card.message)).toContain('2 个客户群')
    expect(JSON.stringify(card.message)).toContain('不确认就不会发出')
  })

  test('a button’s key leads back to its task, whatever the task’s name', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (id) => {
        expect(readPress(pressKey('later', id))).toEqual({ press: 'later', task: id })
      }),
    )
    expect(readPress('alerts:later:x')).toBeUndefined()
    expect(readPress('group-send:toString:x')).toBeUndefined()
  })
})

describe('files of content/group-sends', () => {
  test('the samples are in order', async () => {
    const names = { missing: () => undefined, segment: () => ({}) }
    const { templates, problems } = await readGroupSends('content', names)
    expect(problems).toEqual([])
    expect(templates.map(({ slug, definition }) => [slug, kindOf(definition)])).toEqual([
      ['autumn-moments', 'moments'],
      ['member-day', 'customers'],
      ['thursday-deals', 'groups'],
    ])
  })

  test('a mistake is told with its line and its field', () => {
    const { value, problems } = parseTemplate(
      'name: 清单\npurpose: marketing\nto:\n  groups: { label: [a] }\nmessages:\n  - text: 好\nremindAfter: [2d]\n',
      'content/group-sends/x.yaml',
    )
    expect(value).toBeUndefined()
    expect(problems).toContainEqual(expect.objectContaining({ line: 4, fix: '是否想写 labels？' }))
  })

  test('every kind of mistake between fields is found', () => {
    const base = { name: 'a', purpose: 'care', to: { groups: { all: true } }, messages: [{ text: 'a' }] }
    const faults = (about: object) => {
      const read = definitionSchema.safeParse({ ...base, ...about })
      return read.success ? [] : read.error.issues.map(({ path }) => path.join('.'))
    }
    expect(faults({})).toEqual([])
    expect(faults({ to: {} })).toEqual(['to'])
    expect(faults({ to: { groups: {} } })).toEqual(['to.groups'])
    expect(faults({ to: { groups: { all: true, labels: ['a'] } } })).toEqual(['to.groups.all'])
    expect(faults({ to: { customers: { tags: ['a'], allOf: ['b'] } } })).toEqual(['to.customers'])
    expect(faults({ to: { customers: { via: 'newest' } } })).toEqual(['to.customers'])
    expect(faults({ to: { moments: { tags: ['a'] } } })).toEqual(['to.moments'])
    expect(faults({ messages: [{ text: 'a', image: 'a.png' }] })).toEqual(['messages.0'])
    expect(faults({ remindAfter: ['2h', '1h'] })).toEqual(['remindAfter.1'])
    expect(faults({ remindAfter: ['2h'], expireAfter: '1h' })).toEqual(['remindAfter.0'])
    expect(faults({ escalate: { afterMinutes: 1440, to: 'a' } })).toEqual(['escalate.afterMinutes'])
    const transfer = { afterMinutes: 60, to: 'a', transferGroups: true }
    expect(faults({ to: { customers: { tags: ['a'] } }, escalate: transfer })).toEqual(['escalate.transferGroups'])
  })
})

describe('groups of the roster', () => {
  test('come by label, by folder, by id or all, page by page', async () => {
    const row = (chatId: string) => ({ chatId, name: chatId, owner: 'lihua', status: 'active' as const })
    const source = groupSource({
      list: async ({ label, folder, after }) => {
        const prefix = label ?? folder ?? 'all'
        return after === undefined
          ? { groups: [row(`${prefix}1`)], next: 'more' }
          : { groups: [{ ...row(`${prefix}2`), status: 'dismissed' }] }
      },
      many: async (_account, ids) => ids.map(row),
    })
    const all = async (query: object) => {
      const found: string[] = []
      for await (const page of source.pages('corp', query))
        found.push(...page.map(({ chatId, dismissed }) => (dismissed ? `${chatId} gone` : chatId)))
      return found
    }
    expect(await all({})).toEqual(['all1', 'all2 gone'])
    expect(await all({ labels: ['a'], folders: ['f'], chatIds: ['wr1'] })).toEqual([
      'a1',
      'a2 gone',
      'f1',
      'f2 gone',
      'wr1',
    ])
  })
})
