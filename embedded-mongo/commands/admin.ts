// Commands about the server itself: handshake, sessions, and what drivers and tools ask to know.
import { existsSync, statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { Long, ObjectId } from 'bson'
import { MongoError, unsupported } from '../errors.js'
import { databaseOf } from '../storage/collection.js'
import { type Doc, get } from '../values.js'
import type { Request } from '../wire/message.js'
import { MAX_MESSAGE } from '../wire/message.js'
import { okReply } from '../wire/reply.js'
import { namespace, noTransactions, vet } from './args.js'
import type { Context } from './context.js'
import { MAX_BATCH } from './insert.js'

/** Version this store answers: a standalone MongoDB 7.0. */
const VERSION = '7.0.0'
/** Wire version of MongoDB 7.0. */
const WIRE_VERSION = 21

/** The handshake, as a standalone server: no set name, no topology version. */
export function hello(request: Request, context: Context): Buffer {
  if (
    get(request.args, 'speculativeAuthenticate') !== undefined &&
    get(request.args, 'saslSupportedMechs') !== undefined
  ) {
    throw new MongoError(18, 'the embedded store has no users: leave user and password out of the address')
  }
  return okReply({
    ...(request.name === 'hello' ? { isWritablePrimary: true } : { ismaster: true }),
    helloOk: true,
    maxBsonObjectSize: 16777216,
    maxMessageSizeBytes: MAX_MESSAGE - 16_384,
    maxWriteBatchSize: MAX_BATCH,
    localTime: new Date(),
    logicalSessionTimeoutMinutes: 30,
    connectionId: context.connection,
    minWireVersion: 0,
    maxWireVersion: WIRE_VERSION,
    readOnly: false,
  })
}

/** An answer without content. */
export function nothing(): Buffer {
  return okReply({})
}

/** Sessions exist in name only: nothing is kept for them. */
export function startSession(): Buffer {
  return okReply({ id: { id: new ObjectId() }, timeoutMinutes: 30 })
}

/** Every transaction command. */
export function transaction(): Buffer {
  throw noTransactions()
}

/** Logins are refused: the socket's file mode is the access control. */
export function login(): Buffer {
  throw new MongoError(18, 'the embedded store has no users: leave user and password out of the address')
}

/** Version and build. */
export function buildInfo(): Buffer {
  return okReply({
    version: VERSION,
    gitVersion: 'embedded',
    versionArray: [7, 0, 0, 0],
    bits: 64,
    debug: false,
    maxBsonObjectSize: 16777216,
    modules: [],
    storageEngines: ['lmdb'],
  })
}

/** Process and storage engine. */
export function serverStatus(_request: Request, context: Context): Buffer {
  return okReply({
    host: 'embedded',
    version: VERSION,
    process: 'mongod',
    pid: Long.fromNumber(process.pid),
    uptime: process.uptime(),
    localTime: new Date(),
    connections: { current: context.connection },
    storageEngine: { name: 'lmdb', persistent: true },
    metrics: { cursor: { open: { total: context.cursors.size } } },
    mem: { resident: Math.round(process.memoryUsage.rss() / 1048576), bits: 64 },
  })
}

/** No users, no roles. */
export function connectionStatus(): Buffer {
  return okReply({ authInfo: { authenticatedUsers: [], authenticatedUserRoles: [], authenticatedUserPrivileges: [] } })
}

/** The one parameter there is. */
export function getParameter(request: Request): Buffer {
  if (get(request.args, 'featureCompatibilityVersion') === undefined) throw unsupported('getParameter for that name')
  return okReply({ featureCompatibilityVersion: { version: '7.0' } })
}

/** Counts of a database. */
export function dbStats(request: Request, context: Context): Buffer {
  const own = [...context.store.collections.values()].filter((c) => databaseOf(c.ns) === request.db)
  const sum = (of: (c: (typeof own)[number]) => number) => own.reduce((n, c) => n + of(c), 0)
  const counts: Doc = { db: request.db, collections: own.length, views: 0, objects: sum((c) => c.count) }
  return okReply({ ...counts, indexes: sum((c) => c.indexes.length), fsUsedSize: context.store.fileSize() })
}

/** This store's own command: `{ embeddedBackup: file }` copies the open file to a new one. Refuses to overwrite (72). */
export async function embeddedBackup(request: Request, context: Context): Promise<Buffer> {
  vet(request, new Set())
  const file = get(request.args, 'embeddedBackup')
  if (typeof file !== 'string' || !isAbsolute(file)) throw new MongoError(72, 'embeddedBackup needs an absolute path')
  if (existsSync(file)) throw new MongoError(72, `embeddedBackup does not overwrite: ${file} exists`)
  await context.store.backup(file)
  return okReply({ file, bytes: statSync(file).size })
}

/** Counts of a collection. */
export function collStats(request: Request, context: Context): Buffer {
  const ns = namespace(request)
  const collection = context.store.get(ns)
  return okReply({ ns, count: collection?.count ?? 0, nindexes: collection?.indexes.length ?? 0, capped: false })
}
