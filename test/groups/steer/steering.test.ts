import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { type Contacts, createContacts } from '../../../src/contacts/contacts.js'
import { silentLogger } from '../../../src/core/log.js'
import { groupInvite, type Link, type Message, type Reply } from '../../../src/core/message.js'
import type { Update } from '../../../src/core/update.js'
import { createEvents, type Events } from '../../../src/events/events.js'
import { checkInvites, checkSteering } from '../../../src/groups/steer/definitions.js'
import { offerRows } from '../../../src/groups/steer/model.js'
import { invitationSecret } from '../../../src/groups/steer/secret.js'
import { createSteering, type Steering } from '../../../src/groups/steer/steering.js'
import { wayRows } from '../../../src/groups/ways/model.js'
import { parseReplies } from '../../../src/library/reply.js'
import { openTestStore, type TestStore } from '../../store/open.js'
import { type FakePlatform, type FakeRoster, fakePlatform, fakeRoster } from '../ways/fake-platform.js'

let store: TestStore
let events: Events
let contacts: Contacts
let dir = ''
let corp = ''
let count = 0
const START = new Date('2026-03-04T04:00:00Z')
let now = START
let platform: FakePlatform
let roster: FakeRoster
let steering: Steering
let vips: string[] = []

const clock = { now: () => now }
const open = () =>
  createSteering({
    connection: store.connection,
    clock,
    log: silentLogger,
    events,
    dir,
    corps: [corp],
    api: (account) => (account === corp ? platform : undefined),
    roster,
    fullAt: 200,
    reloadMs: 0,
    contacts,
    async inSegment(segment, contact) {
      if (segment !== 'vip') throw new Error(`no segment ${segment}`)
      return vips.includes(contact)
    },
    statesOf: async () => [],
    publicUrl: 'https://wx.example.com',
    secret: Buffer.alloc(32, 7),
    lifeMs: 7 * 86_400_000,
    platform: (account) => (account === corp ? 'wecom' : 'official-account'),
    resolve: (message) => {
      if (message.kind !== 'link' && message.kind !== 'text') throw new Error('not complete')
      return message
    },
    timeZone: 'Asia/Shanghai',
  })

beforeAll(async () => {
  store = await openTestStore()
  const { connection } = store
  events = createEvents({ connection, clock })
  contacts = createContacts({ connection, clock, log: silentLogger, events })
  roster = fakeRoster()
  open()
  await store.ensureIndexes()
})
afterAll(async () => {
  await contacts.close()
  await store.dispose()
})
beforeEach(async () => {
  corp = `corp${++count}`
  now = new Date(START.getTime() + count * 86_400_000 * 10)
  vips = []
  dir = await mkdtemp(join(tmpdir(), 'weloop-steer-'))
  platform = fakePlatform()
  roster = fakeRoster()
  roster.put(`wrM${count}`, 10, { name: '会员群' })
  roster.put(`wrN${count}`, 10, { name: '新人群1' })
  await mkdir(join(dir, 'join-ways'))
  await mkdir(join(dir, 'steering'))
  await way('members', `title: 会员群\ngroups: [wrM${count}]\n`)
  await way('newcomers', `title: 新人福利群\ngroups: [wrN${count}]\nshow: { title: 快来, picture: gift.jpg }\n`)
  await rules('join', 'title: 进群\nrules:\n  - when: { segment: vip }\n    way: members\ndefault: newcomers\n')
  steering = open()
  await steering.ways.sync()
  await steering.steer.joins.read()
  return () => rm(dir, { recursive: true })
})

const way = (slug: string, text: string) => writeFile(join(dir, 'join-ways', `${slug}.yaml`), text)
const rules = (slug: string, text: string) => writeFile(join(dir, 'steering', `${slug}.yaml`), text)
const mei = () => ({ platform: 'official-account' as const, account: 'shop', externalId: `oMEI${count}` })
const contactOfMei = () => contacts.resolve(mei(), now)
const invite = (key: string, name = 'join') => steering.steer.invite(name, mei(), { key, at: now })
const tokenOf = (message: Message | undefined) => String((message as Link).url.split('/join/')[1])
const counts = async (slug: string) => (await steering.ways.find(slug))?.counts
const tick = (seconds: number) => {
  now = new Date(now.getTime() + seconds * 1000)
}
const roomFact = async (type: string, id: string, props: object, contact?: string) => {
  await events.append([
    {
      source: 'groups',
      id: `${corp}:${id}`,
      type,
      account: corp,
      ...(contact !== undefined && { contact }),
      occurredAt: now,
      props: { corp, ...props },
    },
  ])
}

