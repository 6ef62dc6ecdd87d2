/**
 * The embedded store through the driver, and, when PROTOTYPE_DIR names another implementation (src/server.js exporting
 * `start({ path, listen })`), both in one run, turn by turn, as ratios.
 * `node dist/bench/store.js [--documents 10000,100000] [--rounds 3] [--only name]`
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import { type Collection, type Document, MongoClient, ObjectId } from 'mongodb'
import { openStore } from '../embedded-mongo/open.js'
import { openWire, ready, type WireClient } from './wire.js'

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '10000,100000' },
    rounds: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
  },
})
const rounds = Number(values.rounds)
const prototypeDir = process.env['PROTOTYPE_DIR']

interface Contender {
  name: string
  client: MongoClient
  collection: Collection<Document>
  inbox: Collection<Inbox>
  wire: WireClient
  next: number
  stop(): Promise<void>
}

interface Inbox {
  _id: string
  [field: string]: unknown
}

interface Operation {
  name: string
  /** Operations counted for one run at N documents. */
  count: (n: number) => number
  run: (c: Contender, n: number, count: number) => Promise<unknown>
  /** What is made ready before the clock runs: commands for the wire, sent 20 at a time. */
  ready?: (c: Contender, count: number) => Buffer[]
  rounds?: number
}

const STATES = ['queued', 'done', 'failed', 'sent', 'x']
const openid = (i: number) => `o${String(i).padStart(12, '0')}`

function document(i: number): Document {
  return {
    openid: openid(i),
    status: STATES[i % 5],
    nextRunAt: new Date(1.7e12 + i * 1000),
    n: i,
    tags: [`a${i % 50}`, 'b'],
    profile: { city: `city${i % 300}`, points: i % 1000, nick: `用户${i}` },
    text: 'lorem ipsum dolor sit amet '.repeat(8),
  }
}

function inboxRow(i: number): Inbox {
  return {
    _id: `gh_0123456789ab:${(i * 2654435761) % 4294967296}:${i}`,
    platform: 'official',
    openid: openid(i % 5000),
    kind: 'text',
    state: 'pending',
    at: new Date(1.7e12 + i),
    dueAt: new Date(1.7e12 + i),
    attempts: 0,
    message: { type: 'text', text: '您好，请问这件商品什么时候发货？'.repeat(4), id: String(1e15 + i) },
    trace: { id: `t${i}`, ip: '127.0.0.1' },
  }
}

async function concurrently(workers: number, count: number, each: (i: number) => Promise<unknown>): Promise<void> {
  let i = 0
  const loop = async () => {
    while (i < count) await each(i++)
  }
  await Promise.all(Array.from({ length: workers }, loop))
}

let seed = 1
const below = (n: number) => {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
  return Math.floor((seed / 4294967296) * n)
}

const single = (workers: number, each: (c: Contender, n: number) => Promise<unknown>) => {
  return (c: Contender, n: number, count: number) => concurrently(workers, count, () => each(c, n))
}

const insertOne = single(1, (c) => c.collection.insertOne(document(c.next++)))
const insertCommand = (c: Contender) =>
  ready({ insert: 'c', ordered: true, documents: [{ _id: new ObjectId(), ...document(c.next++) }] })
const lockCommand = () =>
  ready({
    findAndModify: 'c',
    query: { status: 'done', nextRunAt: { $lte: new Date(2e12) } },
    update: { $set: { status: 'done', lockedAt: new Date() } },
    sort: { nextRunAt: 1 },
    new: true,
  })
const overTheWire = (name: string, command: (c: Contender) => Buffer): Operation => ({
  name,
  count: () => 2000,
  ready: (c, count) => Array.from({ length: count }, () => command(c)),
  run: async () => undefined,
})
const insertMajority = (c: Contender) => c.collection.insertOne(document(c.next++), { writeConcern: { w: 'majority' } })
const byOpenid = (c: Contender, n: number) => c.collection.findOne({ openid: openid(below(n)) })
const lock = (c: Contender) =>
  c.collection.findOneAndUpdate(
    { status: 'done', nextRunAt: { $lte: new Date(2e12) } },
    { $set: { status: 'done', lockedAt: new Date() } },
    { sort: { nextRunAt: 1 }, returnDocument: 'after' },
  )
const countScan = (c: Contender) => c.collection.countDocuments({ 'profile.points': { $gt: 500 } })
const ids: string[] = []

