import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { contactRows } from '../../src/contacts/model.js'
import { normalPhone, phoneIdentity } from '../../src/shop/person.js'
import { updateOf } from '../contacts/people.js'
import { type OpenShop, openShop, paid, START } from './open-shop.js'

let shop: OpenShop
beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.close())

const sender = { shop: 'demo', account: 'shop' }
const identify = async (person: object, more: object = {}) => {
  const [end] = await shop.identify.take(sender, [{ person, ...more }])
  if (!end) throw new Error('no result')
  return end
}

describe('identify', () => {
  test('makes one contact of all ids of a person, and says so once', async () => {
    const person = { user: 'a1', miniOpenid: 'ma1', openid: 'oa1', unionid: 'ua1', phone: '13900139000' }
    const first = await identify(person)
    expect(first).toEqual({ index: 0, id: '0', result: 'accepted', contact: expect.any(String) })
    expect(await identify(person)).toMatchObject({ result: 'duplicate', contact: first.contact })
    const row = await shop.contacts.get(first.contact ?? '')
    expect(row?.unionid).toBe('ua1')
    expect(row?.identities.map(({ platform, account, follow }) => [platform, account, follow.following])).toEqual([
      ['shop', 'demo', false],
      ['mini-program', 'shop', false],
      ['official-account', 'shop', false],
      ['phone', '', false],
    ])
    expect(JSON.stringify(row)).not.toContain('13900139000')
  })

  test('finds the follower we know, who goes on following', async () => {
    await shop.contacts.apply(updateOf('oFollower', START, { kind: 'event.subscribe' }))
    const known = await shop.contacts.find({ platform: 'official-account', account: 'shop', externalId: 'oFollower' })
    const end = await identify({ user: 'b1', openid: 'oFollower' })
    expect(end.contact).toBe(known)
    const row = await shop.contacts.get(known ?? '')
    expect(row?.identities.find(({ platform }) => platform === 'official-account')?.follow.following).toBe(true)
  })

  test('whom only the shop knew is no follower until the platform says so', async () => {
    const { contact } = await identify({ openid: 'oLater' })
    const person = { platform: 'official-account', account: 'shop', externalId: 'oLater' } as const
    expect(await shop.contacts.standing(person)).toMatchObject({ contact, following: false })
    await shop.contacts.apply(updateOf('oLater', START, { kind: 'event.subscribe' }))
    expect(await shop.contacts.standing(person)).toMatchObject({ contact, following: true })
  })

  test('merges two contacts that turn out to be one, with what they bought', async () => {
    const [bought] = await shop.orders.put(sender, [paid({ orderNo: 'M1', person: { user: 'c1' } })])
    const [visited] = await shop.orders.put(sender, [paid({ orderNo: 'M2', person: { miniOpenid: 'mc1' } })])
    expect(bought?.contact).not.toBe(visited?.contact)
    const end = await identify({ user: 'c1', miniOpenid: 'mc1' })
    expect([bought?.contact, visited?.contact]).toContain(end.contact)
    const row = await shop.contacts.get(end.contact ?? '')
    expect(row?.shop).toMatchObject({ orderCount: 2, paidFen: 25_800 })
    expect(row?.mergedFrom).toHaveLength(1)
    const gone = row?.mergedFrom?.[0] ?? ''
    expect((await shop.lookup.read(gone))?._id).toBe(row?._id)
    const [next] = await shop.orders.put(sender, [paid({ orderNo: 'M3', person: { miniOpenid: 'mc1' } })])
    expect(next?.contact).toBe(row?._id)
  })

  test.each([
    [
      'two users of one shop with one telephone',
      { user: 'd1', phone: '13700000001' },
      { user: 'd2', phone: '13700000001' },
    ],
    ['different unionids', { user: 'e1', unionid: 'ue1' }, { user: 'e1', unionid: 'ue2' }],
    ['two openids of one account', { user: 'f1', openid: 'of1' }, { user: 'f1', openid: 'of2' }],
  ])('does not make one of %s, and says so', async (_, one, two) => {
    const first = await identify(one)
    const second = await identify(two)
    expect(second.problems?.[0]).toMatchObject({ field: 'person', message: expect.stringContaining('not made one') })
    const again = await identify(one)
    expect(again.contact).toBe(first.contact)
  })

  test('binds a new unionid to a contact that had none, and merges by it', async () => {
    const one = await identify({ user: 'g1' })
    const two = await identify({ openid: 'og1', unionid: 'ug1' })
    expect(one.contact).not.toBe(two.contact)
    const end = await identify({ user: 'g1', unionid: 'ug1' })
    const row = await shop.contacts.get(end.contact ?? '')
    expect(row?.identities.map(({ externalId }) => externalId).toSorted()).toEqual(['g1', 'og1'])
  })

  test('at once from two processes leaves one contact', async () => {
    const other = await shop.another()
    const claims = [
      { user: 'h1', openid: 'oh1' },
      { openid: 'oh1', miniOpenid: 'mh1' },
      { user: 'h1', miniOpenid: 'mh1' },
    ]
    await Promise.all(claims.flatMap((person) => [identify(person), other.identify.take(sender, [{ person }])]))
    const holders = await contactRows(shop.store.connection)
      .find({ 'identities.externalId': { $in: ['h1', 'oh1', 'mh1'] }, status: 'active' })
      .toArray()
    expect(holders.map(({ identities }) => identities.length)).toEqual([3])
  })

  test('a merge by log-in can be taken back, with the unionid it brought', async () => {
    const one = await identify({ user: 'i1' })
    const two = await identify({ miniOpenid: 'mi1', unionid: 'ui1' })
    const end = await identify({ user: 'i1', miniOpenid: 'mi1' })
    const gone = [one.contact, two.contact].find((id) => id !== end.contact) ?? ''
    expect(await shop.contacts.merging.undo(gone, shop.now())).toBe(true)
    const rows = await Promise.all([one, two].map(({ contact }) => shop.contacts.get(contact ?? '')))
    expect(rows.map((row) => [row?.status, row?.unionid, row?.identities.length])).toEqual([
      ['active', undefined, 1],
      ['active', 'ui1', 1],
    ])
    const again = await identify({ user: 'i1', miniOpenid: 'mi1' })
    expect(again.problems?.[0]?.message).toContain('taken back')
  })

  test('keeps profile, tags and consents with their evidence; the later word wins', async () => {
    const consent = (allowed: boolean, at: string) => ({ purpose: 'marketing', allowed, at, textVersion: 'v1' })
    const yes = consent(true, '2026-03-01T00:00:00Z')
    const end = await identify(
      { user: 'j1' },
      { profile: { city: '杭州', vip: true }, tags: { add: ['会员', '老客'] }, consents: [yes] },
    )
    await identify(
      { user: 'j1' },
      {
        profile: { city: null },
        tags: { remove: ['老客'] },
        consents: [consent(false, '2026-03-02T00:00:00Z'), consent(true, '2026-02-01T00:00:00Z')],
      },
    )
    const row = await shop.contacts.get(end.contact ?? '')
    expect(row).toMatchObject({
      profile: { vip: true },
      tags: ['会员'],
      consents: { marketing: { allowed: false, source: 'shop-demo', textVersion: 'v1' } },
    })
    expect(row?.profile).not.toHaveProperty('city')
    const said = await shop.events.read({ contact: end.contact ?? '' })
    expect(said.map(({ type }) => type)).toEqual(['consent.withdrawn', 'consent.granted', 'consent.granted'])
  })

  test.each([
    [{ person: {} }, 'person'],
    [{ person: { user: 'x' }, profile: { $set: 1 } }, 'profile.$set'],
    [{ person: { user: 'x' }, profile: { 'a.b': 1 } }, 'profile.a.b'],
    [
      { person: { user: 'x' }, consents: [{ purpose: 'all', allowed: true, at: '2026-03-01T00:00:00Z' }] },
      'consents[0].purpose',
    ],
    [
      { person: { user: 'x' }, consents: [{ purpose: 'care', allowed: true, at: '2027-03-01T00:00:00Z' }] },
      'consents[0].at',
    ],
    [{ person: { phone: '12' } }, 'person.phone'],
  ])('%j is rejected with the field', async (call, field) => {
    const [end] = await shop.identify.take(sender, [call])
    expect(end?.result).toBe('rejected')
    expect(end?.problems?.[0]?.field).toBe(field)
  })
})

