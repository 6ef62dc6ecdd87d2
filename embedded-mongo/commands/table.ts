// Every command there is, by the name it has on the wire.
import * as admin from './admin.js'
import { aggregate } from './aggregate.js'
import type { Command, Run, RunRead } from './context.js'
import { remove } from './delete.js'
import { explain } from './explain.js'
import { count, distinct, find, getMore, killCursors } from './find.js'
import { findAndModify } from './find-and-modify.js'
import { createIndexes, dropIndexes, listIndexes } from './indexes.js'
import { insert } from './insert.js'
import * as schema from './schema.js'
import { update } from './update.js'

const read = (run: RunRead): Command => ({ kind: 'read', run })
const write = (run: Run): Command => ({ kind: 'write', run })
const alone = (run: Run): Command => ({ kind: 'schema', run })

const table: Record<string, Command> = {
  hello: read(admin.hello),
  ismaster: read(admin.hello),
  isMaster: read(admin.hello),
  ping: read(admin.nothing),
  endSessions: read(admin.nothing),
  refreshSessions: read(admin.nothing),
  killSessions: read(admin.nothing),
  killAllSessions: read(admin.nothing),
  logout: read(admin.nothing),
  startSession: read(admin.startSession),
  startTransaction: read(admin.transaction),
  commitTransaction: read(admin.transaction),
  abortTransaction: read(admin.transaction),
  saslStart: read(admin.login),
  saslContinue: read(admin.login),
  authenticate: read(admin.login),
  buildInfo: read(admin.buildInfo),
  buildinfo: read(admin.buildInfo),
  serverStatus: read(admin.serverStatus),
  connectionStatus: read(admin.connectionStatus),
  getParameter: read(admin.getParameter),
  dbStats: read(admin.dbStats),
  dbstats: read(admin.dbStats),
  collStats: read(admin.collStats),
  collstats: read(admin.collStats),
  embeddedBackup: read(admin.embeddedBackup),
  find: read(find),
  getMore: read(getMore),
  killCursors: read(killCursors),
  count: read(count),
  distinct: read(distinct),
  aggregate: read(aggregate),
  explain: read(explain),
  listCollections: read(schema.listCollections),
  listDatabases: read(schema.listDatabases),
  listIndexes: read(listIndexes),
  insert: write(insert),
  update: write(update),
  delete: write(remove),
  findAndModify: write(findAndModify),
  findandmodify: write(findAndModify),
  create: alone(schema.create),
  drop: alone(schema.drop),
  dropDatabase: alone(schema.dropDatabase),
  renameCollection: alone(schema.renameCollection),
  collMod: alone(schema.collMod),
  createIndexes: alone(createIndexes),
  dropIndexes: alone(dropIndexes),
  deleteIndexes: alone(dropIndexes),
}

/** The commands of this store; any other name is error 59. */
export const commands: ReadonlyMap<string, Command> = new Map(Object.entries(table))
