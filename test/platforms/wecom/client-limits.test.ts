import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Rule } from '../../../rules/rule.js'
import { limits } from '../../../rules/wecom/limits.js'
import type { WecomClient } from '../../../src/platforms/wecom/client.js'
import { refusalOf, startWecomWorld, type WecomWorld } from './world.js'

let world: WecomWorld
beforeAll(async () => {
  world = await startWecomWorld()
})
afterAll(() => world.close())

const ids = (count: number) => Array.from({ length: count }, (_, at) => `id${at}`)
const bytes = (count: number) => 'x'.repeat(count)
const chars = (count: number) => '好'.repeat(count)
const day = (at: number) => new Date(Date.UTC(2026, 0, at))
const to = { staff: ['lihua'] }
const url = 'https://a.example'
const options = ids(11).map((id) => ({ id, text: id }))
const task = 'T'
const submit = { text: 's', key: 's' }
const page = { title: 't', url }
const link = { type: 'link' as const, ...page }
const file = (size: number) => ({ bytes: Buffer.alloc(size), filename: 'a', contentType: 'image/png' })
const who = { from: 'a', to: 'b' }

/** What is too much: the call, the field the error names, and the limit it quotes. */
const TOO_MUCH: [string, (client: WecomClient) => Promise<unknown>, string, Rule<number>][] = [
  ['members of a batch', (c) => c.contacts.batch(ids(101)), 'staff', limits.batchStaff],
  ['customers of a page', (c) => c.contacts.batch(['a'], { count: 101 }), 'count', limits.batchPage],
  ['a remark', (c) => c.contacts.remark('a', 'b', { remark: chars(21) }), 'remark', limits.remark],
  ['phone numbers', (c) => c.contacts.remark('a', 'b', { mobiles: ids(6) }), 'mobiles', limits.remarkMobiles],
  ['members of a contact way', (c) => c.contactWays.add({ place: 'qr', staff: ids(101) }), 'staff', limits.wayMembers],
  ['a state', (c) => c.contactWays.add({ place: 'qr', staff: ['a'], state: chars(31) }), 'state', limits.wayState],
  ['a welcome’s text', (c) => c.welcome.send('W', { text: bytes(4001) }), 'text', limits.messageTextBytes],
  [
    'attachments',
    (c) => c.welcome.send('W', { attachments: ids(10).map(() => link) }),
    'attachments',
    limits.attachments,
  ],
  [
    'a link’s title',
    (c) => c.welcome.send('W', { attachments: [{ ...link, title: bytes(129) }] }),
    'attachments[0].title',
    limits.linkTitleBytes,
  ],
  ['a tag’s name', (c) => c.tags.add({ name: 'g' }, [{ name: chars(31) }]), 'tags', limits.tagName],
  ['tags of a corporation', (c) => c.tags.add({ name: 'g' }, [{ name: 'n' }], 3000), 'tags', limits.tags],
  ['groups of a page', (c) => c.groups.list({ count: 1001 }), 'count', limits.groupPage],
  ['owners of a filter', (c) => c.groups.list({ owners: ids(101) }), 'owners', limits.groupOwners],
  ['days of statistics', (c) => c.groups.statisticsByDay(day(1), day(40), ['a']), 'to', limits.statisticDays],
  ['groups of a join way', (c) => c.joinWays.add({ place: 'qr', groups: ids(6) }), 'groups', limits.joinGroups],
  [
    'a new group’s name',
    (c) => c.joinWays.add({ place: 'qr', groups: ['a'], overflow: { name: chars(41) } }),
    'overflow.name',
    limits.joinRoomName,
  ],
  [
    'groups of a task',
    (c) => c.groupSend.create({ to: 'groups', sender: 'a', groups: ids(2001) }, { text: 'x' }),
    'groups',
    limits.sendGroups,
  ],
  [
    'customers of a task',
    (c) => c.groupSend.create({ to: 'customers', customers: ids(10_001) }, { text: 'x' }),
    'customers',
    limits.sendCustomers,
  ],
  [
    'tags of an alternative',
    (c) => c.groupSend.create({ to: 'customers', tags: [ids(101)] }, { text: 'x' }),
    'tags[0]',
    limits.sendTags,
  ],
  [
    'days of a list',
    (c) => c.groupSend.records({ to: 'groups', from: day(1), upTo: day(40) }),
    'to',
    limits.sendListDays,
  ],
  ['a group welcome', (c) => c.groupWelcomes.add({ text: bytes(3001) }), 'text', limits.groupWelcomeTextBytes],
  [
    'pictures of a moment',
    (c) => c.moments.create({ content: { type: 'images', mediaIds: ids(10) } }),
    'content',
    limits.momentImages,
  ],
  ['customers of a hand-over', (c) => c.transfer.customers(who, ids(101)), 'customers', limits.transferCustomers],
  ['groups of a hand-over', (c) => c.transfer.groups(ids(101), 'b'), 'groups', limits.transferGroups],
  [
    'receivers',
    (c) => c.messages.send({ staff: ids(1001) }, { type: 'text', text: 'x' }),
    'to.staff',
    limits.appReceivers,
  ],
  ['a text', (c) => c.messages.send(to, { type: 'text', text: bytes(2049) }), 'text', limits.textBytes],
  [
    'a title',
    (c) => c.messages.send(to, { type: 'news', articles: [{ ...page, title: bytes(129) }] }),
    'articles[0].title',
    limits.appTitleBytes,
  ],
  [
    'articles',
    (c) => c.messages.send(to, { type: 'news', articles: ids(9).map(() => page) }),
    'articles',
    limits.appArticles,
  ],
  [
    'a duplicate’s time',
    (c) => c.messages.send(to, { type: 'text', text: 'x' }, { duplicateSeconds: 14_401 }),
    'duplicateSeconds',
    limits.duplicateSeconds,
  ],
  [
    'buttons',
    (c) =>
      c.messages.send(to, {
        type: 'card',
        card: { kind: 'buttons', task, buttons: ids(7).map((key) => ({ key, text: 't' })) },
      }),
    'buttons',
    limits.cardButtons,
  ],
  [
    'choices',
    (c) =>
      c.messages.send(to, {
        type: 'card',
        card: { kind: 'selections', task, submit, choices: [{ key: 'q', options }] },
      }),
    'options',
    limits.cardOptions,
  ],
  [
    'a task’s id',
    (c) =>
      c.messages.send(to, { type: 'card', card: { kind: 'notice', title: 't', target: { url }, task: bytes(129) } }),
    'task',
    limits.cardTaskIdBytes,
  ],
  ['members of a chat', (c) => c.chats.create({ members: ids(2001) }), 'members', limits.chatMembers],
  [
    'a robot’s text',
    (c) => c.robots.send('robot-key-1', { type: 'markdown', text: bytes(4097) }),
    'text',
    limits.robotMarkdownBytes,
  ],
  ['a picture', (c) => c.media.upload('image', file(10_485_761)), 'file', limits.mediaImageBytes],
  ['a desk’s name', (c) => c.desk.add(chars(17), 'M'), 'name', limits.deskName],
  ['servicers', (c) => c.desk.addServicers('wk', { staff: ids(101) }), 'who.staff', limits.deskServicers],
  [
    'a desk’s text',
    (c) => c.deskMessages.send('wk', 'wm', { type: 'text', text: bytes(2049) }),
    'text',
    limits.deskTextBytes,
  ],
  [
    'our message id',
    (c) => c.deskMessages.send('wk', 'wm', { type: 'text', text: 'x' }, { id: bytes(33) }),
    'id',
    limits.deskIdBytes,
  ],
  [
    'menu items',
    (c) => c.deskMessages.send('wk', 'wm', { type: 'menu', items: options }),
    'items',
    limits.deskMenuItems,
  ],
]

