import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { GroupChanged } from '../../src/core/corp-update.js'
import { FakeCorp } from './fake-corp.js'
import { PureGroup } from './pure-group.js'

const PEOPLE = ['wm1', 'wm2', 'wm3', 'wm4']
const START = Date.parse('2026-03-04T02:00:00Z')

interface Step {
  /** Who moves: in when they are out, out when they are in. */
  who: number
  /** Time before it, in seconds. */
  wait: number
  fate: 'kept' | 'lost' | 'doubled' | 'late'
  /** The roster is looked after in between: what is due is read. */
  repair: boolean
  /** The night's reading of everything comes by. */
  sync: boolean
}

const steps = (fates: readonly Step['fate'][], leastWait: number) =>
  fc.array(
    fc.record({
      who: fc.nat(PEOPLE.length - 1),
      wait: fc.integer({ min: leastWait, max: leastWait * 4 + 90 }),
      fate: fc.constantFrom(...fates),
      repair: fc.boolean(),
      sync: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
    { minLength: 1, maxLength: 30 },
  )

/** Plays a history and has it repaired to the end. */
function play(all: readonly Step[], options: { delayMs: number; versions?: boolean; night?: boolean }) {
  let ms = START
  const now = () => new Date(ms)
  const corp = new FakeCorp(now)
  corp.versions = options.versions ?? true
  corp.create('wr1', 'lihua', ['wm1'])
  const group = new PureGroup(now)
  group.read(corp.detailOf('wr1'))
  corp.delayMs = options.delayMs
  let late: GroupChanged[] = []
  const repair = () => {
    for (let rounds = 0; group.row.dirty && rounds < 12; rounds++) {
      ms = Math.max(ms, +group.row.dirty.dueAt)
      group.read(corp.detailOf('wr1'))
    }
  }
  for (const { who, wait, fate, repair: due, sync } of all) {
    ms += wait * 1000
    const person = PEOPLE[who] ?? ''
    const update = corp.has('wr1', person) ? corp.leave('wr1', person) : corp.join('wr1', person, { way: 'code' })
    if (fate === 'late') late.push(update)
    else if (fate !== 'lost') group.event(update)
    if (fate === 'doubled') group.event(update)
    if (sync) group.read(corp.detailOf('wr1'))
    if (due) {
      repair()
      for (const one of late.reverse()) group.event(one)
      late = []
    }
  }
  for (const one of late.reverse()) group.event(one)
  repair()
  if (options.night === false) return { corp, group }
  ms += 86_400_000
  group.read(corp.detailOf('wr1'))
  repair()
  return { corp, group }
}

describe('whatever happens to the events of a group', () => {
  test.each([0, 2000, 20_000])('lost, doubled and late ones leave the roster right (details %d ms late)', (delayMs) => {
    fc.assert(
      fc.property(steps(['kept', 'lost', 'doubled', 'late'], 0), (all) => {
        const { corp, group } = play(all, { delayMs })
        const truth = corp.group('wr1').detail
        expect(group.ids()).toEqual(truth.members.map(({ id }) => id).toSorted())
        expect(group.row.version).toBe(truth.version)
        expect(group.row.dirty).toBeUndefined()
        for (const { id, joinedAt, sure } of group.row.members) {
          expect({ id, joinedAt, sure }).toEqual({
            id,
            joinedAt: truth.members.find((one) => one.id === id)?.joinedAt,
            sure: true,
          })
        }
      }),
      { numRuns: 400 },
    )
  })

  test('a lost one is noticed with the next that comes, before any nightly reading', () => {
    fc.assert(
      fc.property(steps(['kept', 'lost', 'doubled', 'late'], 0), fc.nat(PEOPLE.length - 1), (all, who) => {
        const last: Step = { who, wait: 5, fate: 'kept', repair: false, sync: false }
        const awake = all.map((step) => ({ ...step, sync: false }))
        const { corp, group } = play([...awake, last], { delayMs: 2000, night: false })
        expect(group.ids()).toEqual(
          corp
            .group('wr1')
            .detail.members.map(({ id }) => id)
            .toSorted(),
        )
      }),
      { numRuns: 400 },
    )
  })

  test('without versions too, once the details have had their time', () => {
    fc.assert(
      fc.property(steps(['kept', 'lost', 'doubled', 'late'], 0), (all) => {
        const { corp, group } = play(all, { delayMs: 2000, versions: false })
        expect(group.ids()).toEqual(
          corp
            .group('wr1')
            .detail.members.map(({ id }) => id)
            .toSorted(),
        )
        expect(group.row.dirty).toBeUndefined()
      }),
      { numRuns: 300 },
    )
  })

  test('as long as none is lost, the history counts every join and leave once', () => {
    fc.assert(
      fc.property(steps(['kept', 'doubled', 'late'], 61), fc.constantFrom(0, 2000), (all, delayMs) => {
        const { corp, group } = play(all, { delayMs })
        for (const [id, truth] of corp.group('wr1').truth) {
          expect({ id, ...group.counts(id) }).toEqual({ id, ...truth })
        }
      }),
      { numRuns: 600 },
    )
  })

  test('when some are lost, the history misses no more than what nobody could see, and stays never overlap', () => {
    fc.assert(
      fc.property(steps(['kept', 'lost', 'doubled', 'late'], 61), (all) => {
        const { corp, group } = play(all, { delayMs: 2000 })
        for (const [id, truth] of corp.group('wr1').truth) {
          const { joins, leaves } = group.counts(id)
          expect(joins).toBeLessThanOrEqual(truth.joins)
          expect(joins - leaves).toBe(truth.joins - truth.leaves)
          const own = [...group.stays.values()].filter((one) => one.id === id).toSorted((a, b) => +a.leftAt - +b.leftAt)
          for (const [index, stay] of own.entries()) {
            expect(+stay.joinedAt).toBeLessThanOrEqual(+stay.leftAt)
            expect(+stay.joinedAt).toBeGreaterThanOrEqual(+(own[index - 1]?.leftAt ?? 0))
          }
        }
      }),
      { numRuns: 400 },
    )
  })

  test('every join and leave on record is told as a fact exactly once', () => {
    fc.assert(
      fc.property(steps(['kept', 'doubled', 'late'], 61), (all) => {
        const { group } = play(all, { delayMs: 0 })
        const facts = [...group.facts.values()]
        const { joins, leaves } = group.counts()
        const first = ['lihua', 'wm1'].length
        expect(facts.filter(({ type }) => type === 'chat.joined')).toHaveLength(joins - first)
        expect(facts.filter(({ type }) => type === 'chat.left')).toHaveLength(leaves)
      }),
      { numRuns: 300 },
    )
  })
})
