import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { identityKey, type Person } from '../../src/contacts/identity.js'
import { contactRows } from '../../src/contacts/model.js'
import { createFollowerSync, type FollowerSync, type SyncAccount } from '../../src/contacts/sync/followers.js'
import { mergeTags } from '../../src/contacts/sync/tags.js'
import { silentLogger } from '../../src/core/log.js'
import { openPeople, type People, updateOf } from './people.js'
import { FakePlatform } from './platform.js'

const NIGHT = new Date('2026-03-04T19:40:00Z')
let now = NIGHT
let people: People
let platform: FakePlatform
let sync: FollowerSync
let account = ''
let count = 0

const make = (options: { callsPerDay?: number } = {}) =>
  createFollowerSync({
    connection: people.store.connection,
    clock: { now: () => now },
    log: silentLogger,
    events: people.events,
    contacts: people.contacts,
    ...options,
  })
const side = (mirrorTags: string[] = []): SyncAccount => ({
  account,
  platform: 'official-account',
  users: platform,
  tags: platform.tags,
  mirrorTags,
})
const person = (externalId: string): Person => ({ platform: 'official-account', account, externalId })
const row = (openid: string) =>
  contactRows(people.store.connection).findOne({ 'identities.key': identityKey(person(openid)) })
const identity = async (openid: string) =>
  (await row(openid))?.identities.find(({ key }) => key === identityKey(person(openid)))
const earlier = (seconds: number) => new Date(now.getTime() - seconds * 1000)
const follows = (openid: string, at: Date) =>
  people.contacts.apply({ ...updateOf(openid, at, { kind: 'event.subscribe' }), account })
const leaves = (openid: string, at: Date) =>
  people.contacts.apply({ ...updateOf(openid, at, { kind: 'event.unsubscribe' }), account })

beforeAll(async () => {
  people = await openPeople(() => now)
  make()
  await people.store.ensureIndexes()
})
afterAll(() => people.close())
beforeEach(() => {
  now = NIGHT
  account = `shop${++count}`
  platform = new FakePlatform()
  sync = make()
})

describe('a sync of followers', () => {
  test('brings in everybody who followed before we were connected, with code, unionid and the time of the follow', async () => {
    const since = earlier(86_400)
    for (let at = 0; at < 250; at++) {
      platform.add({ openid: `${account}-${at}`, subscribedAt: since, unionid: `u${account}-${at}`, scene: 'poster' })
    }
    platform.pageSize = 120
    const seen: number[] = []
    const summary = await sync.run(side(), (progress) => seen.push(progress.seen))
    expect(summary).toMatchObject({ state: 'done', total: 250, counts: { seen: 250, added: 250, conflicts: 0 } })
    expect(seen).toEqual([100, 120, 220, 240, 250])
    expect(await row(`${account}-249`)).toMatchObject({
      unionid: `u${account}-249`,
      firstSeenAt: since,
      identities: [{ follow: { following: true, at: since }, firstScene: { scene: 'poster', at: since } }],
    })
    const contact = String((await row(`${account}-7`))?._id)
    expect(await people.events.read({ contact })).toMatchObject([
      { type: 'follow.started', occurredAt: since, props: { by: 'sync', scene: 'poster' } },
    ])
    expect(await sync.run(side())).toMatchObject({ counts: { seen: 250, added: 0, followed: 0, unfollowed: 0 } })
  })

  test('puts right a follow and an unfollow whose events never came', async () => {
    await follows('left', earlier(9000))
    await people.contacts.handle({ ...updateOf('left', now, { kind: 'message.text' }), account }).tag('vip')
    await follows('back', earlier(9000))
    await leaves('back', earlier(8000))
    platform.add({ openid: 'left', follows: false }, { openid: 'back', subscribedAt: earlier(600) })
    expect(await sync.run(side())).toMatchObject({ counts: { seen: 1, added: 0, followed: 1, unfollowed: 1 } })
    expect(await people.contacts.standing(person('left'))).toMatchObject({ following: false })
    expect((await row('left'))?.tags).toEqual([])
    expect(await people.contacts.standing(person('back'))).toMatchObject({ following: true, followAt: earlier(600) })
    const types = async (openid: string) =>
      (await people.events.read({ contact: String((await row(openid))?._id) })).map(
        ({ type, source }) => `${source} ${type}`,
      )
    expect(await types('left')).toEqual(['sync follow.ended', 'contacts follow.started'])
    expect(await types('back')).toContain('sync follow.started')
  })

  test('leaves news younger than a minute to the event that is on its way', async () => {
    await follows('fresh', earlier(30))
    await follows('leaving', earlier(9000))
    await leaves('leaving', earlier(10))
    platform.add({ openid: 'fresh', follows: false }, { openid: 'leaving', subscribedAt: earlier(9000) })
    expect(await sync.run(side())).toMatchObject({ counts: { followed: 0, unfollowed: 0 } })
    expect(await people.contacts.standing(person('fresh'))).toMatchObject({ following: true })
    expect(await people.contacts.standing(person('leaving'))).toMatchObject({ following: false })
  })

  test('an event that comes after the correction has the last word', async () => {
    await follows('late', earlier(9000))
    platform.add({ openid: 'late', follows: false })
    await sync.run(side())
    await follows('late', earlier(20))
    expect(await people.contacts.standing(person('late'))).toMatchObject({ following: true })
  })

  test('somebody whom the platform does not know at all counts as gone, and does not keep the others from being asked for', async () => {
    for (const openid of ['ghost', 'real1', 'real2']) await follows(openid, earlier(9000))
    platform.add({ openid: 'real1', follows: false }, { openid: 'real2', follows: false })
    expect(await sync.run(side())).toMatchObject({ counts: { unfollowed: 3, conflicts: 1 } })
    expect(await people.contacts.standing(person('ghost'))).toMatchObject({ following: false })
  })
})

