import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type { Identity } from '../../src/contacts/model.js'
import type { InboxRow } from '../../src/inbox/model.js'
import { inboxPersonalData } from '../../src/inbox/personal-data.js'
import { rows } from '../../src/inbox/rows.js'
import { openTestStore, type TestStore } from '../store/open.js'

const NOW = new Date('2026-03-04T04:00:00Z')
let store: TestStore
let count = 0
beforeAll(async () => {
  store = await openTestStore()
  inboxPersonalData(store.connection)
  await store.ensureIndexes()
})
afterAll(() => store.dispose())
beforeEach(async () => {
  await store.connection.model('Inbox').deleteMany({})
})

const identity = (externalId: string): Identity => ({
  key: `official-account:shop:${externalId}`,
  platform: 'official-account',
  account: 'shop',
  externalId,
  boundAt: NOW,
  follow: { following: true, at: NOW },
})
async function row(externalId: string, about: Partial<InboxRow> = {}): Promise<string> {
  const _id = `shop:u${++count}`
  await store.connection.model('Inbox').create({
    _id,
    account: 'shop',
    platform: 'official-account',
    contact: `shop:${externalId}`,
    kind: 'message.text',
    at: NOW,
    receivedAt: new Date(NOW.getTime() + count),
    envelope: { body: `<xml>${externalId} 手机 13800000000</xml>`, mode: 'plain', format: 'xml' },
    state: 'done',
    answer: { kind: 'text', text: '好的，已记下您的手机' },
    fence: 1,
    attempts: 1,
    ...about,
  })
  return _id
}
const stored = (id: string) => rows(store.connection).findOne({ _id: id })
const all = async () => JSON.stringify(await store.connection.model('Inbox').find().lean())
const part = () => inboxPersonalData(store.connection)

test("an export shows a person's messages and the answers, oldest first, and nobody else's", async () => {
  await row('ann')
  await row('ann', { kind: 'message.image', answer: null })
  await row('bob')
  expect(await part().export('c1', [identity('ann')])).toMatchObject([
    { kind: 'message.text', body: '<xml>ann 手机 13800000000</xml>', answer: { text: '好的，已记下您的手机' } },
    { kind: 'message.image' },
  ])
})

test.each(['left', 'erased'] as const)(
  'when somebody %s, their words, answers and id are gone; the keys that tell resends stay',
  async (why) => {
    const mine = await row('ann')
    const failed = await row('ann', { state: 'failed', error: 'no parcel 13800000000', failedAt: NOW })
    const other = await row('bob')
    await part().erase('c1', [identity('ann')], why)
    await part().erase('c1', [identity('ann')], why)
    expect(await all()).not.toMatch(/ann|13800000000.*ann/)
    expect(await stored(mine)).toMatchObject({ _id: mine, state: 'done', envelope: { body: '' } })
    expect(await stored(mine)).not.toHaveProperty('answer')
    expect(await stored(failed)).not.toHaveProperty('failedAt')
    expect(await stored(failed)).not.toHaveProperty('error')
    expect((await stored(other))?.envelope.body).toContain('bob')
  },
)

test('an update whose handlers still run keeps what they need', async () => {
  const open = await row('ann', { state: 'received' })
  await part().erase('c1', [identity('ann')], 'erased')
  expect((await stored(open))?.envelope.body).toContain('ann')
})

test('taking back a class of data empties the messages that hold it, and no others', async () => {
  const place = await row('ann', { kind: 'message.location' })
  const voice = await row('ann', { kind: 'message.voice' })
  const words = await row('ann')
  await part().drop?.('c1', [identity('ann')], ['location', 'nickname'])
  expect((await stored(place))?.envelope.body).toBe('')
  expect((await stored(voice))?.envelope.body).toContain('ann')
  await part().drop?.('c1', [identity('ann')], ['microphone'])
  expect((await stored(voice))?.envelope.body).toBe('')
  expect((await stored(words))?.envelope.body).toContain('ann')
})

test('an erased identity, which has no id any more, touches nobody', async () => {
  await row('')
  await part().erase('c1', [identity('')], 'erased')
  expect(await all()).toContain('13800000000')
})