describe('a follower who asks for a group', () => {
  test('gets a link of her own to the way that suits her', async () => {
    const { choice, message } = await invite('u1')
    expect(choice).toMatchObject({ to: 'way', way: 'newcomers', rule: 'default' })
    expect(message).toEqual({
      kind: 'link',
      title: '快来',
      description: expect.stringContaining('长按'),
      url: expect.stringMatching(/^https:\/\/wx\.example\.com\/join\/[\w-]{20}\.[0-9a-z]+\.[\w-]{22}$/),
      picture: 'https://wx.example.com/media/gift.jpg',
    })
    vips = [await contactOfMei()]
    expect((await invite('u2')).choice).toMatchObject({ to: 'way', way: 'members', rule: 0 })
  })

  test('gets the same link when the update is handled again, and counts once', async () => {
    const first = await invite('u1')
    tick(60)
    const again = await invite('u1')
    expect(again.message).toEqual(first.message)
    expect(await counts('newcomers')).toMatchObject({ offered: 1 })
    expect((await invite('u2')).message).not.toEqual(first.message)
    expect(await counts('newcomers')).toMatchObject({ offered: 2 })
  })

  test('is told when she is in the group already, and when everything is full; staff hear of the latter', async () => {
    const her = await contactOfMei()
    roster.stays.set(her, [{ chatId: `wrN${count}` }])
    expect((await invite('u1')).message).toEqual({
      kind: 'text',
      text: '您已经在「新人群1」里了，在微信里打开就能看到。',
    })
    roster.stays.set(her, [{ chatId: `wrN${count}`, leftAt: now }])
    expect((await invite('u2')).choice.to).toBe('way')
    roster.put(`wrN${count}`, 200)
    const full = await invite('u3')
    expect(full.choice).toMatchObject({ to: 'waiting', full: ['newcomers'] })
    expect(full.message).toMatchObject({ kind: 'text', text: expect.stringContaining('都满了') })
    await invite('u3')
    const told = (await events.read({ type: 'chat.all-full' })).filter(({ account }) => account === corp)
    expect(told).toHaveLength(1)
    const waiting = await events.read({ type: 'steer.waiting', contact: her })
    expect(waiting.map(({ props }) => props)).toEqual([{ set: 'join', full: ['newcomers'] }])
  })

  test('is led by a way’s own name too; a name that is neither is an error that says so', async () => {
    expect((await invite('u1', 'members')).choice).toMatchObject({ to: 'way', way: 'members', rule: 'default' })
    await expect(invite('u1', 'nothing')).rejects.toMatchObject({ code: 'steer.unknown' })
  })

  test('a segment that is gone counts as one she does not belong to, and is named in a trial', async () => {
    await rules('join', 'title: 进群\nrules:\n  - when: { segment: lost }\n    way: members\ndefault: newcomers\n')
    expect((await invite('u1')).choice).toMatchObject({ way: 'newcomers' })
    const tried = await steering.steer.attempt('join', await contactOfMei(), { said: '进群', scene: 'poster-1' })
    expect(tried).toMatchObject({
      facts: { said: '进群', scenes: ['poster-1'], segments: [] },
      choice: { to: 'way', passed: [{ rule: 0, way: 'members', why: 'unfit' }] },
      unjudged: [{ segment: 'lost', reason: 'no segment lost' }],
    })
    expect(await steering.steer.attempt('join', 'nobody', {})).toBeUndefined()
  })
})

describe('the page of an invitation', () => {
  test('shows the group and its code, counts once as opened, and says nothing about her', async () => {
    const token = tokenOf((await invite('u1')).message)
    const page = await steering.page.page(token)
    expect(page?.live).toBe(true)
    expect(page?.html).toContain('新人福利群')
    expect(page?.html).toContain('新人群1')
    expect(page?.html).toContain('https://qr.example/cfg2')
    expect(page?.html).not.toContain(`oMEI${count}`)
    expect(page?.html).not.toContain(await contactOfMei())
    await steering.page.opened(token)
    await steering.page.opened(token)
    expect(await counts('newcomers')).toMatchObject({ offered: 1, opened: 1 })
  })

  test('ends with its time, and opens for nothing that was altered or made up', async () => {
    const token = tokenOf((await invite('u1')).message)
    const [id = '', until = '', signature = ''] = token.split('.')
    expect(
      await steering.page.view(`${id}.${(Number.parseInt(until, 36) + 9999).toString(36)}.${signature}`),
    ).toBeUndefined()
    expect(await steering.page.view(`${id}.${until}.${'A'.repeat(22)}`)).toBeUndefined()
    expect(await steering.page.view('x')).toBeUndefined()
    tick(7 * 86_400 + 1)
    expect((await steering.page.view(token))?.state).toBe('expired')
    await steering.page.opened(token)
    expect(await counts('newcomers')).toMatchObject({ opened: 0 })
  })

  test('says so when the group has filled up meanwhile', async () => {
    const token = tokenOf((await invite('u1')).message)
    roster.put(`wrN${count}`, 200)
    expect(await steering.page.view(token)).toEqual({ state: 'full', title: '新人福利群' })
  })
})

