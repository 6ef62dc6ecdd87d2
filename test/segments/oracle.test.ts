import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { creditRows } from '../../src/contacts/credits/model.js'
import { type ContactRow, contactRows } from '../../src/contacts/model.js'
import { type EventRow, eventRows } from '../../src/events/model.js'
import { type Rule, ruleIssues } from '../../src/library/rule.js'
import { build } from '../../src/segments/build.js'
import { nextFlip } from '../../src/segments/flips.js'
import { matches } from '../../src/segments/judge.js'
import { prefilter } from '../../src/segments/prefilter.js'
import { createSegments, type Segments } from '../../src/segments/segments.js'
import { momentOf } from '../../src/segments/time.js'
import { openPeople, type People } from '../contacts/people.js'
import { means, type World } from './naive.js'
import { ASOF, type Dice, dice, randomRule, randomWorld } from './random.js'

/**
 * SEGMENT_ORACLE=100000 asks so many rules of whole worlds in memory (and up to 2000 of them of the store), SEGMENT_SEED
 * repeats a run.
 */
const ROUNDS = Number(process.env['SEGMENT_ORACLE'] ?? 240)
/** One of so many rules is also asked of the store. */
const STORED = Math.max(2, Math.ceil(ROUNDS / 2000))
const SEED = Number(process.env['SEGMENT_SEED'] ?? Date.now() % 1_000_000_000)
const ZONE = 'Asia/Shanghai'
const RULES_A_WORLD = 40

let people: People
beforeAll(async () => {
  people = await openPeople(() => new Date(ASOF))
  createSegments(base())
  await people.store.ensureIndexes()
})
afterAll(() => people.close())

let world: World
const files = {
  segment: (slug: string) => (world.segments[slug] ? { slug, title: slug, rule: world.segments[slug] } : undefined),
  segments: () => [],
}
const base = () => ({
  connection: people.store.connection,
  files,
  clock: { now: () => new Date(ASOF) },
  timeZone: ZONE,
})
/** Asked in one of the ways there are: person by person or everybody at once, whole rows or parts. */
const anyWay = (d: Dice): Segments => createSegments({ ...base(), lookUp: d.one([0, 2000]) })

/** The world that lies in the store. */
let filled: World | undefined
async function fill(): Promise<void> {
  filled = world
  const { connection } = people.store
  const all = [contactRows(connection), eventRows(connection), creditRows(connection)] as const
  for (const rows of all) await rows.deleteMany({})
  await all[0].insertMany(world.contacts)
  await all[1].insertMany(world.facts as EventRow[])
  if (world.credits.length > 0)
    await all[2].insertMany(world.credits.map((row) => ({ ...row, entries: [], version: 1 })))
}

/** Fails with everything that is needed to see it again. */
function agree(told: string, what: string, got: unknown, wanted: unknown): void {
  if (JSON.stringify(got) !== JSON.stringify(wanted)) expect([told, what, got]).toEqual([told, what, wanted])
}

const sorted = (rows: readonly { _id: string }[]) => rows.map(({ _id }) => _id).toSorted()

/** Asks the store: the pages, the count, and the filter of contacts that precedes both. */
async function askStore(d: Dice, told: string, rule: Rule, asOf: number, expected: string[]): Promise<void> {
  if (filled !== world) await fill()
  const segments = anyWay(d)
  agree(told, 'pages', await paged(segments, rule, asOf, d.one([3, 7, 1000])), expected)
  const { count } = await segments.count(rule, { asOf: new Date(asOf), sample: d.below(3) })
  agree(told, 'count', count, expected.length)
  const { filter, exact } = prefilter(await ready(rule), momentOf(new Date(asOf), ZONE))
  const passed = await contactRows(people.store.connection)
    .find({ status: 'active', $and: [filter] }, { projection: { _id: 1 } })
    .toArray()
  if (exact) agree(told, 'filter', sorted(passed), expected)
  else
    agree(
      told,
      'filter',
      expected.filter((id) => !sorted(passed).includes(id)),
      [],
    )
}

