// Random documents, indexes, filters, sorts and updates: a query through an index must answer what a scan answers.
import { Binary, Decimal128, type Document, Long, ObjectId } from 'mongodb'
import { verify } from '../storage/verify.js'
import { random, type TestStore } from './helpers.js'

/** What a run did. */
export interface FuzzRun {
  queries: number
  indexed: number
  problems: string[]
}

const IDS = Array.from({ length: 5 }, (_, i) => new ObjectId(String(i).repeat(24)))
const LONG_TEXT = 'x'.repeat(1600)
const PATHS = ['a', 'b', 'c', 'a.b', 'a.c', 'b.c', 'a.0'] as const
const KEYS = ['a', 'b', 'c', 'a.b', 'a.c', 'b.c'] as const

class Maker {
  private readonly r: ReturnType<typeof random>

  constructor(seed: number) {
    this.r = random(seed)
  }

  get next() {
    return this.r.next
  }

  get below() {
    return this.r.below
  }

  pick<T>(list: readonly T[]): T {
    return this.r.pick(list)
  }

  scalar(): unknown {
    const { below, pick } = this.r
    const makers: (() => unknown)[] = [
      () => below(6) - 2,
      () => below(6) / 2,
      () => pick(['a', 'ab', 'abc', 'b', '', 'a\0b', '中文', LONG_TEXT, `${LONG_TEXT}y`]),
      () => null,
      () => below(2) === 0,
      () => new Date(below(4) * 1e9),
      () => pick(IDS),
      () => Long.fromString('9007199254740993'),
      () => Long.fromString('9007199254740992'),
      () => Decimal128.fromString(pick(['1', '0.1', '0.5', '1E3'])),
      () => Number.NaN,
      () => new Binary(Buffer.from([below(3)])),
      () => ({ x: below(3) }),
      () => -0,
      () => /^ab/,
    ]
    return pick(makers)()
  }

  value(depth = 0): unknown {
    if (this.next() < 0.25 && depth < 2) return Array.from({ length: this.below(4) }, () => this.value(depth + 1))
    if (this.next() < 0.2 && depth < 2) return { b: this.value(depth + 1), c: this.value(depth + 1) }
    return this.scalar()
  }

  doc(): Document {
    const out: Document = {}
    for (const k of ['a', 'b', 'c']) if (this.next() < 0.8) out[k] = this.value()
    return out
  }

  condition(): unknown {
    const n = this.next()
    if (n < 0.35) return this.value()
    if (n < 0.65) {
      const range: Document = { [this.pick(['$gt', '$gte'])]: this.scalar() }
      if (this.next() < 0.6) range[this.pick(['$lt', '$lte'])] = this.scalar()
      return range
    }
    if (n < 0.8) return { $in: Array.from({ length: this.below(4) }, () => this.scalar()) }
    if (n < 0.85) return { $exists: this.next() < 0.5 }
    if (n < 0.9) return { $regex: this.pick(['^a', '^ab', '^a*', 'b$', '^ab?c', '^a|b', '^中']) }
    if (n < 0.95) return { $ne: this.scalar() }
    return { $nin: [this.scalar(), this.scalar()] }
  }

  filter(depth = 0): Document {
    const out: Document = {}
    for (let i = 0; i < 1 + this.below(3); i++) out[this.pick(PATHS)] = this.condition()
    if (depth < 1 && this.next() < 0.25) out['$or'] = [this.filter(1), this.filter(1)]
    if (depth < 1 && this.next() < 0.15) out['$and'] = [this.filter(1)]
    return out
  }

  sort(): Document | undefined {
    const n = this.next()
    if (n < 0.4) return { [this.pick(PATHS)]: this.pick([1, -1]), _id: 1 }
    if (n < 0.6) return { [this.pick(PATHS)]: this.pick([1, -1]), [this.pick(PATHS)]: this.pick([1, -1]), _id: 1 }
    return undefined
  }
}

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : error)

