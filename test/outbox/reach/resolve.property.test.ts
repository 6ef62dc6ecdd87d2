import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Purpose } from '../../../src/core/outcome.js'
import { CHANNELS, type Channel, type Resolution } from '../../../src/outbox/channel.js'
import { quietUntil } from '../../../src/outbox/reach/quiet.js'
import { mainReason, type ReachFacts, type ResolveInput, resolveChannel } from '../../../src/outbox/reach/reach.js'
import { NOON, quotas } from './setup.js'

/** The long form asks a million times: `WELOOP_TRIALS=1000000`. */
const TRIALS = Number(process.env['WELOOP_TRIALS'] ?? 3000)
const SERVICE_ONLY: ReadonlySet<Channel> = new Set(['template', 'subscription', 'mini-program', 'shipping'])

const count = (most: number) => fc.integer({ min: 0, max: most })
const often = fc.oneof({ arbitrary: fc.constant(true), weight: 4 }, { arbitrary: fc.constant(false), weight: 1 })
const moment = fc.integer({ min: 0, max: 60 * 86_400 }).map((seconds) => new Date(NOON.getTime() + seconds * 1000))
const consent = fc.option(fc.record({ allowed: often, at: fc.constant(NOON), source: fc.constant('console') }), {
  nil: undefined,
  freq: 2,
})

const facts: fc.Arbitrary<ReachFacts> = fc
  .record({
    known: often,
    inMiniProgram: often,
    wecom: fc.boolean(),
    following: often,
    marketing: consent,
    care: consent,
    openWindow: count(6),
    windowUnexpired: fc.boolean(),
    massThisMonth: count(5),
    day: count(2),
    week: count(3),
    month: count(5),
    sub: count(2),
    mini: count(2),
    rare: count(60),
  })
  .map((one) => ({
    contact: 'c1',
    to: one.known ? 'o1' : undefined,
    ...(one.inMiniProgram && { miniProgram: 'm1' }),
    wecom: one.wecom,
    following: one.following,
    consents: { ...(one.marketing && { marketing: one.marketing }), ...(one.care && { care: one.care }) },
    openWindow: one.openWindow,
    windowUnexpired: one.windowUnexpired,
    massThisMonth: one.massThisMonth,
    touches: { day: one.day, week: one.day + one.week, month: one.day + one.week + one.month },
    credits: { SUB: one.sub, MINI: one.mini },
    ...(one.rare === 0 && { erased: true }),
    ...(one.rare === 1 && { blockedAt: NOON }),
    ...(one.rare === 2 && { reserved: true }),
  }))

const input: fc.Arbitrary<ResolveInput> = fc
  .record({
    purpose: fc.constantFrom<Purpose[]>('reply', 'service', 'marketing', 'care'),
    channels: fc.shuffledSubarray([...CHANNELS]),
    facts,
    now: moment,
    mode: fc.constantFrom('next' as const, 'abort' as const, 'ignore' as const),
    caps: fc.record({ day: fc.integer({ min: 1, max: 3 }), week: count(6), month: count(12) }),
    required: fc.subarray(['marketing' as const, 'care' as const]),
    parked: fc.subarray([...CHANNELS], { maxLength: 3 }),
    empty: fc.subarray([...CHANNELS], { maxLength: 3 }),
    forbidden: fc.subarray([...CHANNELS], { maxLength: 2 }),
    templates: fc.subarray(['template', 'subscription', 'mini-program'] as const),
  })
  .map(({ mode, caps, required, parked, empty, forbidden, templates, ...rest }) => {
    const midnight = new Date(rest.now.getTime() + 3_600_000)
    const entries = Object.entries(quotas({ rollsAt: midnight })).map(([name, state]) => {
      const channel = name as Channel
      const changed = {
        ...state,
        permitted: !forbidden.includes(channel),
        left: empty.includes(channel) ? 0 : 10,
        ...(parked.includes(channel) && { parkedUntil: midnight }),
      }
      return [channel, changed]
    })
    const bound = { template: 'TPL', subscription: 'SUB', 'mini-program': 'MINI' }
    return {
      ...rest,
      policy: {
        caps: { day: caps.day, week: caps.day + caps.week, month: caps.day + caps.week + caps.month },
        quiet: QUIET[mode],
        requireConsent: required,
      },
      quota: Object.fromEntries(entries),
      templates: Object.fromEntries(templates.map((channel) => [channel, bound[channel]])),
    }
  })

