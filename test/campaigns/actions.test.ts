import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { CampaignError } from '../../src/campaigns/campaign-error.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { approved, clean, id, people, promotion, world } from './setup.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => clean(store))
afterAll(() => store.dispose())

const refusal = async (doing: Promise<unknown>): Promise<CampaignError> => {
  const error = await doing.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof CampaignError) return error
  throw new Error(`no refusal but ${String(error)}`)
}

describe('making and editing', () => {
  test('a definition with mistakes is refused with every one of them, in the authors’ language', async () => {
    const { campaigns } = await world(store)
    const definition = promotion({ name: '', channels: ['template'], holdOut: 80, articel: 'x', article: undefined })
    const error = await refusal(campaigns.create({ id: 'bad', definition, by: 'ming' }))
    expect(error.code).toBe('campaign.invalid')
    expect(error.faults.map(({ field }) => field).toSorted()).toEqual(['articel', 'channels[0]', 'holdOut', 'name'])
    expect(error.faults.find(({ field }) => field === 'articel')?.fix).toBe('是否想写 article？')
    expect(error.faults.every(({ fix = '' }) => fix.length > 0)).toBe(true)
  })

  test('so is one whose audience, account or article is not there', async () => {
    const { campaigns } = await world(store)
    const definition = promotion({ audience: 'gone', account: 'other', article: 'gone' })
    const error = await refusal(campaigns.create({ id: 'bad', definition, by: 'ming' }))
    expect(error.faults.map(({ field }) => field).toSorted()).toEqual(['account', 'article', 'audience'])
  })

  test('making it again with the same content is no error, with another one it is', async () => {
    const { campaigns } = await world(store)
    await campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    expect((await campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })).rev).toBe(1)
    const other = campaigns.create({ id: 'autumn', definition: promotion({ name: '别的' }), by: 'ming' })
    expect((await refusal(other)).code).toBe('campaign.exists')
    expect((await refusal(campaigns.create({ id: 'Autumn 1', definition: promotion(), by: 'ming' }))).code).toBe(
      'campaign.invalid',
    )
  })

  test('an edit on an old version is refused with what differs', async () => {
    const { campaigns } = await world(store)
    await campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    await campaigns.edit('autumn', { version: 1, definition: promotion({ name: '秋日上新二' }), by: 'ming' })
    const late = campaigns.edit('autumn', { version: 1, definition: promotion({ holdOut: 5 }), by: 'lan' })
    const error = await refusal(late)
    expect(error.code).toBe('campaign.version')
    expect(error.differences).toEqual([
      { field: 'holdOut', stored: undefined, given: 5 },
      { field: 'name', stored: '秋日上新二', given: '秋日上新' },
    ])
    expect((await campaigns.find('autumn')).version).toBe(2)
  })

  test('of two edits at once one wins, and nothing is mixed', async () => {
    const { campaigns, another } = await world(store)
    await campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    const edits = [campaigns, another()].map((one, index) =>
      one.edit('autumn', { version: 1, definition: promotion({ name: `名${index}` }), by: 'ming' }),
    )
    const ends = await Promise.allSettled(edits)
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await campaigns.find('autumn')).version).toBe(2)
  })

  test('an edit takes estimate and approval back; one that changes nothing does not', async () => {
    const made = await world(store)
    await approved(made, 'autumn')
    const { campaigns } = made
    expect((await campaigns.edit('autumn', { version: 1, definition: promotion(), by: 'ming' })).state).toBe('approved')
    const edited = await campaigns.edit('autumn', { version: 1, definition: promotion({ holdOut: 5 }), by: 'hong' })
    expect(edited).toMatchObject({ state: 'draft', version: 2, authors: ['hong'] })
    expect(edited).not.toHaveProperty('approval')
    expect(edited).not.toHaveProperty('estimate')
  })

  test('what is scheduled must be withdrawn before it is edited', async () => {
    const made = await world(store)
    await approved(made, 'autumn', promotion({ schedule: { at: '2026-03-05T10:00' } }))
    const { campaigns } = made
    await campaigns.schedule('autumn', { by: 'lan' })
    const error = await refusal(campaigns.edit('autumn', { version: 1, definition: promotion(), by: 'ming' }))
    expect(error.code).toBe('campaign.state')
    expect(error.fix).toContain('withdraw')
    expect((await campaigns.withdraw('autumn', { by: 'ming' })).state).toBe('draft')
    expect(await campaigns.upcoming()).toEqual([])
  })
})

