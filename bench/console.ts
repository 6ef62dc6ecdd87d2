/**
 * What the console's pages ask for, over a store of many contacts and facts, through the whole API with a session.
 * `node dist/bench/console.js [--contacts 100000] [--events 1000000] [--campaigns 200] [--rounds 5] [--only PATH]
 * [--dir keep/the/store/here]`; goal of issue 8: each list and the overview < 300 ms on the server, counting a segment
 * < 2 s. Embedded store, product and bench in one process, as `npm start` has it.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import handlers from '../handlers/index.js'
import { type App, createApp } from '../src/app.js'
import { campaignCollections } from '../src/campaigns/model.js'
import { loadConfig } from '../src/config/load.js'
import { openAccess } from '../src/console-parts.js'
import { systemClock } from '../src/core/clock.js'
import { silentLogger } from '../src/core/log.js'
import { relationRows } from '../src/customers/relations/model.js'
import { groupRows } from '../src/groups/model.js'
import { findRoot } from '../src/root.js'
import type { Store } from '../src/store/connect.js'
import { fillCrowd, idOf, insert, median, NOW, spread } from './crowd.js'

const { values } = parseArgs({
  options: {
    contacts: { type: 'string', default: '100000' },
    events: { type: 'string', default: '1000000' },
    campaigns: { type: 'string', default: '200' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string', default: '' },
    dir: { type: 'string', default: '' },
  },
})
const [people, facts, pushes, rounds] = [values.contacts, values.events, values.campaigns, values.rounds].map(
  Number,
) as [number, number, number, number]
/** Milliseconds that an answer may take. */
const GOAL = { list: 300, count: 2000 }
const LOGIN = 'bench'
const DAY = 86_400_000

const RULES = {
  'orders of 90 days': { profile: { field: 'orders.lastAt', op: 'within', value: '90d' } },
  'recall by the contact': {
    all: [
      { follow: { channel: 'oa', state: 'following' } },
      { consent: { purpose: 'marketing' } },
      { not: { event: { type: 'inbound', within: '30d' } } },
      { profile: { field: 'orders.lastAt', op: 'olderThan', value: '45d' } },
    ],
  },
  'recall by facts': {
    all: [
      { follow: { channel: 'oa', state: 'following' } },
      { consent: { purpose: 'marketing' } },
      { not: { event: { type: 'inbound', within: '30d' } } },
      { last: { type: 'order.paid', olderThan: '45d' } },
    ],
  },
}

/** What some lists cannot be asked without. */
const NEEDS: Record<string, string> = {
  '/contacts': '?openid=o7&account=shop',
  '/calendar': '?from=2026-01-01&to=2026-04-01',
  '/customers': '?account=corp',
  '/hand-overs': '?account=corp',
  '/desk/figures': '?from=2026-03-01&to=2026-03-05',
}

/** What of an operation's description is needed here. */
interface Read {
  parameters?: { name: string; schema: { enum?: string[] } }[]
}

const SEARCHES = {
  'the beginning of a name': { text: '顾客9999' },
  'an openid': { text: 'o77' },
  'who carries a tag': { tags: { any: ['vip'] } },
  'who came last': { account: 'shop', follow: 'following' },
  'who came first': { account: 'shop', follow: 'following', order: 'oldest' },
  'of a segment': { segment: 'everyone', text: '顾客5' },
}

const DRAFT = {
  name: '上新',
  purpose: 'marketing',
  audience: 'everyone',
  channels: ['mass', 'customer-message'],
  text: '上新',
}

const root = findRoot()
const dir = values.dir === '' ? mkdtempSync(path.join(tmpdir(), 'weloop-bench-')) : values.dir
mkdirSync(dir, { recursive: true })
const config = loadConfig({
  root,
  env: {},
  overrides: {
    http: { port: 0 },
    publicUrl: '',
    store: { dir },
    content: { watch: false },
    console: { secondFactor: 'optional' },
  },
})
const app = await createApp(config, { root, handlers })
try {
  const began = performance.now()
  await fill(app)
  console.log(`${people} contacts, ${facts} facts, ${pushes} campaigns, filled in ${seconds(began)} s`)
  const { port } = await app.start('web')
  await measure(`http://127.0.0.1:${port}/api/v1`)
} finally {
  await app.stop()
  if (values.dir === '') rmSync(dir, { recursive: true, force: true })
}

