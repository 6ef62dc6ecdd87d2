import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { silentLogger } from '../../src/core/log.js'
import { createLibrary } from '../../src/library/library.js'
import { splitReason } from '../../src/library/problem.js'
import { ruleIssues, ruleSchema } from '../../src/library/rule.js'
import { folder, parse, places } from './sample.js'

const RECALL = `title: 沉默的老客
description: 30 天没来
rule:
  all:
    - follow: { channel: oa, state: following }
    - not:
        event: { type: inbound, within: 30d }
    - last: { type: order.paid, olderThan: 45d }
    - consent: { purpose: marketing }
`
const file = 'segments/recall.yaml'
const told = (text: string, more: Record<string, string> = {}) => parse({ [file]: text, ...more }).problems
const rule = (text: string) => `title: 试\nrule:\n  ${text}\n`

describe('a segment file', () => {
  test('is read as it is written', () => {
    const { content, problems } = parse({ [file]: RECALL })
    expect(problems).toEqual([])
    expect(content.segments.get('recall')).toEqual({
      slug: 'recall',
      title: '沉默的老客',
      description: '30 天没来',
      rule: {
        all: [
          { follow: { channel: 'oa', state: 'following' } },
          { not: { event: { type: 'inbound', within: '30d' } } },
          { last: { type: 'order.paid', olderThan: '45d' } },
          { consent: { purpose: 'marketing' } },
        ],
      },
    })
  })

  test.each([
    ['a misspelt condition, with the right one', 'evnt: { type: order.paid }', '3 rule.evnt', '是否想写 event？'],
    [
      'a misspelt field deep inside',
      'all: [{ last: { type: a, oldrThan: 3d } }]',
      '3 rule.all[0].last.oldrThan',
      '是否想写 olderThan？',
    ],
    [
      'no time for last',
      'last: { type: order.paid }',
      '3 rule.last',
      '写成 last: { type: order.paid, olderThan: 45d }',
    ],
    ['a duration that is none', 'event: { type: a, within: 30天 }', '3 rule.event.within', '写成 30d'],
    ['a duration longer than ten years', 'event: { type: a, within: 9999d }', '3 rule.event.within', '最长 3650d'],
    ['two ranges', 'event: { type: a, within: 3d, ever: true }', '3 rule.event.ever', '只留一个时间范围'],
    ['a range that runs backwards', 'event: { type: a, between: [30d, 60d] }', '3 rule.event.between', '早的写在前面'],
    [
      'never together with a range',
      'event: { type: a, never: true, within: 3d }',
      '3 rule.event.never',
      'not: { event:',
    ],
    [
      'inbound counted',
      'event: { type: inbound, within: 3d, count: { op: gte, n: 2 } }',
      '3 rule.event.type',
      '只记最近一次',
    ],
    ['an event type that is none', 'event: { type: Order Paid }', '3 rule.event.type', '用小写字母和点'],
    ['an event type in a list that is none', 'event: { type: [a, B] }', '3 rule.event.type[1]', '用小写字母和点'],
    [
      'an unknown field of the product',
      'profile: { field: orders.sum, op: eq, value: 1 }',
      '3 rule.profile.field',
      'orders.paidFen',
    ],
    [
      'a text where a number belongs',
      'profile: { field: orders.count, op: gte, value: 三 }',
      '3 rule.profile.value',
      '写成 value: 2',
    ],
    ['a comparison that is none', 'profile: { field: city, op: like, value: 杭 }', '3 rule.profile.op', 'contains'],
    [
      'a comparison of times for a number',
      'profile: { field: orders.count, op: within, value: 3d }',
      '3 rule.profile.op',
      '改用',
    ],
    [
      'no date where one belongs',
      'profile: { field: orders.lastAt, op: gte, value: 昨天 }',
      '3 rule.profile.value',
      '2026-01-31',
    ],
    [
      'a condition of a fact that is none',
      'event: { type: a, where: [{ field: x, op: between, value: [2, 1] }] }',
      '3 rule.event.where[0].value',
      '小的写在前面',
    ],
    [
      'two conditions in one place',
      'all: [{ tag: { in: [a] }, follow: { state: never } }]',
      '3 rule.all[0]',
      '用 all: 列出',
    ],
    ['an empty group', 'any: []', '3 rule.any', '每行写 - 加一个条件'],
    ['both tags to have and not to have', 'tag: { in: [a], notIn: [b] }', '3 rule.tag', '写成 tag:'],
    ['a bucket that runs backwards', 'bucket: { salt: a, from: 20, to: 10 }', '3 rule.bucket.to', '写成 { salt:'],
    ['how long for those who left', 'follow: { state: unfollowed, within: 3d }', '3 rule.follow.state', '删去 within'],
    ['a channel that is none', 'reachable: { channel: sms }', '3 rule.reachable.channel', 'customer-message'],
    ['a name that belongs to an object', 'constructor: { a: 1 }', '3 constructor', '换一个字段名'],
    ['a segment that is not there', 'segment: { id: nowhere }', '3 rule.segment.id', '新建 segments/nowhere.yaml'],
  ])('is refused for %s', (_, text, place, fix) => {
    const problems = told(rule(text))
    expect(problems.map(({ line, field }) => `${line} ${field}`)).toEqual([place])
    expect(problems[0]?.fix).toContain(fix)
    expect(problems[0]?.severity).toBe('error')
  })

  test('tells every mistake at once', () => {
    const text =
      'title: 试\nrule:\n  any:\n    - tag: { in: [] }\n    - evnt: {}\n    - all:\n        - profile: { field: 1x, op: eq }\n'
    expect(places(told(text))).toEqual([
      `${file}:4 rule.any[0].tag.in`,
      `${file}:5 rule.any[1].evnt`,
      `${file}:7 rule.any[2].all[0].profile.field`,
      `${file}:7 rule.any[2].all[0].profile.value`,
    ])
    expect(places(told('rule: 3\n'))).toEqual([`${file}:1 title`, `${file}:1 rule`])
  })

  test('may not refer to itself, also by way of others', () => {
    const to = (slug: string) => rule(`not: { segment: { id: ${slug} } }`)
    const problems = told(to('b'), { 'segments/b.yaml': to('c'), 'segments/c.yaml': to('recall') })
    expect(places(problems)).toEqual(['b', 'c', 'recall'].map((slug) => `segments/${slug}.yaml:3 rule.not.segment.id`))
    expect(problems.find((each) => each.file === file)?.message).toBe('人群互相引用：recall → b → c → recall')
    expect(places(told(to('recall')))).toEqual([`${file}:3 rule.not.segment.id`])
  })

  test('may not be deeper than 6 or have more than 50 conditions', () => {
    const deep = (depth: number): object => (depth === 1 ? { tag: { in: ['a'] } } : { not: deep(depth - 1) })
    expect(ruleIssues(deep(6))).toEqual([])
    expect(ruleIssues(deep(7)).map(({ path }) => path)).toEqual([['not', 'not', 'not', 'not', 'not', 'not']])
    const wide = (count: number) => ({
      all: [{ any: Array.from({ length: count - 1 }, () => ({ tag: { in: ['a'] } })) }, { tag: { in: ['b'] } }],
    })
    expect(ruleIssues(wide(50))).toEqual([])
    expect(ruleIssues(wide(51)).map(({ message }) => splitReason(message, '').message)).toEqual(['超过 50 个条件'])
  })

  test('of any depth and size is refused without harm', () => {
    let deep: unknown = { tag: { in: ['a'] } }
    for (let level = 0; level < 200_000; level++) deep = { not: [deep] }
    expect(ruleIssues(deep)).toHaveLength(1)
    expect(ruleSchema.safeParse(deep).success).toBe(false)
    expect(ruleIssues({ all: Array.from({ length: 200_000 }, () => deep) })).toHaveLength(1)
    for (const odd of [null, undefined, 3, 'a', [], [{}], {}, { all: 3 }, { not: null }, { segment: null }])
      expect(ruleIssues(odd).length).toBeGreaterThan(0)
  })

  test('has a schema that can be shown', () => {
    const shown = JSON.stringify(z.toJSONSchema(ruleSchema, { io: 'input' }))
    expect(shown).toContain('#/$defs/SegmentRule')
    expect(shown).toContain('"olderThan"')
  })
})