/** One round: a collection with random indexes and the same documents without them. */
export async function fuzzRound(store: TestStore, seed: number, documents = 120, queries = 60): Promise<FuzzRun> {
  const make = new Maker(seed)
  const indexed = store.db.collection<Document>(`indexed${seed}`)
  const plain = store.db.collection<Document>(`plain${seed}`)
  for (let i = 0; i < 2 + make.below(3); i++) {
    const key: Record<string, 1 | -1> = {}
    for (let j = 0; j < 1 + make.below(3); j++) key[make.pick(KEYS)] = make.pick([1, -1])
    const options = make.pick([{}, {}, {}, { sparse: true }, { partialFilterExpression: { a: { $gt: 1 } } }])
    await indexed.createIndex(key, { ...options, name: `i${i}` }).catch((error: unknown) => {
      if (![85, 86].includes(Number(codeOf(error)))) throw error
    })
  }
  const kept: Document[] = []
  for (let i = 0; i < documents; i++) {
    const doc: Document = { _id: i, ...make.doc() }
    const code = await indexed.insertOne({ ...doc }).then(() => 0, codeOf)
    if (code === 0) kept.push(doc)
    else if (code !== 171) throw new Error(`insert failed with ${String(code)}`)
  }
  await plain.insertMany(kept)
  const run: FuzzRun = { queries: 0, indexed: 0, problems: [] }
  for (let q = 0; q < queries; q++) {
    await compareOnce(make, indexed, plain, run, seed)
    if (q % 6 === 0) await updateBoth(make, indexed, plain, run, seed)
  }
  run.problems.push(...verify(store.server.store))
  return run
}

type Coll = ReturnType<TestStore['db']['collection']>

async function compareOnce(make: Maker, indexed: Coll, plain: Coll, run: FuzzRun, seed: number): Promise<void> {
  const filter = make.filter()
  const sort = make.sort()
  const options = sort === undefined ? {} : { sort: sort as Record<string, 1 | -1> }
  const answer = async (c: Coll, more: Document) => {
    try {
      const ids = (await c.find(filter, { ...options, ...more }).toArray()).map((d) => Number(d['_id']))
      return String(sort === undefined ? ids.sort((x, y) => x - y) : ids)
    } catch (error) {
      return `error ${String(codeOf(error))}`
    }
  }
  const [mine, scanned] = [await answer(indexed, {}), await answer(plain, { hint: { $natural: 1 } })]
  run.queries++
  if (mine === scanned) {
    const plan = await indexed
      .find(filter, options)
      .explain()
      .catch(() => undefined)
    if (plan !== undefined && !JSON.stringify(plan['queryPlanner'].winningPlan).includes('COLLSCAN')) run.indexed++
    return
  }
  const plan = JSON.stringify((await indexed.find(filter, options).explain())['queryPlanner'].winningPlan)
  run.problems.push(
    `seed ${seed}: ${JSON.stringify(filter)} sort ${JSON.stringify(sort)} ${plan}: ${mine} | ${scanned}`,
  )
}

async function updateBoth(make: Maker, indexed: Coll, plain: Coll, run: FuzzRun, seed: number): Promise<void> {
  const _id = make.below(120) as never
  const update = make.pick([
    { $set: { a: make.value() } },
    { $set: { b: make.value(), zz: make.below(3) } },
    { $unset: { b: 1 } },
    { $push: { c: 1 } },
    { $set: { 'a.b': make.scalar() } },
  ]) as Document
  const change = (c: Coll) =>
    c.updateOne({ _id }, update).then(
      (r) => `${r.modifiedCount}`,
      (e: unknown) => `error ${String(codeOf(e))}`,
    )
  const mine = await change(indexed)
  if (mine === 'error 171') return
  const other = await change(plain)
  if (mine !== other) run.problems.push(`seed ${seed}: update ${JSON.stringify(update)}: ${mine} | ${other}`)
}