const operations: Operation[] = [
  { name: 'insertOne, one after the other', count: () => 500, run: insertOne },
  {
    name: 'insertOne, 20 concurrent',
    count: () => 2000,
    run: single(20, (c) => c.collection.insertOne(document(c.next++))),
  },
  overTheWire('insert over the bare wire, 20 concurrent', insertCommand),
  { name: 'insertOne w:majority, 20 concurrent', count: () => 1000, run: single(20, insertMajority) },
  { name: 'findOne by unique index', count: () => 1000, run: single(1, byOpenid) },
  { name: 'findOne by unique index, 20 concurrent', count: () => 3000, run: single(20, byOpenid) },
  {
    name: 'range + sort + limit 20 by compound index',
    count: () => 500,
    run: single(1, (c, n) =>
      c.collection
        .find({ status: 'queued', nextRunAt: { $gte: new Date(1.7e12 + below(n) * 1000) } })
        .sort({ nextRunAt: 1 })
        .limit(20)
        .toArray(),
    ),
  },
  {
    name: 'updateOne by unique index',
    count: () => 500,
    run: single(1, (c, n) =>
      c.collection.updateOne({ openid: openid(below(n)) }, { $inc: { n: 1 }, $set: { status: 'sent' } }),
    ),
  },
  {
    name: 'updateOne, 20 concurrent',
    count: () => 1500,
    run: single(20, (c, n) => c.collection.updateOne({ openid: openid(below(n)) }, { $inc: { n: 1 } })),
  },
  { name: 'job lock (findOneAndUpdate)', count: () => 500, run: single(1, lock) },
  { name: 'job lock, 20 concurrent', count: () => 1500, run: single(20, lock) },
  overTheWire('job lock over the bare wire, 20 concurrent', lockCommand),
  {
    name: 'webhook: insert of 60 rows',
    count: () => 3000,
    run: async (c, _n, count) => {
      for (let i = 0; i < count; i += 60) {
        const rows = Array.from({ length: 60 }, () => inboxRow(c.next++))
        for (const row of rows) ids.push(row._id)
        await c.inbox.insertMany(rows, { ordered: false })
      }
    },
  },
  {
    name: 'webhook: update of 40 rows by _id',
    count: () => 2000,
    run: async (c, _n, count) => {
      const base = c.next - count - 60
      for (let i = 0; i < count; i += 40) {
        const statements = Array.from({ length: 40 }, (_, k) => ({
          updateOne: {
            filter: { _id: inboxRow(Math.max(0, base + i + k))._id },
            update: { $set: { state: 'done', doneAt: new Date(), attempts: 1 } },
          },
        }))
        await c.inbox.bulkWrite(statements, { ordered: false })
      }
    },
  },
  { name: 'findOne scan, no match', count: () => 3, run: single(1, (c) => c.collection.findOne({ n: -5 })) },
  { name: 'countDocuments scan', count: () => 3, run: single(1, countScan) },
  {
    name: '$group over all',
    count: () => 2,
    run: single(1, (c) =>
      c.collection
        .aggregate([
          { $group: { _id: '$profile.city', n: { $sum: 1 }, p: { $avg: '$profile.points' } } },
          { $sort: { n: -1 } },
          { $limit: 5 },
        ])
        .toArray(),
    ),
  },
  {
    name: 'sort without index, limit 10',
    count: () => 2,
    run: single(1, (c) => c.collection.find({}).sort({ 'profile.points': -1 }).limit(10).toArray()),
  },
  {
    name: 'find all to an array (documents)',
    count: (n) => n,
    run: (c, n) => c.collection.find({}).limit(n).toArray(),
    rounds: 2,
  },
  {
    name: 'updateMany of a fifth (documents)',
    count: (n) => n / 5,
    run: (c) => c.collection.updateMany({ status: 'x' }, { $set: { flag: below(1e9) } }),
    rounds: 2,
  },
  {
    name: 'deleteMany of a fifth (documents)',
    count: (n) => n / 5,
    run: (c) => c.collection.deleteMany({ status: 'x' }),
    rounds: 1,
  },
]

async function connected(name: string, uri: string, stop: () => Promise<void>): Promise<Contender> {
  const client = await MongoClient.connect(uri, { maxPoolSize: 20 })
  const db = client.db('bench')
  const wire = await openWire(uri, 20)
  return { name, client, collection: db.collection('c'), inbox: db.collection<Inbox>('inbox'), wire, next: 0, stop }
}

