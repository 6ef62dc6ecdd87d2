/**
 * A campaign's estimate and its expansion over a store of many contacts, with everything that production has: segments,
 * the resolver's books, windows out of the inbox, the bulk sender's rows. The embedded store, or the server of
 * MONGODB_URI (in a database of its own, dropped afterwards).
 * `node dist/bench/estimate.js [--contacts 100000] [--rounds 3]`; goals in PERFORMANCE.md and issue 5: an estimate of
 * 100,000 contacts < 2 s, expansion >= 5,000 recipients/s.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { audiencesOf } from '../src/campaigns/audiences.js'
import { createCampaigns } from '../src/campaigns/campaigns.js'
import { createContacts } from '../src/contacts/contacts.js'
import { type ContactRow, contactRows } from '../src/contacts/model.js'
import { silentLogger } from '../src/core/log.js'
import { contactKey } from '../src/core/update.js'
import { createEvents } from '../src/events/events.js'
import { createActs } from '../src/inbox/acts.js'
import { inboxModel } from '../src/inbox/model.js'
import { createBulk } from '../src/outbox/bulk/bulk.js'
import { bulkModels } from '../src/outbox/bulk/model.js'
import { outboxModel } from '../src/outbox/model.js'
import { connectReach } from '../src/outbox/reach/connect.js'
import { createSegments } from '../src/segments/segments.js'
import { connectStore } from '../src/store/connect.js'
import { insertRaw } from '../src/store/raw-commands.js'

const { values } = parseArgs({
  options: { contacts: { type: 'string', default: '100000' }, rounds: { type: 'string', default: '3' } },
})
const [people, rounds] = [Number(values.contacts), Number(values.rounds)]
const DAY = 86_400_000
const NOW = new Date('2026-03-04T10:30:00+08:00')
const clock = { now: () => NOW }

const uri = process.env['MONGODB_URI'] ?? ''
const dir = mkdtempSync(join(tmpdir(), 'weloop-bench-'))
const store = await connectStore({ uri, dir, database: 'weloop-bench-estimate' }, silentLogger)
const { connection, kind } = store
const events = createEvents({ connection, clock })
const contacts = createContacts({ connection, clock, log: silentLogger, events })
inboxModel(connection)
outboxModel(connection)
bulkModels(connection)
const platform = { decode: (body: string) => ({ ...JSON.parse(body), at: NOW }) }
const { reach } = connectReach({
  connection,
  clock,
  log: silentLogger,
  config: {
    caps: { day: 1, week: 3, month: 8 },
    quietHours: { hours: '22:00-08:00', mode: 'next' },
    requireConsent: [],
    quotas: {},
  },
  timeZone: 'Asia/Shanghai',
  contacts,
  platform: () => 'official-account',
  may: () => true,
  hasMiniProgram: () => false,
  acts: createActs({ connection, platform: () => platform }),
})
const segments = createSegments({
  connection,
  files: { segment: () => undefined, segments: () => [] },
  clock,
  timeZone: 'Asia/Shanghai',
})
const bulk = createBulk({
  connection,
  clock,
  leaseClock: store.clock,
  log: silentLogger,
  reach,
  sender: () => undefined,
  resolve: () => ({ kind: 'text', text: '' }),
  rate: () => 1,
})
const campaigns = createCampaigns({
  connection,
  clock,
  log: silentLogger,
  events,
  config: {
    approvalAbove: people * 2,
    growth: 50,
    waves: { share: 0, pause: 0, above: 1 },
    stop: { failures: 10, optOuts: 2, minimum: 100 },
    skipAfter: DAY,
    lasts: DAY,
  },
  timeZone: 'Asia/Shanghai',
  accounts: ['shop'],
  audiences: audiencesOf(segments),
  reach,
  bulk,
  put: async () => undefined,
  missing: () => undefined,
  personOn: async () => undefined,
})
await store.ensureIndexes()

try {
  await fill()
  await measure()
} finally {
  await campaigns.close()
  await bulk.close(0)
  await reach.close()
  await contacts.close()
  if (uri !== '') await connection.dropDatabase()
  await store.close()
  rmSync(dir, { recursive: true, force: true })
}

async function measure(): Promise<void> {
  const audiences = {
    'everybody who follows': { follow: { channel: 'oa', state: 'following' } },
    'marketing allowed, one city': {
      all: [{ consent: { purpose: 'marketing' } }, { profile: { field: 'city', op: 'eq', value: '上海' } }],
    },
  }
  for (const [name, audience] of Object.entries(audiences)) {
    const id = name.replace(/[^a-z]+/g, '-')
    const definition = {
      name,
      purpose: 'marketing',
      audience,
      channels: ['customer-message', 'mass'],
      text: '秋日上新',
    }
    await campaigns.create({ id, definition, by: 'bench' })
    const [times, cpus]: [number[], number[]] = [[], []]
    let found = await campaigns.estimate(id)
    for (let round = 0; round < rounds; round++) {
      const cpu = process.cpuUsage()
      found = await campaigns.estimate(id)
      times.push(found.tookMs)
      const { user, system } = process.cpuUsage(cpu)
      cpus.push(Math.round((user + system) / 1000))
    }
    console.log(
      `estimate  ${name.padEnd(32)} ${String(found.people).padStart(7)} people  ${median(times)} ms` +
        `  ${median(cpus)} ms of CPU in all threads  rss ${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`,
    )
    console.log(`          ${JSON.stringify({ channels: found.channels, reasons: found.reasons })}`)
    await campaigns.approve(id, { by: 'bench' })
    await campaigns.run(id, { by: 'bench' })
    const [began, cpu] = [performance.now(), process.cpuUsage()]
    await campaigns.tick()
    await campaigns.idle()
    const seconds = (performance.now() - began) / 1000
    const { user, system } = process.cpuUsage(cpu)
    const run = (await campaigns.show(id)).runs[0]
    const count = run?.progress?.recipients ?? 0
    console.log(
      `expansion ${name.padEnd(32)} ${String(count).padStart(7)} people  ${Math.round(count / seconds)} recipients/s` +
        `  ${Math.round((user + system) / Math.max(1, count))} us of CPU each`,
    )
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0
}

async function fill(): Promise<void> {
  const began = performance.now()
  const size = 1000
  for (let from = 0; from < people; from += size) {
    const rows = Array.from({ length: Math.min(size, people - from) }, (_, at) => contact(from + at))
    await insertRaw(connection, contactRows(connection).collectionName, rows)
    const wrote = rows.filter((_, at) => (from + at) % 20 === 1)
    await insertRaw(connection, 'inbox', wrote.map(message))
    const got = rows.filter((_, at) => (from + at) % 10 === 3).map(({ _id }) => ({ contact: _id, to: undefined }))
    const yesterday = new Date(NOW.getTime() - DAY)
    const booking = { account: 'shop', purpose: 'marketing', channel: 'mass', now: yesterday } as const
    await reach.reserve(got, { ...booking, source: `earlier:${from}` })
  }
  console.log(`${kind} store, ${people} contacts, filled in ${Math.round((performance.now() - began) / 1000)} s`)
}

/** Every 20th wrote within the day, every 5th has left, every 4th was never asked, every 10th got something yesterday. */
function contact(n: number): ContactRow {
  const at = new Date(NOW.getTime() - (30 + (n % 300)) * DAY)
  const lastSeenAt = n % 20 === 1 ? new Date(NOW.getTime() - 3_600_000) : new Date(NOW.getTime() - (3 + (n % 90)) * DAY)
  return {
    _id: `${(0x65000000 + n).toString(16)}a1b2c3d4e5${(n % 0xffffff).toString(16).padStart(6, '0')}`,
    status: 'active',
    identities: [
      {
        key: `official-account:shop:o${n}`,
        platform: 'official-account',
        account: 'shop',
        externalId: `o${n}`,
        boundAt: at,
        follow: { following: n % 5 > 0, at },
      },
    ],
    tags: [],
    profile: { nickname: `顾客${n}`, city: n % 7 === 0 ? '杭州' : '上海' },
    consents: n % 4 > 0 ? { marketing: { allowed: n % 8 > 0, at, source: 'bench' } } : {},
    firstSeenAt: at,
    lastSeenAt,
  }
}

function message({ identities, lastSeenAt }: ContactRow): object {
  const from = identities[0]?.externalId ?? ''
  const update = { kind: 'message.text', id: from, platform: 'official-account', account: 'shop', from, text: '你好' }
  return {
    _id: `shop:${from}:1`,
    account: 'shop',
    platform: 'official-account',
    contact: contactKey({ account: 'shop', from }),
    kind: 'message.text',
    at: lastSeenAt,
    receivedAt: lastSeenAt,
    envelope: { body: JSON.stringify(update), mode: 'plain', format: 'json' },
    state: 'done',
    fence: 1,
    attempts: 1,
  }
}