describe('joins', () => {
  test('are matched by the person and the state: offered, opened, joined, left', async () => {
    const her = await contactOfMei()
    const token = tokenOf((await invite('u1')).message)
    await steering.page.opened(token)
    tick(30)
    await roomFact('chat.joined', 'j1', { group: `wrN${count}`, member: 'wm1', state: 'newcomers' }, her)
    await roomFact('chat.joined', 'j2', { group: `wrN${count}`, member: 'wm2', state: 'newcomers' })
    await roomFact('chat.joined', 'j3', { group: `wrN${count}`, member: 'wm3' })
    tick(5)
    expect(await steering.steer.joins.read()).toBe(2)
    expect(await steering.steer.joins.read()).toBe(0)
    expect(await open().steer.joins.read()).toBe(0)
    expect(await counts('newcomers')).toEqual({ offered: 1, opened: 1, joined: 2, steered: 1, left: 0 })
    const [joined] = await events.read({ type: 'steer.joined', contact: her })
    expect(joined?.props).toMatchObject({ way: 'newcomers', group: `wrN${count}`, set: 'join', opened: true })
    expect(await offerRows(store.connection).findOne({ contact: her })).toMatchObject({ group: `wrN${count}` })
    tick(30)
    await roomFact('chat.left', 'l1', { group: `wrN${count}`, member: 'wm1', state: 'newcomers' }, her)
    await steering.steer.joins.read()
    expect(await counts('newcomers')).toMatchObject({ left: 1 })
  })

  test('are matched by the group she was offered where the platform tells no state', async () => {
    const her = await contactOfMei()
    await invite('u1')
    tick(30)
    await roomFact('chat.joined', 'j1', { group: `wrN${count}`, member: 'wm1' }, her)
    tick(30)
    await roomFact('chat.left', 'l1', { group: `wrN${count}`, member: 'wm1' }, her)
    await steering.steer.joins.read()
    expect(await counts('newcomers')).toMatchObject({ joined: 1, steered: 1, left: 1 })
  })

  test('that are told late are found by the nightly reading, and lost counts come back', async () => {
    await roomFact('chat.joined', 'late', { group: `wrN${count}`, member: 'wm1', state: 'newcomers' })
    tick(3600)
    await store.connection.db?.collection('steer_cursors').updateMany({}, { $set: { at: now } })
    expect(await steering.steer.joins.read()).toBe(0)
    await wayRows(store.connection).updateOne({ _id: `${corp}:newcomers` }, { $set: { 'counts.offered': 99 } })
    await steering.ticks.find(({ name }) => name === 'join-ways-reread')?.run()
    expect(await counts('newcomers')).toEqual({ offered: 0, opened: 0, joined: 1, steered: 0, left: 0 })
  })

  test('into a group we never led to make it the way’s own, where the platform makes groups', async () => {
    await way('newcomers', `title: 新人福利群\ngroups: [wrN${count}]\noverflow: { name: 福利 }\n`)
    roster.put(`wrAUTO${count}`, 1, { name: '改了名的群' })
    await roomFact('chat.joined', 'j1', { group: `wrAUTO${count}`, member: 'wm1', state: 'newcomers' })
    await roomFact('chat.joined', 'j2', { group: `wrAUTO${count}`, member: 'wm2', state: 'members' })
    await steering.steer.joins.read()
    expect((await steering.ways.find('newcomers'))?.found).toEqual([`wrAUTO${count}`])
    expect((await steering.ways.find('members'))?.found).toEqual([])
  })
})