const quiet = { hours: '22:00-08:00', timeZone: 'Asia/Shanghai' }
const QUIET = {
  next: { ...quiet, mode: 'next' as const },
  abort: { ...quiet, mode: 'abort' as const },
  ignore: { ...quiet, mode: 'ignore' as const },
}
const chosen = (resolution: Resolution) => ('channel' in resolution ? resolution.channel : undefined)
const isCapped = (purpose: Purpose) => purpose === 'marketing' || purpose === 'care'

test(`marketing never leaves by a channel for service notices (${TRIALS} trials)`, () => {
  const taken = new Map<string, number>()
  fc.assert(
    fc.property(input, (asked) => {
      const channel = chosen(resolveChannel(asked))
      const key = `${asked.purpose} ${channel ?? 'none'}`
      taken.set(key, (taken.get(key) ?? 0) + 1)
      if (channel === undefined) return
      if (asked.purpose !== 'service') expect(SERVICE_ONLY.has(channel)).toBe(false)
      if (!isCapped(asked.purpose)) expect(['mass', 'group-send']).not.toContain(channel)
      expect(asked.channels).toContain(channel)
    }),
    { numRuns: TRIALS },
  )
  const hits = [
    'marketing mass',
    'marketing customer-message',
    'marketing group-send',
    'marketing none',
    'service template',
  ]
  for (const hit of hits) expect(taken.get(hit) ?? 0).toBeGreaterThan(TRIALS / 1000)
}, 600_000)

test('nobody gets what they refused, more than the caps, or anything in quiet hours', () => {
  let barred = 0
  fc.assert(
    fc.property(input, (asked) => {
      const { purpose, facts: person, policy, now } = asked
      const channel = chosen(resolveChannel(asked))
      if (person.erased) expect(channel).toBeUndefined()
      if (purpose === 'reply' || purpose === 'service') return
      const said = person.consents[purpose]
      if (said?.allowed === false) expect(channel).toBeUndefined()
      if (said === undefined && policy.requireConsent.includes(purpose)) expect(channel).toBeUndefined()
      const { day, week, month } = person.touches
      const full = day >= policy.caps.day || week >= policy.caps.week || month >= policy.caps.month
      if (full && !person.reserved) expect([undefined, 'next-visit']).toContain(channel)
      const isQuiet = policy.quiet.mode !== 'ignore' && quietUntil(now, policy.quiet) !== undefined
      if (isQuiet) expect([undefined, 'next-visit']).toContain(channel)
      if (full || isQuiet) barred++
    }),
    { numRuns: Math.min(TRIALS, 50_000) },
  )
  expect(barred).toBeGreaterThan(100)
})

test('the channel that is taken is the first that would be taken alone', () => {
  fc.assert(
    fc.property(input, (asked) => {
      const resolution = resolveChannel(asked)
      const alone = (channel: Channel) => chosen(resolveChannel({ ...asked, channels: [channel] })) !== undefined
      const real = asked.channels.filter((channel) => channel !== 'next-visit')
      const channel = chosen(resolution)
      const first = real.find(alone)
      if (first !== undefined) expect(channel).toBe(first)
      else expect([undefined, 'next-visit']).toContain(channel)
    }),
    { numRuns: Math.min(TRIALS, 20_000) },
  )
})

test('who cannot be reached is told a reason for every channel, and one to count', () => {
  fc.assert(
    fc.property(input, (asked) => {
      const resolution = resolveChannel(asked)
      if ('until' in resolution) expect(resolution.until.getTime()).toBeGreaterThan(asked.now.getTime())
      if (!('refusals' in resolution)) return
      const told = resolution.refusals.map(({ channel }) => channel)
      expect([...told].sort()).toEqual([...asked.channels].sort())
      expect(mainReason(resolution) === undefined).toBe(asked.channels.length === 0)
    }),
    { numRuns: Math.min(TRIALS, 20_000) },
  )
})
