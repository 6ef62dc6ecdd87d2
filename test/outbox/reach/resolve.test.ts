import { describe, expect, test } from '@jest/globals'
import type { Purpose } from '../../../src/core/outcome.js'
import { CHANNELS, type Channel, type Reason, type Resolution } from '../../../src/outbox/channel.js'
import { channelRules } from '../../../src/outbox/channel-rules.js'
import {
  type ChannelQuota,
  mainReason,
  type ReachFacts,
  type ResolveInput,
  resolveChannel,
} from '../../../src/outbox/reach/reach.js'
import { anybody, NOON, POLICY, quotas, TEMPLATES } from './setup.js'

const PURPOSES: readonly Purpose[] = ['reply', 'service', 'marketing', 'care']
const MIDNIGHT = new Date('2030-03-04T16:00:00Z')
let cases = 0

function ask(change: Partial<ResolveInput> & { facts?: ReachFacts }): Resolution {
  return resolveChannel({
    purpose: 'service',
    channels: CHANNELS,
    facts: anybody(),
    policy: POLICY,
    quota: quotas(),
    now: NOON,
    templates: TEMPLATES,
    ...change,
  })
}

/** Runs a test and counts it: the table must not shrink unseen. */
function check(name: string, run: () => void): void {
  cases++
  test(name, run)
}

const refused = (channel: Channel, reason: Reason, until?: Date): Resolution => ({
  refusals: [{ channel, reason, ...(until && { until }) }],
})

/** The law, written out: what each channel may carry. */
const CARRIES: Record<Channel, readonly Purpose[]> = {
  template: ['service'],
  subscription: ['service'],
  'mini-program': ['service'],
  shipping: ['service'],
  'customer-message': ['reply', 'service', 'marketing', 'care'],
  'kf-message': ['reply', 'service'],
  mass: ['marketing', 'care'],
  'group-send': ['marketing', 'care'],
  'next-visit': ['reply', 'service', 'marketing', 'care'],
}
const allowed = CHANNELS.flatMap((channel) => CARRIES[channel].map((purpose) => ({ channel, purpose })))

describe('every channel carries its purposes and no other', () => {
  for (const channel of CHANNELS)
    for (const purpose of PURPOSES)
      check(`${channel} for ${purpose}`, () => {
        const expected: Resolution = CARRIES[channel].includes(purpose) ? { channel } : refused(channel, 'purpose')
        expect(ask({ channels: [channel], purpose })).toEqual(expected)
      })

  test('every rule has a source, and says what the table of this test says', () => {
    for (const channel of CHANNELS) {
      expect(channelRules[channel].source).not.toBe('')
      expect([...channelRules[channel].purposes].sort()).toEqual([...CARRIES[channel]].sort())
    }
  })
})

/** What each state of the quota gives, at noon in Shanghai. */
const PARKED = new Date('2030-03-04T09:00:00Z')
const STATES: { name: string; state: Partial<ChannelQuota>; gives: (channel: Channel) => Resolution }[] = [
  { name: 'one left', state: { left: 1 }, gives: (channel) => ({ channel }) },
  { name: 'no number known', state: { left: Number.POSITIVE_INFINITY }, gives: (channel) => ({ channel }) },
  { name: 'used up', state: { left: 0 }, gives: () => ({ until: MIDNIGHT, reason: 'quota' }) },
  { name: 'overdrawn', state: { left: -3 }, gives: () => ({ until: MIDNIGHT, reason: 'quota' }) },
  { name: 'parked', state: { parkedUntil: PARKED }, gives: () => ({ until: PARKED, reason: 'quota' }) },
  {
    name: 'parked and used up',
    state: { parkedUntil: MIDNIGHT, left: 0 },
    gives: () => ({ until: MIDNIGHT, reason: 'quota' }),
  },
  { name: 'parked until this very moment', state: { parkedUntil: NOON }, gives: (channel) => ({ channel }) },
  {
    name: 'without permission',
    state: { permitted: false, left: 9 },
    gives: (channel) => refused(channel, 'no-permission'),
  },
]