/** Every GET of the API that needs nothing else, the pages of one contact, campaign and segment, and a count. */
async function measure(api: string): Promise<void> {
  const headers = await signIn()
  const get = (url: string, init: RequestInit = {}) =>
    fetch(`${api}${url}`, { ...init, headers: { ...headers, ...init.headers } })
  const { paths } = (await (await get('/openapi.json')).json()) as { paths: Record<string, { get?: Read }> }
  const known = Object.entries(paths)
    .filter(([, methods]) => methods.get !== undefined && !JSON.stringify(methods.get).includes('event-stream'))
    .map(([name]) => name.replace(/^\/api\/v1/, ''))
  const one: Record<string, string> = {
    '/contacts/{id}': idOf(7),
    '/campaigns/{id}': 'bench-7',
    '/segments/{slug}': 'everyone',
    '/accounts/{id}': 'shop',
  }
  const sorted = Object.entries(paths).flatMap(([name, { get: read }]) => {
    const url = name.replace(/^\/api\/v1/, '')
    const orders = read?.parameters?.find((one) => one.name === 'sort')?.schema.enum ?? []
    const need = NEEDS[url] ?? ''
    return url.includes('{')
      ? []
      : orders.map((order) => `${url}${need}${need === '' ? '?' : '&'}limit=20&sort=${order}`)
  })
  const urls = known.flatMap((name) => {
    const start = Object.keys(one).find((each) => name.startsWith(each))
    const url = start === undefined ? name : name.replace(/\{\w+\}/, one[start] ?? '')
    return url.includes('{') ? [] : [`${url}${NEEDS[url] ?? ''}`]
  })
  const more = [
    '/customers/corp/lost',
    '/customers/corp/lost?order=oldest',
    '/customers?account=corp&staff=staff7',
    '/customers?account=corp&standing=lost&sort=-addedAt',
    '/deliveries?state=failed',
    '/updates?state=failed',
    `/event-log?contact=${idOf(7)}`,
  ]
  let late = 0
  for (const url of [...urls, ...more, ...sorted].filter((each) => each.includes(values.only)))
    late += await timed(url, () => get(url), GOAL.list)
  const post = (url: string, body: object) => () =>
    get(url, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } })
  const asked: [string, () => Promise<Response>, number][] = [
    ...Object.entries(SEARCHES).map(
      ([name, body]) => [`search: ${name}`, post('/contact-searches', body), GOAL.list] as (typeof asked)[number],
    ),
    ...Object.entries(RULES).map(
      ([name, rule]) => [`count: ${name}`, post('/segments/count', { rule }), GOAL.count] as (typeof asked)[number],
    ),
    ['estimate of a draft', post('/campaigns/estimate', { id: 'draft', definition: DRAFT }), GOAL.count],
  ]
  for (const [name, ask, goal] of asked) if (name.includes(values.only)) late += await timed(name, ask, goal)
  console.log(late === 0 ? 'all within their goals' : `${late} above their goal`)
}

async function timed(name: string, ask: () => Promise<Response>, goal: number): Promise<number> {
  const times: number[] = []
  let [status, bytes] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    const began = performance.now()
    const reply = await ask()
    bytes = (await reply.arrayBuffer()).byteLength
    times.push(performance.now() - began)
    status = reply.status
  }
  const late = Number(median(times)) > goal
  console.log(
    `${late ? 'LATE' : '    '} ${name.padEnd(56)} ${status}  first ${String(Math.round(times[0] ?? 0)).padStart(6)} ms  median ` +
      `${median(times).padStart(6)} ms  ${String(Math.ceil(bytes / 1024)).padStart(6)} KiB`,
  )
  if (status !== 200) throw new Error(`${name} was refused with ${status}: that measures nothing`)
  return late ? 1 : 0
}

/** An owner who is signed in: the headers that her browser sends. */
async function signIn(): Promise<Record<string, string>> {
  const { connection } = app.store
  const access = await openAccess({ config, dataDir: dir, connection, clock: systemClock, log: silentLogger })
  const visitor = { address: '127.0.0.1', agent: 'bench' }
  const command = { kind: 'command', id: 'bench' } as const
  const before = await access.people.findByLogin(LOGIN)
  const session = before
    ? await access.signIn.renew(before._id, visitor)
    : await access.signIn.byLink(
        {
          token: (await access.ownerLink(command)).token,
          password: 'Lotus pond 37 lanterns',
          login: LOGIN,
          name: '测',
        },
        visitor,
      )
  if (session?.state !== 'signed-in') throw new Error('could not sign in')
  return {
    cookie: `weloop_session=${session.token}`,
    'sec-fetch-site': 'same-origin',
    'x-csrf-token': access.csrfOf(session.token),
  }
}