describe('a sync that is cut short', () => {
  test('goes on where it stopped, in another process, and counts nobody twice', async () => {
    for (let at = 0; at < 2500; at++) platform.add({ openid: `${account}-${at}`, subscribedAt: earlier(86_400) })
    platform.failAfter = 17
    await expect(sync.run(side())).rejects.toThrow('the connection broke')
    expect(await sync.state(account)).toMatchObject({ counts: { seen: 1000 } })
    platform.failAfter = Number.POSITIVE_INFINITY
    platform.calls.length = 0
    expect(await make().run(side())).toMatchObject({ state: 'done', counts: { seen: 2500, added: 2500 } })
    expect(platform.calls.filter((call) => call === 'batchGet')).toHaveLength(15)
    expect(await contactRows(people.store.connection).countDocuments({ 'identities.account': account })).toBe(2500)
  })

  test("pauses when the day's calls of the list are used up, and goes on the next day", async () => {
    for (let at = 0; at < 5; at++) platform.add({ openid: `${account}-${at}` })
    platform.pageSize = 2
    const thrifty = make({ callsPerDay: 2 })
    expect(await thrifty.run(side())).toMatchObject({ state: 'paused', counts: { seen: 4 } })
    expect(await thrifty.run(side())).toMatchObject({ state: 'paused', counts: { seen: 4 } })
    expect(platform.calls.filter((call) => call === 'list')).toHaveLength(2)
    now = new Date(now.getTime() + 86_400_000)
    expect(await thrifty.run(side())).toMatchObject({ state: 'done', counts: { seen: 5 } })
  })

  test('pauses when the platform says that the quota is used up', async () => {
    platform.add({ openid: 'one' })
    platform.failAfter = 0
    platform.failure = Object.assign(new Error('45009'), { class: 'quota-day' })
    expect(await sync.run(side())).toMatchObject({ state: 'paused', reason: '45009' })
  })

  test('a second process does not join in', async () => {
    for (let at = 0; at < 300; at++) platform.add({ openid: `${account}-${at}` })
    const both = await Promise.all([sync.run(side()), make().run(side())])
    expect(both.map(({ state }) => state).toSorted()).toEqual(['busy', 'done'])
    expect(platform.calls.filter((call) => call === 'batchGet')).toHaveLength(3)
  })
})

