import type { ContactRow, Identity } from '../../src/contacts/model.js'
import type { Rule } from '../../src/library/rule.js'
import type { World } from './naive.js'

/** Random choices that a seed repeats. */
export interface Dice {
  below(n: number): number
  one<T>(values: readonly T[]): T
  chance(share: number): boolean
}

/** Dice of a seed (mulberry32). */
export function dice(seed: number): Dice {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
  return {
    below: (n) => Math.floor(next() * n),
    one: (values) => values[Math.floor(next() * values.length)] as (typeof values)[number],
    chance: (share) => next() < share,
  }
}

/** The moment around which everything of a random world happens: half past ten in Shanghai. */
export const ASOF = Date.parse('2026-03-04T10:30:00+08:00')
const HOUR = 3_600_000
const DAY = 24 * HOUR
const TYPES = ['order.paid', 'order.refunded', 'page.viewed', 'coupon.claimed']
const TEXTS = [
  '杭州',
  '上海',
  'a.c',
  'abc',
  '',
  '￥9',
  '😀',
  '😀b',
  '2026-03-04',
  '2026-02-20',
  '2026-03-04T09:00',
  '12 号',
]
const TAGS = ['vip', 'new', '床品']
const SPANS = ['1d', '2d', '7d', '30d', '1w', '24h', '48h', '90m', '60d']
const POINTS = [
  '2026-03-04',
  '2026-03-01',
  '2026-02-20',
  '2026-03-04T09:00',
  '2026-03-01T00:00Z',
  '2026-02-20T08:00+08:00',
]
const FIELDS = ['city', 'level', 'list', 'deep.list.x', 'when', 'nothing']
const ACCOUNTS = ['shop', 'second']

/** A time near the edges that matter: the moment itself, midnights, whole spans ago, the ms around them. */
function time(d: Dice): number {
  const base = d.one([
    ASOF,
    ASOF - d.below(70) * DAY,
    Date.parse('2026-03-04T00:00+08:00') - d.below(62) * DAY,
    ASOF - d.below(100) * HOUR,
    ASOF - 90 * 60_000,
    ASOF + d.below(5) * DAY,
  ])
  return base + d.one([0, 0, -1, 1, d.below(DAY)])
}

function value(d: Dice): unknown {
  return d.one<() => unknown>([
    () => d.one(TEXTS),
    () => d.one(TEXTS),
    () => d.below(6),
    () => d.below(6) - 2.5,
    () => d.chance(0.5),
    () => new Date(time(d)),
    () => null,
    () => [],
    () => [d.one(TEXTS), d.below(6), new Date(time(d))],
    () => [d.below(9), d.below(9)],
    () => [new Date(time(d)), new Date(time(d))],
    () => [[d.below(3)]],
    () => ({ x: d.below(5) }),
  ])()
}

function profile(d: Dice): Record<string, unknown> {
  const found: Record<string, unknown> = {}
  for (const name of ['city', 'level', 'list', 'when']) if (d.chance(0.7)) found[name] = value(d)
  if (d.chance(0.5)) {
    const list = Array.from({ length: d.below(4) }, () =>
      d.one([{ x: value(d) }, { x: d.below(5) }, d.below(3), [{ x: 1 }]]),
    )
    found['deep'] = d.chance(0.8) ? { list } : [{ list }, { list: { x: d.below(5) } }]
  }
  return found
}

function identity(d: Dice, id: string, platform: Identity['platform'], account: string): Identity {
  const key = `${platform}:${account}:${id}`
  const at = new Date(time(d))
  const scene = () => ({ scene: d.one(['store-1', 'store-2']), at })
  return {
    key,
    platform,
    account,
    externalId: id,
    boundAt: at,
    follow: { following: d.chance(0.7), at },
    ...(d.chance(0.4) && { firstScene: scene() }),
    ...(d.chance(0.4) && { lastScene: scene() }),
  }
}

function contact(d: Dice, number: number): ContactRow {
  const id = d.chance(0.9) ? (0x65000000 + number * 7919).toString(16).padStart(24, 'a0b1c2') : `old-${number}`
  const places = [
    ...ACCOUNTS.map((account) => ['official-account', account] as const),
    ['wecom', 'corp'] as const,
    ['mini-program', 'mini'] as const,
  ].filter(() => d.chance(0.4))
  const consent = () => ({ allowed: d.chance(0.6), at: new Date(time(d)), source: 'test' })
  return {
    _id: id,
    status: d.one(['active', 'active', 'active', 'active', 'active', 'erased']),
    identities: [
      identity(d, id, 'shop', 'mall'),
      ...places.map(([platform, account]) => identity(d, id, platform, account)),
    ],
    tags: TAGS.filter(() => d.chance(0.3)),
    profile: profile(d),
    consents: { ...(d.chance(0.6) && { marketing: consent() }), ...(d.chance(0.4) && { care: consent() }) },
    firstSeenAt: new Date(time(d)),
    lastSeenAt: new Date(time(d)),
    ...(d.chance(0.6) && {
      shop: {
        orderCount: d.below(4),
        paidFen: d.below(5) * 1000,
        refundedFen: d.below(2) * 1000,
        ...(d.chance(0.8) && { firstOrderAt: new Date(time(d)), lastOrderAt: new Date(time(d)) }),
        runOut: Array.from({ length: d.below(3) }, () => ({ product: d.one(['皂', '粉']), at: new Date(time(d)) })),
        version: 1,
      },
    }),
  }
}