/** What cannot be right. */
const WRONG: [string, (client: WecomClient) => Promise<unknown>, string][] = [
  ['a remark that changes nothing', (c) => c.contacts.remark('a', 'b', {}), 'change'],
  ['a contact way of nobody', (c) => c.contactWays.add({ place: 'qr' }), 'staff'],
  ['a way for one with two', (c) => c.contactWays.add({ place: 'qr', kind: 'one', staff: ['a', 'b'] }), 'staff'],
  ['an empty message', (c) => c.welcome.send('W', {}), 'text'],
  [
    'a link without an address',
    (c) => c.welcome.send('W', { attachments: [{ ...link, url: 'a.example' }] }),
    'attachments[0].url',
  ],
  ['the same tag twice', (c) => c.tags.add({ name: 'g' }, [{ name: 'n' }, { name: 'n' }]), 'tags'],
  ['a task to nobody', (c) => c.groupSend.create({ to: 'customers' }, { text: 'x' }), 'customers'],
  [
    'a task to groups without an owner',
    (c) => c.groupSend.create({ to: 'groups', sender: '' }, { text: 'x' }),
    'sender',
  ],
  [
    'a message to everybody by accident',
    (c) => c.messages.send({ staff: ['@all'] }, { type: 'text', text: 'x' }),
    'to.staff',
  ],
  ['a message to nobody', (c) => c.messages.send({}, { type: 'text', text: 'x' }), 'to'],
  [
    'a task with a blank',
    (c) => c.messages.send(to, { type: 'card', card: { kind: 'notice', title: 't', target: { url }, task: 'a b' } }),
    'task',
  ],
  ['a chat of one', (c) => c.chats.create({ members: ['a'] }), 'members'],
  ['a whole address as a key', (c) => c.robots.send(`${url}/?key=x`, { type: 'text', text: 'x' }), 'key'],
  ['a file of 5 bytes', (c) => c.media.upload('file', file(5)), 'file'],
]

describe('a call beyond a limit does not leave', () => {
  test.each(TOO_MUCH)('%s', async (_, call, field, limit) => {
    const before = world.wecom.calls.length
    const error = await refusalOf(call(world.client))
    expect(error.class).toBe('request')
    expect(error.reason.en.startsWith(`${field}: `)).toBe(true)
    expect(error.reason.en).toContain(`${limit.value} ${limit.unit}`)
    expect(error.reason.zh).toContain(limit.source)
    expect(world.wecom.calls).toHaveLength(before)
  })

  test.each(WRONG)('%s', async (_, call, field) => {
    const before = world.wecom.calls.length
    const error = await refusalOf(call(world.client))
    expect(error).toMatchObject({ class: 'request' })
    expect(error.reason.en.startsWith(`${field}: `)).toBe(true)
    expect(world.wecom.calls).toHaveLength(before)
  })
})

test('every limit names its source: the documentation, or what else says so while it is not verified', () => {
  for (const { source, verified } of Object.values(limits)) {
    if (verified) expect(source).toMatch(/developer\.work\.weixin\.qq\.com/)
    else expect(source).toMatch(/developer\.work\.weixin\.qq\.com|企业微信/)
  }
})