describe('groupInvite in a handler', () => {
  const update = (text: string): Update => ({
    kind: 'message.text',
    id: `m-${text}`,
    platform: 'official-account',
    account: 'shop',
    from: `oMEI${count}`,
    at: now,
    text,
  })

  test('as a reply becomes her invitation, by what she wrote; other replies pass without a promise', async () => {
    await rules('join', 'title: 进群\nrules:\n  - when: { said: 会员 }\n    way: members\ndefault: newcomers\n')
    const { settling } = steering
    const plain: Reply = '你好'
    expect(settling.reply(update('你好'), plain)).toBe(plain)
    expect(settling.reply(update('你好'), undefined)).toBeUndefined()
    const reply = await settling.reply(update('我要进会员群'), groupInvite('join'))
    expect(reply).toMatchObject({ kind: 'link', title: '邀请您加入「会员群」' })
  })

  test('sent besides the reply is her own before it is stored', async () => {
    const put: { key: string; message: Message }[] = []
    const sending = steering.settling.sending(async (delivery) => void put.push(delivery))
    const delivery = { key: 'shop:m1:send:0', account: 'shop', to: `oMEI${count}`, message: groupInvite('join') }
    await sending(delivery)
    await sending({ ...delivery, message: { kind: 'text', text: '好' } })
    expect(put).toMatchObject([
      { key: 'shop:m1:send:0', message: { kind: 'link', title: '快来' } },
      { message: { text: '好' } },
    ])
  })

  test('is refused to staff, who are no contacts', async () => {
    const staff: Update = {
      kind: 'staff.message',
      id: 's1',
      platform: 'wecom',
      account: corp,
      from: 'lihua',
      at: now,
      content: { kind: 'text', text: '进群' },
    }
    await expect(steering.settling.reply(staff, groupInvite('join'))).rejects.toMatchObject({ code: 'steer.staff' })
    const sending = steering.settling.sending(async () => undefined)
    const delivery = { key: 'k', account: corp, to: 'lihua', message: groupInvite('join') }
    await expect(sending(delivery)).rejects.toMatchObject({ code: 'steer.staff' })
    expect(await contacts.find({ platform: 'wecom', account: corp, externalId: 'lihua' })).toBeUndefined()
  })

  test('a welcome of WeCom gets it complete', async () => {
    const who = { platform: 'wecom' as const, account: corp, externalId: 'wm9' }
    const found = await steering.inviteResolved('join', who, { key: 'e1', at: now, state: 'pkg_1' })
    expect(found).toMatchObject([{ kind: 'link', title: '快来' }])
  })
})

describe('definitions of steering', () => {
  test('a keyword reply of the content folder may invite', () => {
    const yaml = '- { match: { exact: 进群 }, answer: { invite: join } }\n'
    expect(parseReplies({ path: 'replies/x.yaml', text: yaml }).value?.[0]?.answer).toEqual(groupInvite('join'))
  })

  test('every mistake is named with its file, line and field', async () => {
    await rules('a', 'title: 一\nrules:\n  - when: { segment: nowhere }\n    way: nothing\n')
    await rules('b', 'title: 二\n')
    await rules('c', 'title: 三\nrules:\n  - when: {}\n    way: members\n')
    await mkdir(join(dir, 'replies'))
    await writeFile(join(dir, 'replies', 'x.yaml'), '- match: { exact: 进群 }\n  answer: { invite: nobody }\n')
    const names = { segment: (slug: string) => slug === 'vip', way: (slug: string) => slug !== 'nothing' }
    const { problems } = await checkSteering(dir, names, 'content')
    expect(problems.map(({ file, line, field }) => `${file}:${line} ${field}`)).toEqual([
      'content/steering/b.yaml:1 (全文)',
      'content/steering/c.yaml:3 rules[0].when',
      'content/steering/a.yaml:4 rules[0].way',
      'content/steering/a.yaml:3 rules[0].when.segment[0]',
    ])
    const invites = await checkInvites(dir, (name) => name === 'join', 'content')
    expect(invites.map(({ file, line, field }) => `${file}:${line} ${field}`)).toEqual([
      'content/replies/x.yaml:2 [0].answer.invite',
    ])
  })

  test('the key of invitations is made once for a store, whoever asks first', async () => {
    const { connection } = store
    const [one, two] = await Promise.all([invitationSecret(connection), invitationSecret(connection)])
    expect(one).toHaveLength(32)
    expect(two).toEqual(one)
    expect(await invitationSecret(connection)).toEqual(one)
  })

  test('personal data: offers are exported, and gone with the person', async () => {
    const her = await contactOfMei()
    await invite('u1')
    expect(await steering.personalData.export(her)).toMatchObject([{ way: 'newcomers', set: 'join' }])
    await steering.personalData.merged(her, 'another')
    expect(await steering.personalData.export('another')).toMatchObject([{ way: 'newcomers' }])
    await steering.personalData.merged('another', her)
    await steering.personalData.erase(her)
    expect(await steering.personalData.export(her)).toEqual([])
  })
})