async function ours(dir: string): Promise<Contender> {
  const store = await openStore({ dir: join(dir, 'ours') })
  return connected('ours', store.uri, () => store.close())
}

async function prototype(dir: string, from: string): Promise<Contender> {
  const code = `import(${JSON.stringify(join(from, 'src/server.js'))}).then(async ({ start }) => {
    const { parentPort } = await import('node:worker_threads')
    const s = await start({ path: ${JSON.stringify(join(dir, 'p.db'))}, listen: { path: ${JSON.stringify(join(dir, 'p.sock'))} } })
    parentPort.postMessage(s.uri)
    parentPort.on('message', async () => { await s.close(); process.exit(0) })
  })`
  const worker = new Worker(code, { eval: true })
  const uri = await new Promise<string>((resolve) => worker.once('message', resolve))
  const gone = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  return connected('prototype', uri, async () => {
    worker.postMessage('close')
    await gone
  })
}

async function fill(c: Contender, n: number): Promise<number> {
  await c.collection.createIndex({ openid: 1 }, { unique: true })
  await c.collection.createIndex({ status: 1, nextRunAt: 1 })
  await c.inbox.createIndex({ state: 1, dueAt: 1 }, { partialFilterExpression: { state: 'pending' } })
  await c.inbox.createIndex({ openid: 1, at: -1 })
  const startedAt = performance.now()
  for (let i = 0; i < n; i += 1000) {
    await c.collection.insertMany(
      Array.from({ length: 1000 }, () => document(c.next++)),
      { ordered: false },
    )
  }
  return (n / (performance.now() - startedAt)) * 1000
}

const median = (list: number[]) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)] ?? 0

function show(name: string, mine: number, other: number | undefined): void {
  const ratio =
    other === undefined ? '' : `${Math.round(other).toString().padStart(10)} ${(mine / other).toFixed(2).padStart(8)}x`
  console.log(`${name.padEnd(46)} ${Math.round(mine).toString().padStart(10)} ${ratio}`)
}

// longest time the event loop of this process stood still while a scan ran in the store
async function loopGap(c: Contender): Promise<number> {
  let last = performance.now()
  let longest = 0
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }, 1)
  await countScan(c)
  clearInterval(timer)
  return longest
}

for (const n of values.documents.split(',').map(Number)) {
  const dir = mkdtempSync(join(tmpdir(), 'bench-store-'))
  const rss = process.memoryUsage.rss()
  const contenders = [await ours(dir)]
  console.log(`\n${n} documents; idle worker adds ${((process.memoryUsage.rss() - rss) / 1048576).toFixed(0)} MB`)
  if (prototypeDir !== undefined) contenders.push(await prototype(dir, prototypeDir))
  console.log(
    `${'operations or documents per second'.padEnd(46)}       ours${prototypeDir === undefined ? '' : '  prototype    ratio'}`,
  )
  const filled: number[] = []
  for (const c of contenders) filled.push(await fill(c, n))
  show('insertMany of 1000 (documents)', filled[0] ?? 0, filled[1])
  for (const op of operations) {
    if (values.only !== '' && !op.name.includes(values.only)) continue
    const speeds: number[][] = contenders.map(() => [])
    for (let round = 0; round < (op.rounds ?? rounds); round++) {
      for (const [i, c] of contenders.entries()) {
        const commands = op.ready?.(c, op.count(n))
        const startedAt = performance.now()
        await (commands ? c.wire.run(commands) : op.run(c, n, op.count(n)))
        speeds[i]?.push((op.count(n) / (performance.now() - startedAt)) * 1000)
      }
    }
    show(op.name, median(speeds[0] ?? []), speeds[1] === undefined ? undefined : median(speeds[1]))
  }
  for (const c of contenders)
    console.log(`event loop gap during a scan, ${c.name}: ${(await loopGap(c)).toFixed(1)} ms`)
  for (const c of contenders) {
    c.wire.close()
    await c.client.close()
    await c.stop()
  }
  const startedAt = performance.now()
  const again = await ours(dir)
  console.log(`open with data and connect: ${(performance.now() - startedAt).toFixed(0)} ms`)
  await again.client.close()
  await again.stop()
  rmSync(dir, { recursive: true, force: true })
}
