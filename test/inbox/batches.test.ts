import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import type { Identity } from '../../src/contacts/model.js'
import type { TextMessage, Update } from '../../src/core/update.js'
import { createUpdateBrowser } from '../../src/inbox/browse.js'
import { type InboxState, inboxModel } from '../../src/inbox/model.js'
import { inboxPersonalData } from '../../src/inbox/personal-data.js'
import { rows } from '../../src/inbox/rows.js'
import { batches, dissolve, readRows } from '../../src/inbox/stored-rows.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { fakeOutbox, forever, gate, movableClock, openInbox, says, type TestInbox } from './setup.js'

let store: TestStore
const open: TestInbox[] = []
beforeAll(async () => {
  store = await openTestStore()
  inboxModel(store.connection)
  await store.ensureIndexes()
})
beforeEach(async () => {
  await store.connection.model('Inbox').deleteMany({})
})
afterAll(async () => {
  for (const inbox of open) await inbox.close(50)
  await store.dispose()
})

async function started(...args: Parameters<typeof openInbox> extends [unknown, ...infer R] ? R : never) {
  const inbox = await openInbox(store, ...args)
  open.push(inbox)
  return inbox
}
const textOf = (update: Update) => (update.kind === 'message.text' ? update.text : '')
const answerText = (update: Update) => `re ${textOf(update)}`
const crowd = (size: number) => Array.from({ length: size }, (_, at) => says(String(at), `person${at}`))
const idOf = (update: { id: string }) => `shop:${update.id}`
const rowOf = async (update: { id: string }) => (await readRows(store.connection, [idOf(update)]))[0]
const statesOf = async (updates: readonly TextMessage[]) =>
  Promise.all(updates.map(async (update) => (await rowOf(update))?.state))
const storedBatches = () =>
  batches(store.connection)
    .find({ ids: { $exists: true } })
    .toArray()
const storedRow = (update: { id: string }) => rows(store.connection).findOne({ _id: idOf(update) })
const pushAll = (inbox: TestInbox, updates: readonly TextMessage[]) =>
  Promise.all(updates.map((one) => inbox.push(one)))
const until = async (isTrue: () => Promise<boolean>) => {
  while (!(await isTrue())) await new Promise(setImmediate)
}

