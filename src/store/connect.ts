import { type Connection, Mongoose, type mongo } from 'mongoose'
import { AppError, messageOf } from '../core/errors.js'
import type { Logger } from '../core/log.js'
import { createIndexes } from './indexes.js'
import { useLane } from './lanes.js'
import { createStoreClock, type StoreClock } from './store-clock.js'
import { within } from './within.js'

export type { Connection } from 'mongoose'
/** A collection of the native driver. */
export type Rows<T extends mongo.Document> = mongo.Collection<T>
/** A document of any form: a filter, an update. */
export type AnyDocument = mongo.Document
export { database } from './raw-commands.js'

/** Where the store lives; `config.store`. */
export interface StoreConfig {
  /** `mongodb://...`; empty means the embedded store under `dir`. */
  uri: string
  dir: string
  database: string
}

/** The one store of a running product. */
export interface Store {
  readonly connection: Connection
  /** `server` is a MongoDB that other processes may share, `embedded` is our own on this machine's disk. */
  readonly kind: 'server' | 'embedded'
  /** The database's clock: leases are judged by it. */
  readonly clock: StoreClock
  /** Builds the indexes of every model made so far; call it once at start, before the first write. */
  ensureIndexes(): Promise<void>
  /** Resolves when the store answered within `timeoutMs`, rejects otherwise. */
  ping(timeoutMs?: number): Promise<void>
  /** Closes the connection, then the embedded store. */
  close(): Promise<void>
}

/** What a test or a tool may change. */
export interface ConnectOptions {
  /** Runs the embedded store in this thread instead of a worker thread (tests). */
  inProcess?: boolean
  /** How often a store that cannot be reached at start is tried, one second apart. */
  attempts?: number
}

/**
 * Connects to the store: the server of `config.uri` when there is one, else the embedded store under `config.dir`.
 * Nothing is global: several products live in one process. Queries of models are sanitized (an object with `$` keys
 * that came from outside matches nothing; operators written in code go through `mongoose.trusted`), fields that a
 * schema does not know are refused in filters, and indexes are built by `ensureIndexes` only.
 * Throws AppError `store.unreachable` with what to check.
 */
export async function connectStore(config: StoreConfig, log: Logger, options: ConnectOptions = {}): Promise<Store> {
  const embedded = config.uri === '' ? await openEmbedded(config.dir, options.inProcess ?? false) : undefined
  const uri = embedded?.uri ?? config.uri
  const mongoose = new Mongoose({ sanitizeFilter: true, strictQuery: 'throw', autoIndex: false, autoCreate: false })
  const connection = mongoose.createConnection()
  connection.on('error', (error: unknown) => log.warn({ reason: messageOf(error) }, 'store connection failed'))
  connection.on('disconnected', () => log.warn({}, 'store disconnected'))
  connection.on('reconnected', () => log.info({}, 'store reconnected'))
  try {
    const patience = embedded ? EMBEDDED : SERVER
    await open(connection, { uri, dbName: config.database, patience }, log, options.attempts ?? 10)
  } catch (error) {
    await connection.close().catch(() => undefined)
    await embedded?.close()
    throw error
  }
  const kind = embedded ? 'embedded' : 'server'
  if (embedded) useLane(connection, { database: config.database, run: embedded.run })
  const clock = createStoreClock(connection)
  await clock.sync()
  const indexes = createIndexes(connection, log)
  log.info({ kind, database: config.database, clockOffsetMs: clock.offsetMs }, 'store connected')
  return {
    connection,
    kind,
    clock,
    ensureIndexes: () => indexes.ensure(),
    ping: (timeoutMs = 1000) => ping(connection, timeoutMs),
    async close() {
      indexes.close()
      connection.removeAllListeners('disconnected')
      await connection.close()
      await embedded?.close()
    },
  }
}

/** Resolves when the store answered a ping in time. */
export async function ping(connection: Connection, timeoutMs: number): Promise<void> {
  const { db } = connection
  if (!db) throw new AppError('store.unreachable', 'the store is not connected')
  await within(timeoutMs, db.command({ ping: 1 }))
}

async function openEmbedded(dir: string, inProcess: boolean) {
  const { openStore } = await import('../../embedded-mongo/open.js')
  return openStore({ dir, inProcess })
}

/** How long a silent server is waited for before its connections are given up. */
const SERVER = { connectTimeoutMS: 2000, socketTimeoutMS: 30_000 }
/** The embedded store answers nobody while it builds an index (7 s for a million documents); when it dies, its socket closes. */
const EMBEDDED = { connectTimeoutMS: 120_000, socketTimeoutMS: 0 }

interface Opening {
  uri: string
  dbName: string
  patience: typeof SERVER
}

async function open(connection: Connection, { uri, dbName, patience }: Opening, log: Logger, attempts: number) {
  for (let attempt = 1; ; attempt++) {
    try {
      await connection.openUri(uri, {
        dbName,
        appName: 'weloop',
        autoIndex: false,
        autoCreate: false,
        bufferCommands: false,
        maxPoolSize: 20,
        minPoolSize: 1,
        serverSelectionTimeoutMS: 1000,
        ...patience,
        waitQueueTimeoutMS: 5000,
        heartbeatFrequencyMS: 2000,
        retryWrites: true,
        writeConcern: { w: 'majority', journal: true },
      })
      return
    } catch (error) {
      if (attempt >= attempts) {
        throw new AppError(
          'store.unreachable',
          `the store cannot be reached: ${withoutCredentials(messageOf(error))}`,
          {
            fix: 'check that MongoDB runs and that MONGODB_URI names it, or unset MONGODB_URI to use the embedded store',
            cause: error,
          },
        )
      }
      log.warn({ attempt, reason: withoutCredentials(messageOf(error)) }, 'store not reachable yet')
      await new Promise((resolve) => setTimeout(resolve, 1000))
    }
  }
}

function withoutCredentials(message: string): string {
  return message.replace(/\/\/[^@/\s]+@/g, '//***@')
}
