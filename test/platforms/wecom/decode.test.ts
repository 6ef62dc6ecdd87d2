import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { personOf } from '../../../src/contacts/identity.js'
import type { CorpUpdate } from '../../../src/core/corp-update.js'
import { createReceiver } from '../../../src/platforms/wecom/receive.js'
import { AT, accepted } from '../../helpers/door.js'
import { bot, corp, push } from './door.js'
import { expected } from './expected.js'

const folder = new URL('../../fixtures/wecom/', import.meta.url)
const fixture = (name: string) => readFileSync(new URL(name, folder), 'utf8')
const app = createReceiver(corp)
const robot = createReceiver(bot)
const read = (name: string) => {
  const receiver = name.endsWith('.json') ? robot : app
  return accepted(receiver.receive(push(fixture(name)))).update
}

/** What is read from the desk (微信客服) and never pushed: test/platforms/wecom/kf. */
type OfDesk = `event.kf.${'session' | 'said' | 'recalled' | 'send-failed' | 'servicer'}`

/** Every kind there is; a new one fails to compile here until a fixture shows it. */
const kinds: Record<Exclude<CorpUpdate['kind'], OfDesk>, true> = {
  'staff.message': true,
  'staff.event': true,
  'staff.card': true,
  'staff.bot': true,
  'event.customer.added': true,
  'event.customer.edited': true,
  'event.customer.removed': true,
  'event.customer.transfer-failed': true,
  'event.customer.archive-agreed': true,
  'event.group.changed': true,
  'event.corp.tag': true,
  'event.corp.directory': true,
  'event.corp.notice': true,
  'event.kf.pending': true,
  'event.kf.accounts': true,
}

describe('every kind of push', () => {
  test.each(Object.entries(expected))('%s is decoded', (name, fields) => {
    const { id, at, kind, platform, account, from, ...rest } = read(name)
    const { from: sender = 'lihua', ...others } = fields
    expect(rest).toEqual(others)
    expect({ platform, account, from }).toEqual({
      platform: 'wecom',
      account: name.endsWith('.json') ? 'robot' : 'corp',
      from: sender,
    })
    expect(Math.abs(at.getTime() - AT * 1000)).toBeLessThanOrEqual(1000)
    expect(name.startsWith(`${kind}.`)).toBe(true)
    expect(id.length).toBeGreaterThan(5)
  })

  test('has a fixture, and every fixture is expected', () => {
    const files = readdirSync(folder)
    expect(files.toSorted()).toEqual(Object.keys(expected).toSorted())
    expect(Object.keys(kinds).filter((kind) => !files.some((file) => file.startsWith(`${kind}.`)))).toEqual([])
  })
})

describe('who an update is about', () => {
  test('a customer is a contact; staff, groups and the corporation are not', () => {
    const about = Object.keys(expected).map((name) => [name, personOf(read(name))?.externalId] as const)
    for (const [name, person] of about) {
      if (name.startsWith('event.customer')) expect(person).toBe('wmDEMO01')
      else if (!name.startsWith('unknown')) expect(person).toBeUndefined()
    }
  })
})

describe('the id of a push', () => {
  const customer = fixture('event.customer.added.xml')
  const idOf = (clear: string) => accepted(app.receive(push(clear))).update.id

  test('is the same for a resend and another for any other event', () => {
    expect(idOf(customer)).toBe(idOf(customer))
    expect(idOf(customer.replace('wmDEMO01', 'wmDEMO02'))).not.toBe(idOf(customer))
    expect(idOf(customer.replace('WC1', 'WC9'))).not.toBe(idOf(customer))
  })

  test('of a message is its MsgId within the app', () => {
    expect(read('staff.message.text.xml').id).toBe('ww00000000000demo1:1000002:7300000000000000001')
    expect(read('staff.bot.mixed.json').id).toBe('aibDEMO:M8')
  })
})

describe('a push that lacks what it cannot do without', () => {
  test('is kept as unknown, never refused', () => {
    const clear = fixture('event.customer.added.xml').replace(/<ExternalUserID>.*?<\/ExternalUserID>/, '')
    expect(accepted(app.receive(push(clear))).update).toMatchObject({
      kind: 'unknown',
      name: 'change_external_contact',
    })
    const group = fixture('event.group.changed.joined.xml').replace('add_member', 'add_robot')
    expect(accepted(app.receive(push(group))).update).toMatchObject({ kind: 'unknown', name: 'change_external_chat' })
  })

  test('a group whose 500 members came at once is read whole', () => {
    const items = Array.from({ length: 500 }, (_, at) => `<Item><![CDATA[wm${at}]]></Item>`).join('')
    const clear = fixture('event.group.changed.joined.xml').replace(/<Item>.*<\/Item>/, items)
    const { update } = accepted(app.receive(push(clear)))
    expect(update).toMatchObject({ kind: 'event.group.changed' })
    expect('members' in update && update.members).toHaveLength(500)
  })
})