/** The ids that a rule means by the plain reference. */
const meant = (rule: Rule, asOf: number) =>
  sorted(world.contacts.filter((row) => row.status === 'active' && means(rule, row, world, asOf)))

async function paged(segments: Segments, rule: Rule, asOf: number, size: number): Promise<string[]> {
  const ids: string[] = []
  for await (const page of segments.pages(rule, { asOf: new Date(asOf), size })) ids.push(...page.map(({ _id }) => _id))
  return ids
}

const ready = (rule: Rule) => build(rule, async (slug) => world.segments[slug])
const personOf = (row: ContactRow) => {
  const mine = new Set(row.identities.map(({ key }) => key))
  const credited = new Set(
    world.credits.filter(({ key, credits }) => mine.has(key) && credits > 0).map(({ key }) => key),
  )
  return { row, credited }
}
const historyOf = (row: ContactRow) => {
  const who = [row._id, ...(row.mergedFrom ?? [])]
  return world.facts
    .filter(({ contact }) => contact !== undefined && who.includes(contact))
    .map(({ type, occurredAt, props }) => ({ type, at: occurredAt.getTime(), props }))
}
const later = (d: Dice) => ASOF + d.one([0, 0, -86_400_000, 3_600_000, 48 * 3_600_000])

describe(`random rules on random histories (SEGMENT_SEED=${SEED})`, () => {
  test(
    'the reference, the matcher in memory and the store agree',
    async () => {
      const d = dice(SEED)
      const seen = { all: 0, none: 0, some: 0 }
      for (let round = 0; round < ROUNDS; round++) {
        if (round % RULES_A_WORLD === 0) world = randomWorld(d, 30)
        const rule = randomRule(d)
        const asOf = later(d)
        const told = JSON.stringify({ seed: SEED, round, rule, asOf })
        const expected = meant(rule, asOf)
        agree(told, 'schema', ruleIssues(rule), [])
        const node = await ready(rule)
        const moment = momentOf(new Date(asOf), ZONE)
        const active = world.contacts.filter(({ status }) => status === 'active')
        const inMemory = active.filter((row) => matches(node, personOf(row), historyOf(row), moment))
        agree(told, 'memory', sorted(inMemory), expected)
        if (round % STORED === 0) await askStore(d, told, rule, asOf, expected)
        seen[expected.length === 0 ? 'none' : expected.length === active.length ? 'all' : 'some']++
      }
      expect(seen.some).toBeGreaterThan(ROUNDS / 4)
    },
    Math.max(30_000, ROUNDS * 300),
  )

  test(
    'between now and the next flip nothing changes by itself, and at the flip it does',
    async () => {
      const d = dice(SEED + 1)
      let flips = 0
      for (let round = 0; round < ROUNDS; round++) {
        if (round % RULES_A_WORLD === 0) world = randomWorld(d, 10)
        const rule = randomRule(d, 3)
        const row = d.one(world.contacts)
        const node = await ready(rule)
        const told = JSON.stringify({ seed: SEED, round, rule, contact: row._id })
        const now = means(rule, row, world, ASOF)
        const flip = nextFlip(node, personOf(row), historyOf(row), momentOf(new Date(ASOF), ZONE))?.getTime()
        const until = flip ?? ASOF + 400 * 86_400_000
        const tries = Array.from({ length: 6 }, () => ASOF + d.below(until - ASOF))
        const before = [...tries, until - 1].filter((at) => at >= ASOF)
        agree(
          told,
          'before',
          before.filter((at) => means(rule, row, world, at) !== now),
          [],
        )
        if (flip === undefined) continue
        flips++
        agree(told, 'at the flip', means(rule, row, world, flip), !now)
      }
      expect(flips).toBeGreaterThan(ROUNDS / 20)
    },
    Math.max(30_000, ROUNDS * 100),
  )
})
