import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { identityKey, type Person } from '../../src/contacts/identity.js'
import type { ContactRow } from '../../src/contacts/model.js'
import { contactRows } from '../../src/contacts/model.js'
import type { PersonalData } from '../../src/contacts/privacy.js'
import { openPeople, type People, updateOf } from './people.js'

const START = new Date('2026-03-04T04:00:00Z')
const at = (seconds: number) => new Date(START.getTime() + seconds * 1000)
const person = (externalId: string): Person => ({ platform: 'official-account', account: 'shop', externalId })

let now = START
let people: People
const forgotten: [string, string][] = []
const mailbox: PersonalData = {
  name: 'letters',
  export: async (contact) => [`letter to ${contact}`],
  async erase(contact, _identities, why) {
    forgotten.push([contact, why])
  },
}

beforeAll(async () => {
  people = await openPeople(() => now, [mailbox])
})
afterAll(() => people.close())

const row = async (openid: string): Promise<ContactRow | undefined> =>
  (await contactRows(people.store.connection).findOne({ 'identities.key': identityKey(person(openid)) })) ?? undefined
const follows = (openid: string, when: Date, scene?: string) =>
  people.contacts.apply(updateOf(openid, when, { kind: 'event.subscribe', ...(scene !== undefined && { scene }) }))
const unfollows = (openid: string, when: Date) =>
  people.contacts.apply(updateOf(openid, when, { kind: 'event.unsubscribe' }))
const types = async (contact: string) => (await people.events.read({ contact })).map(({ type }) => type).toSorted()

describe('who somebody is', () => {
  test('twenty messages of one new person, in two processes at once, make one contact', async () => {
    const other = people.another().contacts
    const ids = await Promise.all(
      Array.from({ length: 20 }, (_, index) => (index % 2 ? other : people.contacts).resolve(person('race'))),
    )
    expect(new Set(ids).size).toBe(1)
    expect(
      await contactRows(people.store.connection).countDocuments({ 'identities.key': identityKey(person('race')) }),
    ).toBe(1)
  })

  test('a known follower costs no query', async () => {
    const id = await people.contacts.resolve(person('known'))
    const before = people.requests()
    expect(await people.contacts.resolve(person('known'))).toBe(id)
    expect(people.contacts.apply(updateOf('known', START, { kind: 'message.text' }))).toBeUndefined()
    expect(await people.contacts.handle(updateOf('known', START, { kind: 'message.text' })).id()).toBe(id)
    expect(people.requests()).toBe(before)
  })

  test('a hundred people who are new at once cost a handful of queries', async () => {
    const before = people.requests()
    const ids = await Promise.all(
      Array.from({ length: 100 }, (_, index) => people.contacts.resolve(person(`crowd${index}`))),
    )
    expect(new Set(ids).size).toBe(100)
    expect(people.requests() - before).toBeLessThan(6)
  })

  test('looking for somebody makes nobody', async () => {
    expect(await people.contacts.find(person('sought'))).toBeUndefined()
    expect(await row('sought')).toBeUndefined()
    const id = await people.contacts.resolve(person('sought'))
    expect(await people.contacts.find(person('sought'))).toBe(id)
    expect(await people.another().contacts.find(person('sought'))).toBe(id)
  })

  test('the same openid on another account is somebody else', async () => {
    const here = await people.contacts.resolve(person('twin'))
    expect(await people.contacts.resolve({ ...person('twin'), account: 'outlet' })).not.toBe(here)
  })
})

describe('following', () => {
  test('by a channel code keeps the first and the last code', async () => {
    await follows('scene', at(1), 'poster-1')
    await people.contacts.apply(updateOf('scene', at(5), { kind: 'event.scan', scene: 'store-7' }))
    await people.contacts.apply(updateOf('scene', at(3), { kind: 'event.scan', scene: 'late-news' }))
    expect((await row('scene'))?.identities).toMatchObject([
      {
        follow: { following: true, at: at(1) },
        firstScene: { scene: 'poster-1', at: at(1) },
        lastScene: { scene: 'store-7', at: at(5) },
      },
    ])
    const contact = await people.contacts.resolve(person('scene'))
    expect(await types(contact)).toEqual(['follow.started', 'scene.scanned', 'scene.scanned'])
  })

  test('an update that comes twice changes and records nothing more', async () => {
    const update = updateOf('again', at(1), { kind: 'event.subscribe', scene: 'poster-1' })
    await people.contacts.apply(update)
    const first = await row('again')
    await people.contacts.apply(update)
    expect(await row('again')).toEqual(first)
    expect(await types(String(first?._id))).toEqual(['follow.started'])
  })

  test('an old unsubscribe that was overtaken by a new follow changes nothing', async () => {
    await follows('overtaken', at(10))
    await people.contacts.handle(updateOf('overtaken', at(11), { kind: 'message.text' })).tag('vip')
    await unfollows('overtaken', at(5))
    expect(await people.contacts.standing(person('overtaken'))).toMatchObject({ following: true })
    expect((await row('overtaken'))?.tags).toEqual(['vip'])
  })

  test('nobody is made up for somebody who leaves and was never here', async () => {
    await unfollows('stranger', at(1))
    expect(await row('stranger')).toBeUndefined()
    expect(await people.contacts.standing(person('stranger'))).toBeUndefined()
  })
})

