import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { createWindows } from '../../src/contacts/windows.js'
import { silentLogger } from '../../src/core/log.js'
import type { Purpose } from '../../src/core/outcome.js'
import type { Update } from '../../src/core/update.js'
import { contactKey } from '../../src/core/update.js'
import { createActs } from '../../src/inbox/acts.js'
import { inboxModel } from '../../src/inbox/model.js'
import { rows } from '../../src/inbox/rows.js'
import type { DeliveryRow } from '../../src/outbox/delivery.js'
import { askGuards, type Guard } from '../../src/outbox/guard.js'
import { createGuards, type GuardDeps } from '../../src/outbox/guards/guards.js'
import { outboxModel } from '../../src/outbox/model.js'
import { createOutbox, type Outbox } from '../../src/outbox/outbox.js'
import { deliveries } from '../../src/outbox/queue.js'
import { createSpends } from '../../src/outbox/spends.js'
import { openPeople, type People, updateOf } from '../contacts/people.js'
import { fakePlatform, movableClock } from '../inbox/setup.js'

const START = new Date('2026-03-04T04:00:00Z')
let clock = movableClock(START)
let people: People
let count = 0
let openid = ''
const decode = (body: string): Update => {
  const update = JSON.parse(body) as Update
  return { ...update, at: new Date(update.at) }
}

beforeAll(async () => {
  people = await openPeople(() => clock.now())
  inboxModel(people.store.connection)
  outboxModel(people.store.connection)
  await people.store.ensureIndexes()
})
afterAll(() => people.close())
beforeEach(() => {
  clock = movableClock(START)
  openid = `person${++count}`
})

/** An accepted update, as the inbox leaves it. */
async function does(change: Parameters<typeof updateOf>[2], late = 0): Promise<void> {
  const update = updateOf(openid, clock.now(), change)
  await people.contacts.apply(update)
  await rows(people.store.connection).insertOne({
    _id: `${update.account}:${openid}:${update.id}`,
    account: update.account,
    platform: update.platform,
    contact: contactKey(update),
    kind: update.kind,
    at: update.at,
    receivedAt: new Date(clock.now().getTime() + late),
    envelope: { body: JSON.stringify(update), mode: 'plain', format: 'json' },
    state: 'done',
    fence: 1,
    attempts: 1,
  })
}

/** A delivery that ended now. */
async function sent(about: Partial<DeliveryRow> = {}): Promise<void> {
  await deliveries(people.store.connection).insertOne({
    ...delivery('service'),
    _id: `${openid}:${++count}`,
    state: 'sent',
    createdAt: clock.now(),
    endedAt: clock.now(),
    attempts: 1,
    ...about,
  })
}

function delivery(purpose: Purpose, about: Partial<DeliveryRow> = {}): DeliveryRow {
  const now = clock.now()
  const times = { createdAt: now, dueAt: now, nextAt: now }
  const base = { _id: 'k', account: 'shop', to: openid, contact: `shop:${openid}`, source: 's', seq: 1, fence: 1 }
  return {
    ...base,
    ...times,
    purpose,
    message: { kind: 'text', text: '已发货' },
    state: 'claimed',
    attempts: 0,
    ...about,
  }
}

function windows() {
  const { connection } = people.store
  return createWindows({
    acts: createActs({ connection, platform: () => ({ decode }) }),
    spends: createSpends({ connection }),
  })
}

function guards(options: Partial<GuardDeps> = {}): readonly Guard[] {
  return createGuards({
    contacts: people.contacts,
    windows: windows(),
    platform: (account) => (account === 'shop' ? 'official-account' : undefined),
    ...options,
  })
}

const verdict = (purpose: Purpose, options: Partial<GuardDeps> = {}, about: Partial<DeliveryRow> = {}) =>
  askGuards(guards(options), delivery(purpose, about), clock.now())
const PASS = { verdict: 'pass' }