describe('approval', () => {
  test('needs an estimate of the very version', async () => {
    const { campaigns } = await world(store)
    await campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    expect((await refusal(campaigns.approve('autumn', { by: 'lan' }))).code).toBe('campaign.state')
    await campaigns.estimate('autumn')
    await campaigns.edit('autumn', { version: 1, definition: promotion({ holdOut: 1 }), by: 'ming' })
    expect((await refusal(campaigns.approve('autumn', { by: 'lan' }))).code).toBe('campaign.state')
    await campaigns.estimate('autumn')
    expect((await refusal(campaigns.approve('autumn', { by: 'lan', version: 1 }))).code).toBe('campaign.version')
    expect((await campaigns.approve('autumn', { by: 'lan', version: 2 })).state).toBe('approved')
  })

  test('of a large campaign is for somebody who did not write on it', async () => {
    const { campaigns } = await world(store, people(51))
    await campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    await campaigns.edit('autumn', { version: 1, definition: promotion({ name: '秋' }), by: 'hong' })
    await campaigns.estimate('autumn')
    for (const by of ['ming', 'hong'])
      expect((await refusal(campaigns.approve('autumn', { by }))).code).toBe('campaign.four-eyes')
    expect((await campaigns.approve('autumn', { by: 'lan' })).approval).toMatchObject({
      by: 'lan',
      people: 151,
      version: 2,
    })
  })

  test('of a small one may be the author’s own, and again changes nothing', async () => {
    const { campaigns } = await world(store, people(50))
    await campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    await campaigns.estimate('autumn')
    const first = await campaigns.approve('autumn', { by: 'ming' })
    expect(await campaigns.approve('autumn', { by: 'lan' })).toEqual(first)
  })
})

describe('every action', () => {
  test('is idempotent, and refused with what is possible where it does not fit', async () => {
    const made = await world(store)
    await approved(made, 'autumn', promotion({ schedule: { at: '2026-03-05T10:00' } }))
    const { campaigns } = made
    const first = await campaigns.schedule('autumn', { by: 'lan' })
    expect(await campaigns.schedule('autumn', { by: 'lan' })).toEqual(first)
    const paused = await campaigns.pause('autumn', { by: 'lan', note: '等一等' })
    expect(paused).toMatchObject({ state: 'paused', reason: { code: 'by-hand', text: '等一等', by: 'lan' } })
    expect(await campaigns.pause('autumn', { by: 'lan' })).toEqual(paused)
    expect((await campaigns.resume('autumn', { by: 'lan' })).state).toBe('scheduled')
    const stopped = await campaigns.stop('autumn', { by: 'lan' })
    expect(await campaigns.stop('autumn', { by: 'lan' })).toEqual(stopped)
    const error = await refusal(campaigns.resume('autumn', { by: 'lan' }))
    expect(error).toMatchObject({ code: 'campaign.state', message: "'autumn' is stopped: resume is not possible" })
    expect((await refusal(campaigns.pause('nobody', { by: 'lan' }))).code).toBe('campaign.unknown')
  })

  test('is on the record with who did it', async () => {
    const made = await world(store)
    await approved(made, 'autumn')
    const facts = await made.events.read({ type: 'campaign.changed' })
    expect(facts.map(({ props }) => [props['action'], props['by']]).toSorted()).toEqual([
      ['approve', 'lan'],
      ['create', 'ming'],
      ['estimate', 'ming'],
    ])
  })

  test('a time that is over cannot be scheduled, and a campaign without one is run by hand', async () => {
    const made = await world(store)
    await approved(made, 'late', promotion({ schedule: { at: '2026-03-03T10:00' } }))
    expect((await refusal(made.campaigns.schedule('late', { by: 'lan' }))).message).toBe('its time is over')
    await approved(made, 'hand')
    expect((await refusal(made.campaigns.schedule('hand', { by: 'lan' }))).fix).toBe('weloop campaign run hand --now')
  })

  test('only what never ran can be removed', async () => {
    const made = await world(store)
    await made.campaigns.create({ id: 'draft', definition: promotion(), by: 'ming' })
    await made.campaigns.remove('draft')
    expect((await refusal(made.campaigns.find('draft'))).code).toBe('campaign.unknown')
    await approved(made, 'ran')
    expect((await refusal(made.campaigns.remove('ran'))).code).toBe('campaign.state')
  })
})

describe('a message on trial', () => {
  test('goes to one person outside of consent, caps and runs, once for one asking', async () => {
    const { campaigns, put } = await world(store)
    const variants = [
      { name: 'A', article: 'autumn-bedding' },
      { name: 'B', text: '秋天到了' },
    ]
    await campaigns.create({ id: 'autumn', definition: promotion({ article: undefined, variants }), by: 'ming' })
    const sent = await campaigns.trial('autumn', { contact: id(3), variant: 'B', nonce: '1' })
    expect(sent).toMatchObject({ to: 'o3', variant: 'B' })
    await campaigns.trial('autumn', { to: 'o3', variant: 'B', nonce: '1' })
    await campaigns.trial('autumn', { to: 'o3', variant: 'B', nonce: '2' })
    expect(put[0]).toEqual({
      key: sent.key,
      account: 'shop',
      to: 'o3',
      purpose: 'service',
      message: { kind: 'text', text: '秋天到了' },
      source: 'test:autumn',
    })
    expect(new Set(put.map(({ key }) => key)).size).toBe(2)
    expect(await campaigns.upcoming()).toEqual([])
  })

  test('is refused for somebody who is not known, or a variant that is not there', async () => {
    const { campaigns } = await world(store)
    await campaigns.create({ id: 'autumn', definition: promotion(), by: 'ming' })
    expect((await refusal(campaigns.trial('autumn', { contact: 'f'.repeat(24), nonce: '1' }))).code).toBe(
      'campaign.person',
    )
    expect((await refusal(campaigns.trial('autumn', { to: 'o1', variant: 'Z', nonce: '1' }))).fix).toBe('one of A')
  })
})
