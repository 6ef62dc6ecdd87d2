import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { identityKey, type Person } from '../../src/contacts/identity.js'
import { contactRows } from '../../src/contacts/model.js'
import type { PersonalData } from '../../src/contacts/privacy.js'
import { openPeople, type People, updateOf } from './people.js'

const START = new Date('2026-03-04T04:00:00Z')
const at = (seconds: number) => new Date(START.getTime() + seconds * 1000)
let people: People
let count = 0
let union = ''
const dropped: (readonly string[])[] = []
const album: PersonalData = {
  name: 'album',
  export: async () => [],
  erase: async () => undefined,
  drop: async (_contact, _identities, classes) => void dropped.push(classes),
}
beforeAll(async () => {
  people = await openPeople(() => START, [album])
})
afterAll(() => people.close())
beforeEach(() => {
  union = `U${++count}`
})

const oa = (): Person => ({ platform: 'official-account', account: 'shop', externalId: `oa${count}` })
const mp = (): Person => ({ platform: 'mini-program', account: 'mini', externalId: `mp${count}` })
const row = (id: string) => contactRows(people.store.connection).findOne({ _id: id })
const holder = async (one: Person) =>
  (await contactRows(people.store.connection).findOne({ 'identities.key': identityKey(one) }))?._id
const handle = (openid: string) => people.contacts.handle(updateOf(openid, at(1), { kind: 'message.text' }))

/** Two identities that nobody knows to be one person yet; the first is the older contact. */
async function two(): Promise<[string, string]> {
  const first = await people.contacts.resolve(oa(), at(0))
  const second = await people.contacts.resolve(mp(), at(10))
  return [first, second]
}

