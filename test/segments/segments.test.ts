import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type ContactRow, contactRows, newContactId } from '../../src/contacts/model.js'
import { eventRows } from '../../src/events/model.js'
import type { Rule } from '../../src/library/rule.js'
import type { SegmentDefinition } from '../../src/library/segment.js'
import { segmentRows } from '../../src/segments/model.js'
import { createSegments, type Segments } from '../../src/segments/segments.js'
import { openPeople, type People } from '../contacts/people.js'

/** Half past ten in Shanghai. */
const NOW = new Date('2026-03-04T10:30:00+08:00')
const DAY = 86_400_000
const ago = (days: number) => new Date(NOW.getTime() - days * DAY)
let people: People
let segments: Segments
let files: SegmentDefinition[] = []
beforeAll(async () => {
  people = await openPeople(() => NOW)
  segments = createSegments({
    connection: people.store.connection,
    files: { segment: (slug) => files.find((each) => each.slug === slug), segments: () => files },
    clock: { now: () => NOW },
    timeZone: 'Asia/Shanghai',
    lookUp: 3,
  })
  await people.store.ensureIndexes()
})
afterAll(() => people.close())
beforeEach(async () => {
  files = []
  const { connection } = people.store
  await contactRows(connection).deleteMany({})
  await eventRows(connection).deleteMany({})
  await segmentRows(connection).deleteMany({})
})

async function follower(more: Partial<ContactRow> = {}): Promise<string> {
  const _id = more._id ?? newContactId()
  const follow = { following: true, at: ago(90) }
  const identity = { platform: 'official-account' as const, account: 'shop', externalId: _id }
  await contactRows(people.store.connection).insertOne({
    _id,
    status: 'active',
    identities: [{ key: `official-account:shop:${_id}`, ...identity, boundAt: ago(90), follow }],
    tags: [],
    profile: {},
    consents: {},
    firstSeenAt: ago(90),
    lastSeenAt: ago(40),
    ...more,
  })
  return _id
}

let count = 0
async function happened(contact: string, type: string, at: Date, props: Record<string, unknown> = {}): Promise<void> {
  await people.events.append([{ source: 't', id: String(++count), type, contact, occurredAt: at, props }])
}

async function idsOf(rule: Rule, asOf = NOW): Promise<string[]> {
  const ids: string[] = []
  for await (const page of segments.pages(rule, { asOf })) ids.push(...page.map(({ _id }) => _id))
  return ids
}

const RECALL: Rule = {
  all: [
    { follow: { channel: 'oa', state: 'following' } },
    { not: { event: { type: 'inbound', within: '30d' } } },
    { last: { type: 'order.paid', olderThan: '45d' } },
    { consent: { purpose: 'marketing' } },
  ],
}
const agreed = { marketing: { allowed: true, at: ago(90), source: 'test' } }

describe('a recall segment', () => {
  test('means those who bought long ago, were not here lately and agreed', async () => {
    const silent = await follower({ consents: agreed })
    await happened(silent, 'order.paid', ago(60))
    const bought = await follower({ consents: agreed })
    await happened(bought, 'order.paid', ago(60))
    await happened(bought, 'order.paid', ago(10))
    const here = await follower({ consents: agreed, lastSeenAt: ago(3) })
    await happened(here, 'order.paid', ago(60))
    const never = await follower({ consents: agreed })
    const refused = await follower({ consents: { marketing: { ...agreed.marketing, allowed: false } } })
    await happened(refused, 'order.paid', ago(60))
    expect(await idsOf(RECALL)).toEqual([silent])
    expect((await segments.count(RECALL)).count).toBe(1)
    const answers = await Promise.all(
      [silent, bought, here, never, refused].map((id) => segments.match(RECALL, id, NOW)),
    )
    expect(answers).toEqual([true, false, false, false, false])
  })

  test('of the sample shop means the same by the orders of the contact', async () => {
    files = [
      {
        slug: 'base',
        title: '可推广',
        rule: { all: [{ follow: { state: 'following' } }, { consent: { purpose: 'marketing' } }] },
      },
    ]
    const rule: Rule = {
      all: [
        { segment: { id: 'base' } },
        { not: { event: { type: 'inbound', within: '30d' } } },
        { profile: { field: 'orders.lastAt', op: 'olderThan', value: '45d' } },
      ],
    }
    const shop = (days: number) => {
      const [firstOrderAt, lastOrderAt] = [ago(99), ago(days)]
      return { orderCount: 1, paidFen: 100, refundedFen: 0, firstOrderAt, lastOrderAt, runOut: [], version: 1 }
    }
    const silent = await follower({ consents: agreed, shop: shop(46) })
    await follower({ consents: agreed, shop: shop(44) })
    await follower({ consents: agreed })
    expect(await idsOf(rule)).toEqual([silent])
  })
})

