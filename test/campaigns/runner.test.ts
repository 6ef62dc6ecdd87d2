import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { openTestStore, type TestStore } from '../store/open.js'
import { approved, CONFIG, clean, id, people, person, promotion, START, type World, world } from './setup.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => clean(store))
afterAll(() => store.dispose())

const HOUR = 3_600_000
const DAY = 24 * HOUR
const turn = async ({ campaigns }: Pick<World, 'campaigns'>) => {
  await campaigns.tick()
  await campaigns.idle()
}
const runsOf = async ({ rows }: World, campaign: string) =>
  (await rows.runs.find({ campaign }).sort({ dueAt: 1 }).toArray()).map(({ occurrence, state, reason }) =>
    reason ? `${occurrence} ${state} ${reason.code}` : `${occurrence} ${state}`,
  )
const stateOf = async ({ campaigns }: World, campaign: string) => (await campaigns.find(campaign)).state
const daily = (about: Record<string, unknown> = {}) => promotion({ schedule: { cron: '30 10 * * *' }, ...about })

describe('a campaign run once', () => {
  test('begins when it is due, sends to everybody once, and is done when nothing is left', async () => {
    const made = await world(store, people(2500), {})
    await approved(made, 'autumn', promotion({ schedule: { at: '2026-03-04T12:00' } }))
    await made.campaigns.schedule('autumn', { by: 'lan' })
    await turn(made)
    expect(made.bulk.chunks.size).toBe(0)
    made.clock.pass(2 * HOUR)
    await turn(made)
    const source = 'autumn:2026-03-04T1200'
    expect(made.bulk.contacts(source)).toEqual(people(2500).map(({ _id }) => _id))
    expect([...made.bulk.chunks.keys()]).toEqual([`${source}:0`, `${source}:1`, `${source}:2`])
    const chunk = made.bulk.chunks.get(`${source}:0`)
    expect(chunk).toMatchObject({ account: 'shop', purpose: 'marketing', channels: ['mass'], dueAt: made.clock.now() })
    expect(chunk?.expiresAt).toEqual(new Date(made.clock.now().getTime() + DAY))
    expect(await stateOf(made, 'autumn')).toBe('running')
    made.bulk.settle(source)
    await turn(made)
    await turn(made)
    expect(await stateOf(made, 'autumn')).toBe('done')
    const { runs } = await made.campaigns.show('autumn')
    expect(runs[0]).toMatchObject({
      state: 'done',
      outcome: { recipients: 2500, states: { sent: 2500 } },
      estimate: { people: 2500 },
    })
  })

  test('by hand starts at once; pressing again changes nothing', async () => {
    const made = await world(store)
    await approved(made, 'autumn')
    await made.campaigns.run('autumn', { by: 'lan' })
    await made.campaigns.run('autumn', { by: 'lan' })
    await turn(made)
    await made.campaigns.run('autumn', { by: 'lan' })
    await turn(made)
    expect(await runsOf(made, 'autumn')).toEqual(['2026-03-04T1000 sending'])
    expect(made.bulk.contacts('autumn:2026-03-04T1000')).toHaveLength(20)
  })

  test('holds out the same people in every run, and keeps everybody in one variant', async () => {
    const variants = [
      { name: 'A', text: '甲' },
      { name: 'B', text: '乙' },
    ]
    const made = await world(store, people(400))
    await approved(made, 'weekly', daily({ article: undefined, variants, holdOut: 20 }))
    await made.campaigns.schedule('weekly', { by: 'lan' })
    const runs: string[][] = []
    for (let day = 0; day < 2; day++) {
      made.clock.pass(day === 0 ? HOUR : DAY)
      await turn(made)
      const source = made.bulk.sources()[day] ?? ''
      runs.push(made.bulk.recipients(source).map(({ contact, variant, skip }) => `${contact} ${variant} ${skip}`))
      made.bulk.settle(source)
      await turn(made)
    }
    expect(runs[0]).toEqual(runs[1])
    const held = runs[0]?.filter((line) => line.endsWith('hold-out')).length ?? 0
    expect(held).toBeGreaterThan(50)
    expect(held).toBeLessThan(110)
    expect(runs[0]?.filter((line) => line.includes(' 1 ')).length).toBeGreaterThan(150)
  })

  test('counts people without an id on the account, and never sends to them', async () => {
    const made = await world(store, [person(1), person(2, { to: undefined })])
    await approved(made, 'autumn')
    await made.campaigns.run('autumn', { by: 'lan' })
    await turn(made)
    expect(made.bulk.recipients('autumn:2026-03-04T1000')).toEqual([
      { contact: id(1), to: 'o1', variant: 0 },
      { contact: id(2), to: '', variant: 0, skip: 'no-identity' },
    ])
  })

  test('ends with the offer, however long its messages may take', async () => {
    const made = await world(store)
    await approved(made, 'autumn', promotion({ endsAt: '2026-03-04T20:00' }))
    await made.campaigns.run('autumn', { by: 'lan' })
    await turn(made)
    expect([...made.bulk.chunks.values()][0]?.expiresAt).toEqual(new Date('2026-03-04T12:00:00Z'))
  })
})