describe('every row of the table in every state of its quota', () => {
  for (const { channel, purpose } of allowed.filter((row) => row.channel !== 'next-visit'))
    for (const { name, state, gives } of STATES)
      check(`${channel} for ${purpose}: ${name}`, () => {
        expect(ask({ channels: [channel], purpose, quota: quotas(state, channel) })).toEqual(gives(channel))
      })
})

/** What each state of a person means for each channel, written out. `yes`: it goes all the same. */
type Row = Record<Channel, Reason | 'yes'>
const PEOPLE: { name: string; facts: Partial<ReachFacts>; row: Row }[] = [
  {
    name: 'unknown on the account',
    facts: { to: undefined },
    row: {
      ...every('yes'),
      ...some('no-identity', 'template', 'subscription', 'customer-message', 'mass', 'next-visit'),
    },
  },
  {
    name: 'unknown in the mini program and to staff',
    facts: without('miniProgram', 'wecom'),
    row: { ...every('yes'), ...some('no-identity', 'mini-program', 'shipping', 'group-send', 'kf-message') },
  },
  {
    name: 'no follower',
    facts: { following: false },
    row: { ...every('yes'), ...some('not-following', 'template', 'customer-message', 'mass', 'next-visit') },
  },
  {
    name: 'somebody who blocked the account',
    facts: { blockedAt: NOON },
    row: { ...every('yes'), ...some('blocked', 'template', 'subscription', 'customer-message', 'mass') },
  },
  {
    name: 'somebody with no window',
    facts: { openWindow: 0, windowUnexpired: false },
    row: { ...every('yes'), 'customer-message': 'window-closed', 'kf-message': 'window-closed' },
  },
  {
    name: 'somebody whose window is used up',
    facts: { openWindow: 0, windowUnexpired: true },
    row: { ...every('yes'), 'customer-message': 'window-used-up', 'kf-message': 'window-used-up' },
  },
  {
    name: 'somebody who accepted nothing',
    facts: { credits: {} },
    row: { ...every('yes'), ...some('no-credit', 'subscription', 'mini-program') },
  },
  {
    name: 'somebody whose acceptance was used',
    facts: { credits: { SUB: 0, MINI: 1 } },
    row: { ...every('yes'), subscription: 'no-credit' },
  },
  {
    name: 'somebody who got the fourth mass message of the month',
    facts: { massThisMonth: 4 },
    row: { ...every('yes'), mass: 'mass-used-up' },
  },
  { name: 'somebody who got the third', facts: { massThisMonth: 3 }, row: every('yes') },
  { name: 'somebody who was erased', facts: { erased: true }, row: every('erased') },
]

function every(reason: Reason | 'yes'): Row {
  return Object.fromEntries(CHANNELS.map((channel) => [channel, reason])) as Row
}
function some(reason: Reason, ...channels: Channel[]): Partial<Row> {
  return Object.fromEntries(channels.map((channel) => [channel, reason]))
}
function without(...keys: (keyof ReachFacts)[]): Partial<ReachFacts> {
  return Object.fromEntries(keys.map((key) => [key, undefined]))
}
/** `anybody` with keys taken off, as the loader leaves them off. */
function person(change: Partial<ReachFacts>): ReachFacts {
  const facts: Record<string, unknown> = { ...anybody(), ...change }
  for (const [key, value] of Object.entries(facts)) if (value === undefined && key !== 'to') delete facts[key]
  return facts as unknown as ReachFacts
}

describe('every row of the table for every state of a person', () => {
  for (const { channel, purpose } of allowed)
    for (const { name, facts, row } of PEOPLE)
      check(`${channel} for ${purpose} to ${name}`, () => {
        const reason = row[channel]
        const given = ask({ channels: [channel], purpose, facts: person(facts) })
        if (reason === 'yes') expect(given).toEqual({ channel })
        else expect(given).toMatchObject({ refusals: [{ channel, reason }] })
      })

  for (const channel of ['template', 'subscription', 'mini-program'] as const)
    check(`${channel} without a template bound to the message`, () => {
      expect(ask({ channels: [channel], templates: {} })).toEqual(refused(channel, 'no-template'))
    })

  check('the four mass messages of a month begin anew on its first day in Shanghai', () => {
    const facts = anybody({ massThisMonth: 4 })
    const first = new Date('2030-03-31T16:00:00Z')
    expect(ask({ channels: ['mass'], purpose: 'marketing', facts })).toEqual(refused('mass', 'mass-used-up', first))
  })
})

