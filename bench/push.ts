/**
 * A push to many, through the product's own outbox and client of the platform, against a fake platform on 127.0.0.1:
 * expansion into the embedded store, a large campaign (memory, round trips, CPU), pacing, the first send after its
 * time, and sends per core beside a loop over co-wechat-api in the same run.
 * `npm run bench:push [-- --quick | --people 1000000]`; figures and method in bench/README.md.
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { systemClock } from '../src/core/clock.js'
import { silentLogger } from '../src/core/log.js'
import { createBulk } from '../src/outbox/bulk/bulk.js'
import { connectStore } from '../src/store/connect.js'
import { median } from './load.js'
import { type Child, cpuOf, startChild } from './push/child.js'
import { chunksOf } from './push/people.js'
import { fillPeople, openReach } from './push/reach.js'
import type { WorkerOrders } from './push/worker.js'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    people: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})
const { quick } = values
const people = Number(values.people ?? (quick ? 50_000 : 1_000_000))
const CONCURRENCY = 64
const UNLIMITED = 1_000_000

const rows: { what: string; goal: string; value: string; reached: boolean | undefined }[] = []
function add(what: string, goal: string, value: string, reached?: boolean): void {
  rows.push({ what, goal, value, reached })
  const mark = reached === undefined ? ' ' : reached ? '+' : '-'
  console.log(`${mark} ${what.padEnd(64)} ${value.padStart(16)}   ${goal}`)
}
const wants = (scene: string) => values.only === '' || values.only.split(',').includes(scene)

const dir = await mkdtemp(path.join(tmpdir(), 'weloop-push-'))
const where = { uri: process.env['MONGODB_URI'] ?? '', dir, database: 'push' }
const web = await startChild('store-process.js', where)
const store = await connectStore(where, silentLogger)
const bulk = createBulk({
  connection: store.connection,
  clock: systemClock,
  leaseClock: store.clock,
  log: silentLogger,
  reach: openReach(store.connection),
  sender: () => undefined,
  resolve: () => ({ kind: 'text', text: '' }),
  rate: () => UNLIMITED,
})

try {
  if (wants('expand')) await expand()
  if (wants('campaign')) await campaign()
  if (wants('books')) await withBooks()
  if (wants('pacing')) await pacing()
  if (wants('due')) await firstSend()
  if (wants('cores')) await cores()
  if (wants('estimate')) estimate()
} finally {
  await bulk.close(0)
  await store.close()
  await web.stop()
  await rm(dir, { recursive: true, force: true })
}
const missed = rows.filter(({ reached }) => reached === false)
console.log(missed.length === 0 ? 'every goal was reached' : `${missed.length} goals were missed`)

function worker(platform: Child, orders: Partial<WorkerOrders> = {}): Promise<Child> {
  const evidenceDir = path.join(dir, 'evidence')
  return startChild(
    'worker.js',
    {
      store: where,
      apiBase: `http://127.0.0.1:${platform.hello['port']}`,
      rate: UNLIMITED,
      evidenceDir,
      ...orders,
    },
    0,
  )
}

function platformFor(latencyMs: number, most: number): Promise<Child> {
  return startChild('platform-process.js', { latencyMs, people: most }, 1)
}

async function untilDone(source: string, watch: () => void = () => undefined): Promise<void> {
  for (;;) {
    if ((await bulk.progress(source)).done) return
    watch()
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
}

async function expand(): Promise<void> {
  const began = performance.now()
  for (let first = 0; first < 100_000; first += 10_000) {
    await bulk.put(chunksOf('expand', 10_000, { dueAt: new Date(Date.now() + 86_400_000) }, first))
  }
  const perSecond = 100_000 / ((performance.now() - began) / 1000)
  add('expansion of 100,000 recipients into the store, per second', '>= 5,000', whole(perSecond), perSecond >= 5_000)
}

async function campaign(): Promise<void> {
  const platform = await platformFor(0, people)
  const sender = await worker(platform, { concurrency: CONCURRENCY })
  await bulk.put(chunksOf('warm', 20_000))
  await untilDone('warm')
  const small = await sendTo(platform, sender, 'small', Math.min(people, 100_000))
  const large = people > 100_000 ? await sendTo(platform, sender, 'large', people) : small
  const { memory } = large
  const size = `${people.toLocaleString('en')} recipients`
  add(
    `${size}: reached exactly once`,
    'all',
    whole(large.reached - large.doubled),
    large.reached === people && large.doubled === 0,
  )
  add(`${size}: peak RSS of the worker, MB`, '<= 300', whole(memory.peakMb), memory.peakMb <= 300)
  if (large !== small) {
    const growth = memory.peakMb - small.memory.peakMb
    add('growth of that peak from 100,000 recipients on, MB', '<= 40', whole(growth), growth <= 40)
  }
  const owner = web.memory()
  add(
    'peak RSS of the process that owns the store, MB (its own memory)',
    '',
    `${whole(owner.peakMb)} (${whole(owner.anonMb)})`,
  )
  add('store round trips per 1,000 recipients', '<= 40', large.roundTrips.toFixed(1), large.roundTrips <= 40)
  add('sends per second, one process', '', whole(large.perSecond))
  add('CPU per send with ledger, all threads of the worker, us', '<= 100', large.cpuUs.toFixed(1), large.cpuUs <= 100)
  add('the same, main thread alone, us', '', large.mainUs.toFixed(1))
  add('CPU per send of the process that owns the store, us', '', large.storeUs.toFixed(1))
  await sender.stop()
  await platform.stop()
}

/** The same with the product's own resolver: contacts, windows out of the inbox, caps and bookings of every person. */
async function withBooks(): Promise<void> {
  const size = quick ? 10_000 : 100_000
  await fillPeople(store.connection, size)
  const platform = await platformFor(0, size)
  const sender = await worker(platform, { concurrency: CONCURRENCY, books: 'own' })
  const found = await sendTo(platform, sender, 'books', size)
  const name = `${size.toLocaleString('en')} with the product's own resolver and books`
  add(
    `${name}: reached once`,
    'all',
    whole(found.reached - found.doubled),
    found.reached === size && found.doubled === 0,
  )
  add(`${name}: round trips per 1,000`, '<= 40', found.roundTrips.toFixed(1), found.roundTrips <= 40)
  add(`${name}: CPU per send, worker, us`, '', found.cpuUs.toFixed(1))
  add(`${name}: CPU per send, store, us`, '', found.storeUs.toFixed(1))
  add(`${name}: peak RSS of the worker, MB`, '<= 300', whole(found.memory.peakMb), found.memory.peakMb <= 300)
  await sender.stop()
  await platform.stop()
}