describe('a recurring campaign', () => {
  test('runs each time under a key of its own and waits for the next', async () => {
    const made = await world(store)
    await approved(made, 'weekly', daily())
    await made.campaigns.schedule('weekly', { by: 'lan' })
    for (let day = 0; day < 3; day++) {
      made.clock.pass(day === 0 ? HOUR : DAY)
      await turn(made)
      made.bulk.settle(made.bulk.sources().at(-1) ?? '')
      await turn(made)
      expect(await stateOf(made, 'weekly')).toBe('scheduled')
    }
    expect(await runsOf(made, 'weekly')).toEqual([
      '2026-03-04T1030 done',
      '2026-03-05T1030 done',
      '2026-03-06T1030 done',
      '2026-03-07T1030 scheduled',
    ])
    expect(await made.campaigns.upcoming()).toEqual([
      { key: 'weekly:2026-03-07T1030', at: new Date('2026-03-07T02:30:00Z') },
    ])
  })

  test('records every run that was missed while nobody ran, and makes up for the last when it is not too late', async () => {
    const made = await world(store)
    await approved(made, 'weekly', daily())
    await made.campaigns.schedule('weekly', { by: 'lan' })
    made.clock.pass(3 * DAY + HOUR)
    await turn(made)
    expect(await runsOf(made, 'weekly')).toEqual([
      '2026-03-04T1030 skipped stale',
      '2026-03-05T1030 skipped stale',
      '2026-03-06T1030 skipped stale',
      '2026-03-07T1030 sending',
      '2026-03-08T1030 scheduled',
    ])
    const facts = await made.events.read({ type: 'campaign.skipped' })
    expect(facts).toHaveLength(3)
    expect(facts[0]?.props).toMatchObject({ campaign: 'weekly', reason: 'stale' })
  })

  test('that is to run however late runs the last of several missed times only', async () => {
    const made = await world(store)
    await approved(made, 'weekly', daily({ stale: 'run' }))
    await made.campaigns.schedule('weekly', { by: 'lan' })
    made.clock.pass(2 * DAY + 12 * HOUR)
    await turn(made)
    expect(await runsOf(made, 'weekly')).toEqual([
      '2026-03-04T1030 skipped superseded',
      '2026-03-05T1030 skipped superseded',
      '2026-03-06T1030 sending',
      '2026-03-07T1030 scheduled',
    ])
  })

  test('that is later than it may be is skipped to the minute, not before', async () => {
    for (const [late, state] of [
      [2 * HOUR, 'sending'],
      [2 * HOUR + 60_000, 'skipped stale'],
    ] as const) {
      const made = await world(store)
      const name = `weekly-${late}`
      await approved(made, name, daily())
      await made.campaigns.schedule(name, { by: 'lan' })
      made.clock.pass(HOUR / 2 + late)
      await turn(made)
      expect((await runsOf(made, name))[0]).toBe(`2026-03-04T1030 ${state}`)
    }
  })

  test('does not begin while the run before is under way, and says so', async () => {
    const made = await world(store)
    await approved(made, 'weekly', daily())
    await made.campaigns.schedule('weekly', { by: 'lan' })
    made.clock.pass(HOUR)
    await turn(made)
    made.clock.pass(DAY)
    await turn(made)
    expect((await runsOf(made, 'weekly')).slice(0, 2)).toEqual([
      '2026-03-04T1030 sending',
      '2026-03-05T1030 skipped overlap',
    ])
  })

  test('is done when its last time is over', async () => {
    const made = await world(store)
    await approved(made, 'weekly', daily({ schedule: { cron: '30 10 * * *', until: '2026-03-05T00:00' } }))
    await made.campaigns.schedule('weekly', { by: 'lan' })
    made.clock.pass(HOUR)
    await turn(made)
    made.bulk.settle('weekly:2026-03-04T1030')
    await turn(made)
    await turn(made)
    expect(await stateOf(made, 'weekly')).toBe('done')
  })
})

