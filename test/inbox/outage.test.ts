import { mkdtemp } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Update } from '../../src/core/update.js'
import { inboxModel } from '../../src/inbox/model.js'
import { openSpool } from '../../src/inbox/spool.js'
import { readRows } from '../../src/inbox/stored-rows.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { openInbox, recorder, says } from './setup.js'

let store: TestStore
beforeAll(async () => {
  store = await openTestStore()
  inboxModel(store.connection)
  await store.ensureIndexes()
})
afterAll(() => store.dispose())

const textOf = (update: Update) => (update.kind === 'message.text' ? update.text : '')

/** A store that can be cut off: commands fail while it is. */
function cuttable(whole: TestStore): TestStore & { cut: boolean; lose: number } {
  const real = whole.connection.db
  const state = { cut: false, lose: 0 }
  const db = new Proxy(real as object, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name)
      if (name !== 'command' || typeof value !== 'function') return value
      return async (...args: unknown[]) => {
        if (state.cut) throw new Error('connection refused')
        const answer: unknown = await Reflect.apply(value, target, args)
        if (state.lose > 0 && 'insert' in (args[0] as object)) {
          state.lose--
          throw new Error('connection reset after the write')
        }
        return answer
      }
    },
  })
  const connection = new Proxy(whole.connection, {
    get: (target, name) => (name === 'db' ? db : Reflect.get(target, name)),
  })
  return Object.assign(state, { ...whole, connection })
}

async function spoolOf(maxBytes = 1_000_000, dir?: string) {
  const at = dir ?? (await mkdtemp(join(store.dir, 'spool-')))
  return openSpool({ dir: at, maxBytes, log: recorder() })
}

test('while the store is away updates are acknowledged from the disk, and handled in order when it is back', async () => {
  const cut = cuttable(store)
  const handled: string[] = []
  const inbox = await openInbox(cut, (update) => {
    handled.push(textOf(update))
    return `re ${textOf(update)}`
  })
  expect(await inbox.push(says('before'))).toBe('reply:re before')
  cut.cut = true
  const updates = Array.from({ length: 6 }, (_, at) => says(String(at), at % 2 ? 'ming' : 'hua'))
  for (const update of updates) expect(await inbox.push(update)).toBe('ack')
  for (const update of updates) expect(await inbox.push(update)).toBe('ack')
  expect(inbox.ready().ok).toBe(true)
  expect(handled).toEqual(['before'])
  cut.cut = false
  await inbox.drainSpool()
  await inbox.push(says('after', 'ming'))
  await inbox.close()
  expect(handled).toEqual(['before', '0', '1', '2', '3', '4', '5', 'after'])
  expect(inbox.outbox.texts()).toEqual(['re 0', 're 1', 're 2', 're 3', 're 4', 're 5'])
  const rows = await store.connection.model('Inbox').find({ state: 'done' }).lean()
  expect(rows.length).toBe(8)
})

test('an update that arrives while the last of the spool is brought in waits for it, and is answered', async () => {
  const cut = cuttable(store)
  const handled: string[] = []
  const spool = await spoolOf()
  let drains = 0
  let pushed: Promise<string> | undefined
  const watched = new Proxy(spool, {
    get(target, name) {
      if (name !== 'drain') return Reflect.get(target, name)
      return async (consume: (records: unknown[]) => Promise<void>) => {
        if (++drains === 2) pushed = inbox.push(says('third', 'ming'))
        await spool.drain(consume)
        if (drains === 1) void inbox.push(says('second', 'ming'))
      }
    },
  })
  const run = (update: Update) => {
    handled.push(textOf(update))
    return `re ${textOf(update)}`
  }
  const inbox = await openInbox(cut, run, { spool: watched })
  cut.cut = true
  await inbox.push(says('first', 'ming'))
  cut.cut = false
  await inbox.drainSpool()
  expect(await pushed).toBe('reply:re third')
  await inbox.close()
  expect(handled).toEqual(['first', 'second', 'third'])
})

test('a write whose answer was lost is found again and handled once', async () => {
  const cut = cuttable(store)
  const handled: string[] = []
  const inbox = await openInbox(cut, (update) => void handled.push(textOf(update)))
  cut.lose = 1
  const update = says('lost')
  expect(await inbox.push(update)).toBe('ack')
  await inbox.drainSpool()
  await inbox.close()
  expect(handled).toEqual(['lost'])
  expect(await store.connection.model('Inbox').findById(`shop:${update.id}`).lean()).toMatchObject({ state: 'done' })
})

