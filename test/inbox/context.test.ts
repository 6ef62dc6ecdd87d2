import { expect, test } from '@jest/globals'
import { silentLogger } from '../../src/core/log.js'
import { card, text } from '../../src/core/message.js'
import type { Update } from '../../src/core/update.js'
import type { Fact } from '../../src/events/fact.js'
import { type ContextPorts, createContextFactory } from '../../src/inbox/context.js'
import type { NewDelivery } from '../../src/outbox/delivery.js'
import { base, textUpdate } from '../helpers/updates.js'

function harness() {
  const put: NewDelivery[] = []
  const facts: Fact[] = []
  const made: string[] = []
  const refuse = () => {
    throw new Error('this test uses no such part')
  }
  const ports: ContextPorts = {
    contacts: {
      handle: () => {
        made.push('contact')
        const unused = { tags: refuse, hasTag: refuse, tag: refuse, untag: refuse, profile: refuse, setProfile: refuse }
        return { ...unused, id: async () => 'c1', consent: refuse }
      },
    },
    sessions: {
      handle: () => {
        made.push('session')
        return { waitingFor: async () => undefined, data: refuse, wait: refuse, clear: refuse, once: refuse }
      },
    },
    events: { append: async (added) => facts.push(...added) },
    outbox: { put: async (delivery) => put.push(delivery) },
    library: { reply: (word, now) => text(`${word} ${now.getTime()}`), hasArticle: () => true, hasCard: () => false },
    log: silentLogger,
  }
  const create = createContextFactory(ports)
  return { put, facts, made, contextOf: (update: Update) => create(update, new Date(7)) }
}

test('what a handler sends is keyed by the inbox row and the order of the calls, alike in every run', async () => {
  const { put, contextOf } = harness()
  const update = textUpdate('x', { id: 'm1' })
  for (let run = 0; run < 2; run++) {
    const ctx = contextOf(update)
    await Promise.all([ctx.send('one'), ctx.send(card('gift'))])
  }
  expect(put.map(({ key }) => key)).toEqual(['shop:m1:send:0', 'shop:m1:send:1', 'shop:m1:send:0', 'shop:m1:send:1'])
  expect(put[1]).toEqual({
    key: 'shop:m1:send:1',
    account: 'shop',
    to: 'o1',
    purpose: 'reply',
    message: card('gift'),
    source: 'shop:m1',
  })
})

test('a fact is named by the update and its type, and belongs to the contact', async () => {
  const { facts, contextOf } = harness()
  const update = textUpdate('x', { id: 'm1' })
  await contextOf(update).record('coupon.claimed', { stock: 'a' })
  expect(facts).toEqual([
    {
      source: 'bot',
      id: 'm1:coupon.claimed',
      type: 'coupon.claimed',
      account: 'shop',
      contact: 'c1',
      occurredAt: update.at,
      props: { stock: 'a' },
    },
  ])
})

test('a fact about the account itself, or about somebody erased, has no contact', async () => {
  const { facts, contextOf } = harness()
  await contextOf({ kind: 'unknown', ...base(), from: '', name: 'x', fields: {} }).record('account.noted')
  await contextOf({ kind: 'event.contact.cancelled', ...base(), subject: 'o1' }).record('account.noted')
  expect(facts.map(({ contact }) => contact)).toEqual([undefined, undefined])
})

test('nothing is made before it is used, and then once', async () => {
  const { made, contextOf } = harness()
  const ctx = contextOf(textUpdate('x'))
  expect(made).toEqual([])
  expect(ctx.contact).toBe(ctx.contact)
  expect(await ctx.session.waitingFor()).toBeUndefined()
  expect(await ctx.session.waitingFor()).toBeUndefined()
  expect(made).toEqual(['contact', 'session'])
})

test('keyword replies are asked for the time of the message', () => {
  const { contextOf } = harness()
  expect(contextOf(textUpdate('x')).content.reply('运费')).toEqual(text('运费 7'))
  expect(contextOf(textUpdate('x')).content.hasCard('gift')).toBe(false)
})