describe('updates that come together', () => {
  test('are written once; one document says for all of them how they ended', async () => {
    const inbox = await started((update) => (Number(textOf(update)) % 2 === 0 ? 'even' : undefined))
    const updates = crowd(6)
    const answers = await pushAll(inbox, updates)
    expect(answers).toEqual(['reply:even', 'ack', 'reply:even', 'ack', 'reply:even', 'ack'])
    await inbox.close()
    const [batch] = await storedBatches()
    expect(batch).toMatchObject({
      ids: updates.map(idOf),
      ends: [
        { answer: { kind: 'text', text: 'even' }, places: [0, 2, 4] },
        { answer: null, places: [1, 3, 5] },
      ],
    })
    expect(batch).not.toHaveProperty('leaseUntil')
    const [first] = updates
    const row = first && (await storedRow(first))
    expect(row).toMatchObject({ batch: batch?._id, contact: 'shop:person0' })
    for (const field of ['state', 'owner', 'leaseUntil', 'fence']) expect(row).not.toHaveProperty(field)
    expect(first && (await rowOf(first))).toMatchObject({ state: 'done', answer: { text: 'even' }, attempts: 1 })
  })

  test('get the stored answer when another process is asked again', async () => {
    let runs = 0
    const run = (update: Update) => `${textOf(update)} run ${++runs}`
    const one = await started(run)
    const updates = crowd(5)
    const answers = await pushAll(one, updates)
    await one.close()
    const two = await started(run)
    expect(await pushAll(two, updates)).toEqual(answers)
    expect(runs).toBe(5)
  })

  test('and reach two processes at once are handled by one, and answered alike', async () => {
    let runs = 0
    const run = () => `answer ${++runs}`
    const [one, two] = [await started(run, { timing: { poll: 5 } }), await started(run, { timing: { poll: 5 } })]
    const updates = crowd(9)
    const [here, there] = await Promise.all([pushAll(one, updates.slice(0, 7)), pushAll(two, updates.slice(2))])
    expect(runs).toBe(9)
    expect(here.slice(2)).toEqual(there.slice(0, 5))
    await Promise.all([one.close(), two.close()])
    expect(await statesOf(updates)).toEqual(updates.map(() => 'done'))
    for (const batch of await storedBatches()) expect(batch).not.toHaveProperty('leaseUntil')
  })

  test('are counted and listed by where each of them stands', async () => {
    const slow = gate<string>()
    const inbox = await started((update) => {
      if (textOf(update) === '3') throw new Error('no')
      return textOf(update) === '0' ? slow.promise : 'done'
    })
    const updates = crowd(5)
    const pushed = pushAll(inbox, updates)
    await until(async () => (await inbox.stats()).open === 1 && (await inbox.stats()).failures === 1)
    expect((await inbox.stats()).oldestOpenAt).toBeInstanceOf(Date)
    const listed = async (state?: InboxState) =>
      (await createUpdateBrowser(store.connection).list({ limit: 10, state })).rows.map(({ _id }) => _id).sort()
    const ids = (...places: number[]) => places.map((place) => idOf(updates[place] ?? { id: '' })).sort()
    expect(await listed('received')).toEqual(ids(0))
    expect(await listed('done')).toEqual(ids(1, 2, 4))
    expect(await listed('failed')).toEqual(ids(3))
    expect(await listed()).toEqual(ids(0, 1, 2, 3, 4))
    expect((await createUpdateBrowser(store.connection).list({ limit: 2, state: 'done' })).rows).toHaveLength(2)
    slow.open('at last')
    await pushed
    await inbox.close()
    expect(await inbox.stats()).toMatchObject({ open: 0 })
  })
})

describe('one of them', () => {
  test('that fails, is late or has more to say than fits speaks for itself; the others do not', async () => {
    const slow = gate<string>()
    const inbox = await started(
      (update) => {
        switch (textOf(update)) {
          case '0':
            throw new Error('broken')
          case '1':
            return slow.promise
          case '2':
            return 'the first twenty; then the rest of it'
          default:
            return 'short'
        }
      },
      { config: { replyBudget: 60, warnAfter: 1000 } },
    )
    const updates = crowd(5)
    const answers = await pushAll(inbox, updates)
    expect(answers).toEqual(['ack', 'ack', 'reply:the first twenty;', 'reply:short', 'reply:short'])
    slow.open('late')
    await inbox.close()
    const found = await Promise.all(updates.map(rowOf))
    expect(found).toMatchObject([
      { state: 'failed', error: 'broken', attempts: 1 },
      { state: 'done', answer: null, late: true },
      { state: 'done', answer: { text: 'the first twenty;' } },
      { state: 'done', answer: { text: 'short' } },
      { state: 'done', answer: { text: 'short' } },
    ])
    expect(found.map((row) => row?.inBatch === undefined)).toEqual([true, true, false, false, false])
    expect(inbox.outbox.texts().sort()).toEqual([' then the rest of it', 'late'])
    expect((await storedBatches())[0]).not.toHaveProperty('leaseUntil')
    const again = await started(() => 'mended', { outbox: inbox.outbox })
    expect(await again.replay(idOf(updates[0] ?? { id: '' }))).toBe('done')
    expect(inbox.outbox.texts()).toContain('mended')
  })

  test('that is slow gets a lease of its own and does not keep the others open; after a crash it alone is run again', async () => {
    const leaseClock = movableClock()
    const outbox = fakeOutbox()
    const run = (update: Update) => (textOf(update) === '2' ? forever : answerText(update))
    const dying = await openInbox(store, run, { leaseClock, outbox, timing: { lease: 60 } })
    const updates = crowd(5)
    void pushAll(dying, updates)
    const slow = updates[2] ?? says('')
    await until(async () => (await storedRow(slow))?.state === 'received')
    await until(async () => (await storedBatches()).every(({ leaseUntil }) => leaseUntil === undefined))
    expect(await statesOf(updates)).toEqual(['done', 'done', 'received', 'done', 'done'])
    await dying.close(0)
    leaseClock.pass(30_000)
    const next = await started(answerText, { leaseClock, outbox })
    expect(await next.sweep()).toBe(1)
    await next.close()
    expect(outbox.texts()).toEqual(['re 2'])
    expect(await rowOf(slow)).toMatchObject({ state: 'done', attempts: 2 })
  })
})

