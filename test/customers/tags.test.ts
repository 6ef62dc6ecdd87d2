import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { contactRows } from '../../src/contacts/model.js'
import type { Customers } from '../../src/customers/customers.js'
import { agree, type PairTags } from '../../src/customers/tags/agree.js'
import { type FakeCorp, refusal } from './fake-corp.js'
import { type CustomerWorld, openCustomerWorld } from './world.js'

const HOUR = 3_600_000
let world: CustomerWorld
let corp: FakeCorp
let customers: Customers

beforeAll(async () => {
  world = await openCustomerWorld()
})
afterAll(() => world.close())
beforeEach(() => {
  ;({ corp, customers } = world.corp())
  corp.mirrorTags = ['老客', '高复购']
})

const tagsHere = async (customer: string) => (await world.contactOf(corp.account, customer))?.tags.toSorted()
const tagHere = async (customer: string, change: object) => {
  const row = await world.contactOf(corp.account, customer)
  await contactRows(world.people.store.connection).updateOne({ _id: String(row?._id) }, change)
}
const sync = () => {
  world.pass(HOUR)
  return customers.sync(corp.account)
}
const edited = async (staff: string, customer: string) => {
  world.pass(HOUR)
  await customers.apply(corp.update('event.customer.edited', staff, customer))
  await customers.refetch()
}

describe('mirrored tags', () => {
  test('are made at the corporation where it lacks them, in our group, and found by name where it has them', async () => {
    corp.makeTag('老客', '会员')
    corp.add('li', 'wmA')
    await sync()
    expect([...corp.tagNames.values()]).toEqual([
      { name: '老客', group: '会员' },
      { name: '高复购', group: '微环' },
    ])
    await sync()
    expect(corp.count('addTag')).toBe(1)
  })

  test('of both sides come together at first sight; tags that are not mirrored stay where they are', async () => {
    const own = corp.makeTag('活动A')
    const old = corp.makeTag('老客')
    corp.add('li', 'wmA', { tagIds: [own, old] })
    await customers.people.learn([{ account: corp.account, externalId: 'wmA', at: world.now() }])
    await tagHere('wmA', { $set: { tags: ['高复购', '仅本地'] } })
    expect(await sync()).toMatchObject({ counts: { taggedHere: 1, taggedThere: 1, tagsRefused: 0 } })
    expect(await tagsHere('wmA')).toEqual(['仅本地', '老客', '高复购'].toSorted())
    expect(corp.tagsOf('li', 'wmA')).toEqual(['活动A', '老客', '高复购'].toSorted())
    expect(await sync()).toMatchObject({ counts: { taggedHere: 0, taggedThere: 0 } })
  })

  test('that a member takes off or puts on come back by the event, once, with a fact', async () => {
    corp.add('li', 'wmA')
    corp.add('wang', 'wmA')
    await sync()
    const id = [...corp.tagNames].find(([, { name }]) => name === '老客')?.[0] ?? ''
    corp.pair('li', 'wmA')?.tagIds.push(id)
    await edited('li', 'wmA')
    expect(await tagsHere('wmA')).toEqual(['老客'])
    expect(corp.tagsOf('wang', 'wmA')).toEqual(['老客'])
    const pair = corp.pair('wang', 'wmA')
    if (pair) pair.tagIds = []
    await edited('wang', 'wmA')
    expect(await tagsHere('wmA')).toEqual([])
    expect(corp.tagsOf('li', 'wmA')).toEqual([])
    const contact = String((await world.contactOf(corp.account, 'wmA'))?._id)
    const facts = await world.people.events.read({ contact, type: 'customer.tagged' })
    expect(facts.map(({ props }) => ({ added: props['added'], removed: props['removed'] })).toReversed()).toEqual([
      { added: ['老客'], removed: [] },
      { added: [], removed: ['老客'] },
    ])
  })

  test('that we take off go there with the next sync', async () => {
    corp.add('li', 'wmA')
    await sync()
    await customers.tag({ account: corp.account, staff: 'li', customer: 'wmA' }, ['老客'])
    expect(corp.tagsOf('li', 'wmA')).toEqual(['老客'])
    await tagHere('wmA', { $pull: { tags: '老客' } })
    await sync()
    expect(corp.tagsOf('li', 'wmA')).toEqual([])
    expect(await tagsHere('wmA')).toEqual([])
  })

  test('stay here where the platform refuses, with the reason, and go there when the pair appears', async () => {
    const who = { account: corp.account, staff: 'li', customer: 'wmA' }
    corp.add('li', 'wmA', { half: true })
    await customers.apply(corp.update('event.customer.added', 'li', 'wmA', { half: true }))
    const tagged = await customers.tag(who, ['老客', '仅本地'])
    expect(tagged).toMatchObject({ here: ['老客', '仅本地'], there: [], refused: [{ tag: '老客' }] })
    expect(tagged.refused[0]?.reason).toContain('尚未通过')
    expect(await tagsHere('wmA')).toEqual(['仅本地', '老客'].toSorted())
    const pair = corp.pair('li', 'wmA')
    if (pair) pair.half = false
    world.pass(HOUR)
    await customers.apply(corp.update('event.customer.added', 'li', 'wmA'))
    await customers.refetch()
    expect(corp.tagsOf('li', 'wmA')).toEqual(['老客'])
    expect((await customers.relations.find(corp.account, 'li', 'wmA'))?.tagRefusal).toBeUndefined()
  })

  test('survive a quota: nothing is lost here, and the next night settles it', async () => {
    corp.add('li', 'wmA')
    await sync()
    corp.failing = { call: 'mark', after: 0, error: refusal('quota', '调用过于频繁') }
    const tagged = await customers.tag({ account: corp.account, staff: 'li', customer: 'wmA' }, ['老客'])
    expect(tagged.refused).toEqual([{ tag: '老客', reason: '调用过于频繁' }])
    corp.failing = undefined
    await sync()
    expect(corp.tagsOf('li', 'wmA')).toEqual(['老客'])
  })

  test('removed from the catalogue there are made anew and nobody loses them', async () => {
    corp.add('li', 'wmA')
    await sync()
    await customers.tag({ account: corp.account, staff: 'li', customer: 'wmA' }, ['老客'])
    corp.dropTag([...corp.tagNames].find(([, { name }]) => name === '老客')?.[0] ?? '')
    expect((await sync()).conflicts).toEqual(
      expect.arrayContaining([expect.objectContaining({ kind: 'tag-gone', tag: '老客' })]),
    )
    expect(await tagsHere('wmA')).toEqual(['老客'])
    expect(corp.tagsOf('li', 'wmA')).toEqual(['老客'])
  })

  test('too long for the platform are told and stay ours', async () => {
    corp.mirrorTags = ['长'.repeat(31)]
    corp.add('li', 'wmA')
    expect((await sync()).conflicts).toEqual(expect.arrayContaining([expect.objectContaining({ kind: 'tag-name' })]))
    expect(corp.count('addTag')).toBe(0)
  })

  test('of everybody are settled on demand', async () => {
    corp.add('li', 'wmA')
    await sync()
    await tagHere('wmA', { $addToSet: { tags: '高复购' } })
    expect(await customers.syncTags(corp.account)).toMatchObject({ there: 1, refused: 0, conflicts: [] })
    expect(corp.tagsOf('li', 'wmA')).toEqual(['高复购'])
  })
})