describe('days', () => {
  const paid = (range: object): Rule => ({ event: { type: 'order.paid', ...range } })

  test('are those of the calendar in Shanghai: today is the first of the last 2', async () => {
    const id = await follower()
    await happened(id, 'order.paid', new Date('2026-03-03T00:00:00+08:00'))
    expect(await idsOf(paid({ within: '2d' }))).toEqual([id])
    expect(await idsOf(paid({ within: '1d' }))).toEqual([])
    expect(await idsOf({ last: { type: 'order.paid', olderThan: '1d' } })).toEqual([id])
    expect(await idsOf({ last: { type: 'order.paid', olderThan: '2d' } })).toEqual([])
    expect(await idsOf(paid({ within: '34h' }))).toEqual([])
    expect(await idsOf(paid({ within: '35h' }))).toEqual([id])
    expect(await segments.flipsAt(paid({ within: '2d' }), id, NOW)).toEqual(new Date('2026-03-05T00:00:00+08:00'))
    expect(await segments.flipsAt(paid({ within: '35h' }), id, NOW)).toEqual(new Date('2026-03-04T11:00:00.001+08:00'))
    expect(await segments.flipsAt(paid({ ever: true }), id, NOW)).toBeUndefined()
  })

  test('of a range are whole, and nothing later than the moment of asking counts', async () => {
    const id = await follower()
    await happened(id, 'order.paid', new Date('2026-03-01T23:59:59.999+08:00'))
    expect(await idsOf(paid({ between: ['2026-03-01', '2026-03-01'] }))).toEqual([id])
    expect(await idsOf(paid({ between: ['2026-03-02', '2026-03-03'] }))).toEqual([])
    expect(await idsOf(paid({ within: '30d' }), new Date('2026-03-01T23:00:00+08:00'))).toEqual([])
    expect(await idsOf(paid({ between: ['30d', '3d'] }))).toEqual([id])
    expect(await idsOf(paid({ between: ['30d', '4d'] }))).toEqual([])
  })
})

describe('a value between two others', () => {
  test('is one value: two elements of a list on either side do not do', async () => {
    const [straddling, inside] = [
      await follower({ profile: { sizes: [0, 3] } }),
      await follower({ profile: { sizes: [9, 2] } }),
    ]
    for (const id of await Promise.all(Array.from({ length: 5 }, () => follower())))
      await happened(id, 'order.paid', ago(1))
    await happened(straddling, 'order.paid', ago(1), { items: [{ qty: 0 }, { qty: 3 }] })
    await happened(inside, 'order.paid', ago(1), { items: [{ qty: 0 }, { qty: 2 }] })
    const between = { op: 'between' as const, value: [1, 2] }
    const asked: Rule[] = [
      { profile: { field: 'sizes', ...between } },
      { event: { type: 'order.paid', where: [{ field: 'items.qty', ...between }] } },
    ]
    for (const rule of asked) {
      expect(await idsOf(rule)).toEqual([inside])
      expect((await segments.count(rule)).count).toBe(1)
      expect(await segments.match(rule, straddling, NOW)).toBe(false)
    }
  })
})

describe('the facts of merged contacts', () => {
  test('belong to the contact that is left, for every way of asking', async () => {
    const [gone, kept] = [newContactId(), newContactId()]
    const merge = {
      into: kept,
      at: NOW,
      by: 'unionid' as const,
      moved: [],
      before: { tags: [], profile: {}, consents: {}, firstSeenAt: NOW },
      done: true,
    }
    await follower({ _id: gone, status: 'merged', merge })
    await follower({ _id: kept, mergedFrom: [gone] })
    for (const id of await Promise.all(Array.from({ length: 5 }, () => follower())))
      await happened(id, 'order.paid', ago(1))
    await happened(gone, 'order.paid', ago(2))
    await happened(kept, 'order.paid', ago(1))
    const twice: Rule = { event: { type: 'order.paid', count: { op: 'gte', n: 2 } } }
    expect(await idsOf(twice)).toEqual([kept])
    expect((await segments.count(twice)).count).toBe(1)
    expect(await segments.match(twice, kept, NOW)).toBe(true)
    expect(await segments.match(twice, gone, NOW)).toBe(true)
    expect(await segments.match(twice, 'nobody', NOW)).toBe(false)
  })
})