describe('tags, both ways', () => {
  const tag = async (openid: string, ...tags: string[]) =>
    people.contacts.handle({ ...updateOf(openid, now, { kind: 'message.text' }), account }).tag(...tags)
  const untag = async (openid: string, ...tags: string[]) =>
    people.contacts.handle({ ...updateOf(openid, now, { kind: 'message.text' }), account }).untag(...tags)

  test('only mirrored tags travel; each side gets what the other set and loses what the other took away', async () => {
    platform.tagNames.set('50', '老客')
    platform.add({ openid: 'ann', tags: ['50'] }, { openid: 'bob' })
    await sync.run(side())
    await tag('bob', 'vip', 'scene:store-1')
    expect(await sync.run(side(['vip', '老客']))).toMatchObject({ counts: { taggedHere: 1, taggedThere: 1 } })
    expect((await row('ann'))?.tags).toEqual(['老客'])
    expect(platform.tagsOf('bob')).toEqual(['vip'])

    await untag('bob', 'vip')
    platform.add({ openid: 'ann', tags: [] })
    await tag('ann', 'vip')
    expect(await sync.run(side(['vip', '老客']))).toMatchObject({ counts: { taggedHere: 1, taggedThere: 2 } })
    expect((await row('ann'))?.tags).toEqual(['vip'])
    expect(platform.tagsOf('ann')).toEqual(['vip'])
    expect(platform.tagsOf('bob')).toEqual([])
    expect((await row('bob'))?.tags).toEqual(['scene:store-1'])
    expect(await sync.run(side(['vip', '老客']))).toMatchObject({ counts: { taggedHere: 0, taggedThere: 0 } })
  })

  test('what does not fit the platform is told and left as it is', async () => {
    platform.add({ openid: 'full', tags: Array.from({ length: 20 }, (_, at) => String(500 + at)) }, { openid: 'ok' })
    await sync.run(side())
    await tag('full', 'vip')
    await tag('ok', 'vip')
    const summary = await sync.run(side(['vip', '星标组', '这个标签的名字实在是太长了一点']))
    expect(summary.conflicts.map(({ kind, tag: name }) => `${kind} ${name}`)).toEqual([
      'tag-reserved 星标组',
      'tag-name 这个标签的名字实在是太长了一点',
      'follower-full vip',
    ])
    expect(platform.tagsOf('ok')).toEqual(['vip'])
    expect((await row('full'))?.tags).toEqual(['vip'])
    expect((await identity('full'))?.mirrored).toBeUndefined()
  })

  test('a hundred and first tag is told, not made', async () => {
    for (let at = 0; at < 100; at++) platform.tagNames.set(String(1000 + at), `t${at}`)
    const summary = await sync.run(side(['vip', 't5']))
    expect(summary.conflicts).toMatchObject([{ kind: 'account-full', tag: 'vip' }])
    expect(platform.calls).not.toContain('create')
  })

  test('a person whom the platform refuses to tag does not keep forty-nine others from it', async () => {
    for (let at = 0; at < 60; at++) platform.add({ openid: `${account}-${at}` })
    await sync.run(side())
    for (let at = 0; at < 60; at++) await tag(`${account}-${at}`, 'vip')
    const refuse = platform.fans.get(`${account}-33`)
    const { batchGet } = platform
    platform.batchGet = async (openids) => {
      const infos = await batchGet.call(platform, openids)
      if (refuse) refuse.tags = Array.from({ length: 20 }, (_, at) => `x${at}`)
      return infos
    }
    const summary = await sync.run(side(['vip']))
    expect(summary).toMatchObject({ counts: { taggedThere: 59, conflicts: 1 }, conflicts: [{ kind: 'tag-refused' }] })
    expect(platform.tagsOf(`${account}-32`)).toEqual(['vip'])
  })

  test('comparing three ways ends with both sides alike, and keeps every change', () => {
    const tags = fc.uniqueArray(fc.constantFrom<string[]>('a', 'b', 'c', 'd'))
    fc.assert(
      fc.property(fc.option(tags, { nil: undefined }), tags, tags, (base, here, there) => {
        const merge = mergeTags(base, here, there)
        const apply = (list: readonly string[], add: readonly string[], remove: readonly string[]) =>
          [...list, ...add].filter((one) => !remove.includes(one)).toSorted()
        const end = apply(here, merge.addHere, merge.removeHere)
        expect(apply(there, merge.addThere, merge.removeThere)).toEqual(end)
        for (const one of ['a', 'b', 'c', 'd']) {
          const had = base?.includes(one) ?? false
          const changed = here.includes(one) !== had || there.includes(one) !== had
          expect(end.includes(one)).toBe(changed ? !had : had)
        }
      }),
    )
  })
})

describe('one person over two accounts', () => {
  test('is one contact once both have the same unionid', async () => {
    await follows('twin-oa', earlier(9000))
    await tagged('twin-oa', 'vip')
    const other = { ...person('twin-mp'), platform: 'mini-program' as const }
    const mini = await people.contacts.resolve(other, earlier(5000))
    expect(await people.contacts.join(other, `U-${account}`, now)).toEqual({ outcome: 'noted' })
    platform.add({ openid: 'twin-oa', unionid: `U-${account}`, subscribedAt: earlier(9000) })
    expect(await sync.run(side())).toMatchObject({ counts: { merged: 1, conflicts: 0 } })
    const whole = await row('twin-oa')
    expect(whole?.identities.map(({ platform: on }) => on)).toEqual(['official-account', 'mini-program'])
    expect(whole).toMatchObject({ tags: ['vip'], unionid: `U-${account}`, mergedFrom: [mini] })
    expect(await people.contacts.resolve(other)).toBe(whole?._id)
  })

  async function tagged(openid: string, name: string) {
    await people.contacts.handle({ ...updateOf(openid, now, { kind: 'message.text' }), account }).tag(name)
  }
})
