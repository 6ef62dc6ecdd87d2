import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { definitionSchema } from '../../src/campaigns/definition.js'
import { templatesOf } from '../../src/campaigns/templates.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { clean, fakeReach, id, people, person, promotion, world } from './setup.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
})
afterEach(() => clean(store))
afterAll(() => store.dispose())

describe('a look at a push that is not saved', () => {
  test('needs neither name nor content, and tells who gets it and who not and why', async () => {
    const reach = fakeReach(({ _id }) => ({ massThisMonth: _id <= id(5) ? 4 : 0 }))
    const { campaigns, rows } = await world(store, people(20), { reach })
    const definition = { name: '', purpose: 'marketing', audience: 'everybody', channels: ['mass'], text: '' }
    const found = await campaigns.look({ definition })
    expect(found).toMatchObject({ audience: 20, estimate: { channels: { mass: 15 }, reasons: { 'mass-used-up': 5 } } })
    expect(found.estimate.partial).toBeUndefined()
    expect(await rows.campaigns.countDocuments()).toBe(0)
  })

  test('stops after 20,000 people and still knows how many there are', async () => {
    const { campaigns } = await world(store, people(23_500))
    const found = await campaigns.look({ definition: promotion() })
    expect(found.audience).toBe(23_500)
    expect(found.estimate).toMatchObject({ partial: true, people: 20_000 })
  })

  test('names each mistake at its field', async () => {
    const { campaigns } = await world(store)
    await expect(campaigns.look({ definition: promotion({ audience: 'gone' }) })).rejects.toMatchObject({
      code: 'campaign.invalid',
      faults: [{ field: 'audience' }],
    })
  })

  test('is refused while three others are under way, and taken again afterwards', async () => {
    let go = () => {}
    const gate = new Promise<void>((resolve) => {
      go = resolve
    })
    const fake = fakeReach()
    const reach = {
      ...fake,
      load: async (...asked: Parameters<typeof fake.load>) => gate.then(() => fake.load(...asked)),
    }
    const { campaigns } = await world(store, people(3), { reach })
    const under = [1, 2, 3].map(() => campaigns.look({ definition: promotion() }))
    await new Promise((resolve) => setImmediate(resolve))
    await expect(campaigns.look({ definition: promotion() })).rejects.toMatchObject({ code: 'campaign.busy' })
    go()
    await Promise.all(under)
    expect((await campaigns.look({ definition: promotion() })).audience).toBe(3)
  })

  test('ends when nobody waits for it any more', async () => {
    const { campaigns, audiences } = await world(store, people(3))
    const control = new AbortController()
    control.abort(new Error('gone'))
    const pages = audiences.pages
    const asked: (AbortSignal | undefined)[] = []
    audiences.pages = (rule, query) => {
      asked.push(query.signal)
      query.signal?.throwIfAborted()
      return pages(rule, query)
    }
    const again = (await world(store, people(3), { audiences })).campaigns
    await expect(again.look({ definition: promotion() }, control.signal)).rejects.toThrow('gone')
    expect(asked).toEqual([control.signal])
    expect((await campaigns.look({ definition: promotion() })).audience).toBe(3)
  })
})

describe('a preview', () => {
  const variants = [
    { name: '甲', text: '一' },
    { name: '乙', text: '二' },
  ]

  test('is the variant that the person will get in the run', async () => {
    const all = people(40)
    const { campaigns, bulk, clock } = await world(store, all)
    const definition = promotion({ article: undefined, variants })
    await campaigns.create({ id: 'ab', definition, by: 'ming' })
    await campaigns.estimate('ab')
    await campaigns.approve('ab', { by: 'lan' })
    const shown = await Promise.all(all.map((row) => campaigns.preview({ id: 'ab', definition }, row)))
    await campaigns.run('ab', { by: 'lan' })
    clock.pass(1000)
    await campaigns.tick()
    await campaigns.idle()
    const got = new Map(bulk.recipients('ab:2026-03-04T1000').map(({ contact, variant }) => [contact, variant]))
    expect(got.size).toBe(40)
    expect(new Set(got.values()).size).toBe(2)
    for (const [index, row] of all.entries()) expect(shown[index]?.variant).toBe(variants[got.get(row._id) ?? -1]?.name)
  })

  test('tells whether the person is meant, and shows a named variant to nobody in particular', async () => {
    const tagged = person(1, { tags: ['vip'] })
    const { campaigns } = await world(store, [tagged, person(2)])
    const definition = promotion({ article: undefined, audience: 'vip', variants })
    expect((await campaigns.preview({ definition }, tagged)).about).toMatchObject({ inAudience: true, heldOut: false })
    expect((await campaigns.preview({ definition }, person(2))).about).toMatchObject({ inAudience: false })
    expect(await campaigns.preview({ definition }, undefined, '乙')).toEqual({
      account: 'shop',
      variant: '乙',
      message: { kind: 'text', text: '二' },
    })
  })

  test('has no message while nothing is written', async () => {
    const { campaigns } = await world(store)
    const found = await campaigns.preview({ definition: promotion({ article: '' }) })
    expect(found).toEqual({ account: 'shop' })
  })
})

describe('the templates', () => {
  const house = templatesOf([])

  test.each(house.map((one) => [one.title.zh, one] as const))('%s is a whole push but for its time', (_, one) => {
    expect(definitionSchema.safeParse(one.definition).error).toBeUndefined()
    const timed = { ...one.definition, schedule: { at: `2026-11-24T${one.suggests.time}` } }
    expect(definitionSchema.safeParse(timed).error).toBeUndefined()
    expect(one.suggests.time >= '08:00' && one.suggests.time < '22:00').toBe(true)
    expect(JSON.stringify(one.definition)).toContain('退订')
  })

  test('are the six that shops ask for, and those of the content folder without a day that is over', () => {
    const titles = ['召回流失客户', '新品上架', '直播提醒', '周年庆', '复购提醒', '优惠券到期']
    expect(house.map(({ title }) => title.zh)).toEqual(titles)
    const files = [
      { slug: 'once', definition: promotion({ schedule: { at: '2025-01-01T09:30' }, endsAt: '2025-01-02' }) },
      { slug: 'daily', definition: promotion({ schedule: { cron: '30 10 * * *' } }) },
    ] as never
    const [once, daily] = templatesOf(files).slice(-2)
    expect(once).toMatchObject({ id: 'file-once', origin: 'file', suggests: { time: '09:30' } })
    expect(once?.definition).not.toHaveProperty('schedule')
    expect(once?.definition).not.toHaveProperty('endsAt')
    expect(daily?.definition.schedule).toEqual({ cron: '30 10 * * *' })
  })
})
