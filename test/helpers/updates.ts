import type { SessionRow } from '../../src/contacts/model.js'
import { createSessions } from '../../src/contacts/session.js'
import type { Context } from '../../src/core/context.js'
import { silentLogger } from '../../src/core/log.js'
import type { TextMessage, Update } from '../../src/core/update.js'
import { createContextFactory } from '../../src/inbox/context.js'

const NOON = new Date('2026-03-04T04:00:00Z')
let count = 0

/** A text message of follower `o1` to the account `shop`, with changes. */
export function textUpdate(text: string, change: Partial<TextMessage> = {}): TextMessage {
  return { kind: 'message.text', ...base(), text, ...change }
}

/** What every update carries, with a fresh id. */
export function base() {
  count++
  return { id: `u${count}`, platform: 'official-account' as const, account: 'shop', from: 'o1', at: NOON }
}

/** A context over nothing: handles that are not given throw when they are used. Counts how often sessions are read. */
export function contextOf(update: Update, options: { waiting?: string; log?: typeof silentLogger } = {}): TestContext {
  let reads = 0
  const untouched = () => {
    throw new Error('this test uses no such part')
  }
  const waits = options.waiting
  const row = (id: string): SessionRow | undefined => {
    if (waits === undefined) return undefined
    const until = new Date(NOON.getTime() + 60_000)
    return { _id: id, waiting: { name: waits, data: {}, until }, by: 'earlier', before: null, expiresAt: until }
  }
  const create = createContextFactory({
    contacts: { handle: untouched },
    sessions: createSessions({
      read: async (id) => {
        reads++
        return row(id)
      },
      write: untouched,
    }),
    events: { append: untouched },
    outbox: { put: untouched },
    library: { reply: untouched, hasArticle: untouched, hasCard: untouched },
    log: options.log ?? silentLogger,
  })
  return Object.assign(create(update, NOON), { sessionReads: () => reads })
}

export type TestContext = Context & { sessionReads(): number }
