/**
 * Keeps groups in a process of its own, to be killed. Its orders are the first argument, as JSON: `store` (config),
 * `groups` and `members` (numbers), `updates` (events to apply first), `kill`: at which call (`get`, `learn`, `append`) and
 * after how many it kills itself. Prints what it came to. Runs on the compiled product of WELOOP_DIST.
 */
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const dist = path.resolve(process.env.WELOOP_DIST ?? 'dist')
const load = (name) => import(pathToFileURL(path.join(dist, 'src', `${name}.js`)).href)
const orders = JSON.parse(process.argv[2] ?? '{}')
const [{ connectStore }, { silentLogger }, { createEvents }, { createGroups }] = await Promise.all(
  ['store/connect', 'core/log', 'events/events', 'groups/groups'].map(load),
)

let left = orders.kill?.after ?? 0
const passing = (call) => {
  if (orders.kill?.at === call && left-- === 0) process.kill(process.pid, 'SIGKILL')
}

const store = await connectStore(orders.store, silentLogger, { inProcess: true })
const clock = { now: () => new Date() }
const events = createEvents({ connection: store.connection, clock })
const chat = (n) => `wr${String(n).padStart(4, '0')}`
const detail = (id) => ({
  id,
  name: `group ${id}`,
  owner: 'lihua',
  createdAt: new Date(1_759_000_000_000),
  notice: '',
  admins: [],
  version: 'v1',
  members: Array.from({ length: orders.members }, (_, n) => ({
    id: `wm-${id}-${n}`,
    kind: 'customer',
    joinedAt: new Date(1_759_000_000_000 + n * 1000),
    way: 'code',
    nickname: '',
    name: `name ${n}`,
  })),
})
const corp = {
  staff: async () => ['lihua'],
  groups: {
    list: async () => ({ items: Array.from({ length: orders.groups }, (_, n) => ({ id: chat(n), state: 'normal' })) }),
    get: async (id) => {
      passing('get')
      return detail(id)
    },
  },
}
const groups = createGroups({
  connection: store.connection,
  clock,
  log: silentLogger,
  events: {
    append: async (facts) => {
      passing('append')
      const done = await events.append(facts)
      passing('appended')
      return done
    },
  },
  learn: async (batch) => {
    passing('learn')
    return new Map(batch.map(({ externalId }) => [externalId, `contact-${externalId}`]))
  },
  corps: { ids: () => ['corp'], find: () => corp },
  sizes: { nearlyFull: 0.9, capacity: 500 },
  timeZone: 'Asia/Shanghai',
})
await store.ensureIndexes()
for (const update of orders.updates ?? []) await groups.apply({ ...update, at: new Date(update.at) })
const summary = orders.groups > 0 ? await groups.sync('corp') : undefined
process.stdout.write(JSON.stringify(summary ?? {}))
await store.close()