describe('after a crash', () => {
  test.each(['accepted', 'handled', 'answered'] as const)(
    'at point %s every update of the batch is handled again, and what it sends is sent once',
    async (point) => {
      const leaseClock = movableClock()
      const outbox = fakeOutbox()
      const updates = crowd(6)
      let reached = 0
      const all = gate()
      const dying = await openInbox(store, answerText, {
        leaseClock,
        outbox,
        fail: (at) => {
          if (at !== point) return undefined
          if (++reached === updates.length) all.open()
          return forever
        },
      })
      void pushAll(dying, updates)
      await all.promise
      await dying.close(0)
      const [one, two] = [
        await started(answerText, { leaseClock, outbox }),
        await started(answerText, { leaseClock, outbox }),
      ]
      expect(await one.sweep()).toBe(0)
      leaseClock.pass(30_000)
      const taken = await Promise.all([one.sweep(), two.sweep()])
      expect(taken[0] + taken[1]).toBe(updates.length)
      await Promise.all([one.close(), two.close()])
      expect(outbox.texts().sort()).toEqual(updates.map(answerText))
      expect(await Promise.all(updates.map(rowOf))).toMatchObject(updates.map(() => ({ state: 'done', attempts: 2 })))
    },
  )

  test('ends that were written are not run again, the others are', async () => {
    const leaseClock = movableClock()
    const stuck = gate<string>()
    const run = (update: Update) => (Number(textOf(update)) > 2 ? stuck.promise : answerText(update))
    const dying = await openInbox(store, run, { leaseClock })
    const updates = crowd(5)
    void pushAll(dying, updates)
    await until(async () => (await statesOf(updates)).filter((state) => state === 'done').length === 3)
    await dying.close(0)
    leaseClock.pass(30_000)
    const handled: string[] = []
    const next = await started((update) => void handled.push(textOf(update)), { leaseClock })
    expect(await next.sweep()).toBe(2)
    await next.close()
    expect(handled.sort()).toEqual(['3', '4'])
  })

  test('the platform resends: an update is taken over as soon as the lease of its batch has lapsed', async () => {
    const leaseClock = movableClock()
    const dying = await openInbox(store, () => forever, { leaseClock })
    const updates = crowd(4)
    void pushAll(dying, updates)
    await until(async () => (await storedBatches()).length === 1)
    await dying.close(0)
    const next = await started(answerText, { leaseClock, timing: { poll: 5 } })
    const answers = pushAll(next, updates.slice(0, 2))
    leaseClock.pass(7000)
    expect(await answers).toEqual(['reply:re 0', 'reply:re 1'])
    await until(async () => (await statesOf(updates.slice(0, 2))).every((state) => state === 'done'))
    leaseClock.pass(30_000)
    expect(await next.sweep()).toBe(2)
    await next.close()
    expect(await statesOf(updates)).toEqual(updates.map(() => 'done'))
  })

  test('a process that was only asleep cannot write over what the next one did', async () => {
    const leaseClock = movableClock()
    const slow = gate<string>()
    const asleep = await started(() => slow.promise, { leaseClock })
    const updates = crowd(4)
    const pushed = pushAll(asleep, updates)
    await until(async () => (await storedBatches()).length === 1)
    leaseClock.pass(30_000)
    const next = await started(() => 'from the next', { leaseClock, outbox: asleep.outbox })
    expect(await next.sweep()).toBe(4)
    await next.close()
    slow.open('from the sleeper')
    await pushed
    await asleep.close()
    expect(await Promise.all(updates.map(rowOf))).toMatchObject(
      updates.map(() => ({ fence: 2, answer: null, late: true })),
    )
    expect((await storedBatches())[0]).not.toHaveProperty('ends')
  })

  test('a row whose batch was never written belongs to whoever is asked for it again', async () => {
    const [update] = crowd(1)
    if (update === undefined) throw new Error('no update')
    const { from, account, platform, kind, at } = update
    const envelope = { body: JSON.stringify(update), mode: 'plain' as const, format: 'xml' as const }
    const row = {
      _id: idOf(update),
      account,
      platform,
      contact: `shop:${from}`,
      kind,
      at,
      receivedAt: new Date(),
      envelope,
    }
    await rows(store.connection).insertOne({ ...row, batch: '#nobody:1' })
    const inbox = await started(answerText)
    expect(await inbox.push(update)).toBe('reply:re 0')
    await inbox.close()
    expect(await rowOf(update)).toMatchObject({ state: 'done', attempts: 2 })
  })

  test('a batch may be dissolved twice, and by two at once, without taking a row from its new owner', async () => {
    const dying = await openInbox(store, () => forever)
    const updates = crowd(4)
    void pushAll(dying, updates)
    await until(async () => (await storedBatches()).length === 1)
    await dying.close(0)
    const [batch] = await storedBatches()
    if (batch === undefined) throw new Error('no batch')
    await Promise.all([dissolve(store.connection, batch), dissolve(store.connection, batch)])
    const mine = { state: 'received', owner: 'me', leaseUntil: new Date(Date.now() + 60_000) } as const
    await rows(store.connection).updateMany({ batch: batch._id }, { $set: mine })
    await dissolve(store.connection, batch)
    expect(await Promise.all(updates.map(rowOf))).toMatchObject(updates.map(() => mine))
  })
})

