/**
 * Counts and pages of segments over a store of many contacts and facts: the embedded store, or the server of MONGODB_URI
 * (in a database of its own, dropped afterwards).
 * `node dist/bench/segments.js [--contacts 100000] [--events 1000000] [--rounds 3] [--dir keep/the/store/here]`
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { silentLogger } from '../src/core/log.js'
import type { Rule } from '../src/library/rule.js'
import { createSegments, type Segments } from '../src/segments/segments.js'
import { connectStore } from '../src/store/connect.js'
import { fillCrowd, median, NOW } from './crowd.js'

const { values } = parseArgs({
  options: {
    contacts: { type: 'string', default: '100000' },
    events: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '3' },
    dir: { type: 'string', default: '' },
  },
})
const [people, facts, rounds] = [Number(values.contacts), Number(values.events), Number(values.rounds)]

const following: Rule = { follow: { channel: 'oa', state: 'following' } }
const marketing: Rule = { consent: { purpose: 'marketing' } }
const silent: Rule = { not: { event: { type: 'inbound', within: '30d' } } }
const bought = (category: string): Rule => ({
  event: { type: 'order.paid', where: [{ field: 'items.category', op: 'eq', value: category }], within: '90d' },
})

const SEGMENTS: Record<string, Rule> = {
  'recall by the contact (orders.lastAt)': {
    all: [following, marketing, silent, { profile: { field: 'orders.lastAt', op: 'olderThan', value: '45d' } }],
  },
  'recall by facts (last order.paid)': {
    all: [following, marketing, silent, { last: { type: 'order.paid', olderThan: '45d' } }],
  },
  'cross-sell (two conditions on items)': { all: [following, bought('四件套'), { not: bought('被芯') }] },
  'paid 1000 yuan in 90 days': { sum: { type: 'order.paid', field: 'paidFen', op: 'gte', n: 100_000, within: '90d' } },
  'vips who bought this year': { all: [{ tag: { in: ['vip'] } }, { event: { type: 'order.paid', within: '365d' } }] },
  newcomers: {
    all: [{ follow: { state: 'following', within: '7d' } }, { profile: { field: 'orders.count', op: 'eq', value: 0 } }],
  },
  'looked 4 times in 90 days': { event: { type: 'mp.page-view', within: '90d', count: { op: 'gte', n: 4 } } },
}

async function measure(segments: Segments): Promise<void> {
  for (const [name, rule] of Object.entries(SEGMENTS)) {
    const [times, cpus]: [number[], number[]] = [[], []]
    let count = 0
    for (let round = 0; round < rounds; round++) {
      const [began, cpu] = [performance.now(), process.cpuUsage()]
      count = (await segments.count(rule, { asOf: new Date(NOW) })).count
      times.push(performance.now() - began)
      const { user, system } = process.cpuUsage(cpu)
      cpus.push((user + system) / 1000)
    }
    console.log(
      `count  ${name.padEnd(40)} ${String(count).padStart(7)} people  ${median(times).padStart(6)} ms` +
        `  ${median(cpus).padStart(6)} ms of CPU in all threads`,
    )
  }
  for (const name of ['recall by the contact (orders.lastAt)', 'recall by facts (last order.paid)']) {
    const rule = SEGMENTS[name]
    if (rule === undefined) continue
    const began = performance.now()
    let [rows, first, held] = [0, 0, 0]
    for await (const page of segments.pages(rule, { asOf: new Date(NOW) })) {
      if (rows === 0) first = performance.now() - began
      rows += page.length
      const { heapUsed, arrayBuffers } = process.memoryUsage()
      held = Math.max(held, heapUsed + arrayBuffers)
    }
    const seconds = (performance.now() - began) / 1000
    console.log(
      `pages  ${name.padEnd(40)} ${String(rows).padStart(7)} people  ${String(Math.round(seconds * 1000)).padStart(6)} ms` +
        `  first page after ${Math.round(first)} ms, ${Math.round(rows / seconds)} rows/s, holding ${Math.round(held / 2 ** 20)} MB`,
    )
  }
}

const uri = process.env['MONGODB_URI'] ?? ''
const dir = values.dir === '' ? mkdtempSync(join(tmpdir(), 'weloop-bench-')) : values.dir
if (!existsSync(dir)) mkdirSync(dir, { recursive: true })
const store = await connectStore({ uri, dir, database: 'weloop-bench-segments' }, silentLogger)
const files = { segment: () => undefined, segments: () => [] }
const clock = { now: () => new Date(NOW) }
const { connection, kind } = store
const segments = createSegments({ connection, files, clock, timeZone: 'Asia/Shanghai' })
const began = performance.now()
await fillCrowd(store, people, facts)
console.log(
  `${kind} store, ${people} contacts, ${facts} facts, filled in ${Math.round((performance.now() - began) / 1000)} s`,
)
await measure(segments)
if (uri !== '') await connection.dropDatabase()
await store.close()
if (values.dir === '') rmSync(dir, { recursive: true, force: true })