describe('pages', () => {
  test('are full but for the last, in the order of ids, and go on behind an id', async () => {
    const all = (
      await Promise.all(Array.from({ length: 23 }, (_, n) => follower({ tags: n % 2 ? ['odd'] : [] })))
    ).sort()
    const pages: string[][] = []
    for await (const page of segments.pages({ follow: { state: 'following' } }, { asOf: NOW, size: 10 }))
      pages.push(page.map(({ _id }) => _id))
    expect(pages.map((page) => page.length)).toEqual([10, 10, 3])
    expect(pages.flat()).toEqual(all)
    const rest: string[] = []
    for await (const page of segments.pages({ follow: { state: 'following' } }, { asOf: NOW, after: all[19] ?? '' }))
      rest.push(...page.map(({ _id }) => _id))
    expect(rest).toEqual(all.slice(20))
  })

  test('carry what is needed to judge how people can be reached, and nothing more', async () => {
    const id = await follower({ profile: { nickname: '小明', city: '杭州' }, tags: ['vip'] })
    const rule: Rule = { profile: { field: 'city', op: 'between', value: ['杭', '杯'] } }
    for await (const [row] of segments.pages(rule, { asOf: NOW })) {
      expect(Object.keys(row ?? {}).sort()).toEqual(['_id', 'consents', 'identities', 'lastSeenAt', 'status', 'tags'])
      expect(row?._id).toBe(id)
    }
  })

  test('end when the reader goes away', async () => {
    await follower()
    const gone = new AbortController()
    gone.abort()
    const reading = segments.pages({ event: { type: 'a', never: true } }, { asOf: NOW, signal: gone.signal })
    await expect(reading[Symbol.asyncIterator]().next()).rejects.toThrow('abort')
  })
})

describe('a count', () => {
  test('shows those who were here last, their names masked', async () => {
    await follower({ profile: { nickname: '小明' }, lastSeenAt: ago(3) })
    const latest = await follower({ profile: { nickname: '  欧阳😀' }, lastSeenAt: ago(1), tags: ['vip'] })
    const unnamed = await follower({ lastSeenAt: ago(2) })
    for (const rule of [{ follow: { state: 'following' } }, { event: { type: 'a', never: true } }] as Rule[]) {
      const { count: found, asOf, sample } = await segments.count(rule, { sample: 2 })
      expect([found, asOf]).toEqual([3, NOW])
      expect(sample).toEqual([
        { contact: latest, name: '欧**', lastSeenAt: ago(1), tags: ['vip'] },
        { contact: unnamed, lastSeenAt: ago(2), tags: [] },
      ])
    }
  })

  test('leaves out whoever is erased', async () => {
    await follower({ status: 'erased', identities: [] })
    expect((await segments.count({ follow: { state: 'never' } })).count).toBe(0)
  })
})

