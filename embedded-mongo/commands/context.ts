// What commands share: the store, the open cursors, and how they are run.
import type { Store } from '../storage/store.js'
import type { Request } from '../wire/message.js'
import type { Cursors } from './cursors.js'

/** One line about something worth an operator's eye. */
export type Log = (level: 'info' | 'warn' | 'error', text: string) => void

/** The server's side of a command. */
export interface Context {
  readonly store: Store
  readonly cursors: Cursors
  readonly log: Log
  /** Number of the connection. */
  readonly connection: number
}

/** Answers a request with a BSON reply, or throws MongoError. */
export type Run = (request: Request, context: Context) => Buffer

/**
 * A command: `read` may take several turns; `write` runs inside a transaction it may share with others, so it must
 * refuse before it writes; `schema` has a transaction of its own, which any error aborts.
 */
export type Command = { kind: 'read'; run: RunRead } | { kind: 'write' | 'schema'; run: Run }

/** As `Run`, with the answer possibly later. */
export type RunRead = (request: Request, context: Context) => Buffer | Promise<Buffer>