async function sendTo(platform: Child, sender: Child, source: string, size: number) {
  await platform.ask('reset')
  for (let first = 0; first < size; first += 50_000) {
    await bulk.put(
      chunksOf(source, Math.min(50_000, size - first), { dueAt: new Date(Date.now() + 86_400_000) }, first),
    )
  }
  const before = await sender.ask('figures')
  const [cpu, storeCpu] = [cpuOf(sender.pid), cpuOf(web.pid)]
  const began = performance.now()
  await store.connection.db?.collection('bulk_chunks').updateMany({ source }, { $set: { nextAt: new Date() } })
  await store.connection.db
    ?.collection<{ _id: string }>('bulk_sources')
    .updateOne({ _id: source }, { $set: { nextAt: new Date() } })
  await untilDone(source)
  const seconds = (performance.now() - began) / 1000
  const after = await sender.ask('figures')
  const spent = cpuOf(sender.pid)
  const report = await platform.ask('report')
  return {
    reached: Number(report['people']),
    doubled: Number(report['doubled']),
    memory: sender.memory(),
    roundTrips: ((Number(after['commands']) - Number(before['commands'])) / size) * 1000,
    perSecond: size / seconds,
    cpuUs: ((spent.allMs - cpu.allMs) * 1000) / size,
    mainUs: ((spent.mainMs - cpu.mainMs) * 1000) / size,
    storeUs: ((cpuOf(web.pid).allMs - storeCpu.allMs) * 1000) / size,
  }
}