/** A random world of so many contacts, some of them merged into others. */
export function randomWorld(d: Dice, people: number): World {
  const contacts = Array.from({ length: people }, (_, number) => contact(d, number))
  for (const [index, row] of contacts.entries()) {
    const into = contacts[index + 1]
    if (row.status !== 'active' || into?.status !== 'active' || !d.chance(0.25)) continue
    row.status = 'merged'
    into.mergedFrom = [row._id, ...(row.mergedFrom ?? [])]
  }
  const ids = contacts.map(({ _id }) => _id)
  const facts = Array.from({ length: people * 8 }, (_, number) => {
    const who = d.one([...ids, 'nobody', undefined])
    const at = new Date(time(d))
    return {
      _id: `t:${number}`,
      source: 't',
      type: d.one(TYPES),
      ...(who !== undefined && { contact: who }),
      occurredAt: at,
      receivedAt: at,
      props: {
        amountFen: d.one<unknown>([d.below(5) * 1000, d.below(5) * 1000, [100, 200, 'x'], '700']),
        items: Array.from({ length: d.below(3) }, () => ({ category: d.one(['床品', '毛巾']), qty: d.below(4) })),
        ...(d.chance(0.5) && { note: value(d) }),
      },
    }
  })
  const credits = contacts.flatMap(({ identities }) =>
    identities
      .filter(() => d.chance(0.3))
      .map(({ key }) => ({ _id: `${key}#T`, key, template: 'T', credits: d.below(2) })),
  )
  const segments: Record<string, Rule> = { base: randomRule(d, 2, []) }
  segments['upper'] = randomRule(d, 2, ['base'])
  return { contacts, facts, credits, segments }
}

const COMPARISONS = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte'] as const

function condition(d: Dice) {
  const scalar = () => d.one<string | number | boolean>([d.one(TEXTS), d.below(6), d.one(POINTS), d.chance(0.5)])
  const comparable = () => d.one<string | number>([d.one(TEXTS), d.below(6), d.one(POINTS)])
  const pair = d.one([
    () => [d.below(6), d.below(6)].toSorted((a, b) => a - b),
    () => [d.one(POINTS), d.one(POINTS)].toSorted(),
    () => [d.one(TEXTS), d.one(TEXTS)].toSorted(),
  ])
  return d.one([
    () => ({ op: d.one(['eq', 'ne'] as const), value: scalar() }),
    () => ({ op: 'in' as const, value: [comparable(), comparable()] }),
    () => ({ op: d.one(['gt', 'gte', 'lt', 'lte'] as const), value: comparable() }),
    () => ({ op: 'between' as const, value: pair() }),
    () => ({ op: d.one(['contains', 'startsWith'] as const), value: d.one(['杭', 'a.', 'bc', '😀', '2026', '￥']) }),
    () => ({ op: 'exists' as const, ...(d.chance(0.5) && { value: d.chance(0.5) }) }),
    () => ({ op: d.one(['within', 'olderThan', 'withinNext'] as const), value: d.one(SPANS) }),
  ])()
}

function systemCondition(d: Dice) {
  const number = () => ({ op: d.one(COMPARISONS), value: d.below(4) })
  const money = () => ({ op: d.one(['gte', 'lt', 'between'] as const), n: d.below(4) * 1000 })
  const date = () =>
    d.one([
      { op: d.one(['within', 'olderThan', 'withinNext'] as const), value: d.one(SPANS) },
      { op: d.one(COMPARISONS), value: d.one(POINTS) },
      { op: 'between' as const, value: [d.one(POINTS), d.one(POINTS)].toSorted() },
      { op: 'exists' as const },
    ])
  return d.one([
    () => ({ field: 'orders.count', ...number() }),
    () => {
      const { op, n } = money()
      return { field: d.one(['orders.paidFen', 'orders.refundedFen']), op, value: op === 'between' ? [n, n + 1500] : n }
    },
    () => ({
      field: d.one(['seen.firstAt', 'seen.lastAt', 'orders.firstAt', 'orders.lastAt', 'runOut.at']),
      ...date(),
    }),
    () => ({
      field: d.one(['scene.first', 'scene.last']),
      op: d.one(['eq', 'ne', 'contains'] as const),
      value: 'store-1',
    }),
    () => ({ field: 'runOut.product', op: 'in' as const, value: ['皂'] }),
  ])()
}

