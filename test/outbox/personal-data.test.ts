import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Identity } from '../../src/contacts/model.js'
import type { DeliveryRow } from '../../src/outbox/delivery.js'
import { outboxPersonalData } from '../../src/outbox/personal-data.js'
import { deliveries } from '../../src/outbox/queue.js'
import { openTestStore, type TestStore } from '../store/open.js'

const NOW = new Date('2026-03-04T04:00:00Z')
let store: TestStore
let count = 0
beforeAll(async () => {
  store = await openTestStore()
  outboxPersonalData(store.connection)
  await store.ensureIndexes()
})
afterAll(() => store.dispose())
beforeEach(async () => {
  await store.connection.model('Delivery').deleteMany({})
})

const ann: Identity = {
  key: 'official-account:shop:ann',
  platform: 'official-account',
  account: 'shop',
  externalId: 'ann',
  boundAt: NOW,
  follow: { following: true, at: NOW },
}
async function row(to: string, about: Partial<DeliveryRow> = {}): Promise<string> {
  const _id = `k${++count}`
  await store.connection.model('Delivery').create({
    _id,
    account: 'shop',
    to,
    contact: `shop:${to}`,
    purpose: 'service',
    message: { kind: 'text', text: `${to} 您的包裹 SF123` },
    source: 's',
    state: 'sent',
    createdAt: NOW,
    dueAt: NOW,
    nextAt: NOW,
    seq: count,
    attempts: 1,
    fence: 1,
    endedAt: NOW,
    ...about,
  })
  return _id
}
const stored = (id: string) => deliveries(store.connection).findOne({ _id: id })
const part = () => outboxPersonalData(store.connection, { now: () => NOW })

test('an export shows what was sent and what became of it', async () => {
  await row('ann')
  await row('ann', { state: 'skipped', reason: 'opted-out' })
  await row('bob')
  expect(await part().export('c1', [ann])).toMatchObject([
    { purpose: 'service', state: 'sent', message: { text: 'ann 您的包裹 SF123' } },
    { state: 'skipped', reason: 'opted-out' },
  ])
})

test('for somebody who left, what waits is called back and what was said is emptied; that it was sent stays', async () => {
  const sent = await row('ann', { receipt: 'r1', detail: 'ann' })
  const waits = await row('ann', { state: 'queued', open: true, attempts: 0 })
  await part().erase('c1', [ann], 'left')
  expect(await stored(sent)).toMatchObject({ state: 'sent', to: 'ann', message: { text: '' } })
  expect(await stored(sent)).not.toHaveProperty('receipt')
  expect(await stored(waits)).toMatchObject({ state: 'cancelled', reason: 'the person left', message: { text: '' } })
  expect(await stored(waits)).not.toHaveProperty('open')
})

test('of somebody who was erased no id is left either, and others are untouched', async () => {
  const sent = await row('ann')
  const other = await row('bob')
  await part().erase('c1', [ann], 'erased')
  await part().erase('c1', [ann], 'erased')
  expect(JSON.stringify(await stored(sent))).not.toMatch(/ann|SF123/)
  expect(await stored(sent)).toMatchObject({ state: 'sent', to: '' })
  expect(await stored(other)).toMatchObject({ to: 'bob', message: { text: 'bob 您的包裹 SF123' } })
})

test('what is being sent at this moment is left to end', async () => {
  const sending = await row('ann', { state: 'sending', open: true, busy: true })
  await part().erase('c1', [ann], 'erased')
  expect(await stored(sending)).toMatchObject({ state: 'sending', busy: true, to: 'ann' })
})