describe('leaving', () => {
  test('deletes what is personal and keeps refusals and facts', async () => {
    await follows('leaver', at(1), 'poster-1')
    const handle = people.contacts.handle(updateOf('leaver', at(2), { kind: 'message.text' }))
    await handle.tag('vip', 'size-m')
    await handle.setProfile({ nickname: '小明' })
    await handle.consent('marketing', false)
    await people.sessions.handle(updateOf('leaver', at(2), { kind: 'message.text' }), at(2)).wait('size')
    await unfollows('leaver', at(3))
    expect(await row('leaver')).toMatchObject({
      tags: [],
      profile: {},
      consents: { marketing: { allowed: false, at: at(2), source: 'message.text' } },
      identities: [{ follow: { following: false, at: at(3) } }],
    })
    const contact = await people.contacts.resolve(person('leaver'))
    expect(await types(contact)).toEqual(['consent.withdrawn', 'follow.ended', 'follow.started'])
    expect(forgotten).toContainEqual([contact, 'left'])
    const later = people.sessions.handle(updateOf('leaver', at(4), { kind: 'message.text' }), at(4))
    expect(await later.waitingFor()).toBeUndefined()
  })

  test('and coming back is the same contact, still refusing', async () => {
    await follows('leaver', at(100))
    expect(await people.contacts.standing(person('leaver'))).toMatchObject({
      following: true,
      consents: { marketing: { allowed: false } },
    })
  })

  test('a message after a missed follow shows that the person follows again', async () => {
    await follows('silent', at(1))
    await unfollows('silent', at(2))
    people.contacts.apply(updateOf('silent', at(3), { kind: 'message.text' }))
    await people.contacts.flush()
    expect(await people.contacts.standing(person('silent'))).toMatchObject({ following: true })
  })

  test('but a message older than the unsubscribe does not', async () => {
    await follows('delayed', at(1))
    await unfollows('delayed', at(5))
    people.contacts.apply(updateOf('delayed', at(3), { kind: 'message.text' }))
    await people.contacts.flush()
    expect(await people.contacts.standing(person('delayed'))).toMatchObject({ following: false })
  })
})

describe('last visits', () => {
  test('are written in the background, together, at most once a minute', async () => {
    now = at(1000)
    for (let index = 0; index < 50; index++)
      people.contacts.apply(updateOf(`guest${index}`, now, { kind: 'message.image' }))
    await people.contacts.flush()
    expect((await row('guest7'))?.lastSeenAt).toEqual(at(1000))
    now = at(1059)
    const before = people.requests()
    people.contacts.apply(updateOf('guest7', now, { kind: 'message.text' }))
    await people.contacts.flush()
    expect(people.requests()).toBe(before)
    now = at(1061)
    people.contacts.apply(updateOf('guest7', now, { kind: 'message.text' }))
    await people.contacts.flush()
    expect((await row('guest7'))?.lastSeenAt).toEqual(at(1061))
    expect((await row('guest8'))?.lastSeenAt).toEqual(at(1000))
    now = START
  })

  test('reports of the platform about somebody are no visit', async () => {
    people.contacts.apply(
      updateOf('reported', at(1), { kind: 'event.notice.sent', messageId: '1', ok: true, status: 'x' }),
    )
    await people.contacts.flush()
    expect(await row('reported')).toBeUndefined()
  })
})