async function pacing(): Promise<void> {
  for (const [rate, workers] of [
    [200, 1],
    [1000, 1],
    [500, 2],
  ] as const) {
    const size = rate * (quick ? 8 : 20)
    const platform = await platformFor(50, size)
    const senders = []
    for (let n = 0; n < workers; n++) senders.push(await worker(platform, { rate }))
    const source = `pace-${rate}-${workers}`
    await bulk.put(chunksOf(source, size))
    await untilDone(source)
    const report = await platform.ask('report')
    const seconds = report['seconds'] as unknown as number[]
    const used = seconds.slice(1).reduce((sum, count) => sum + count, 0) / ((seconds.length - 1) * rate)
    const name = `${rate}/s, ${workers} ${workers === 1 ? 'worker' : 'workers'}, platform 50 ms`
    add(`${name}: share of the limit used`, '>= 95 %', `${(used * 100).toFixed(1)} %`, used >= 0.95)
    const most = Number(report['most'])
    add(`${name}: most in any 1 s window`, `<= ${rate}`, whole(most), most <= rate)
    add(`${name}: connections`, '', whole(Number(report['connections'])))
    for (const sender of senders) await sender.stop()
    await platform.stop()
  }
}

async function firstSend(): Promise<void> {
  const platform = await platformFor(50, 1000)
  const sender = await worker(platform, { rate: 1000 })
  const delays: number[] = []
  for (let round = 0; round < (quick ? 3 : 7); round++) {
    await platform.ask('reset')
    const due = Date.now() + 1_500 + Math.random() * 500
    await bulk.put(chunksOf(`due-${round}`, 100, { dueAt: new Date(due) }))
    await untilDone(`due-${round}`)
    delays.push(Number((await platform.ask('report'))['first']) - due)
  }
  add('first send after its time, ms: median', '', whole(median(delays)))
  add('first send after its time, ms: worst', '<= 2,000', whole(Math.max(...delays)), Math.max(...delays) <= 2_000)
  await sender.stop()
  await platform.stop()
}

async function cores(): Promise<void> {
  const sends = quick ? 20_000 : 40_000
  const platform = await platformFor(0, sends)
  const apiBase = `http://127.0.0.1:${platform.hello['port']}`
  const loop = await startChild('loop.js', { apiBase, sends, concurrency: CONCURRENCY }, 0)
  const sender = await worker(platform, { concurrency: CONCURRENCY })
  const ours: number[] = []
  const theirs: number[] = []
  for (let round = 0; round < (quick ? 5 : 8); round++) {
    const figures = await loop.ask('run')
    if (Number(figures['failed']) > 0) throw new Error('the loop over co-wechat-api failed')
    const mine = await sendTo(platform, sender, `core-${round}`, sends)
    if (mine.reached !== sends) throw new Error('not everybody was reached')
    if (round < 3) continue
    theirs.push(Number(figures['cpuUs']))
    ours.push(mine.cpuUs)
  }
  const ratio = median(theirs) / median(ours)
  add('co-wechat-api loop, nothing stored: CPU per send, us', '', median(theirs).toFixed(1))
  add('this outbox, every end stored: CPU per send, us', '<= 100', median(ours).toFixed(1), median(ours) <= 100)
  add('sends per core, times those of the loop', '>= 2', ratio.toFixed(2), ratio >= 2)
  await loop.stop()
  await sender.stop()
  await platform.stop()
}

/** The campaign's own bench, whose figures belong to the same table. */
function estimate(): void {
  const script = path.join(import.meta.dirname, 'estimate.js')
  const contacts = quick ? 20_000 : 100_000
  const { stdout, status } = spawnSync(process.execPath, [script, '--contacts', String(contacts)], { encoding: 'utf8' })
  if (status !== 0) throw new Error('bench/estimate.js failed')
  for (const [, name, people, ms] of stdout.matchAll(/^estimate +(.+?) +(\d+) people +(\d+) ms/gm)) {
    add(`estimate over ${whole(contacts)} contacts, ${name} (${people}), ms`, '< 2,000', String(ms), Number(ms) < 2_000)
  }
  for (const [, name, , rate] of stdout.matchAll(/^expansion +(.+?) +(\d+) people +(\d+) recipients/gm)) {
    add(`expansion of a campaign, ${name}, recipients/s`, '>= 5,000', whole(Number(rate)), Number(rate) >= 5_000)
  }
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}