describe('agreement over all pairs of a customer', () => {
  const ids = ['1', '2', '3']
  const mirror = { byName: new Map(ids.map((id) => [`t${id}`, id])), byId: new Map(ids.map((id) => [id, `t${id}`])) }
  const some = fc.subarray(ids)
  const pairs = fc.array(fc.record({ there: some, base: fc.option(some, { nil: undefined }) }), {
    minLength: 1,
    maxLength: 3,
  })
  const pairsOf = (list: { there: string[]; base: string[] | undefined }[]): PairTags[] =>
    list.map(({ there, base }, at) => ({ id: `p${at}`, staff: `s${at}`, there, ...(base && { base }), open: true }))

  test('once carried out there is nothing left to do, and both sides have the same', () => {
    fc.assert(
      fc.property(some, pairs, (here, list) => {
        const names = here.map((id) => `t${id}`)
        const plan = agree(mirror, names, pairsOf(list))
        const after = [...names.filter((name) => !plan.removeHere.includes(name)), ...plan.addHere].toSorted()
        const settled = plan.pairs.map(({ agreed }) => ({ there: agreed, base: agreed }))
        for (const { agreed } of plan.pairs) expect(agreed.map((id) => `t${id}`).toSorted()).toEqual(after)
        const again = agree(mirror, after, pairsOf(settled))
        expect(
          [again.addHere, again.removeHere, ...again.pairs.flatMap(({ add, remove }) => [add, remove])].flat(),
        ).toEqual([])
      }),
    )
  })

  test('what one side changed since is done on the other, and only that', () => {
    fc.assert(
      fc.property(some, some, (base, there) => {
        const plan = agree(
          mirror,
          base.map((id) => `t${id}`),
          pairsOf([{ there, base }]),
        )
        expect(plan.addHere).toEqual(there.filter((id) => !base.includes(id)).map((id) => `t${id}`))
        expect(plan.removeHere.toSorted()).toEqual(base.filter((id) => !there.includes(id)).map((id) => `t${id}`))
        expect(plan.pairs[0]).toMatchObject({ add: [], remove: [] })
      }),
    )
  })
})