describe('merging', () => {
  test('the older contact keeps its id and gets everything the other had', async () => {
    const [older, younger] = await two()
    await handle(`oa${count}`).tag('vip')
    await handle(`oa${count}`).setProfile({ city: '杭州' })
    const miniUpdate = {
      ...updateOf(`mp${count}`, at(20), { kind: 'message.text' }),
      platform: 'mini-program' as const,
    }
    const mini = people.contacts.handle({ ...miniUpdate, account: 'mini' })
    await mini.tag('gift')
    await mini.setProfile({ city: '上海', size: 'L' })
    await mini.consent('marketing', false)
    expect(await people.contacts.join(mp(), union, at(30))).toEqual({ outcome: 'noted' })
    expect(await people.contacts.join(oa(), union, at(31))).toEqual({
      outcome: 'merged',
      contact: older,
      gone: younger,
    })
    expect(await row(older)).toMatchObject({
      status: 'active',
      unionid: union,
      tags: ['vip', 'gift'],
      profile: { city: '杭州', size: 'L' },
      consents: { marketing: { allowed: false } },
      mergedFrom: [younger],
    })
    expect(await row(younger)).toMatchObject({ status: 'merged', merge: { into: older, done: true } })
    expect(await people.contacts.standing(mp())).toMatchObject({ contact: older })
    const merged = (await people.events.read({ contact: older, type: 'contact.merged' }))[0]
    expect(merged).toMatchObject({ props: { gone: younger, by: 'unionid', identities: 1 } })
  })

  test('repeating it changes nothing; a second unionid for the same contact is a conflict and merges nobody', async () => {
    const [older] = await two()
    await people.contacts.join(oa(), union, at(1))
    await people.contacts.join(mp(), union, at(2))
    const before = await row(older)
    expect(await people.contacts.join(mp(), union, at(3))).toEqual({ outcome: 'known' })
    expect(await people.contacts.join(oa(), `${union}-other`, at(4))).toMatchObject({ outcome: 'conflict' })
    expect(await row(older)).toEqual(before)
  })

  test('two processes that merge the same two, both ways round, agree on one contact', async () => {
    for (let round = 0; round < 5; round++) {
      union = `U${++count}`
      const [older, younger] = await two()
      const other = people.another().contacts
      await Promise.all([
        people.contacts.join(oa(), union, at(1)),
        other.join(mp(), union, at(1)),
        people.contacts.join(mp(), union, at(1)),
        other.join(oa(), union, at(1)),
      ])
      await people.contacts.merging.finish()
      expect(await holder(oa())).toBe(older)
      expect(await holder(mp())).toBe(older)
      expect(await row(older)).toMatchObject({ status: 'active', unionid: union })
      expect((await row(older))?.identities).toHaveLength(2)
      expect(await row(younger)).toMatchObject({ status: 'merged' })
    }
  })

  test('a merge that was cut short is finished, also when the person wrote in between', async () => {
    const [older, younger] = await two()
    const gone = await row(younger)
    if (!gone) throw new Error('no contact')
    const { tags, profile, consents, firstSeenAt } = gone
    const merge = { into: older, at: at(5), by: 'unionid' as const, moved: gone.identities, done: false }
    await contactRows(people.store.connection).updateOne(
      { _id: younger },
      {
        $set: {
          status: 'merged',
          identities: [{ ...(gone.identities[0] ?? never()), key: `merged:${younger}`, externalId: '' }],
          merge: { ...merge, before: { tags, profile, consents, firstSeenAt } },
        },
      },
    )
    const between = await people.another().contacts.resolve(mp(), at(6))
    expect(between).not.toBe(younger)
    expect(await people.another().contacts.merging.finish()).toBe(1)
    expect(await holder(mp())).toBe(older)
    expect(await row(between)).toMatchObject({ status: 'merged', merge: { into: older, done: true } })
    expect(await row(younger)).toMatchObject({ merge: { done: true } })
  })

  test('a process that still remembers the merged contact writes to the one that holds it now', async () => {
    const [older] = await two()
    await people.contacts.join(oa(), union, at(1))
    await people.another().contacts.join(mp(), union, at(2))
    const stale = { ...updateOf(`mp${count}`, at(3), { kind: 'message.text' }), platform: 'mini-program' as const }
    await people.contacts.handle({ ...stale, account: 'mini' }).tag('late')
    expect((await row(older))?.tags).toEqual(['late'])
  })

  test('it can be taken back, and is not repeated by itself then', async () => {
    const [older, younger] = await two()
    await handle(`oa${count}`).tag('vip')
    const theirs = { ...updateOf(`mp${count}`, at(3), { kind: 'message.text' }), platform: 'mini-program' as const }
    await people.contacts.handle({ ...theirs, account: 'mini' }).tag('gift')
    await people.contacts.join(oa(), union, at(4))
    await people.contacts.join(mp(), union, at(5))
    expect(await people.contacts.merging.undo(younger, at(6))).toBe(true)
    expect(await row(older)).toMatchObject({ tags: ['vip'], mergedFrom: [] })
    expect(await row(younger)).toMatchObject({ status: 'active', tags: ['gift'] })
    expect(await people.contacts.resolve(mp())).toBe(younger)
    expect(await people.contacts.join(mp(), union, at(7))).toMatchObject({ outcome: 'conflict' })
    expect(await people.contacts.merging.undo(younger, at(8))).toBe(false)
  })

  test('what was merged is exported and erased as one person', async () => {
    const [older, younger] = await two()
    await people.contacts.join(oa(), union, at(4))
    await people.contacts.join(mp(), union, at(5))
    expect(await people.contacts.privacy.export(younger)).toMatchObject({
      contact: { _id: older },
      merged: [{ _id: younger }],
    })
    const cancelled = updateOf('nobody-we-know', at(9), {
      kind: 'event.contact.cancelled',
      subject: 'nobody-we-know',
      unionid: union,
    })
    await people.contacts.apply(cancelled)
    expect(await row(older)).toMatchObject({ status: 'erased', profile: {}, tags: [] })
    expect(JSON.stringify(await row(younger))).not.toContain(`mp${count}`)
    expect(await holder(mp())).toBeUndefined()
  })
})