describe('the library', () => {
  const clock = { now: () => new Date('2026-03-04T10:00:00+08:00') }
  const open = (dir: string) =>
    createLibrary({ dir, log: silentLogger, clock, publicUrl: 'https://a.example', watch: false })

  test('serves segments, keeps the last good version of a broken one, and one that others still need', async () => {
    const place = await folder({
      'segments/a.yaml': rule('segment: { id: b }'),
      'segments/b.yaml': rule('tag: { in: [x] }'),
    })
    const library = open(place.dir)
    try {
      expect(await library.load()).toEqual([])
      const before = library.version()
      await place.write('segments/a.yaml', rule('segment: { idd: b }'))
      await rm(join(place.dir, 'segments/b.yaml'))
      const problems = await library.load()
      expect(places(problems)).toEqual([
        'content/segments/a.yaml:3 rule.segment.id',
        'content/segments/a.yaml:3 rule.segment.idd',
      ])
      expect(library.segments().map(({ slug }) => slug)).toEqual(['a', 'b'])
      expect(library.segment('a')?.rule).toEqual({ segment: { id: 'b' } })
      await place.write('segments/a.yaml', rule('tag: { in: [y] }'))
      expect(await library.load()).toEqual([])
      expect(library.segments().map(({ slug }) => slug)).toEqual(['a'])
      expect(library.version()).not.toBe(before)
    } finally {
      await library.close()
      await place.remove()
    }
  })

  test('knows the segments of the sample shop', async () => {
    const library = open(join(import.meta.dirname, '../../content'))
    expect(await library.load()).toEqual([])
    const slugs = library.segments().map(({ slug }) => slug)
    expect(slugs).toEqual(expect.arrayContaining(['recall', 'second-purchase', 'newcomers', 'vip', 'cross-sell']))
  })
})
