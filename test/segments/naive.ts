import type { ContactRow } from '../../src/contacts/model.js'
import type { Rule } from '../../src/library/rule.js'

/** A fact of a world. */
export interface WorldFact {
  _id: string
  source: string
  type: string
  contact?: string
  occurredAt: Date
  receivedAt: Date
  props: Record<string, unknown>
}

/** Everything there is. */
export interface World {
  contacts: ContactRow[]
  facts: WorldFact[]
  credits: { _id: string; key: string; template: string; credits: number }[]
  segments: Record<string, Rule>
}

/**
 * The meaning of rules, written down a second time in the plainest way: no calendar library (Shanghai is eight hours
 * ahead, always), no shared code, everything looked at again for every question.
 */
export function means(rule: Rule, contact: ContactRow, world: World, asOf: number): boolean {
  const self = (each: Rule) => means(each, contact, world, asOf)
  if ('all' in rule) return !rule.all.map(self).includes(false)
  if ('any' in rule) return rule.any.map(self).includes(true)
  if ('not' in rule) return !(Array.isArray(rule.not) ? rule.not : [rule.not]).map(self).includes(true)
  if ('segment' in rule) return self(world.segments[rule.segment.id] as Rule)
  if ('tag' in rule) {
    const common = contact.tags.filter((tag) => (rule.tag.in ?? rule.tag.notIn)?.includes(tag))
    return rule.tag.in ? common.length > 0 : common.length === 0
  }
  if ('consent' in rule) {
    const said = contact.consents[rule.consent.purpose]
    const state = said === undefined ? 'never-asked' : said.allowed ? 'granted' : 'withdrawn'
    const wanted = rule.consent.state ?? 'granted'
    return wanted === 'not-withdrawn' ? state !== 'withdrawn' : state === wanted
  }
  if ('follow' in rule) {
    const { channel, account, state, within, olderThan } = rule.follow
    const platform = channel === 'wecom' ? 'wecom' : 'official-account'
    const mine = contact.identities.filter((i) => i.platform === platform && (!account || i.account === account))
    const now = mine.filter((i) => i.follow.following)
    if (state === 'never') return mine.length === 0
    if (state === 'unfollowed') return mine.length > 0 && now.length === 0
    return now.some((i) => {
      const at = i.follow.at.getTime()
      if (within) return recent(at, within, asOf) && at <= asOf
      return olderThan ? !recent(at, olderThan, asOf) : true
    })
  }
  if ('bucket' in rule) {
    const place = bucket(`${rule.bucket.salt}\n${contact._id}`)
    return place >= Math.round(rule.bucket.from * 100) && place < Math.round(rule.bucket.to * 100)
  }
  if ('reachable' in rule) {
    const has = (platform: string, following?: boolean) =>
      contact.identities.filter((i) => i.platform === platform && (following === undefined || i.follow.following))
    const credit = (platform: string) =>
      has(platform).some((i) => world.credits.some(({ key, credits }) => key === i.key && credits > 0))
    switch (rule.reachable.channel) {
      case 'template':
      case 'mass':
        return has('official-account', true).length > 0
      case 'customer-message':
        return has('official-account', true).length > 0 && asOf - contact.lastSeenAt.getTime() < 48 * HOUR
      case 'subscription':
        return credit('official-account')
      case 'mini-program':
        return credit('mini-program')
      case 'group-send':
        return has('wecom', true).length > 0
      case 'next-visit':
        return true
    }
  }
  if ('profile' in rule) return meetsProfile(rule.profile, contact, asOf)
  return meetsFacts(rule, contact, world, asOf)
}

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** The number of the day in Shanghai. */
const dayOf = (at: number) => Math.floor((at + 8 * HOUR) / DAY)
const textOfDay = (day: number) => new Date(day * DAY).toISOString().slice(0, 10)
const startOf = (text: string) =>
  text.includes('T')
    ? Date.parse(/Z$|[+-]\d\d:\d\d$/.test(text) ? text : `${text}+08:00`)
    : Date.parse(`${text}T00:00+08:00`)

const UNIT: Record<string, number> = { m: 60_000, h: HOUR }
const exact = (span: string) => {
  const unit = UNIT[span.slice(-1)]
  return unit === undefined ? undefined : Number(span.slice(0, -1)) * unit
}
const daysIn = (span: string) => Number(span.slice(0, -1)) * (span.endsWith('w') ? 7 : 1)

/** Whether a stretch back from `asOf` still reaches `at` (which may also lie ahead). */
function recent(at: number, span: string, asOf: number): boolean {
  const ms = exact(span)
  return ms === undefined ? dayOf(asOf) - dayOf(at) < daysIn(span) : asOf - at <= ms
}

const isSpan = (text: string) => /^\d+[mhdw]$/.test(text)

interface Range {
  within?: string | undefined
  between?: [string, string] | undefined
}