describe('a person among others in a batch', () => {
  const identity = (externalId: string): Identity => ({
    key: `official-account:shop:${externalId}`,
    platform: 'official-account',
    account: 'shop',
    externalId,
    boundAt: new Date(),
    follow: { following: true, at: new Date() },
  })
  const part = () => inboxPersonalData(store.connection)
  async function handled(run = answerText) {
    const inbox = await started(run)
    const updates = crowd(5)
    await pushAll(inbox, updates)
    await inbox.close()
    return updates
  }

  test('is exported with the answers', async () => {
    await handled()
    expect(await part().export('c', [identity('person1')])).toMatchObject([{ answer: { text: 're 1' } }])
  })

  test('is erased: words, answers and id are gone, the others and the keys of resends stay', async () => {
    const updates = await handled()
    await part().erase('c', [identity('person1'), identity('person2')], 'erased')
    await part().erase('c', [identity('person1')], 'erased')
    const everything = JSON.stringify([await storedBatches(), await rows(store.connection).find({}).toArray()])
    expect(everything).not.toMatch(/person1|person2|re 1|re 2/)
    expect(everything).toMatch(/person3.*re 3|re 3.*person3/)
    expect(await statesOf(updates)).toEqual(updates.map(() => 'done'))
    const again = await started(() => 'not again')
    expect(await pushAll(again, updates)).toEqual(['reply:re 0', 'ack', 'ack', 'reply:re 3', 'reply:re 4'])
  })

  test('shares an answer with others, who keep it', async () => {
    const updates = await handled(() => 'the same')
    await part().erase('c', [identity('person1')], 'left')
    const [first, second] = await Promise.all(updates.slice(0, 2).map(rowOf))
    expect(first).toMatchObject({ answer: { text: 'the same' } })
    expect(second).not.toHaveProperty('answer')
  })

  test('keeps a message whose handlers still run', async () => {
    const dying = await openInbox(store, () => forever)
    const updates = crowd(4)
    void pushAll(dying, updates)
    await until(async () => (await storedBatches()).length === 1)
    await part().erase('c', [identity('person1')], 'erased')
    expect((await rowOf(updates[1] ?? says('')))?.envelope.body).toContain('person1')
    await dying.close(0)
  })
})
