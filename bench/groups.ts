/**
 * A sync of many customer groups, of 100,000 people, into the embedded store held by another process (or the server of
 * MONGODB_URI, in a database of its own): time and peak memory of the process that syncs; then joins into a group of 500.
 * `node dist/bench/groups.js [--groups 2000] [--members 200] [--joins 500] [--people real|none] [--together]
 * [--dir keep/the/store/here]`
 * `--people none` leaves out making a contact of everybody. `--together`: the syncing process holds the store too, as a
 * command does where nothing else runs.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createContacts } from '../src/contacts/contacts.js'
import { systemClock } from '../src/core/clock.js'
import type { GroupChanged } from '../src/core/corp-update.js'
import { silentLogger } from '../src/core/log.js'
import { createPeople } from '../src/customers/people.js'
import { createEvents } from '../src/events/events.js'
import { createGroups } from '../src/groups/groups.js'
import type { Detail, DetailMember, GroupCorp } from '../src/groups/ports.js'
import { connectStore } from '../src/store/connect.js'

const { values } = parseArgs({
  options: {
    groups: { type: 'string', default: '2000' },
    members: { type: 'string', default: '200' },
    joins: { type: 'string', default: '500' },
    people: { type: 'string', default: 'real' },
    dir: { type: 'string', default: '' },
    hold: { type: 'string', default: '' },
    together: { type: 'boolean', default: false },
  },
})
if (values.hold !== '') {
  const held = await connectStore({ uri: '', dir: values.hold, database: 'bench' }, silentLogger)
  process.stdout.write('held')
  process.stdin.on('end', () => held.close()).resume()
  await new Promise((done) => process.stdin.once('end', done))
  process.exit(0)
}
const [count, size, joins] = [Number(values.groups), Number(values.members), Number(values.joins)]
const BIG = 'wrBENCHbig'
const OWNERS = 100
const BORN = Date.parse('2026-01-05T02:00:00Z')

const owner = (n: number) => `staff${String(n % OWNERS).padStart(3, '0')}`
const chatId = (n: number) => `wrBENCH${String(n).padStart(20, '0')}`

function member(group: number, n: number): DetailMember {
  const person = (group * 131 + n * 7919) % 100_000
  return {
    id: `wmBENCH${String(person).padStart(24, '0')}`,
    kind: 'customer',
    unionid: `oBENCH${String(person).padStart(20, '0')}`,
    joinedAt: new Date(BORN + n * 60_000),
    way: 'code',
    state: `poster-${n % 7}`,
    nickname: '',
    name: `顾客${person}`,
  }
}

/** Made when it is asked for, so that the corporation takes no memory of its own. */
function detail(id: string, group: number, members: number): Detail {
  const staff: DetailMember = { ...member(group, 0), id: owner(group), kind: 'staff', way: 'invited', name: '店长' }
  delete staff.unionid
  const people = new Map(
    Array.from({ length: members - 1 }, (_, n) => member(group, n + 1)).map((one) => [one.id, one]),
  )
  return {
    id,
    name: `福利 ${group} 群`,
    owner: owner(group),
    createdAt: new Date(BORN),
    notice: '禁止广告',
    admins: [],
    members: [staff, ...people.values()],
    version: `v${group}`,
  }
}

const corp: GroupCorp = {
  staff: async () => Array.from({ length: OWNERS }, (_, n) => owner(n)),
  groups: {
    list: async ({ cursor }) => {
      const from = Number(cursor ?? '0')
      const items = Array.from({ length: Math.min(1000, count - from) }, (_, n) => ({
        id: chatId(from + n),
        state: 'normal' as const,
      }))
      return { items, ...(from + 1000 < count && { next: String(from + 1000) }) }
    },
    get: async (id) => (id === BIG ? detail(id, count + 1, 499) : detail(id, Number(id.slice(7)), size)),
    statistics: async () => ({ rows: [], total: 0, nextOffset: 0 }),
    byOpengid: async () => undefined,
  },
}