function inRange(at: number, { within, between }: Range, asOf: number): boolean {
  if (at > asOf) return false
  if (within) return recent(at, within, asOf)
  if (!between) return true
  const [from, to] = between
  const begun = isSpan(from) ? recent(at, from, asOf) : at >= startOf(from)
  const ended = isSpan(to) ? recent(at, to, asOf) : to.includes('T') ? at > startOf(to) : dayOf(at) > dayOf(startOf(to))
  return begun && !ended
}

type Ask = { op: string; value?: unknown }

const KNOWN: Record<string, { path: string; kind: 'date' | 'number' | 'text'; ever?: boolean }> = {
  'seen.firstAt': { path: 'firstSeenAt', kind: 'date' },
  'seen.lastAt': { path: 'lastSeenAt', kind: 'date', ever: true },
  'scene.first': { path: 'identities.firstScene.scene', kind: 'text' },
  'scene.last': { path: 'identities.lastScene.scene', kind: 'text' },
  'orders.count': { path: 'shop.orderCount', kind: 'number' },
  'orders.paidFen': { path: 'shop.paidFen', kind: 'number' },
  'orders.refundedFen': { path: 'shop.refundedFen', kind: 'number' },
  'orders.firstAt': { path: 'shop.firstOrderAt', kind: 'date' },
  'orders.lastAt': { path: 'shop.lastOrderAt', kind: 'date', ever: true },
  'runOut.product': { path: 'shop.runOut.product', kind: 'text' },
  'runOut.at': { path: 'shop.runOut.at', kind: 'date' },
}

function meetsProfile({ field, ...ask }: Ask & { field: string }, contact: ContactRow, asOf: number): boolean {
  const known = KNOWN[field]
  const values = known ? under(contact, known.path.split('.')) : under(contact.profile, field.split('.'))
  if (known?.kind === 'number' && values.length === 0 && ask.op !== 'exists') values.push(0)
  return meets(values, ask, asOf, known?.kind, known?.ever)
}

/** The values under a path; a list on the way or at the end is its elements. */
function under(value: unknown, [name, ...rest]: string[]): unknown[] {
  if (name === undefined) {
    const all = Array.isArray(value) ? value : [value]
    return all.filter((one) => one !== null && one !== undefined && !Array.isArray(one))
  }
  const all = Array.isArray(value) ? value : [value]
  return all.flatMap((one) => {
    const plain = typeof one === 'object' && one !== null && !Array.isArray(one) && !(one instanceof Date)
    const next = plain ? (one as Record<string, unknown>)[name] : undefined
    return next === undefined ? [] : under(next, rest)
  })
}

function meets(values: unknown[], { op, value }: Ask, asOf: number, kind?: string, ever?: boolean): boolean {
  if (op === 'exists') return values.length > 0 === (value !== false)
  if (op === 'ne') return !values.some((one) => same(one, value, kind))
  return values.some((one) => {
    switch (op) {
      case 'eq':
        return same(one, value, kind)
      case 'in':
        return (value as unknown[]).some((each) => each === one)
      case 'contains':
        return typeof one === 'string' && one.split(value as string).length > 1
      case 'startsWith':
        return typeof one === 'string' && one.slice(0, (value as string).length) === value
      case 'between': {
        const [low, high] = value as [unknown, unknown]
        if (typeof low === 'string' && one instanceof Date && !(isDate(low) && isDate(high))) return false
        const upper = typeof high === 'string' && kind !== 'text' && isDate(low) && isDate(high) ? 'lte' : 'plain'
        return order(one, low, 'gte', kind) && (upper === 'plain' ? plain(one, high) : order(one, high, 'lte', kind))
      }
      case 'within':
      case 'olderThan':
      case 'withinNext':
        return relative(one, op, value as string, asOf, kind, ever)
      default:
        return order(one, value, op, kind)
    }
  })
}

const isDate = (text: unknown) => typeof text === 'string' && /^\d{4}-\d\d-\d\d(T\d\d:\d\d.*)?$/.test(text)
const plain = (one: unknown, high: unknown) => typeof one === typeof high && points(one) <= points(high)

/** Texts in the order of their code points. */
function points(value: unknown): string | number {
  if (typeof value !== 'string') return value as number
  return [...value].map((letter) => (letter.codePointAt(0) ?? 0).toString().padStart(8, '0')).join('')
}

/** Equal; a day is also every moment of it, where dates are meant. */
function same(one: unknown, value: unknown, kind?: string): boolean {
  if (one instanceof Date) {
    if (typeof value !== 'string' || !isDate(value) || kind === 'text' || kind === 'number') return false
    return value.includes('T') ? one.getTime() === startOf(value) : dayOf(one.getTime()) === dayOf(startOf(value))
  }
  return kind !== 'date' && one === value
}