describe('data that a person takes back', () => {
  test('is dropped class by class, here and in the parts that hold it', async () => {
    await people.contacts.resolve(oa(), at(0))
    await handle(`oa${count}`).setProfile({ nickname: '明', avatar: 'a.jpg', address: '西湖区', size: 'L' })
    const revoke = (...scopes: string[]) =>
      people.contacts.apply(
        updateOf(`oa${count}`, at(5), { kind: 'event.consent.revoked', subject: `oa${count}`, scopes }),
      )
    await revoke('nickname', 'album')
    expect(dropped.at(-1)).toEqual(['nickname', 'album'])
    const id = await people.contacts.resolve(oa())
    expect((await row(id))?.profile).toEqual({ avatar: 'a.jpg', address: '西湖区', size: 'L' })
    await revoke('profile', 'address')
    expect((await row(id))?.profile).toEqual({ size: 'L' })
    await revoke('a-class-nobody-knows')
    expect((await row(id))?.profile).toEqual({})
  })
})

function never(): never {
  throw new Error('no identity')
}

describe('merging by hand', () => {
  const hand = { who: '小陈', reason: '到店确认' }

  test('taking it back gives both their fields, consents and first day again, but for what was changed since', async () => {
    const [older, younger] = await two()
    await handle(`oa${count}`).setProfile({ city: '杭州' })
    await contactRows(people.store.connection).updateOne(
      { _id: younger },
      {
        $set: {
          tags: ['gift'],
          profile: { size: 'L', colour: 'red' },
          consents: { marketing: { allowed: false, at: at(20), source: 'message.text' } },
        },
      },
    )
    const before = await row(older)
    const { merging } = people.contacts
    expect(await merging.unite(older, younger, 'console', at(30), hand)).toMatchObject({ outcome: 'merged' })
    expect(await row(younger)).toMatchObject({ merge: { by: 'console', who: '小陈', reason: '到店确认' } })
    await handle(`oa${count}`).setProfile({ colour: 'blue' })
    expect(await merging.undo(younger, at(40), { who: '小陈', reason: '弄错了' })).toBe(true)
    const after = await row(older)
    expect(after?.profile).toEqual({ city: '杭州', colour: 'blue' })
    expect(after?.consents).toEqual(before?.consents)
    expect(after?.tags).toEqual(before?.tags)
    expect(after?.identities).toEqual(before?.identities)
    expect(await row(younger)).toMatchObject({ status: 'active', profile: { size: 'L' }, tags: ['gift'] })
    expect(await merging.undo(younger, at(41))).toBe(false)
    const facts = await people.events.read({ contact: older, type: 'contact.unmerged' })
    expect(facts[0]?.props).toMatchObject({ back: younger, who: '小陈', reason: '弄错了' })
  })

  test('two that were taken apart are joined again only on purpose; a later merge is taken back first', async () => {
    const [older, younger] = await two()
    const { merging } = people.contacts
    await merging.unite(older, younger, 'console', at(30), hand)
    await merging.undo(younger, at(31), hand)
    expect(await merging.unite(older, younger, 'console', at(32), hand)).toMatchObject({ outcome: 'conflict' })
    const again = await merging.unite(older, younger, 'console', at(33), { ...hand, again: true })
    expect(again).toMatchObject({ outcome: 'merged', contact: older })
    const first = await people.contacts.resolve({ ...oa(), account: 'second' }, at(-10))
    await merging.unite(older, first, 'console', at(34), hand)
    expect(await row(older)).toMatchObject({ status: 'merged', merge: { into: first } })
    expect(await merging.undo(younger, at(35), hand)).toBe(false)
    expect(await merging.undo(older, at(36), hand)).toBe(true)
    expect(await merging.undo(younger, at(37), hand)).toBe(true)
  })
})
