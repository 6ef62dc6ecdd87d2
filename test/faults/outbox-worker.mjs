/**
 * A worker of the outbox in a process of its own, to be killed and stopped. Its orders are the first argument, as JSON:
 * `store` (config), `apiBase`, `lease` in ms, `concurrency`, and `kill`: the point at which, after `times` passings,
 * it kills itself. Runs on the compiled product of WELOOP_DIST.
 */
import path from 'node:path'
import { pathToFileURL } from 'node:url'

const dist = path.resolve(process.env.WELOOP_DIST ?? 'dist')
const load = (name) => import(pathToFileURL(path.join(dist, 'src', `${name}.js`)).href)
const orders = JSON.parse(process.argv[2] ?? '{}')

const [{ connectStore }, { systemClock }, { silentLogger }, { createOutbox }, { outboxModel }, { createEvents }] =
  await Promise.all(
    ['store/connect', 'core/clock', 'core/log', 'outbox/outbox', 'outbox/model', 'events/events'].map(load),
  )
const [{ createRecords }, { createClient }, { createHttpClient }, { createMemoryTokenStore }] = await Promise.all(
  [
    'outbox/record',
    'platforms/official-account/client',
    'platforms/shared/http-client',
    'platforms/shared/token-store',
  ].map(load),
)
const [{ createDeliver }, { createNoticeDeliver }, { createAccountDeliver }] = await Promise.all(
  ['deliver', 'deliver-notice', 'deliver-account'].map((name) => load(`platforms/official-account/${name}`)),
)

const store = await connectStore(orders.store, silentLogger, { inProcess: true })
outboxModel(store.connection)
const events = createEvents({ connection: store.connection })
const http = createHttpClient()
const clock = systemClock
const client = createClient({
  ...orders.account,
  apiBase: orders.apiBase,
  http,
  tokenStore: createMemoryTokenStore(clock),
  clock,
  log: silentLogger,
})
const media = { idOf: async () => '', replace: async () => undefined }
const deliver = createAccountDeliver({
  customer: createDeliver({ messages: client.messages, media, clock }),
  notice: createNoticeDeliver({ templates: client.templates, subscriptions: client.subscriptions, clock }),
})
const records = createRecords({ events, platform: () => 'official-account', find: async () => undefined })

let left = orders.kill?.times ?? 0
const outbox = createOutbox({
  connection: store.connection,
  config: { concurrency: orders.concurrency ?? 8, expireAfter: 3_600_000 },
  clock,
  leaseClock: store.clock,
  log: silentLogger,
  platform: () => ({ deliver }),
  resolve: (message) => message,
  guards: [],
  record: records.record,
  audit: records.audit,
  timing: { lease: orders.lease ?? 1500, poll: 50, deliverLimit: 10_000, tellAfter: 500 },
  fail(point) {
    if (point !== orders.kill?.point || --left > 0) return undefined
    process.kill(process.pid, 'SIGKILL')
    return new Promise(() => {})
  },
})
outbox.start()
const sweeping = setInterval(
  () =>
    void store.clock
      .sync()
      .then(() => outbox.sweep())
      .catch(() => undefined),
  250,
)
process.send?.('up')
process.on('message', async () => {
  clearInterval(sweeping)
  await outbox.close()
  await store.close()
  await http.close()
  process.exit(0)
})