describe('pause, resume and stop', () => {
  async function underWay(more = {}) {
    const made = await world(store, people(60))
    await approved(made, 'autumn', promotion(more))
    await made.campaigns.run('autumn', { by: 'lan' })
    await turn(made)
    return { ...made, source: 'autumn:2026-03-04T1000' }
  }

  test('reach the bulk sender, once', async () => {
    const made = await underWay()
    const { campaigns, bulk, source } = made
    await campaigns.pause('autumn', { by: 'lan' })
    await campaigns.pause('autumn', { by: 'lan' })
    await turn(made)
    expect(bulk.calls).toEqual([`pause ${source}`])
    expect((await campaigns.resume('autumn', { by: 'lan' })).state).toBe('running')
    await turn(made)
    expect(bulk.calls).toEqual([`pause ${source}`, `resume ${source}`])
    await campaigns.stop('autumn', { by: 'lan' })
    await turn(made)
    expect(bulk.calls.slice(2)).toEqual([`cancel ${source}`])
    expect(await runsOf(made, 'autumn')).toEqual(['2026-03-04T1000 stopped'])
    expect((await campaigns.show('autumn')).runs[0]?.outcome?.states).toEqual({ cancelled: 60 })
  })

  test('are carried out by the next process when this one dies right after the decision', async () => {
    const made = await underWay()
    const dying = made.another({ bulk: { ...made.bulk, pause: () => Promise.reject(new Error('killed')) } })
    await expect(dying.pause('autumn', { by: 'lan' })).rejects.toThrow('killed')
    expect(made.bulk.calls).toEqual([])
    await turn(made)
    expect(made.bulk.calls).toEqual([`pause ${made.source}`])
    expect(await runsOf(made, 'autumn')).toEqual(['2026-03-04T1000 paused'])
  })

  test('a run that came due in a pause is judged by its stale policy when it goes on', async () => {
    const made = await world(store)
    await approved(made, 'weekly', daily())
    await made.campaigns.schedule('weekly', { by: 'lan' })
    await made.campaigns.pause('weekly', { by: 'lan' })
    made.clock.pass(DAY)
    await turn(made)
    expect(await runsOf(made, 'weekly')).toEqual(['2026-03-04T1030 scheduled'])
    expect(await made.campaigns.upcoming()).toEqual([])
    await made.campaigns.resume('weekly', { by: 'lan' })
    await turn(made)
    expect(await runsOf(made, 'weekly')).toEqual(['2026-03-04T1030 skipped stale', '2026-03-05T1030 scheduled'])
  })

  test('what was withdrawn and scheduled again for the same time runs', async () => {
    const made = await world(store)
    const definition = promotion({ schedule: { at: '2026-03-04T12:00' } })
    await approved(made, 'autumn', definition)
    const { campaigns } = made
    await campaigns.schedule('autumn', { by: 'lan' })
    await campaigns.withdraw('autumn', { by: 'lan' })
    expect(await runsOf(made, 'autumn')).toEqual(['2026-03-04T1200 cancelled withdrawn'])
    await campaigns.estimate('autumn')
    await campaigns.approve('autumn', { by: 'lan' })
    await campaigns.schedule('autumn', { by: 'lan' })
    made.clock.pass(2 * HOUR)
    await turn(made)
    expect(await runsOf(made, 'autumn')).toEqual(['2026-03-04T1200 sending'])
  })
})