test('a telephone number has one spelling, and its hash differs with the pepper', () => {
  for (const spelling of ['13800138000', '138 0013 8000', '+86-138-0013-8000', '008613800138000', '8613800138000']) {
    expect(normalPhone(spelling)).toBe('+8613800138000')
  }
  expect(normalPhone('+852 5123 4567')).toBe('+85251234567')
  const hashes = [1, 2].map((byte) => phoneIdentity('13800138000', Buffer.alloc(32, byte)).externalId)
  expect(new Set(hashes).size).toBe(2)
})

test('an erased person’s orders keep their amounts and lose the person', async () => {
  const receiver = { name: '小明', phone: '13612345678' }
  const [end] = await shop.orders.put(sender, [paid({ orderNo: 'E1', person: { user: 'erase-me' }, receiver })])
  const exported = await shop.contacts.privacy.export(end?.contact ?? '')
  expect(exported?.['shop']).toMatchObject({ orders: [{ orderNo: 'E1', order: { receiver } }] })
  await shop.contacts.privacy.erase(end?.contact ?? '', shop.now())
  const row = await shop.orders.find('demo', 'E1')
  expect(row?.order.paidFen).toBe(12_900)
  expect([row?.contact, row?.order.receiver]).toEqual([undefined, undefined])
  expect((await shop.contacts.get(end?.contact ?? ''))?.shop).toBeUndefined()
})
