// Kills a server in the middle of 8 writers and checks that nothing it acknowledged is lost.
import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { decodePlain } from '../bson/decode.js'
import { Store } from '../storage/store.js'
import { verify } from '../storage/verify.js'

/** What the writers know to be stored. */
export interface Acked {
  inserted: Set<number>
  updated: Map<number, number>
  next: number
}

interface Row {
  _id: number
  u: string
  n: number
  tags: string[]
  pad: string
}

/** One round; answers sentences about what is wrong. `server` is the compiled server.js. */
export async function killRound(dir: string, server: string, acked: Acked, runMs: number): Promise<string[]> {
  const path = join(dir, 'k.sock')
  rmSync(path, { force: true })
  const file = join(dir, 'data.mdb')
  const child = await start(server, file, path)
  const client = new MongoClient(`mongodb://${encodeURIComponent(path)}`, {
    serverSelectionTimeoutMS: 1500,
    retryWrites: false,
    retryReads: false,
    maxPoolSize: 10,
  })
  await client.connect()
  const c = client.db('k').collection<Row>('c')
  await c.createIndex({ u: 1 }, { unique: true })
  await c.createIndex({ tags: 1, n: -1 })
  let stop = false
  const writer = async (w: number) => {
    while (!stop) {
      const i = acked.next++
      await c.insertOne({ _id: i, u: `u${i}`, n: 0, tags: [`t${i % 7}`, `w${w}`], pad: 'x'.repeat(i % 900) })
      acked.inserted.add(i)
      const j = Math.floor(Math.random() * i)
      if (!acked.inserted.has(j)) continue
      const update = { $inc: { n: 1 }, $push: { tags: `p${i % 3}` } }
      const after = await c.findOneAndUpdate({ u: `u${j}` }, update, { returnDocument: 'after' })
      if (after !== null) acked.updated.set(j, Math.max(acked.updated.get(j) ?? 0, after.n))
    }
  }
  // the connection breaks under every writer: that is the point
  const writers = Array.from({ length: 8 }, (_, w) => writer(w).catch(() => undefined))
  await new Promise((resolve) => setTimeout(resolve, runMs))
  const dead = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGKILL')
  stop = true
  await dead
  await Promise.all(writers)
  await client.close().catch(() => undefined)
  return inspect(file, acked)
}

function start(server: string, file: string, path: string): Promise<ChildProcess> {
  const script = `
    import { startServer } from ${JSON.stringify(server)}
    const server = await startServer({ file: ${JSON.stringify(file)}, listen: { path: ${JSON.stringify(path)} } })
    server.store.mostRecent = 30
    console.log('up')`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve(child))
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
  })
}

async function inspect(file: string, acked: Acked): Promise<string[]> {
  const store = new Store(file)
  const wrong = verify(store)
  const rows = new Map<unknown, unknown>()
  const collection = store.get('k.c')
  if (collection !== undefined) {
    for (const record of collection.records()) {
      const raw = collection.raw(record)
      if (raw === undefined) continue
      const doc = decodePlain(raw)
      rows.set(doc['_id'], doc['n'])
    }
  }
  for (const i of acked.inserted) if (!rows.has(i)) wrong.push(`insert ${i} is lost`)
  for (const [j, n] of acked.updated) if (!(Number(rows.get(j)) >= n)) wrong.push(`update ${n} of ${j} is lost`)
  await store.close()
  return wrong
}