describe('waves', () => {
  const waves = { waves: [{ share: 10, pause: '30m' }] }

  test('the first is a random tenth; the rest follows after the pause, everybody once', async () => {
    const made = await world(store, people(3000))
    await approved(made, 'autumn', promotion(waves))
    await made.campaigns.run('autumn', { by: 'lan' })
    await turn(made)
    const source = 'autumn:2026-03-04T1000'
    const first = made.bulk.contacts(source)
    expect(first.length).toBeGreaterThan(220)
    expect(first.length).toBeLessThan(380)
    await turn(made)
    expect(made.bulk.contacts(source)).toHaveLength(first.length)
    made.bulk.settle(source)
    await turn(made)
    expect(await runsOf(made, 'autumn')).toEqual(['2026-03-04T1000 resting'])
    made.clock.pass(29 * 60_000)
    await turn(made)
    expect(made.bulk.contacts(source)).toHaveLength(first.length)
    made.clock.pass(60_000)
    await turn(made)
    expect(made.bulk.contacts(source).toSorted()).toEqual(people(3000).map(({ _id }) => _id))
    expect([...made.bulk.chunks.values()].at(-1)?.dueAt).toEqual(made.clock.now())
    made.bulk.settle(source)
    await turn(made)
    await turn(made)
    expect(await stateOf(made, 'autumn')).toBe('done')
  })

  test('the standard ones are for large audiences only', async () => {
    const config = { ...CONFIG, waves: { share: 10, pause: 60_000, above: 100 } }
    for (const [count, chunks] of [
      [99, 99],
      [100, 12],
    ] as const) {
      const made = await world(store, people(count), { config })
      await approved(made, `size-${count}`)
      await made.campaigns.run(`size-${count}`, { by: 'lan' })
      await turn(made)
      const sent = made.bulk.contacts(`size-${count}:2026-03-04T1000`).length
      if (count === 99) expect(sent).toBe(chunks)
      else expect(sent).toBeLessThan(30)
    }
  })

  test('a broken stop rule ends it before the rest', async () => {
    const made = await world(store, people(2000))
    await approved(made, 'autumn', promotion(waves))
    await made.campaigns.run('autumn', { by: 'lan' })
    await turn(made)
    const source = 'autumn:2026-03-04T1000'
    made.bulk.settle(source, 'failed')
    await turn(made)
    await turn(made)
    made.clock.pass(HOUR)
    await turn(made)
    const first = made.bulk.contacts(source).length
    expect(first).toBeLessThan(300)
    expect(made.bulk.calls).toEqual([`cancel ${source}`])
    const { campaign } = await made.campaigns.show('autumn')
    expect(campaign).toMatchObject({ state: 'stopped', reason: { code: 'stop-rule:failures' } })
    expect(campaign.reason?.text).toBe(`failures: 100.0 % of ${first}, the limit is 10 %`)
  })
})

