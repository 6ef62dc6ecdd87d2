import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import type { CorpUpdate } from '../../../src/core/corp-update.js'
import type { UpdateKind } from '../../../src/core/update.js'
import { createReceiver } from '../../../src/platforms/official-account/receive.js'
import { AT, accepted, plainShop, push, shop, textPush } from '../../helpers/door.js'
import { anyId, followerEvents } from './expected/follower-events.js'
import { messages } from './expected/messages.js'
import { platformEvents } from './expected/platform-events.js'

const folder = new URL('../../fixtures/official-account/', import.meta.url)
const fixture = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const table = { ...messages, ...followerEvents, ...platformEvents }
const receiver = createReceiver(shop)

/** Messages that only the desk (微信客服) takes: test/platforms/wecom/kf. */
type OfDesk = 'message.file' | 'message.other'

/** Every kind there is; a new one fails to compile here until a fixture shows it. */
const kinds: Record<Exclude<UpdateKind, CorpUpdate['kind'] | OfDesk>, true> = {
  'message.text': true,
  'message.image': true,
  'message.voice': true,
  'message.video': true,
  'message.location': true,
  'message.link': true,
  'message.card': true,
  'event.subscribe': true,
  'event.unsubscribe': true,
  'event.scan': true,
  'event.location': true,
  'event.menu.click': true,
  'event.menu.view': true,
  'event.menu.mini-program': true,
  'event.menu.scan': true,
  'event.menu.photo': true,
  'event.menu.location': true,
  'event.notice.sent': true,
  'event.mass.sent': true,
  'event.publish.finished': true,
  'event.subscription.answered': true,
  'event.subscription.changed': true,
  'event.subscription.sent': true,
  'event.service.session': true,
  'event.profile.changed': true,
  'event.consent.revoked': true,
  'event.contact.cancelled': true,
  'event.account.verification': true,
  'event.legacy': true,
  'event.session.entered': true,
  'event.media.checked': true,
  'event.parcel.moved': true,
  'event.trade': true,
  'event.mini-program': true,
  unknown: true,
}

describe('every kind of push', () => {
  test.each(Object.entries(table))('%s is decoded', (name, expected) => {
    const update = receiver.decode(fixture(name))
    const id = expected.id === anyId ? update.id : expected.id
    expect(update).toEqual({ ...expected, id, platform: 'official-account', account: 'shop', at: new Date(AT * 1000) })
    if (expected.id === anyId) expect(update.id).toMatch(/^wx00000000000demo1:[\w-]{43}$/)
    expect(name.startsWith(`${update.kind}.`)).toBe(true)
  })

  test.each([
    ['plain', createReceiver(plainShop)],
    ['compatible', receiver],
    ['safe', receiver],
  ] as const)('is decoded alike through the door in %s mode', (mode, door) => {
    for (const name of Object.keys(table)) {
      const clear = fixture(name)
      const format = name.endsWith('.json') ? 'json' : 'xml'
      if (format === 'json' && mode === 'compatible') continue
      const { update, envelope } = accepted(door.receive(push(clear, { mode, format })))
      expect(update).toEqual(receiver.decode(clear))
      expect(envelope).toEqual({ body: clear, mode, format })
    }
  })

  test('has a fixture, and every fixture is expected here', () => {
    expect(readdirSync(folder).sort()).toEqual(Object.keys(table).sort())
    expect(new Set(Object.values(table).map((update) => update.kind))).toEqual(new Set(Object.keys(kinds)))
  })

  test('has an id of its own, the same each time', () => {
    const ids = Object.keys(table).map((name) => receiver.decode(fixture(name)).id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(Object.keys(table).map((name) => receiver.decode(fixture(name)).id)).toEqual(ids)
  })
})

describe('ids', () => {
  const event = (key: string) => fixture('event.menu.click.xml').replace('LOGISTICS', key)

  test('two taps in the same second on different buttons are two events', () => {
    expect(receiver.decode(event('A')).id).not.toBe(receiver.decode(event('B')).id)
  })

  test('a message without MsgId is told apart by its whole body', () => {
    const without = (text: string) => textPush(text).replace(/<MsgId>.*<\/MsgId>/, '<MsgId></MsgId>')
    expect(receiver.decode(without('你好')).id).toBe(receiver.decode(without('你好')).id)
    expect(receiver.decode(without('你好')).id).not.toBe(receiver.decode(without('您好')).id)
  })

  test('the same MsgId at another account is another message', () => {
    const other = createReceiver({ ...shop, appid: 'wx00000000000demo9' })
    expect(other.decode(textPush('你好')).id).not.toBe(receiver.decode(textPush('你好')).id)
  })
})

describe('pushes that lack something', () => {
  test.each([
    ['a place without a longitude', 'message.location.xml', '<Location_Y>120.155070</Location_Y>'],
    ['a reported place without a latitude', 'event.location.xml', '<Latitude>30.246026</Latitude>'],
  ])('%s is kept as unknown', (_, name, part) => {
    expect(receiver.decode(fixture(name).replace(part, '')).kind).toBe('unknown')
  })

  test.each([
    ['another account', textPush('你好').replace('gh_weloopdemo01', 'gh_somebodyelse'), 'another account'],
    [
      'nobody',
      textPush('你好').replace('ToUserName', 'Tousername').replace('/ToUserName', '/Tousername'),
      'another account',
    ],
    ['no kind', textPush('你好').replace('<![CDATA[text]]>', ''), 'no MsgType'],
    ['no time', textPush('你好').replace(String(AT), 'soon'), 'no CreateTime'],
    ['half a push', textPush('你好').slice(0, -20), 'cut off|closed by another tag'],
    ['no push', 'hello', 'not XML'],
  ])('one that names %s is refused', (_, body, reason) => {
    expect(() => receiver.decode(body)).toThrow(new RegExp(reason))
  })
})