function range(d: Dice) {
  const points = [d.one(POINTS), d.one(POINTS)].toSorted() as [string, string]
  return d.one([
    {},
    { ever: true as const },
    { within: d.one(SPANS) },
    { within: d.one(SPANS) },
    { between: points },
    { between: ['60d', d.one(['7d', '30d'])] as [string, string] },
    { between: ['2026-02-20', d.one(['7d', '24h'])] as [string, string] },
  ])
}

function where(d: Dice) {
  if (d.chance(0.6)) return {}
  const one = () =>
    d.one([
      () => ({ field: 'items.category', op: 'eq' as const, value: '床品' }),
      () => ({ field: 'items.qty', op: 'between' as const, value: [1, 2] }),
      () => ({ field: 'items.qty', op: d.one(COMPARISONS), value: d.below(4) }),
      () => ({ field: 'note', ...condition(d) }),
    ])()
  return { where: d.chance(0.7) ? [one()] : [one(), one()] }
}

/** A random rule; `segments` may be referred to. */
export function randomRule(d: Dice, depth = 4, segments: readonly string[] = ['base', 'upper']): Rule {
  const inner = () => randomRule(d, depth - 1, segments)
  const some = () => Array.from({ length: 1 + d.below(3) }, inner)
  if (depth > 1 && d.chance(0.6)) {
    return d.one<() => Rule>([
      () => ({ all: some() }),
      () => ({ any: some() }),
      () => ({ not: some() }),
      () => ({ not: inner() }),
    ])()
  }
  const type = () => d.one<string | string[]>([d.one(TYPES), d.one(TYPES), [d.one(TYPES), d.one(TYPES)]])
  const id = segments.length > 0 && d.chance(0.1) ? d.one(segments) : undefined
  if (id !== undefined) return { segment: { id } }
  return d.one<() => Rule>([
    () => ({ profile: { field: d.one(FIELDS), ...condition(d) } }),
    () => ({ profile: { field: d.one(FIELDS), ...condition(d) } }),
    () => ({ profile: systemCondition(d) }),
    () => ({ tag: d.chance(0.5) ? { in: [d.one(TAGS), d.one(TAGS)] } : { notIn: [d.one(TAGS)] } }),
    () => ({
      follow: {
        ...(d.chance(0.6) && { channel: d.one(['oa', 'official-account', 'wecom'] as const) }),
        ...(d.chance(0.3) && { account: d.one(ACCOUNTS) }),
        ...d.one([
          { state: d.one(['following', 'unfollowed', 'never'] as const) },
          { state: 'following' as const, within: d.one(SPANS) },
          { state: 'following' as const, olderThan: d.one(SPANS) },
        ]),
      },
    }),
    () => ({
      consent: {
        purpose: d.one(['marketing', 'care'] as const),
        ...(d.chance(0.7) && { state: d.one(['granted', 'withdrawn', 'never-asked', 'not-withdrawn'] as const) }),
      },
    }),
    () => ({ event: { type: type(), ...where(d), ...range(d) } }),
    () => ({ event: { type: type(), ...where(d), ...range(d), count: { op: d.one(COMPARISONS), n: d.below(4) } } }),
    () => ({ event: { type: type(), ...where(d), never: true } }),
    () => ({ event: { type: 'inbound', within: d.one(SPANS) } }),
    () => ({ last: { type: type(), ...where(d), ...d.one([{ within: d.one(SPANS) }, { olderThan: d.one(SPANS) }]) } }),
    () => ({ last: { type: 'inbound', ...d.one([{ within: d.one(SPANS) }, { olderThan: d.one(SPANS) }]) } }),
    () => ({
      sum: {
        type: type(),
        field: d.one(['amountFen', 'items.qty', 'note']),
        op: d.one(COMPARISONS),
        n: d.below(5) * d.one([1, 500, 1000]),
        ...where(d),
        ...range(d),
      },
    }),
    () => ({
      sequence: {
        types: Array.from({ length: 2 + d.below(2) }, () => d.one(TYPES)),
        ...(d.chance(0.5) && { span: d.one(SPANS) }),
        ...range(d),
      },
    }),
    () => {
      const from = d.below(9000)
      return { bucket: { salt: d.one(['a', 'b']), from: from / 100, to: (from + 1 + d.below(9999 - from)) / 100 } }
    },
    () => ({
      reachable: {
        channel: d.one([
          'template',
          'subscription',
          'mini-program',
          'customer-message',
          'mass',
          'group-send',
          'next-visit',
        ] as const),
      },
    }),
  ])()
}