test('a write of many whose answer was lost is found again, and each update is handled once', async () => {
  const cut = cuttable(store)
  const handled: string[] = []
  const inbox = await openInbox(cut, (update) => void handled.push(textOf(update)))
  cut.lose = 1
  const updates = Array.from({ length: 6 }, (_, at) => says(`lost ${at}`, `someone${at}`))
  await Promise.all(updates.map(inbox.push))
  await inbox.drainSpool()
  await inbox.close()
  expect(handled.sort()).toEqual(updates.map(textOf))
  const found = await readRows(
    store.connection,
    updates.map(({ id }) => `shop:${id}`),
  )
  expect(found.map(({ state }) => state)).toEqual(updates.map(() => 'done'))
})

test('ends of many that could not be written are written when the store is back', async () => {
  const cut = cuttable(store)
  const updates = Array.from({ length: 6 }, (_, at) => says(`end ${at}`, `another${at}`))
  let runs = 0
  const inbox = await openInbox(cut, () => {
    cut.cut = ++runs === updates.length
    return 'hello'
  })
  expect(await Promise.all(updates.map(inbox.push))).toEqual(updates.map(() => 'reply:hello'))
  while (inbox.log.lines.every((line) => !line.includes('store not in use'))) await new Promise(setImmediate)
  cut.cut = false
  await inbox.drainSpool()
  await inbox.close()
  const found = await readRows(
    store.connection,
    updates.map(({ id }) => `shop:${id}`),
  )
  expect(found.map(({ state }) => state)).toEqual(updates.map(() => 'done'))
})

test('what a process had spooled when it died is handled by the next one', async () => {
  const cut = cuttable(store)
  const dir = await mkdtemp(join(store.dir, 'spool-'))
  const dying = await openInbox(cut, () => 'never', { spool: await spoolOf(undefined, dir) })
  cut.cut = true
  expect(await dying.push(says('orphan'))).toBe('ack')
  await dying.close(0)
  const next = await openInbox(store, (update) => `re ${textOf(update)}`, { spool: await spoolOf(undefined, dir) })
  await next.drainSpool()
  await next.close()
  expect(next.outbox.texts()).toEqual(['re orphan'])
})

test('when the spool is full too, the update is refused so that the platform sends it again', async () => {
  const cut = cuttable(store)
  const inbox = await openInbox(cut, () => 'hello', { spool: await spoolOf(10) })
  cut.cut = true
  const update = says('hi')
  await expect(inbox.push(update)).rejects.toMatchObject({ code: 'inbox.unavailable' })
  expect(inbox.ready().ok).toBe(false)
  cut.cut = false
  await inbox.drainSpool()
  expect(inbox.ready().ok).toBe(true)
  expect(await inbox.push(update)).toBe('reply:hello')
  await inbox.close()
})

test('ends that could not be written are written when the store is back', async () => {
  const cut = cuttable(store)
  const inbox = await openInbox(cut, () => {
    cut.cut = true
    return 'hello'
  })
  const update = says('hi')
  expect(await inbox.push(update)).toBe('reply:hello')
  expect(await inbox.push(update)).toBe('reply:hello')
  while (inbox.log.lines.every((line) => !line.includes('store not in use'))) await new Promise(setImmediate)
  cut.cut = false
  await inbox.drainSpool()
  await inbox.close()
  expect(await store.connection.model('Inbox').findById(`shop:${update.id}`).lean()).toMatchObject({ state: 'done' })
})

test('a store that does not answer at all is given up after the write limit', async () => {
  const hanging = cuttable(store)
  const inbox = await openInbox(
    {
      ...hanging,
      connection: new Proxy(store.connection, {
        get: (target, name) => (name === 'db' ? hung : Reflect.get(target, name)),
      }),
    },
    () => 'never',
    { timing: { writeLimit: 30 } },
  )
  expect(await inbox.push(says('hi'))).toBe('ack')
  expect(inbox.spool.bytes).toBeGreaterThan(0)
  await inbox.close(0)
})
const hung = { command: () => new Promise(() => undefined) }