describe('the handle of a contact', () => {
  const handle = (openid: string, when = START) =>
    people.contacts.handle(updateOf(openid, when, { kind: 'message.text' }))

  test('tags, asks and untags', async () => {
    const ming = handle('tags')
    await ming.tag('vip', '常客')
    await ming.tag('vip')
    expect(await ming.tags()).toEqual(['vip', '常客'])
    expect(await ming.hasTag('vip')).toBe(true)
    await ming.untag('vip', 'never')
    expect(await handle('tags').tags()).toEqual(['常客'])
  })

  test.each(['', 'x'.repeat(81)])('refuses the tag %j', async (tag) => {
    await expect(handle('tags').tag(tag)).rejects.toThrow('is no tag')
  })

  test('keeps profile fields and changes only those that are given', async () => {
    await handle('profile').setProfile({ nickname: '小明', 城市: '杭州' })
    await handle('profile').setProfile({ nickname: '大明' })
    expect(await handle('profile').profile()).toEqual({ nickname: '大明', 城市: '杭州' })
  })

  test.each(['a.b', '$set', '__proto__', '', '1x'])('refuses the profile field %j', async (name) => {
    await expect(handle('profile').setProfile(Object.fromEntries([[name, 1]]))).rejects.toThrow('is no profile field')
  })

  test('refuses a profile that is too large', async () => {
    await expect(handle('profile').setProfile({ note: 'x'.repeat(17_000) })).rejects.toThrow('at most')
  })

  test('reads the contact once, however often it is asked', async () => {
    const ming = handle('profile')
    await ming.id()
    const before = people.requests()
    await Promise.all([ming.tags(), ming.profile(), ming.hasTag('x'), ming.tags()])
    expect(people.requests() - before).toBe(1)
  })

  test('keeps a consent with its evidence, the latest by the time it was said', async () => {
    await handle('consent', at(2)).consent('marketing', true, { source: 'form', textVersion: 'v3' })
    await handle('consent', at(1)).consent('marketing', false)
    const standing = await people.contacts.standing(person('consent'))
    expect(standing?.consents).toEqual({ marketing: { allowed: true, at: at(2), source: 'form', textVersion: 'v3' } })
    expect(await types(String(standing?.contact))).toEqual(['consent.granted', 'consent.withdrawn'])
  })

  test('says that events about the account itself have no contact', async () => {
    const nobody = people.contacts.handle(updateOf('', START, { kind: 'event.mass.sent' }))
    await expect(nobody.tags()).rejects.toThrow('has no contact')
  })
})

describe('privacy', () => {
  test('a class of data that was taken back leaves the profile, an unknown one empties it', async () => {
    const profile = { nickname: '小明', phone: '1', size: 'M' }
    await people.contacts.handle(updateOf('revoker', at(1), { kind: 'message.text' })).setProfile(profile)
    const revoke = (scopes: string[]) =>
      people.contacts.apply(updateOf('platform', at(2), { kind: 'event.consent.revoked', subject: 'revoker', scopes }))
    await revoke(['profile'])
    expect((await row('revoker'))?.profile).toEqual({ phone: '1', size: 'M' })
    await revoke(['microphone'])
    expect((await row('revoker'))?.profile).toEqual({ phone: '1', size: 'M' })
    await revoke(['phone', 'something-new'])
    expect((await row('revoker'))?.profile).toEqual({})
    expect(await row('platform')).toBeUndefined()
  })

  test('an export holds everything the parts keep', async () => {
    await follows('exporter', at(1), 'poster-1')
    await people.sessions
      .handle(updateOf('exporter', at(2), { kind: 'message.text' }), at(2))
      .wait('size', { for: 'shoes' })
    const contact = await people.contacts.resolve(person('exporter'))
    expect(await people.contacts.privacy.export(contact)).toMatchObject({
      contact: { _id: contact, identities: [{ externalId: 'exporter' }] },
      facts: [{ type: 'follow.started', props: { scene: 'poster-1' } }],
      sessions: [{ waiting: { name: 'size', data: { for: 'shoes' } } }],
      letters: [`letter to ${contact}`],
    })
    expect(await people.contacts.privacy.export('nobody')).toBeUndefined()
  })

  test('an export of many facts misses none, though many share a second', async () => {
    const contact = await people.contacts.resolve(person('busy'))
    const fact = (index: number) => ({
      source: 'test',
      id: `busy${index}`,
      type: 'visit',
      contact,
      occurredAt: at(Math.trunc(index / 300)),
    })
    await people.events.append(Array.from({ length: 2500 }, (_, index) => fact(index)))
    expect((await people.contacts.privacy.export(contact))?.facts).toHaveLength(2500)
  })

  test('a closed WeChat account is erased: nothing leads back to the person', async () => {
    await follows('closed', at(1), 'poster-1')
    const handle = people.contacts.handle(updateOf('closed', at(2), { kind: 'message.text' }))
    await handle.tag('vip')
    await handle.consent('care', true)
    const contact = await handle.id()
    const cancelled = updateOf('platform', at(3), { kind: 'event.contact.cancelled', subject: 'closed' })
    await people.contacts.apply(cancelled)
    expect(await row('closed')).toBeUndefined()
    const left = await people.contacts.get(contact)
    expect(left).toMatchObject({ status: 'erased', tags: [], profile: {}, consents: {}, erasedAt: at(3) })
    const kept = JSON.stringify([left, await people.events.read({ contact })])
    expect(kept).not.toMatch(/poster-1|"closed"|:closed/)
    expect(forgotten).toContainEqual([contact, 'erased'])
    await people.contacts.apply(cancelled)
    expect(await people.contacts.privacy.erase(contact, at(4))).toBe(true)
    expect(await people.contacts.privacy.erase('nobody', at(4))).toBe(false)
    await expect(people.contacts.handle(cancelled).id()).rejects.toThrow('has no contact')
    expect(await people.contacts.resolve(person('closed'))).not.toBe(contact)
  })
})