describe('what the person said', () => {
  const said = { yes: { allowed: true, at: NOON, source: 's' }, no: { allowed: false, at: NOON, source: 's' } }
  const GIVES: { said?: keyof typeof said; required: boolean; reason?: Reason }[] = [
    { required: false },
    { required: true, reason: 'never-asked' },
    { said: 'yes', required: false },
    { said: 'yes', required: true },
    { said: 'no', required: false, reason: 'opted-out' },
    { said: 'no', required: true, reason: 'opted-out' },
  ]
  for (const purpose of PURPOSES)
    for (const { said: word, required, reason } of GIVES)
      check(`${purpose} after ${word ?? 'nothing'}${required ? ', an explicit yes required' : ''}`, () => {
        const consents = word === undefined ? {} : { marketing: said[word], care: said[word] }
        const policy = { ...POLICY, requireConsent: required ? (['marketing', 'care'] as const) : [] }
        const given = ask({ channels: ['customer-message'], purpose, facts: anybody({ consents }), policy })
        const asked = purpose === 'marketing' || purpose === 'care'
        const expected = asked && reason ? refused('customer-message', reason) : { channel: 'customer-message' }
        expect(given).toEqual(expected)
      })

  check('a no to marketing is no no to care', () => {
    const facts = anybody({ consents: { marketing: said.no } })
    expect(ask({ channels: ['mass'], purpose: 'care', facts })).toEqual({ channel: 'mass' })
  })
})

describe('caps', () => {
  const TOUCHES: { name: string; touches: ReachFacts['touches']; reason?: Reason }[] = [
    { name: 'nothing yet', touches: { day: 0, week: 2, month: 7 } },
    { name: 'one today', touches: { day: 1, week: 1, month: 1 }, reason: 'cap-day' },
    { name: 'three this week', touches: { day: 0, week: 3, month: 3 }, reason: 'cap-week' },
    { name: 'one today, the third of the week', touches: { day: 1, week: 3, month: 3 }, reason: 'cap-week' },
    { name: 'eight this month', touches: { day: 0, week: 0, month: 8 }, reason: 'cap-month' },
    { name: 'everything', touches: { day: 2, week: 9, month: 30 }, reason: 'cap-month' },
  ]
  for (const purpose of PURPOSES)
    for (const { name, touches, reason } of TOUCHES)
      check(`${purpose} after ${name}`, () => {
        const given = ask({ channels: ['customer-message'], purpose, facts: anybody({ touches }) })
        const held = (purpose === 'marketing' || purpose === 'care') && reason !== undefined
        if (held) expect(given).toMatchObject({ refusals: [{ channel: 'customer-message', reason }] })
        else expect(given).toEqual({ channel: 'customer-message' })
      })

  check('a campaign may be limited to one message a person', () => {
    const policy = { ...POLICY, caps: { ...POLICY.caps, campaign: 1 } }
    const facts = anybody({ touches: { day: 0, week: 0, month: 1, campaign: 1 } })
    expect(ask({ channels: ['mass'], purpose: 'marketing', facts, policy })).toEqual(refused('mass', 'cap-campaign'))
  })

  check('what was booked already may leave', () => {
    const facts = anybody({ touches: { day: 1, week: 3, month: 8 }, reserved: true })
    expect(ask({ channels: ['mass'], purpose: 'marketing', facts })).toEqual({ channel: 'mass' })
  })

  check('a capped person waits for the next visit where that is a way', () => {
    const facts = anybody({ touches: { day: 1, week: 1, month: 1 } })
    const given = ask({ channels: ['next-visit', 'customer-message'], purpose: 'marketing', facts })
    expect(given).toEqual({ channel: 'next-visit' })
  })
})