function order(one: unknown, value: unknown, op: string, kind?: string): boolean {
  if (one instanceof Date) {
    if (typeof value !== 'string' || !isDate(value)) return false
    const [a, b] = value.includes('T') ? [one.getTime(), startOf(value)] : [dayOf(one.getTime()), dayOf(startOf(value))]
    return compared(a, b, op)
  }
  if (typeof one !== typeof value || kind === 'date') return false
  if (typeof one !== 'string' || typeof value !== 'string') return compared(one as number, value as number, op)
  const day = kind !== 'text' && /^\d{4}-\d\d-\d\d$/.test(value)
  const limit = day && (op === 'lte' || op === 'gt') ? `${value}~` : value
  if (day && op === 'lte') return points(one) < points(limit)
  if (day && op === 'gt') return points(one) >= points(limit)
  return compared(points(one), points(limit), op)
}

function compared(a: number | string, b: number | string, op: string): boolean {
  return { gt: a > b, gte: a >= b, lt: a < b, lte: a <= b, eq: a === b, ne: a !== b }[op] === true
}

function relative(one: unknown, op: string, span: string, asOf: number, kind?: string, ever?: boolean): boolean {
  const ms = exact(span)
  if (one instanceof Date) {
    const at = one.getTime()
    if (op === 'olderThan') return !recent(at, span, asOf)
    if (op === 'within') return recent(at, span, asOf) && (ever === true || at <= asOf)
    const ahead = dayOf(at) - dayOf(asOf)
    return ms === undefined ? ahead >= 0 && ahead < daysIn(span) : at >= asOf && at - asOf <= ms
  }
  if (typeof one !== 'string' || kind === 'date' || ms !== undefined || !/^\d{4}-\d\d-\d\d/.test(one)) return false
  const today = dayOf(asOf)
  const oldest = textOfDay(today - daysIn(span) + 1)
  if (op === 'olderThan') return one < oldest
  if (op === 'within') return one >= oldest && one < textOfDay(today + 1)
  return one >= textOfDay(today) && one < textOfDay(today + daysIn(span))
}

type FactRule = Extract<Rule, { event: unknown } | { last: unknown } | { sum: unknown } | { sequence: unknown }>

function meetsFacts(rule: FactRule, contact: ContactRow, world: World, asOf: number): boolean {
  const who = [contact._id, ...(contact.mergedFrom ?? [])]
  const own = world.facts.filter((fact) => fact.contact !== undefined && who.includes(fact.contact))
  const past = (leaf: { type: string | string[]; where?: (Ask & { field: string })[] | undefined } & Range) =>
    own.filter(
      ({ type, occurredAt, props }) =>
        (Array.isArray(leaf.type) ? leaf.type.includes(type) : leaf.type === type) &&
        inRange(occurredAt.getTime(), leaf, asOf) &&
        (leaf.where ?? []).every(({ field, ...ask }) => meets(under(props, field.split('.')), ask, asOf)),
    )
  if ('event' in rule) {
    const { type, within, count, never } = rule.event
    if (type === 'inbound') return recent(contact.lastSeenAt.getTime(), within ?? '', asOf)
    const found = past(rule.event).length
    if (never) return found === 0
    return count ? compared(found, count.n, count.op) : found > 0
  }
  if ('last' in rule) {
    const { type, within, olderThan, where } = rule.last
    const times =
      [type].flat()[0] === 'inbound'
        ? [contact.lastSeenAt.getTime()]
        : past({ type, where }).map(({ occurredAt }) => occurredAt.getTime())
    if (times.length === 0) return false
    const last = Math.max(...times)
    return within ? recent(last, within, asOf) : !recent(last, olderThan ?? '', asOf)
  }
  if ('sum' in rule) {
    const { field, op, n } = rule.sum
    const numbers = past(rule.sum).flatMap(({ props }) => under(props, field.split('.')))
    const sum = numbers.reduce<number>((all, one) => all + (typeof one === 'number' ? one : 0), 0)
    return compared(sum, n, op)
  }
  const { types, span, ...range } = rule.sequence
  const facts = past({ type: types, ...range }).toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime())
  const follows = (step: number, from: number, start: number, used: WorldFact[]): boolean => {
    if (step === types.length) return true
    return facts.some((fact) => {
      const at = fact.occurredAt.getTime()
      if (fact.type !== types[step] || at < from || used.includes(fact)) return false
      const first = step === 0 ? at : start
      if (span && !reaches(first, at, span)) return false
      return follows(step + 1, at, first, [...used, fact])
    })
  }
  return follows(0, Number.NEGATIVE_INFINITY, 0, [])
}

function reaches(first: number, at: number, span: string): boolean {
  const ms = exact(span)
  return ms === undefined ? dayOf(at) - dayOf(first) < daysIn(span) : at - first <= ms
}

/** FNV-1a with the end of murmur3, in arithmetic that cannot overflow. */
function bucket(text: string): number {
  const M = 1n << 32n
  let hash = 0x811c9dc5n
  for (const unit of Array.from({ length: text.length }, (_, at) => BigInt(text.charCodeAt(at))))
    hash = ((hash ^ unit) * 0x01000193n) % M
  hash = ((hash ^ (hash >> 16n)) * 0x85ebca6bn) % M
  hash = ((hash ^ (hash >> 13n)) * 0xc2b2ae35n) % M
  return Number((hash ^ (hash >> 16n)) % 10_000n)
}
