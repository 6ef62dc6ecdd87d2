import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createContacts } from '../../src/contacts/contacts.js'
import { silentLogger } from '../../src/core/log.js'
import { createEvents } from '../../src/events/events.js'
import { type EventRow, eventRows } from '../../src/events/model.js'
import { createGroups, type Groups } from '../../src/groups/groups.js'
import { findRoster, type RosterRow, rosterRows } from '../../src/groups/model.js'
import type { GroupCorp, Learn } from '../../src/groups/ports.js'
import { connectStore, type Store } from '../../src/store/connect.js'
import { FakeCorp } from './fake-corp.js'

/** Groups on a store of their own with a corporation that can be made to do anything. */
export interface GroupWorld {
  store: Store
  groups: Groups
  corp: FakeCorp
  now(): Date
  /** Lets time pass and has what is due then read. */
  pass(ms: number): Promise<void>
  /** Lets time pass, and nothing more. */
  wait(ms: number): Promise<void>
  /** Lets time pass until nothing is waited for. */
  settle(): Promise<void>
  facts(type?: string): Promise<EventRow[]>
  roster(chatId: string): Promise<RosterRow | undefined>
  /** A second set over the same store, as another process has it. */
  another(corp: GroupCorp): Groups
  close(): Promise<void>
}

/** The corporation's account. */
export const ACCOUNT = 'corp'
/** When tests begin: 10:00 in Shanghai. */
export const START = new Date('2026-03-04T02:00:00Z')

/** Opens a store in this thread, or the server of MONGODB_URI in a database of its own. */
export async function openGroups(options: { capacity?: number } = {}): Promise<GroupWorld> {
  let ms = START.getTime()
  const now = () => new Date(ms)
  const dir = await mkdtemp(path.join(tmpdir(), 'weloop-groups-'))
  const database = `weloop-groups-${process.pid}-${Math.trunc(performance.now())}`
  const uri = process.env['MONGODB_URI'] ?? ''
  const store = await connectStore({ uri, dir, database }, silentLogger, { inProcess: true, attempts: 1 })
  const { connection } = store
  const clock = { now }
  const events = createEvents({ connection, clock })
  const corp = new FakeCorp(now, ACCOUNT)
  const make = (side: GroupCorp) =>
    createGroups({
      connection,
      clock,
      log: silentLogger,
      events,
      learn,
      corps: { ids: () => [ACCOUNT], find: (account) => (account === ACCOUNT ? side : undefined) },
      sizes: { nearlyFull: 0.9, capacity: options.capacity ?? 500 },
      timeZone: 'Asia/Shanghai',
    })
  const groups = make(corp)
  const contacts = createContacts({ connection, clock, log: silentLogger, events, parts: [groups.personalData] })
  const people: Learn = async (batch) => {
    const found = new Map<string, string>()
    for (const { account, externalId, at } of batch) {
      found.set(externalId, await contacts.resolve({ platform: 'wecom', account, externalId }, at))
    }
    return found
  }
  function learn(batch: Parameters<Learn>[0]) {
    return people(batch)
  }
  await store.ensureIndexes()
  const pass = async (wait: number) => {
    ms += wait
    await groups.repair()
  }
  return {
    store,
    groups,
    corp,
    now,
    pass,
    wait: async (wait) => {
      ms += wait
    },
    async settle() {
      for (let round = 0; round < 30; round++) {
        const due = await rosterRows(connection)
          .find({ dirty: { $exists: true } })
          .toArray()
        const next = due.map((row) => row.dirty?.dueAt.getTime() ?? 0).toSorted((a, b) => a - b)[0]
        if (next === undefined) return
        await pass(Math.max(next - ms, 0))
      }
      throw new Error('the groups do not settle')
    },
    facts: (type) =>
      eventRows(connection)
        .find({ source: 'groups', ...(type && { type }) })
        .sort({ occurredAt: 1 })
        .toArray(),
    roster: (chatId) => findRoster(connection, ACCOUNT, chatId),
    another: make,
    async close() {
      await contacts.close()
      if (uri !== '') await connection.dropDatabase()
      await store.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}