describe('quiet hours', () => {
  const TIMES = [
    { at: '2030-03-04T13:59:59.999Z', quiet: false },
    { at: '2030-03-04T14:00:00Z', quiet: true },
    { at: '2030-03-04T16:30:00Z', quiet: true },
    { at: '2030-03-04T23:59:59.999Z', quiet: true },
    { at: '2030-03-05T00:00:00Z', quiet: false },
  ]
  for (const purpose of PURPOSES)
    for (const mode of ['next', 'abort', 'ignore'] as const)
      for (const { at, quiet } of TIMES)
        check(`${purpose} at ${at}, ${mode}`, () => {
          const policy = { ...POLICY, quiet: { ...POLICY.quiet, mode } }
          const given = ask({ channels: ['customer-message'], purpose, policy, now: new Date(at) })
          const held = quiet && mode !== 'ignore' && (purpose === 'marketing' || purpose === 'care')
          if (!held) expect(given).toEqual({ channel: 'customer-message' })
          else if (mode === 'abort') expect(given).toEqual(refused('customer-message', 'quiet-hours'))
          else expect(given).toEqual({ until: new Date('2030-03-05T00:00:00Z'), reason: 'quiet-hours' })
        })

  check('nobody is kept waiting for the morning whom nothing can reach then', () => {
    const now = new Date('2030-03-04T16:30:00Z')
    const facts = anybody({ openWindow: 0, windowUnexpired: false })
    const given = ask({ channels: ['customer-message'], purpose: 'marketing', now, facts })
    expect(given).toEqual(refused('customer-message', 'window-closed'))
  })
})

describe('the order of channels', () => {
  const parked = (...channels: Channel[]) => {
    const state = quotas()
    return { ...state, ...Object.fromEntries(channels.map((one) => [one, { ...state[one], parkedUntil: MIDNIGHT }])) }
  }

  check('the first that works is taken', () => {
    expect(ask({ channels: ['template', 'customer-message'] })).toEqual({ channel: 'template' })
    expect(ask({ channels: ['customer-message', 'template'] })).toEqual({ channel: 'customer-message' })
  })
  check('a used-up quota moves on to the next', () => {
    const given = ask({ channels: ['template', 'customer-message'], quota: parked('template') })
    expect(given).toEqual({ channel: 'customer-message' })
  })
  check('with a closed window the mass send carries it, and no notice ever does', () => {
    const facts = anybody({ openWindow: 0 })
    const channels: Channel[] = ['template', 'subscription', 'customer-message', 'mass']
    expect(ask({ channels, purpose: 'marketing', facts })).toEqual({ channel: 'mass' })
  })
  check('when only a quota stands against it, it waits for midnight in Shanghai', () => {
    const facts = anybody({ openWindow: 0 })
    const given = ask({ channels: ['template', 'customer-message'], facts, quota: parked('template') })
    expect(given).toEqual({ until: MIDNIGHT, reason: 'quota' })
  })
  check('the next visit is taken last, wherever it stands', () => {
    const channels: Channel[] = ['next-visit', 'customer-message']
    expect(ask({ channels, purpose: 'marketing' })).toEqual({ channel: 'customer-message' })
    const facts = anybody({ openWindow: 0 })
    expect(ask({ channels, purpose: 'marketing', facts })).toEqual({ channel: 'next-visit' })
  })
  check('rather than for the next visit it waits for a quota that begins anew within the day', () => {
    const given = ask({ channels: ['mass', 'next-visit'], purpose: 'marketing', quota: parked('mass') })
    expect(given).toEqual({ until: MIDNIGHT, reason: 'quota' })
  })
  check('everything that stands against it is told, channel by channel', () => {
    const facts = anybody({ openWindow: 0, massThisMonth: 4 })
    const given = ask({ channels: ['template', 'customer-message', 'mass'], purpose: 'marketing', facts })
    expect(given).toMatchObject({
      refusals: [
        { channel: 'template', reason: 'purpose' },
        { channel: 'customer-message', reason: 'window-used-up' },
        { channel: 'mass', reason: 'mass-used-up' },
      ],
    })
    expect(mainReason(given)).toBe('mass-used-up')
  })
  check('no channel is no way', () => {
    expect(ask({ channels: [] })).toEqual({ refusals: [] })
    expect(mainReason({ refusals: [] })).toBeUndefined()
  })
})

test('the table has at least 300 rows', () => {
  expect(cases).toBeGreaterThanOrEqual(300)
})
