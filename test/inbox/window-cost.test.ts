import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { BSON } from 'bson'
import { createContacts } from '../../src/contacts/contacts.js'
import { createSessions } from '../../src/contacts/session.js'
import { createSessionStore } from '../../src/contacts/session-store.js'
import { createWindows } from '../../src/contacts/windows.js'
import { systemClock } from '../../src/core/clock.js'
import { createBot } from '../../src/core/composer.js'
import type { Context } from '../../src/core/context.js'
import { silentLogger } from '../../src/core/log.js'
import type { Update } from '../../src/core/update.js'
import { createEvents } from '../../src/events/events.js'
import { createActs } from '../../src/inbox/acts.js'
import { createContextFactory } from '../../src/inbox/context.js'
import type { Inbox } from '../../src/inbox/inbox.js'
import { inboxModel } from '../../src/inbox/model.js'
import { outboxModel } from '../../src/outbox/model.js'
import { createSpends } from '../../src/outbox/spends.js'
import type { Connection } from '../../src/store/connect.js'
import { laneOf, useLane } from '../../src/store/lanes.js'
import { openTestStore, type TestStore } from '../store/open.js'
import { fakePlatform, openInbox, says } from './setup.js'

let store: TestStore
const ends: (() => Promise<void>)[] = []
beforeAll(async () => {
  store = await openTestStore()
})
afterAll(async () => {
  for (const end of ends) await end()
  await store.dispose()
})

test('the ledger costs a keyword message nothing, and a handler that looks at it sees its own message', async () => {
  const { connection } = store
  inboxModel(connection)
  outboxModel(connection)
  const events = createEvents({ connection })
  const contacts = createContacts({ connection, clock: systemClock, log: silentLogger, events })
  const sessions = createSessions(createSessionStore(connection))
  await store.ensureIndexes()
  const platform = fakePlatform()
  const windows = createWindows({
    acts: createActs({ connection, platform: () => platform }),
    spends: createSpends({ connection }),
  })
  const bot = createBot()
  bot.hears('运费', () => '满 99 包邮')
  bot.hears('还能发几条', async (ctx) => String(await ctx.window.remaining()))
  const contextOf = createContextFactory({
    contacts,
    sessions,
    events,
    outbox: { put: async () => undefined },
    library: { reply: () => undefined, hasArticle: () => false, hasCard: () => false },
    windows,
    log: silentLogger,
  })
  const run = (update: Update, row: { receivedAt: Date }) => {
    const applied = contacts.apply(update)
    const ctx: Context = contextOf(update, row.receivedAt)
    return applied === undefined ? bot.handle(ctx) : applied.then(() => bot.handle(ctx))
  }
  const inbox = await openInbox(store, run)
  ends.push(
    () => inbox.close(),
    () => contacts.close(),
  )
  const now = () => ({ at: new Date(Math.floor(Date.now() / 1000) * 1000) })

  await inbox.push({ ...says('运费'), ...now() })
  await contacts.flush()
  await idle(inbox)
  const commands = spyOnCommands(connection)
  const collections = jest.spyOn(connection.db ?? fail(), 'collection')
  expect(await inbox.push({ ...says('运费'), ...now() })).toBe('reply:满 99 包邮')
  await idle(inbox)
  expect(commands).toEqual(['insert', 'update'])
  const reads = collections.mock.calls.length
  expect(await inbox.push({ ...says('还能发几条'), ...now() })).toBe('reply:5')
  expect(collections.mock.calls.length).toBeGreaterThan(reads)
  jest.restoreAllMocks()
})

/** The names of the commands sent from now on, past the driver or by it. */
function spyOnCommands(connection: Connection): string[] {
  const names: string[] = []
  const lane = laneOf(connection)
  if (lane) {
    useLane(connection, {
      ...lane,
      run(body, field, documents) {
        names.push(Object.keys(BSON.deserialize(body))[0] ?? '')
        return lane.run(body, field, documents)
      },
    })
  }
  const db = connection.db ?? fail()
  const send = db.command.bind(db)
  jest.spyOn(db, 'command').mockImplementation((command, options) => {
    names.push(Object.keys(command)[0] ?? '')
    return send(command, options)
  })
  return names
}

/** Waits until what was accepted is written as handled. */
async function idle(inbox: Inbox): Promise<void> {
  for (;;) {
    const rows = await store.connection.model('Inbox').countDocuments({ state: 'received' })
    if (rows === 0) return
    await inbox.sweep()
  }
}

function fail(): never {
  throw new Error('the store is not connected')
}