const dir = values.dir === '' ? mkdtempSync(join(tmpdir(), 'weloop-bench-groups-')) : values.dir
const uri = process.env['MONGODB_URI'] ?? ''
/** Another process has the store open, as the running product has while a command syncs; this one is measured alone. */
const holder =
  uri === '' && !values.together ? spawn(process.execPath, [import.meta.filename, '--hold', dir]) : undefined
if (holder) await once(holder.stdout, 'data')
const store = await connectStore(
  { uri, dir, database: uri === '' ? 'bench' : `weloop-bench-groups-${process.pid}` },
  silentLogger,
)
const { connection } = store
const clock = systemClock
const events = createEvents({ connection })
const contacts = createContacts({ connection, clock, log: silentLogger, events })
const people = createPeople({ connection, contacts, log: silentLogger })
const groups = createGroups({
  connection,
  clock,
  log: silentLogger,
  events,
  learn: values.people === 'real' ? people.learn : async () => new Map(),
  corps: { ids: () => ['corp'], find: () => corp },
  sizes: { nearlyFull: 0.9, capacity: 500 },
  timeZone: 'Asia/Shanghai',
})
await store.ensureIndexes()

let peak = 0
let anonymous = 0
/** What the process holds itself, without the pages of the store's file that the system may take back at any time. */
const watch = setInterval(() => {
  peak = Math.max(peak, process.memoryUsage.rss())
  const found = existsSync('/proc/self/status')
    ? /RssAnon:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))
    : null
  anonymous = Math.max(anonymous, Number(found?.[1] ?? 0) * 1024)
}, 50)
const megabytes = (bytes: number) => `${Math.round(bytes / 1_048_576)} MB`
console.log(`before: ${megabytes(process.memoryUsage.rss())}`)
for (const title of ['first sync', 'second sync, nothing new']) {
  const began = performance.now()
  peak = 0
  anonymous = 0
  const { counts } = await groups.sync('corp')
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  const memory = `peak ${megabytes(peak)}, of it ${megabytes(anonymous)} without mapped files`
  console.log(`${title}: ${counts.read} groups of ${size}, ${counts.failed} failed, ${seconds} s, ${memory}`)
}

const change = (id: string, n: number, kind: 'joined' | 'created'): GroupChanged => ({
  kind: 'event.group.changed',
  id: `bench-${n}`,
  platform: 'wecom',
  account: 'corp',
  from: id,
  at: new Date(),
  change: kind,
  members: kind === 'joined' ? [`wmJOIN${n}`] : [],
  count: kind === 'joined' ? 1 : 0,
  scene: 3,
  ...(kind === 'joined' && { lastVersion: n === 0 ? `v${count + 1}` : `l${n - 1}`, version: `j${n}` }),
})
await groups.apply(change(BIG, -1, 'created'))
await new Promise((done) => setTimeout(done, 3100))
await groups.repair()
const times: number[] = []
let spent = 0
for (let n = 0; n < joins; n++) {
  const [began, cpu] = [performance.now(), process.cpuUsage()]
  await groups.apply(change(BIG, n, 'joined'))
  times.push(performance.now() - began)
  const { user, system } = process.cpuUsage(cpu)
  spent += (user + system) / 1000
  const leaving: GroupChanged = { ...change(BIG, n, 'joined'), id: `bench-left-${n}`, change: 'left' }
  await groups.apply({ ...leaving, lastVersion: `j${n}`, version: `l${n}`, at: new Date(Date.now() + 1000) })
}
times.sort((a, b) => a - b)
const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1)
const members = (await groups.get('corp', BIG))?.count
console.log(
  `${joins} joins into a group of ${members}: median ${at(0.5)} ms, 99 % ${at(0.99)} ms, most ${at(1)} ms, processor ${(spent / joins).toFixed(1)} ms`,
)

clearInterval(watch)
await contacts.close()
if (uri !== '') await connection.dropDatabase()
await store.close()
holder?.stdin.end()
if (holder) await once(holder, 'exit')
if (values.dir === '') rmSync(dir, { recursive: true, force: true })
