// What an operator does with a store: look, back up, restore, move to a real server. The only file that uses the driver.
import { copyFileSync, existsSync, mkdirSync, renameSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { serialize } from 'bson'
import { type Collection, type Db, type Document, type IndexSpecification, MongoClient } from 'mongodb'
import { bury, claim, mayLive, readOwner, release, removeQuietly } from './lock.js'
import { DATA_FILE, openStore } from './open.js'
import { checkFile } from './storage/file.js'
import { Store } from './storage/store.js'

/** A collection in a report. */
export interface CollectionReport {
  ns: string
  documents: number
  indexes: string[]
}

/** What a store holds. */
export interface StoreReport {
  dir: string
  fileBytes: number
  /** Whether another process owns the store at the moment. */
  inUse: boolean
  collections: CollectionReport[]
}

/** Reports what the store in `dir` holds; works beside a running owner. */
export async function info(dir: string): Promise<StoreReport> {
  return withStore(dir, async (client, store) => {
    const collections: CollectionReport[] = []
    for (const db of await databasesOf(client)) {
      for (const name of await collectionNames(db)) {
        const collection = db.collection(name)
        const indexes = (await collection.indexes()).map((ix) => String(ix['name']))
        collections.push({
          ns: `${db.databaseName}.${name}`,
          documents: await collection.estimatedDocumentCount(),
          indexes,
        })
      }
    }
    const { fileBytes } = store.info()
    return { dir: resolve(dir), fileBytes, inUse: !store.owner, collections }
  })
}

/** Copies the store, consistent as of now and also while it is in use, to a new file. Rejects when the file exists. */
export async function backup(dir: string, file: string): Promise<{ file: string; bytes: number }> {
  const target = resolve(file)
  return withStore(dir, async (client) => {
    const reply = await client.db('admin').command({ embeddedBackup: target })
    return { file: target, bytes: Number(reply['bytes']) }
  })
}

/**
 * Puts a backup in the place of the store's data; the old data stay beside it as `data.mdb.before-restore`.
 * Rejects when the store is in use or the file is no backup of one, before anything is changed.
 */
export async function restore(dir: string, file: string): Promise<{ collections: number; documents: number }> {
  const home = resolve(dir)
  const source = resolve(file)
  if (!existsSync(source)) throw new Error(`there is no file ${source}`)
  mkdirSync(home, { recursive: true, mode: 0o700 })
  seize(home)
  try {
    const fresh = join(home, `restore-${process.pid}.mdb`)
    checkFile(source)
    copyFileSync(source, fresh)
    const found = await inspect(fresh)
    const data = join(home, DATA_FILE)
    if (existsSync(data)) renameSync(data, `${data}.before-restore`)
    renameSync(fresh, data)
    removeQuietly(`${data}-lock`)
    return found
  } finally {
    release(home)
  }
}

function seize(dir: string): void {
  for (let i = 0; i < 3; i++) {
    if (claim(dir)) return
    const found = readOwner(dir)
    if (found !== undefined && mayLive(dir, found.owner)) {
      throw new Error(`${dir} is in use by process ${found.owner.pid}: stop it first`)
    }
    if (found !== undefined) bury(dir, found.text)
  }
  throw new Error(`${dir} is in use: stop its process first`)
}

async function inspect(file: string): Promise<{ collections: number; documents: number }> {
  let store: Store
  try {
    store = new Store(file)
  } catch (error) {
    removeQuietly(file)
    removeQuietly(`${file}-lock`)
    throw new Error('this file is no backup of a store', { cause: error })
  }
  const all = [...store.collections.values()]
  const documents = all.reduce((n, c) => n + c.count, 0)
  await store.close()
  removeQuietly(`${file}-lock`)
  return { collections: all.length, documents }
}

/** How far a migration is. */
export interface Progress {
  ns: string
  /** Documents of this collection looked at so far. */
  done: number
  total: number
  /** Documents that had to be written (the others were there already, from an earlier run). */
  written: number
}

/** Outcome of a migration: equal counts for every collection, or the migration has rejected. */
export interface Migrated {
  collections: number
  documents: number
  written: number
}

const CHUNK = 500
const EXACT = { promoteValues: false, promoteBuffers: false, bsonRegExp: true } as const
const OWN = new Set(['admin', 'local', 'config'])

/**
 * Copies all collections and indexes from one server to another, keeping number types. It may be stopped and run
 * again: what is there already, byte for byte, is not written twice. Nothing may write to either side meanwhile.
 * Rejects when a count differs in the end (the target holds documents the source does not).
 */
export async function migrate(fromUri: string, toUri: string, onProgress: (p: Progress) => void): Promise<Migrated> {
  const from = await MongoClient.connect(fromUri)
  const to = await MongoClient.connect(toUri).catch(async (error: unknown) => {
    await from.close()
    throw error
  })
  const out: Migrated = { collections: 0, documents: 0, written: 0 }
  try {
    for (const db of await databasesOf(from)) {
      for (const name of await collectionNames(db)) {
        const target = to.db(db.databaseName).collection(name)
        const copied = await copy(db.collection(name), target, onProgress)
        await copyIndexes(db.collection(name), target)
        out.collections++
        out.documents += copied.total
        out.written += copied.written
      }
    }
    return out
  } finally {
    await from.close()
    await to.close()
  }
}

async function copy(source: Collection, target: Collection, onProgress: (p: Progress) => void): Promise<Progress> {
  const p = { ns: source.namespace, done: 0, total: await source.countDocuments({}), written: 0 }
  onProgress({ ...p })
  let chunk: Document[] = []
  for await (const doc of source.find({}, EXACT).batchSize(CHUNK)) {
    chunk.push(doc)
    if (chunk.length < CHUNK) continue
    p.written += await write(target, chunk)
    p.done += chunk.length
    chunk = []
    onProgress({ ...p })
  }
  p.written += await write(target, chunk)
  p.done += chunk.length
  onProgress({ ...p })
  const there = await target.countDocuments({})
  if (there !== p.total) {
    throw new Error(
      `${p.ns} has ${p.total} documents here and ${there} at the target: empty the target, then migrate again`,
    )
  }
  return p
}

async function write(target: Collection, docs: Document[]): Promise<number> {
  if (docs.length === 0) return 0
  const there = new Map<string, Buffer>()
  const ids = docs.map((doc) => doc['_id'])
  for await (const doc of target.find({ _id: { $in: ids } }, EXACT)) there.set(keyOf(doc), bytesOf(doc))
  const missing = docs.filter((doc) => there.get(keyOf(doc))?.equals(bytesOf(doc)) !== true)
  if (missing.length === 0) return 0
  const replace = missing.map((doc) => ({
    replaceOne: { filter: { _id: doc['_id'] }, replacement: doc, upsert: true },
  }))
  await target.bulkWrite(replace, { ordered: false })
  return missing.length
}

function bytesOf(doc: Document): Buffer {
  return Buffer.from(serialize(doc))
}

function keyOf(doc: Document): string {
  return bytesOf({ _id: doc['_id'] }).toString('latin1')
}

async function copyIndexes(source: Collection, target: Collection): Promise<void> {
  for (const spec of await source.indexes()) {
    const { key, v: _version, ns: _ns, ...options } = spec
    if (options.name === '_id_') continue
    await target.createIndex(key as IndexSpecification, options)
  }
}

async function databasesOf(client: MongoClient): Promise<Db[]> {
  const { databases } = await client.db('admin').admin().listDatabases({ nameOnly: true })
  return databases.filter(({ name }) => !OWN.has(name)).map(({ name }) => client.db(name))
}

async function collectionNames(db: Db): Promise<string[]> {
  const list = await db.listCollections({}, { nameOnly: true }).toArray()
  return list.map(({ name }) => name).filter((name) => !name.startsWith('system.'))
}

async function withStore<T>(
  dir: string,
  use: (client: MongoClient, store: Awaited<ReturnType<typeof openStore>>) => Promise<T>,
): Promise<T> {
  if (!existsSync(join(dir, DATA_FILE))) throw new Error(`there is no store in ${resolve(dir)}`)
  const store = await openStore({ dir })
  try {
    const client = await MongoClient.connect(store.uri)
    try {
      return await use(client, store)
    } finally {
      await client.close()
    }
  } finally {
    await store.close()
  }
}
