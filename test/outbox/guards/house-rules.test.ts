import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createWindows } from '../../../src/contacts/windows.js'
import type { FilledNotice, Message } from '../../../src/core/message.js'
import type { Purpose } from '../../../src/core/outcome.js'
import type { DeliveryRow } from '../../../src/outbox/delivery.js'
import { askGuards } from '../../../src/outbox/guard.js'
import { createGuards, type GuardDeps } from '../../../src/outbox/guards/guards.js'
import { database } from '../../../src/store/connect.js'
import { booking, DAY_MS, NOON, openWorld, POLICY, type World } from '../reach/setup.js'

let world: World
let count = 0
let openid = ''
let contact = ''
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())
beforeEach(async () => {
  world.clock.pass(NOON.getTime() - world.clock.now().getTime())
  await world.reach.unpark('shop', 'customer-message', NOON)
  openid = `g${++count}`
  contact = await world.person(openid)
  world.acts.set(`shop:${openid}`, [{ trigger: 'message', at: NOON }])
})

const PASS = { verdict: 'pass' }
const text: Message = { kind: 'text', text: '您好' }
const filled = (channel: FilledNotice['channel']): FilledNotice => ({
  kind: 'filled-notice',
  channel,
  template: 'TPL',
  fields: {},
})

function row(purpose: Purpose, message: Message, about: Partial<DeliveryRow> = {}): DeliveryRow {
  const now = world.clock.now()
  return {
    _id: `d-${openid}`,
    account: 'shop',
    to: openid,
    contact: `shop:${openid}`,
    purpose,
    message,
    source: 's',
    state: 'claimed',
    createdAt: now,
    dueAt: now,
    nextAt: now,
    seq: 1,
    attempts: 0,
    fence: 1,
    ...about,
  }
}

function ask(
  purpose: Purpose,
  message: Message = text,
  change: Partial<GuardDeps> = {},
  about: Partial<DeliveryRow> = {},
) {
  const guards = createGuards({
    contacts: world.contacts,
    windows: createWindows({ acts: async (key) => world.acts.get(key) ?? [], spends: async () => [] }),
    platform: () => 'official-account',
    reach: world.reach,
    ...change,
  })
  return askGuards(guards, row(purpose, message, about), world.clock.now())
}

describe('the caps guard', () => {
  test('a campaign of today holds a single marketing message back, not a service message', async () => {
    expect(await ask('marketing')).toEqual(PASS)
    await world.reach.reserve([{ contact }], booking(NOON))
    for (const purpose of ['marketing', 'care'] as const) {
      expect(await ask(purpose)).toEqual({ verdict: 'skip', reason: 'cap-day' })
    }
    for (const purpose of ['reply', 'service'] as const) expect(await ask(purpose)).toEqual(PASS)
    world.clock.pass(DAY_MS)
    expect(await ask('marketing')).toEqual(PASS)
  })

  test('what this very delivery has booked does not stand in its way; asking books nothing', async () => {
    await ask('marketing')
    expect(await world.reach.touchesOf(contact)).toEqual([])
    await world.reach.reserve([{ contact }], booking(NOON, { source: `d-${openid}`, single: true }))
    expect(await ask('marketing')).toEqual(PASS)
  })
})

describe('the guard of quiet hours', () => {
  test('marketing waits for the morning, a reply does not', async () => {
    world.clock.pass(11 * 3_600_000)
    const morning = new Date('2030-03-05T00:00:00Z')
    expect(await ask('marketing')).toEqual({ verdict: 'postpone', until: morning, reason: 'quiet-hours' })
    expect(await ask('reply')).toEqual(PASS)
  })

  test('or is left out, or leaves all the same, as configured', async () => {
    world.clock.pass(11 * 3_600_000)
    const at = (mode: 'abort' | 'ignore') => {
      const policy = { ...POLICY, quiet: { ...POLICY.quiet, mode } }
      return ask('marketing', text, { reach: { ...world.reach, policy } })
    }
    expect(await at('abort')).toMatchObject({ verdict: 'skip', reason: 'quiet-hours' })
    expect(await at('ignore')).toEqual(PASS)
  })
})

describe('the quota guard', () => {
  test('everything of a channel waits while it rests, other channels do not', async () => {
    const until = await world.another().park('shop', 'customer-message', NOON)
    expect(await ask('reply')).toEqual({ verdict: 'postpone', until, reason: 'quota' })
    expect(await ask('service', filled('template'))).toEqual(PASS)
    world.clock.pass(12 * 3_600_000)
    expect(await ask('reply')).toEqual(PASS)
  })

  test('our own count of calls holds no single message back: large accounts have larger quotas', async () => {
    world.reach.count('shop', 'template', 200_000, NOON)
    await world.reach.flush()
    expect((await world.reach.quota('shop', NOON)).template.left).toBe(0)
    expect(await ask('service', filled('template'))).toEqual(PASS)
  })

  test('a channel that the account cannot use is refused without a call', async () => {
    const setup = () => ({ platform: 'official-account', miniProgram: false, may: () => false })
    const reach = world.another({ setup })
    expect(await ask('service', filled('template'), { reach })).toMatchObject({
      verdict: 'skip',
      reason: 'no-permission',
    })
  })
})

describe('the follow guard', () => {
  test('somebody who left is not written to, but for channels that need no follower', async () => {
    const person = { platform: 'official-account' as const, account: 'shop', externalId: openid }
    await world.contacts.correctFollow(person, { following: false, at: new Date(NOON.getTime() + 1000) })
    expect(await ask('service', filled('template'))).toEqual({ verdict: 'skip', reason: 'not-following' })
    expect(await ask('service', filled('subscription'))).toEqual(PASS)
    expect(await ask('service', filled('mini-program'))).toEqual(PASS)
  })
})

describe('the credit guard', () => {
  test('asks for what was accepted in the mini program by the person’s id there', async () => {
    const key = `mini-program:shop:m-${openid}`
    await database(world.store.connection)
      .collection<{ _id: string }>('credits')
      .insertOne({ _id: `${key}#TPL`, key, template: 'TPL', credits: 1 } as { _id: string })
    const change: Partial<GuardDeps> = { credits: world.contacts.credits, subscriptionOf: () => 'TPL' }
    const notice = { ...filled('mini-program'), visitor: `m-${openid}` }
    expect(await ask('service', notice, change)).toEqual(PASS)
    expect(await ask('service', filled('mini-program'), change)).toMatchObject({ reason: 'no-credit' })
  })
})

describe('an explicit yes', () => {
  test('is required where the policy says so', async () => {
    const policy = { ...POLICY, requireConsent: ['marketing'] as const }
    expect(await ask('marketing', text, { reach: { ...world.reach, policy } })).toMatchObject({ reason: 'never-asked' })
  })
})
