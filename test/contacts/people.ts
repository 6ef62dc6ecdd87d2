import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { jest } from '@jest/globals'
import { type Contacts, createContacts } from '../../src/contacts/contacts.js'
import type { PersonalData } from '../../src/contacts/privacy.js'
import { createSessions, type Sessions } from '../../src/contacts/session.js'
import { createSessionStore } from '../../src/contacts/session-store.js'
import { silentLogger } from '../../src/core/log.js'
import type { Update } from '../../src/core/update.js'
import { createEvents, type Events } from '../../src/events/events.js'
import { connectStore, type Store } from '../../src/store/connect.js'
import { laneOf, useLane } from '../../src/store/lanes.js'

/** Contacts, sessions and events on a store of their own. */
export interface People {
  store: Store
  contacts: Contacts
  sessions: Sessions
  events: Events
  /** A second set over the same store, as another process has it. */
  another(): { contacts: Contacts; events: Events }
  /** How often the store was asked for anything so far. */
  requests(): number
  close(): Promise<void>
}

/** Opens a store in this thread (or the server of MONGODB_URI, in a database of its own). */
export async function openPeople(now: () => Date, parts: readonly PersonalData[] = []): Promise<People> {
  const dir = await mkdtemp(path.join(tmpdir(), 'weloop-people-'))
  const database = `weloop-people-${process.pid}-${Math.trunc(performance.now())}`
  const uri = process.env['MONGODB_URI'] ?? ''
  const store = await connectStore({ uri, dir, database }, silentLogger, { inProcess: true, attempts: 1 })
  const make = () => {
    const { connection } = store
    const events = createEvents({ connection, clock: { now } })
    const sessionStore = createSessionStore(connection)
    const contacts = createContacts({
      connection,
      clock: { now },
      log: silentLogger,
      events,
      parts: [sessionStore, ...parts],
    })
    return { contacts, events, sessions: createSessions(sessionStore) }
  }
  const made = make()
  await store.ensureIndexes()
  return {
    store,
    ...made,
    another: make,
    requests: countRequests(store),
    async close() {
      await made.contacts.close()
      if (uri !== '') await store.connection.dropDatabase()
      await store.close()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

let count = 0

/** An update of a follower to the account `shop`. */
export function updateOf(openid: string, at: Date, change: Partial<Update> & Pick<Update, 'kind'>): Update {
  count++
  const base = { id: `u${count}`, platform: 'official-account', account: 'shop', from: openid, at, text: '' }
  return { ...base, ...change } as Update
}

/** Every path to the store goes through the database's `collection` or `command`. */
function countRequests(store: Store): () => number {
  const { db } = store.connection
  if (!db) throw new Error('the store is not connected')
  const spies = [jest.spyOn(db, 'collection'), jest.spyOn(db, 'command')]
  let past = 0
  const lane = laneOf(store.connection)
  if (lane) {
    useLane(store.connection, {
      ...lane,
      run(body, field, documents) {
        past++
        return lane.run(body, field, documents)
      },
    })
  }
  return () => spies.reduce((sum, spy) => sum + spy.mock.calls.length, past)
}
