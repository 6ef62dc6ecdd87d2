import { describe, expect, test } from '@jest/globals'
import type { InboxRow, ThreadEntry } from '../../console/src/api/types.js'
import { conditionOf, lineOf, tidyRule, withContent } from '../../console/src/pages/alerts/rule.js'
import {
  belongs,
  clockOf,
  gapsOf,
  merged,
  mergedEntries,
  urgency,
  waitsSince,
} from '../../console/src/pages/inbox/rows.js'
import { daysOf, daysText, spanText, starter, tidy, week } from '../../console/src/pages/service/definition.js'
import { deskSchema } from '../../src/desk/definition.js'

const row = (id: string, change: Partial<InboxRow['conversation']> = {}): InboxRow => ({
  conversation: {
    _id: id,
    contact: 'c',
    account: 'shop',
    channel: 'official-account',
    state: 'queued',
    priority: 0,
    createdAt: '2026-03-04T04:00:00Z',
    queuedAt: '2026-03-04T04:01:00Z',
    ...change,
  },
})
const ids = (rows: readonly InboxRow[]) => rows.map(({ conversation }) => conversation._id)

describe('the inbox follows what it is told', () => {
  test('a conversation comes, changes in its place and goes; the same news twice changes nothing', () => {
    const waiting = merged([row('a')], row('b'), 'unassigned', 'me')
    expect(ids(waiting)).toEqual(['a', 'b'])
    expect(merged(waiting, row('b'), 'unassigned', 'me')).toEqual(waiting)
    const taken = row('a', { state: 'staff', held: true, staff: 'me' })
    expect(ids(merged(waiting, taken, 'unassigned', 'me'))).toEqual(['b'])
    expect(ids(merged([row('c', { state: 'waiting', held: true, staff: 'me' })], taken, 'mine', 'me'))).toEqual([
      'a',
      'c',
    ])
    expect(belongs(taken, 'mine', 'another')).toBe(false)
    expect(belongs({ conversation: { ...taken.conversation, state: 'closed' } }, 'closed', 'me')).toBe(true)
  })

  test('entries stand once and in order, with the newest state of each', () => {
    const entry = (seq: number, state: string): ThreadEntry => ({
      _id: `out:${seq}`,
      conversation: 'a',
      seq,
      at: '2026-03-04T04:00:00Z',
      direction: 'out',
      by: 'me',
      content: { kind: 'text' },
      delivery: { key: `${seq}`, state },
      shown: {},
    })
    const all = mergedEntries([entry(2, 'queued'), entry(4, 'queued')], [entry(3, 'queued'), entry(2, 'sent')])
    expect(all.map(({ seq, delivery }) => `${seq} ${delivery?.state}`)).toEqual(['2 sent', '3 queued', '4 queued'])
  })

  test('waits are told by what is owed, and coloured against their limit', () => {
    expect(waitsSince(row('a'))).toEqual({ since: '2026-03-04T04:01:00Z', for: 'queue' })
    expect(waitsSince(row('a', { state: 'waiting', held: true }))).toBeUndefined()
    expect([urgency(10, 100), urgency(50, 100), urgency(100, 100), urgency(5, 0)]).toEqual([
      'good',
      'warn',
      'bad',
      'good',
    ])
    expect([clockOf(42_000), clockOf(725_000), clockOf(3_725_000), clockOf(47 * 3_600_000)]).toEqual([
      '0:42',
      '12:05',
      '1:02:05',
      '47 h',
    ])
    expect(gapsOf('单号 {order} {tracking}，{other}')).toEqual(['{order}', '{tracking}'])
  })
})

describe('service settings are written as the file writes them', () => {
  test('weekdays there and back', () => {
    for (const text of ['每天', '周一至周五', '周六、周日', '周一、周三、周五', '周一至周三、周六'])
      expect(daysText(daysOf(text))).toBe(text)
    expect(daysOf('周日')).toEqual([6])
    expect([spanText(120_000), spanText(90_000), spanText(86_400_000), spanText(0)]).toEqual(['2m', '90s', '24h', '0s'])
  })

  test('what a new desk begins with, and what a form leaves empty, is taken by the schema', () => {
    const first = starter({ userid: 'console.per_1', name: '老板', shifts: ['全天'], supervisor: true })
    expect(deskSchema.safeParse(first).success).toBe(true)
    expect(week(first, ['全天']).map((hours) => hours.length)).toEqual([2, 2, 2, 2, 2, 0, 0])
    const edited = {
      ...first,
      holidays: [{ from: '2026-10-01', to: '', hours: [] }],
      times: { alertAfter: '', closeAfter: '20m' },
      skills: [],
    }
    const kept = tidy(edited)
    expect(kept).toMatchObject({ holidays: [{ from: '2026-10-01' }], times: { closeAfter: '20m' } })
    expect(deskSchema.safeParse(kept).success).toBe(true)
  })
})

test('rules of alerts: conditions as lines and back, content of another kind, nothing empty', () => {
  for (const condition of [
    { field: 'paidFen', atLeast: 50_000 },
    { field: 'carrier', oneOf: ['SF', 'ZTO'] },
    { field: 'vip', is: true },
    { field: 'text', contains: '退款' },
  ])
    expect(conditionOf(lineOf(condition))).toEqual(condition)
  const rule = {
    title: '大单',
    when: ['order.paid'],
    to: { staff: ['lihua'], chat: '' },
    text: '订单 {orderNo}',
    enabled: true,
  }
  expect(tidyRule(rule)).toEqual({
    title: '大单',
    when: ['order.paid'],
    to: { staff: ['lihua'] },
    text: '订单 {orderNo}',
  })
  expect(withContent(rule, 'card')).toMatchObject({ card: { title: '大单', text: '订单 {orderNo}' } })
  expect(withContent(withContent(rule, 'card'), 'markdown')).toMatchObject({ markdown: '订单 {orderNo}' })
})