describe('the window guard', () => {
  test('lets five messages through after one of theirs, then says that it is used up, then that it is closed', async () => {
    await does({ kind: 'message.text' })
    for (let at = 0; at < 5; at++) {
      expect(await verdict('service')).toEqual(PASS)
      clock.pass(1000)
      await sent(at === 2 ? { state: 'uncertain' } : {})
    }
    expect(await verdict('service')).toMatchObject({ verdict: 'skip', reason: 'window-used-up' })
    clock.pass(172_800_000)
    expect(await verdict('service')).toMatchObject({ verdict: 'skip', reason: 'window-closed' })
    await does({ kind: 'message.image' })
    expect(await verdict('service')).toEqual(PASS)
  })

  test('a message of theirs holds for 48 hours to the millisecond, from its own time', async () => {
    await does({ kind: 'message.text' }, 4000)
    clock.pass(172_799_999)
    expect(await verdict('service')).toEqual(PASS)
    clock.pass(1)
    expect(await verdict('service')).toMatchObject({ reason: 'window-closed' })
  })

  test('a menu press holds for 60 seconds and three messages', async () => {
    await does({ kind: 'event.menu.click', key: 'k' })
    clock.pass(59_999)
    expect(await verdict('service')).toEqual(PASS)
    clock.pass(1)
    expect(await verdict('service')).toMatchObject({ reason: 'window-closed' })
  })

  test('tapped choices are told from texts by what came in, and open a minute only', async () => {
    await does({ kind: 'message.text', choice: '1' })
    clock.pass(1000)
    await does({ kind: 'message.text', choice: '2' })
    expect(await verdict('service')).toEqual(PASS)
    clock.pass(60_000)
    expect(await verdict('service')).toMatchObject({ reason: 'window-closed' })
    await does({ kind: 'message.text' })
    clock.pass(1000)
    await does({ kind: 'message.text', choice: '3' })
    clock.pass(61_000)
    expect(await verdict('service')).toEqual(PASS)
  })

  test('what our own guards kept back takes nothing; what the platform refused ends the window', async () => {
    await does({ kind: 'message.text' })
    clock.pass(1000)
    for (let at = 0; at < 9; at++) await sent({ state: 'skipped', reason: 'opted-out', attempts: 0 })
    expect(await verdict('service')).toEqual(PASS)
    await sent({ state: 'skipped', reason: 'window-used-up', attempts: 1 })
    expect(await verdict('service')).toMatchObject({ reason: 'window-used-up' })
  })

  test('messages that need no window are not its business, nor are other platforms', async () => {
    const other = { kind: 'notice' } as unknown as DeliveryRow['message']
    expect(await verdict('service', {}, { message: other })).toEqual(PASS)
    expect(await verdict('service', { platform: () => 'wecom' })).toEqual(PASS)
  })

  test('ctx.window tells what is open and until when', async () => {
    await does({ kind: 'message.text' })
    clock.pass(1000)
    await does({ kind: 'event.scan', scene: 's' })
    await sent()
    const handle = windows().handle(updateOf(openid, clock.now(), { kind: 'message.text' }), clock.now())
    expect(await handle.open()).toEqual([
      { trigger: 'scan', remaining: 2, until: new Date(START.getTime() + 61_000) },
      { trigger: 'message', remaining: 5, until: new Date(START.getTime() + 172_800_000) },
    ])
    expect(await handle.remaining()).toBe(7)
    expect(await handle.until()).toEqual(new Date(START.getTime() + 172_800_000))
  })

  test('fifty deliveries that are judged together cost a handful of reads', async () => {
    const people50 = Array.from({ length: 50 }, (_, at) => `crowd${count}-${at}`)
    for (const one of people50) {
      openid = one
      await does({ kind: 'message.text' })
    }
    const asked = guards()
    const before = people.requests()
    const rows = people50.map((to) => delivery('service', { to, contact: `shop:${to}` }))
    const verdicts = await Promise.all(rows.map((row) => askGuards(asked, row, clock.now())))
    expect(verdicts.every(({ verdict: said }) => said === 'pass')).toBe(true)
    expect(people.requests() - before).toBeLessThanOrEqual(6)
  })
})

