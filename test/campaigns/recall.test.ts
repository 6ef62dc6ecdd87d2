import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { campaignPersonalData } from '../../src/campaigns/personal-data.js'
import { recallGate } from '../../src/campaigns/recall-gate.js'
import { contactRows } from '../../src/contacts/model.js'
import type { Question, ReachFacts } from '../../src/outbox/reach/reach.js'
import type { AudienceRow } from '../../src/segments/segment.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { approved, clean, id, numberOf, person, promotion, START, type World, world } from './setup.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(async () => {
  await clean(store)
  await contactRows(store.connection).deleteMany({})
})
afterAll(() => store.dispose())

const DAY = 86_400_000
const silentFor = (n: number, days: number): AudienceRow =>
  person(n, { lastSeenAt: new Date(START.getTime() - days * DAY) })
const recall = promotion({
  article: undefined,
  stages: [
    { silent: '3d', text: '好久不见' },
    { silent: '5d', text: '给你留了一张券' },
    { silent: '7d', text: '最后一次打扰' },
  ],
  schedule: { cron: '30 10 * * *' },
  stale: 'run',
  stop: { failures: 100, optOuts: 100 },
})

async function scheduled(all: AudienceRow[]): Promise<World> {
  const made = await world(store, all)
  await approved(made, 'recall', recall)
  await made.campaigns.schedule('recall', { by: 'lan' })
  made.clock.pass(3_600_000)
  return made
}

/** One day's run; gives who got which stage. What `end` says becomes of them. */
async function day(
  { campaigns, bulk, clock, rows }: World,
  end: 'sent' | 'skipped' | 'failed' = 'sent',
): Promise<string[]> {
  await campaigns.tick()
  await campaigns.idle()
  const run = await rows.runs.findOne({ campaign: 'recall', state: 'sending' })
  const source = run?._id ?? ''
  bulk.settle(source, end, { at: clock.now() })
  await campaigns.tick()
  await campaigns.tick()
  clock.pass(DAY)
  return bulk.recipients(source).map(({ contact, variant }) => `${numberOf(contact)}:${variant}`)
}

describe('a recall', () => {
  test('writes after 3, 5 and 7 days, each person at a time of their own, then never again', async () => {
    const made = await scheduled([silentFor(1, 2), silentFor(2, 4), silentFor(3, 1), silentFor(4, 200)])
    const got: string[] = []
    for (let n = 0; n < 9; n++) for (const line of await day(made)) got.push(`${n} ${line}`)
    expect(got).toEqual(['0 2:0', '1 1:0', '2 2:1', '2 3:0', '3 1:1', '4 2:2', '4 3:1', '5 1:2', '6 3:2'])
  })

  test('of somebody who came by in between starts anew, and an order counts as coming by', async () => {
    const made = await scheduled([silentFor(1, 4), silentFor(2, 4)])
    expect(await day(made)).toEqual(['1:0', '2:0'])
    const back = new Date(START.getTime() + DAY)
    await contactRows(store.connection).insertOne({ ...contactOf(2), shop: { lastOrderAt: back } } as never)
    Object.assign(made.audiences.all[0] ?? {}, { lastSeenAt: back })
    const got: string[] = []
    for (let n = 1; n < 6; n++) for (const line of await day(made)) got.push(`${n} ${line}`)
    expect(got).toEqual(['4 1:0', '4 2:0'])
  })

  test.each(['skipped', 'failed'] as const)('that was %s does not count: the person is due again', async (end) => {
    const made = await scheduled([silentFor(1, 3)])
    expect(await day(made, end)).toEqual(['1:0'])
    expect(await day(made)).toEqual(['1:0'])
    expect(await day(made)).toEqual([])
  })

  test('that dies while it stores its people recalls each of them once', async () => {
    const made = await scheduled(Array.from({ length: 1000 }, (_, n) => silentFor(n + 1, 3)))
    for (const point of ['intended', 'recalled', 'stored'] as const) {
      const dying = made.another({ at: (at) => (at === point ? Promise.reject(new Error('killed')) : undefined) })
      await dying.tick()
      await dying.idle()
    }
    const got = await day(made)
    expect(got).toHaveLength(1000)
    expect(new Set(got).size).toBe(1000)
    expect(await day(made)).toEqual([])
  })

  test('is forgotten with the person', async () => {
    const made = await scheduled([silentFor(1, 3)])
    await day(made)
    expect(await made.rows.recalls.countDocuments({ contact: id(1) })).toBe(1)
    const data = campaignPersonalData(store.connection)
    expect(await data.export(id(1), [])).toEqual([{ campaign: 'recall', stage: 0, at: expect.any(Date) }])
    await data.erase(id(1), [], 'erased')
    expect(await made.rows.recalls.countDocuments({})).toBe(0)
  })
})

describe('right before a recall leaves', () => {
  const facts = (contact: string) => ({ contact, to: contact }) as unknown as ReachFacts
  const reach = {
    judge: async (people: readonly object[], _question: Question) =>
      people.map((one) => ({
        facts: facts((one as { contact: string }).contact),
        resolution: { channel: 'mass' as const },
      })),
  }
  const question = (source: string): Question => ({
    account: 'shop',
    purpose: 'marketing',
    channels: ['mass'],
    now: START,
    source,
  })
  const people = [1, 2, 3].map((n) => ({ contact: id(n) }))

  test('those who wrote or ordered since the audience was frozen are left out, with a reason', async () => {
    const made = await scheduled([silentFor(1, 3), silentFor(2, 3), silentFor(3, 3)])
    await made.campaigns.tick()
    await made.campaigns.idle()
    const since = (await made.rows.runs.findOne({ state: 'sending' }))?.asOf ?? new Date(0)
    const later = new Date(since.getTime() + 1)
    await contactRows(store.connection).insertMany([
      { ...contactOf(1), lastSeenAt: later } as never,
      { ...contactOf(2), shop: { lastOrderAt: later } } as never,
      { ...contactOf(3), lastSeenAt: since } as never,
    ])
    const { judge } = recallGate(reach, store.connection)
    const source = 'recall:2026-03-04T1030'
    expect((await judge(people, question(source))).map(({ resolution }) => resolution)).toEqual([
      { refusals: [{ channel: 'mass', reason: 'came-back' }] },
      { refusals: [{ channel: 'mass', reason: 'came-back' }] },
      { channel: 'mass' },
    ])
    const other = await judge(people, question('autumn:2026-03-04T1030'))
    expect(other.every(({ resolution }) => 'channel' in resolution)).toBe(true)
  })
})

function contactOf(n: number) {
  const { identities, consents, tags, lastSeenAt } = silentFor(n, 3)
  return {
    _id: id(n),
    status: 'active' as const,
    identities,
    consents,
    tags,
    lastSeenAt,
    profile: {},
    firstSeenAt: START,
  }
}
