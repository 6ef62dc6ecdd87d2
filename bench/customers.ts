/**
 * The sync of a corporation's customers over the embedded store, which another process owns: killed in the middle
 * (SIGKILL) as often as asked, begun again, then once more over what is there. Checks that nobody is missing or doubled
 * and that the syncing process stays below its memory. `--together`: the syncing process holds the store, as `weloop
 * customers sync` does on a machine where nothing else runs.
 * `node dist/bench/customers.js [--customers 100000] [--staff 500] [--kills 3] [--latency 5] [--mb 250] [--together]`
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { contactRows } from '../src/contacts/model.js'
import { silentLogger } from '../src/core/log.js'
import { relationRows } from '../src/customers/relations/model.js'
import { eventRows } from '../src/events/model.js'
import { connectStore } from '../src/store/connect.js'

const { values } = parseArgs({
  options: {
    customers: { type: 'string', default: '100000' },
    staff: { type: 'string', default: '500' },
    kills: { type: 'string', default: '3' },
    latency: { type: 'string', default: '5' },
    mb: { type: 'string', default: '250' },
    together: { type: 'boolean', default: false },
  },
})
const [customers, staff, kills] = [Number(values.customers), Number(values.staff), Number(values.kills)]
const own = Math.ceil(customers / staff)
const [people, pairs] = [own * staff, (own + Math.floor(own / 10)) * staff]

const dir = mkdtempSync(path.join(tmpdir(), 'weloop-customers-'))
const store = { uri: '', dir, database: 'weloop' }
const corp = { account: 'corp', customers, staff, latencyMs: Number(values.latency) }

interface Said {
  ready?: 1
  seen?: number
  rssMb?: number
  anonMb?: number
  done?: {
    state: string
    seconds: number
    rssMb: number
    anonMb: number
    calls: number
    counts: Record<string, number>
  }
}

function start(
  script: string,
  orders: object,
  heard: (said: Said, child: ChildProcess) => void,
): Promise<ChildProcess> {
  const file = path.join(import.meta.dirname, 'customers', script)
  const child = spawn(process.execPath, [file, JSON.stringify(orders)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  child.on('message', (said) => heard(said as Said, child))
  return new Promise((resolve) => child.once('message', () => resolve(child)))
}

/** Runs the sync once the lease of one that was killed is over; ends it without warning after `killAt` pairs. */
async function sync(killAt: number): Promise<Said> {
  for (;;) {
    const said = await attempt(killAt)
    if (said.done?.state !== 'busy') return said
    await new Promise((resolve) => setTimeout(resolve, 3000))
  }
}

async function attempt(killAt: number): Promise<Said> {
  let last: Said = {}
  const child = await start('sync-process.js', { store, corp }, (said, process) => {
    if (said.done || said.seen !== undefined) last = said
    if (said.seen !== undefined && said.seen >= killAt) process.kill('SIGKILL')
  })
  await new Promise((resolve) => child.once('exit', resolve))
  return last
}

const host = values.together ? undefined : await start('store-process.js', store, () => undefined)
let worst = 0
/** With the store in it a process also maps the store's file, whose pages the system may take back at any time. */
const memoryOf = (one?: { rssMb?: number; anonMb?: number }) => (values.together ? one?.anonMb : one?.rssMb) ?? 0
let ok = true
const check = (what: string, found: unknown, wanted: unknown) => {
  const good = found === wanted
  ok &&= good
  console.log(`${good ? 'ok  ' : 'FAIL'} ${what}: ${found}${good ? '' : `, wanted ${wanted}`}`)
}
try {
  for (let kill = 1; kill <= kills; kill++) {
    const said = await sync(Math.floor((pairs * kill) / (kills + 1)))
    worst = Math.max(worst, memoryOf(said))
    console.log(`killed after ${said.seen ?? 0} pairs, ${said.rssMb ?? 0} MB`)
  }
  const first = await sync(Number.POSITIVE_INFINITY)
  console.log(`finished: ${JSON.stringify(first.done)}`)
  const second = await sync(Number.POSITIVE_INFINITY)
  console.log(`again: ${JSON.stringify(second.done)}`)
  worst = Math.max(worst, memoryOf(first.done), memoryOf(second.done))
  const { connection, close } = await connectStore(store, silentLogger)
  const all = relationRows(connection)
  check('pairs', await all.countDocuments({}), pairs)
  check('live pairs', await all.countDocuments({ live: true }), pairs)
  check('owed facts', await all.countDocuments({ owesAt: { $exists: true } }), 0)
  check('contacts', await contactRows(connection).countDocuments({}), people)
  check('followers', await contactRows(connection).countDocuments({ 'identities.follow.following': true }), people)
  check('tagged', await contactRows(connection).countDocuments({ tags: '老客' }), Math.ceil(people / 2))
  check('facts of additions', await eventRows(connection).countDocuments({ type: 'customer.added' }), pairs)
  check('new in the second sync', second.done?.counts['added'], 0)
  check('ended in the second sync', second.done?.counts['ended'], 0)
  check(
    `below ${values.mb} MB${values.together ? ' without the mapped file' : ''} (${worst} MB)`,
    worst < Number(values.mb),
    true,
  )
  await close()
} finally {
  host?.kill('SIGTERM')
  if (host) await new Promise((resolve) => host.once('exit', resolve))
  rmSync(dir, { recursive: true, force: true })
}
process.exitCode = ok ? 0 : 1