describe('the follow guard', () => {
  test('nobody is written to who left, until they come back or write again', async () => {
    await does({ kind: 'event.subscribe' })
    expect(await verdict('service')).toEqual(PASS)
    clock.pass(1000)
    await does({ kind: 'event.unsubscribe' })
    expect(await verdict('reply')).toEqual({ verdict: 'skip', reason: 'not-following' })
    clock.pass(1000)
    await does({ kind: 'message.text' })
    expect(await verdict('reply')).toEqual(PASS)
  })
})

describe('the consent guard', () => {
  test('marketing and care keep to what the person said; replies and service messages need no consent', async () => {
    await does({ kind: 'message.text' })
    await people.contacts.flush()
    expect(await verdict('marketing')).toEqual(PASS)
    const handle = people.contacts.handle(updateOf(openid, clock.now(), { kind: 'message.text' }))
    await handle.consent('marketing', false)
    expect(await verdict('marketing')).toMatchObject({ verdict: 'skip', reason: 'opted-out' })
    for (const purpose of ['care', 'service', 'reply'] as const) expect(await verdict(purpose)).toEqual(PASS)
  })

  test('where an explicit yes is required, silence is a no', async () => {
    await does({ kind: 'message.text' })
    await people.contacts.resolve({ platform: 'official-account', account: 'shop', externalId: openid })
    expect(await verdict('marketing', { requireConsent: ['marketing'] })).toMatchObject({ reason: 'never-asked' })
    await people.contacts.handle(updateOf(openid, clock.now(), { kind: 'message.text' })).consent('marketing', true)
    expect(await verdict('marketing', { requireConsent: ['marketing'] })).toEqual(PASS)
  })

  test('marketing never goes to somebody we do not know', async () => {
    expect(await verdict('marketing')).toMatchObject({ reason: 'identity-unknown' })
  })
})

describe('the credit guard', () => {
  test('a subscription notice needs an acceptance that was not used yet', async () => {
    const options = { credits: people.contacts.credits, subscriptionOf: () => 'SHIP' }
    await does({ kind: 'message.text' })
    expect(await verdict('service', options)).toMatchObject({ verdict: 'skip', reason: 'no-credit' })
    await does({
      kind: 'event.subscription.answered',
      items: [{ templateId: 'SHIP', accepted: true, popup: '1' }],
    })
    expect(await verdict('service', options)).toEqual(PASS)
  })
})

describe('in the outbox', () => {
  let outbox: Outbox | undefined
  afterEach(() => outbox?.close(0))

  test('six messages put at once: five leave, the sixth is skipped without a call', async () => {
    await does({ kind: 'message.text' })
    const calls: string[] = []
    let told = 0
    let done: () => void = () => undefined
    const all = new Promise<void>((resolve) => {
      done = resolve
    })
    outbox = createOutbox({
      connection: people.store.connection,
      config: { concurrency: 8, expireAfter: 48 * 3_600_000 },
      clock: { now: () => clock.now() },
      leaseClock: people.store.clock,
      log: silentLogger,
      platform: () =>
        fakePlatform(async (_message, { key }) => {
          clock.pass(10)
          calls.push(key)
          return { state: 'sent' }
        }),
      resolve: (message) => message as never,
      guards: guards(),
      record: async (ends) => {
        told += ends.length
        if (told === 6) done()
      },
      timing: { poll: 20 },
    })
    outbox.start()
    const keys = Array.from({ length: 6 }, (_, at) => `${openid}-${at}`)
    await outbox.put(
      keys.map((key) => ({
        key,
        account: 'shop',
        to: openid,
        purpose: 'service',
        message: { kind: 'text', text: key },
        source: openid,
      })),
    )
    await all
    expect(calls).toEqual(keys.slice(0, 5))
    const [last] = await outbox.history(`shop:${openid}`, 1)
    expect(last).toMatchObject({ _id: keys[5], state: 'skipped', reason: 'window-used-up', attempts: 0 })
  })
})