/** Customers of 200 members, and 2,000 groups. */
async function fillCorp(store: Store): Promise<void> {
  const relations = relationRows(store.connection)
  if ((await relations.estimatedDocumentCount()) >= people) return
  await insert(store, relations.collectionName, people, (n) => ({
    _id: `corp:staff${n % 200}:wm${n}`,
    account: 'corp',
    staff: `staff${n % 200}`,
    customer: `wm${n}`,
    contact: idOf(n),
    live: n % 10 !== 0,
    ...(n % 50 !== 0 && { addedAt: new Date(NOW - spread(n, 300 * DAY)) }),
    ...(n % 10 === 0 && { ended: { at: new Date(NOW - spread(n, 90 * DAY)), by: 'customer' } }),
    tags: [],
  }))
  await insert(store, groupRows(store.connection).collectionName, 2000, (n) => ({
    _id: `corp:wr${n}`,
    account: 'corp',
    chatId: `wr${n}`,
    rev: 1,
    name: `福利 ${(n * 37) % 2000} 群`,
    owner: `staff${n % 200}`,
    notice: '',
    admins: [],
    createdAt: new Date(NOW - spread(n, 300 * DAY)),
    status: 'active',
    count: (n * 7) % 200,
    customers: (n * 5) % 190,
    full: false,
    pending: false,
    hold: 'normal',
    labels: [],
  }))
}

async function fill({ store, push }: App): Promise<void> {
  await fillCrowd(store, people, facts)
  const everyone = { any: [{ follow: { state: 'following' } }, { not: { follow: { state: 'following' } } }] }
  await push.segments.put('everyone', { title: '所有人', rule: everyone }, LOGIN).catch(() => undefined)
  const { connection } = store
  const { campaigns, runs } = campaignCollections(connection)
  await fillCorp(store)
  if ((await campaigns.estimatedDocumentCount()) >= pushes) return
  const definition = {
    name: '',
    purpose: 'marketing',
    audience: 'everyone',
    channels: ['customer-message'],
    text: '上新',
  }
  const row = (n: number) => ({
    _id: `bench-${n}`,
    definition: { ...definition, name: `推送 ${n}` },
    state: n % 5 === 0 ? 'draft' : 'done',
    version: 1,
    rev: 1,
    authors: [LOGIN],
    createdAt: new Date(NOW - n * DAY),
    updatedAt: new Date(NOW - n * DAY),
  })
  await insert(store, campaigns.collectionName, pushes, row)
  await insert(store, runs.collectionName, pushes * 3, (n) => ({
    _id: `bench-${n % pushes}:2026-0${1 + (n % 3)}-01T1000`,
    campaign: `bench-${n % pushes}`,
    occurrence: `2026-0${1 + Math.floor(n / pushes)}-01T1000`,
    state: 'done',
    rev: 1,
    dueAt: new Date(NOW - n * DAY),
    createdAt: new Date(NOW - n * DAY),
  }))
  await insert(store, 'outbox', 50_000, (n) => ({
    _id: `bench-${n}`,
    account: 'shop',
    to: `o${n}`,
    contact: idOf(n),
    purpose: 'marketing',
    message: { kind: 'text', text: '上新' },
    source: `bench-${n % pushes}`,
    state: n % 20 === 0 ? 'failed' : 'sent',
    createdAt: new Date(Date.now() - spread(n, 20 * DAY)),
    dueAt: new Date(Date.now() - spread(n, 20 * DAY)),
    endedAt: new Date(Date.now() - spread(n, 20 * DAY)),
    attempts: 1,
    fence: 1,
    ...(n % 20 === 0 && { attention: true, reason: 'platform' }),
  }))
  await insert(store, 'inbox', 50_000, (n) => ({
    _id: `shop:bench-${n}`,
    account: 'shop',
    platform: 'official-account',
    contact: `shop:o${n % people}`,
    kind: 'text',
    at: new Date(Date.now() - spread(n, DAY)),
    receivedAt: new Date(Date.now() - spread(n, DAY)),
    envelope: { body: '<xml></xml>', query: {} },
    state: n % 100 === 0 ? 'failed' : 'done',
    fence: 1,
    attempts: 1,
  }))
}

function seconds(began: number): number {
  return Math.round((performance.now() - began) / 1000)
}