describe('stored segments', () => {
  const vip: Rule = { tag: { in: ['vip'] } }

  test('are put, found, replaced by version and removed; files win and stay', async () => {
    files = [{ slug: 'file', title: '文件', rule: vip }]
    const put = await segments.put(
      'mine',
      { title: ' 我的 ', description: '试', rule: { not: { segment: { id: 'file' } } } },
      'k1',
    )
    expect(put).toMatchObject({
      outcome: 'stored',
      segment: {
        slug: 'mine',
        title: '我的',
        description: '试',
        origin: 'store',
        version: 1,
        updatedAt: NOW,
        updatedBy: 'k1',
      },
    })
    expect((await segments.list()).map(({ slug, origin }) => [slug, origin])).toEqual([
      ['file', 'file'],
      ['mine', 'store'],
    ])
    expect(await segments.put('mine', { title: '新', rule: vip, version: 1 }, 'k2')).toMatchObject({
      outcome: 'stored',
      segment: { version: 2 },
    })
    expect(await segments.find('mine')).not.toHaveProperty('description')
    expect(await segments.put('mine', { title: '旧', rule: vip, version: 1 }, 'k1')).toEqual({
      outcome: 'stale',
      version: 2,
    })
    expect(await segments.put('mine', { title: '旧', rule: vip, version: 0 }, 'k1')).toMatchObject({ outcome: 'stale' })
    expect(await segments.put('new', { title: '新', rule: vip, version: 3 }, 'k1')).toEqual({
      outcome: 'stale',
      version: 0,
    })
    expect(await segments.put('file', { title: '抢', rule: vip }, 'k1')).toEqual({ outcome: 'read-only' })
    expect(await segments.remove('file')).toBe('read-only')
    expect(await segments.remove('mine')).toBe('removed')
    expect(await segments.remove('mine')).toBe('unknown')
  })

  test('are refused with every mistake, when they lead nowhere, or back to themselves', async () => {
    const problems = async (slug: string, rule: unknown, title = '试') => {
      const put = await segments.put(slug, { title, rule }, 'k')
      return put.outcome === 'invalid' ? put.problems.map(({ field }) => field) : put.outcome
    }
    expect(await problems('a', { any: [{ tagg: 1 }, { tag: { in: [] } }] }, '')).toEqual([
      'title',
      'rule.any[0].tagg',
      'rule.any[1].tag.in',
    ])
    expect(await problems('A', vip)).toEqual(['slug'])
    expect(await problems('a', { all: [vip, { segment: { id: 'b' } }] })).toEqual(['rule.all[1].segment.id'])
    expect(await problems('b', vip)).toBe('stored')
    expect(await problems('a', { segment: { id: 'b' } })).toBe('stored')
    expect(await problems('b', { segment: { id: 'a' } })).toEqual(['rule.segment.id'])
    expect(await segments.remove('b')).toEqual({ usedBy: [{ kind: 'segment', id: 'a', title: '试' }] })
  })

  test('that came to refer to each other all the same are told, not followed for ever', async () => {
    const store = async (slug: string, to: string) =>
      segmentRows(people.store.connection).insertOne({
        _id: slug,
        title: slug,
        rule: JSON.stringify({ segment: { id: to } }),
        version: 1,
        updatedAt: NOW,
        updatedBy: 'k',
      })
    await store('a', 'b')
    await store('b', 'a')
    await expect(segments.count({ segment: { id: 'a' } })).rejects.toMatchObject({ code: 'segment.cycle' })
    await expect(segments.count({ segment: { id: 'c' } })).rejects.toMatchObject({ code: 'segment.missing' })
    expect((await segments.mentions()).byTime()).toEqual([])
  })

  test('frozen hold what they meant, whatever becomes of the segments they name', async () => {
    await segments.put('base', { title: '甲', rule: vip }, 'k')
    const rule = await segments.freeze({ all: [{ segment: { id: 'base' } }, { not: { segment: { id: 'base' } } }] })
    await segments.put('base', { title: '乙', rule: { follow: { state: 'never' } } }, 'k')
    expect(rule).toEqual({ all: [vip, { not: [vip] }] })
  })

  test('are asked again only by what they mention', async () => {
    files = [
      { slug: 'paid', title: '甲', rule: { event: { type: 'order.paid', within: '30d' } } },
      {
        slug: 'upper',
        title: '乙',
        rule: { any: [{ segment: { id: 'paid' } }, { profile: { field: 'city', op: 'exists' } }] },
      },
      {
        slug: 'tags',
        title: '丙',
        rule: { all: [vip, { consent: { purpose: 'care' } }, { event: { type: 'order.paid' } }] },
      },
    ]
    const index = await segments.mentions()
    expect(index.byEvent('order.paid')).toEqual(['paid', 'tags', 'upper'])
    expect(index.byEvent('order.created')).toEqual([])
    expect([index.byField('city'), index.byField('tags'), index.byField('consents.care')]).toEqual([
      ['upper'],
      ['tags'],
      ['tags'],
    ])
    expect(index.byTime()).toEqual(['paid', 'upper'])
  })
})

describe('an explanation', () => {
  test('says of every condition whether it holds and what was found', async () => {
    const id = await follower({ consents: agreed, profile: { city: '杭州' } })
    await happened(id, 'order.paid', ago(60), { items: [{ category: '床品' }] })
    const where = [{ field: 'items.category', op: 'eq' as const, value: '床品' }]
    const rule: Rule = {
      all: [...('all' in RECALL ? RECALL.all : []), { event: { type: 'order.paid', where, within: '90d' } }],
    }
    const found = await segments.explain(rule, id, NOW)
    expect(found?.holds).toBe(true)
    expect(found?.of?.map(({ text }) => text.zh)).toEqual([
      '关注着公众号',
      '一个也不满足',
      '最近一次order.paid在 45 天 以前',
      '愿意收推广',
      '最近 90d order.paid（items.category 是 床品）有过',
    ])
    expect(found?.of?.[1]?.of?.[0]).toEqual({
      text: { zh: '最近一次来在最近 30d', en: 'last seen is within the last 30d' },
      holds: false,
      found: { zh: '2026-01-23 10:30', en: '2026-01-23 10:30' },
    })
    expect(found?.of?.[4]?.found).toEqual({ zh: '1 条，最近 2026-01-03 10:30', en: '1, the last 2026-01-03 10:30' })
    expect(await segments.explain(rule, 'nobody', NOW)).toBeUndefined()
  })

  test('agrees with the answer for people, in words that are never empty', async () => {
    const { dice, randomRule } = await import('./random.js')
    const d = dice(20260304)
    const id = await follower({ profile: { city: '杭州' } })
    await happened(id, 'order.paid', ago(2), { amountFen: 5 })
    files = ['base', 'upper'].map((slug) => ({ slug, title: slug, rule: { tag: { in: ['vip'] } } }))
    for (let round = 0; round < 40; round++) {
      const rule = randomRule(d)
      const found = await segments.explain(rule, id, NOW)
      expect([rule, found?.holds]).toEqual([rule, await segments.match(rule, id, NOW)])
      expect(JSON.stringify(found)).not.toMatch(/undefined|null|NaN|"(zh|en)":""/)
    }
  })
})