describe('stop rules', () => {
  test('count who left or opted out after their message, each once, and may pause instead', async () => {
    const made = await world(store, people(40))
    await approved(made, 'autumn', promotion({ stop: { optOuts: 5, minimum: 20, action: 'pause' } }))
    await made.campaigns.run('autumn', { by: 'lan' })
    await turn(made)
    const source = 'autumn:2026-03-04T1000'
    made.bulk.settle(source, 'sent', { at: made.clock.now() })
    made.bulk.mark(source, id(40), 'waiting')
    const left = (n: number, minutes: number, type = 'follow.ended') => ({
      source: 'contacts',
      id: `${n}:${type}:${minutes}`,
      type,
      contact: id(n),
      occurredAt: new Date(START.getTime() + minutes * 60_000),
      props: type === 'consent.withdrawn' ? { purpose: 'marketing' } : {},
    })
    await made.events.append([left(1, 5), left(1, 6, 'consent.withdrawn'), left(2, -5), left(40, 5)])
    await turn(made)
    expect(await stateOf(made, 'autumn')).toBe('running')
    await made.events.append([left(3, 7), left(4, 8, 'consent.withdrawn')])
    await turn(made)
    await turn(made)
    const { campaign, runs } = await made.campaigns.show('autumn')
    expect(campaign).toMatchObject({ state: 'paused', reason: { code: 'stop-rule:opt-outs' } })
    expect(runs[0]).toMatchObject({ state: 'paused', optOuts: 3 })
    expect(made.bulk.calls).toEqual([`pause ${source}`])
  })
})

describe('a run that cannot begin', () => {
  test('as its audience outgrew the approval waits for another approval', async () => {
    const made = await world(store, people(60))
    await approved(made, 'weekly', daily({ stale: 'run' }))
    await made.campaigns.schedule('weekly', { by: 'lan' })
    for (let n = 61; n <= 161; n++) made.audiences.all.push(person(n))
    made.clock.pass(HOUR)
    await turn(made)
    expect(await made.campaigns.find('weekly')).toMatchObject({
      state: 'paused',
      reason: { code: 'audience-grew', text: 'the audience is 161 people, approved were at most 160' },
    })
    expect(made.bulk.chunks.size).toBe(0)
    await expect(made.campaigns.approve('weekly', { by: 'lan' })).rejects.toMatchObject({
      code: 'campaign.unestimated',
    })
    made.clock.pass(1)
    await made.campaigns.estimate('weekly')
    await expect(made.campaigns.approve('weekly', { by: 'ming' })).rejects.toMatchObject({ code: 'campaign.four-eyes' })
    await made.campaigns.approve('weekly', { by: 'lan' })
    await made.campaigns.resume('weekly', { by: 'lan' })
    await turn(made)
    expect(made.bulk.contacts('weekly:2026-03-04T1030')).toHaveLength(161)
  })

  test('as its article or segment is gone holds the campaign and says what is missing', async () => {
    let gone = false
    const made = await world(store, people(5), { missing: () => (gone ? "article 'autumn-bedding'" : undefined) })
    await approved(made, 'autumn')
    gone = true
    await made.campaigns.run('autumn', { by: 'lan' })
    await turn(made)
    expect((await made.campaigns.find('autumn')).reason).toMatchObject({
      code: 'content-missing',
      text: "there is no article 'autumn-bedding'",
    })
    gone = false
    await made.campaigns.resume('autumn', { by: 'lan' })
    await turn(made)
    expect(made.bulk.contacts('autumn:2026-03-04T1000')).toHaveLength(5)
  })

  test('an edit of a later day does not reach a run under way', async () => {
    const made = await world(store, people(3000))
    await approved(made, 'autumn', promotion({ waves: [{ share: 10, pause: '30m' }] }))
    await made.campaigns.run('autumn', { by: 'lan' })
    await turn(made)
    await made.rows.campaigns.updateOne({ _id: 'autumn' }, { $set: { 'definition.article': 'other' } })
    made.bulk.settle('autumn:2026-03-04T1000')
    await turn(made)
    made.clock.pass(HOUR)
    await turn(made)
    for (const { variants } of made.bulk.chunks.values())
      expect(variants).toEqual([{ kind: 'article', slug: 'autumn-bedding' }])
  })
})
