// A store in a directory of its own, with the real driver connected to it.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Db, MongoClient, type MongoClientOptions } from 'mongodb'
import { type RunningServer, startServer } from '../server.js'

/** A running store of a test. */
export interface TestStore {
  dir: string
  uri: string
  server: RunningServer
  client: MongoClient
  db: Db
  log: string[]
  close(): Promise<void>
}

/** A new directory under the system's temporary one. */
export function newDir(): string {
  return mkdtempSync(join(tmpdir(), 'em-'))
}

/** Starts a server in this process on a socket of its own. */
export async function startStore(options: MongoClientOptions & { dir?: string } = {}): Promise<TestStore> {
  const { dir = newDir(), ...rest } = options
  const log: string[] = []
  const path = join(dir, 'mongo.sock')
  rmSync(path, { force: true })
  const server = await startServer({ file: join(dir, 'data.mdb'), listen: { path }, log: (_, text) => log.push(text) })
  const uri = `mongodb://${encodeURIComponent(path)}`
  const client = await MongoClient.connect(uri, rest)
  return {
    dir,
    uri,
    server,
    client,
    db: client.db('test'),
    log,
    async close() {
      await client.close()
      await server.close()
      if (options.dir === undefined) rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Code of the error a promise rejects with; undefined when it resolves. */
export async function codeOf(work: Promise<unknown>): Promise<number | undefined> {
  try {
    await work
    return undefined
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined
    return typeof code === 'number' ? code : -1
  }
}

/** Repeatable random numbers: print the seed, and the same run comes again. */
export function random(seed: number) {
  let state = seed >>> 0 || 1
  const next = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 4294967296
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    next,
    below,
    pick<T>(list: readonly T[]): T {
      const value = list[below(list.length)]
      if (value === undefined) throw new Error('nothing to pick from')
      return value
    },
  }
}
