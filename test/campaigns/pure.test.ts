import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { bucketOf, weighted } from '../../src/campaigns/bucket.js'
import { differences } from '../../src/campaigns/difference.js'
import { actionsIn, CAMPAIGN_STATES, stateAfter } from '../../src/campaigns/life.js'
import { silentAfter, stageOf } from '../../src/campaigns/stage.js'
import { judgeRun } from '../../src/campaigns/stop-rules.js'

const DAY = 86_400_000
const at = (days: number) => new Date(days * DAY)

describe('a recall by stages', () => {
  const stages = [30 * DAY, 45 * DAY, 60 * DAY]

  test('comes at 30, 45 and 60 days of silence and then never again', () => {
    const got: [number, number][] = []
    let last: { stage: number; at: Date } | undefined
    for (let day = 1; day < 400; day++) {
      const stage = stageOf(stages, at(0), last, at(day))
      if (stage === undefined) continue
      got.push([day, stage])
      last = { stage, at: at(day) }
    }
    expect(got).toEqual([
      [30, 0],
      [45, 1],
      [60, 2],
    ])
  })

  test('starts all over when the person came by', () => {
    const last = { stage: 2, at: at(60) }
    expect(stageOf(stages, at(70), last, at(99))).toBeUndefined()
    expect(stageOf(stages, at(70), last, at(100))).toBe(0)
  })

  test('leaves in peace who was silent for long before there was a recall', () => {
    expect(silentAfter(stages)).toBe(75 * DAY)
    expect(stageOf(stages, at(0), undefined, at(75))).toBeUndefined()
    expect(stageOf(stages, at(0), undefined, at(74))).toBe(2)
  })

  test('keeps the distance between stages when one came late, and passes over one that was missed', () => {
    const last = { stage: 0, at: at(44) }
    expect(stageOf(stages, at(0), last, at(45))).toBeUndefined()
    expect(stageOf(stages, at(0), last, at(59))).toBe(1)
    expect(stageOf(stages, at(0), undefined, at(50))).toBe(1)
  })

  test('never goes backwards nor repeats a stage, whenever it is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 40 }), (days) => {
        let last: { stage: number; at: Date } | undefined
        for (const day of days.toSorted((a, b) => a - b)) {
          const stage = stageOf(stages, at(0), last, at(day))
          if (stage === undefined) continue
          expect(stage).toBeGreaterThan(last?.stage ?? -1)
          if (last) expect(day * DAY - last.at.getTime()).toBeGreaterThanOrEqual(14.5 * DAY)
          last = { stage, at: at(day) }
        }
      }),
    )
  })
})

describe('the division by hash', () => {
  test('gives each variant its share, independently of the hold-out', () => {
    const counts = [0, 0, 0]
    let both = 0
    for (let n = 0; n < 30_000; n++) {
      const variant = weighted(bucketOf('autumn:variant', `c${n}`), [1, 1, 2])
      counts[variant] = (counts[variant] ?? 0) + 1
      if (variant === 2 && bucketOf('autumn:hold-out', `c${n}`) < 1000) both += 1
    }
    expect(counts[0]).toBeGreaterThan(7100)
    expect(counts[0]).toBeLessThan(7900)
    expect(counts[2]).toBeGreaterThan(14_500)
    expect(both).toBeGreaterThan(1300)
    expect(both).toBeLessThan(1700)
  })

  test('has every bucket in a variant', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 9999 }),
        fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 1, maxLength: 8 }),
        (bucket, weights) => {
          const variant = weighted(bucket, weights)
          expect(variant).toBeGreaterThanOrEqual(0)
          expect(variant).toBeLessThan(weights.length)
        },
      ),
    )
  })
})

describe('the stop rules', () => {
  const rules = { failures: 10, optOuts: 2, minimum: 100, action: 'stop' } as const
  const judge = (states: object, optOuts = 0) => judgeRun({ states }, optOuts, rules)

  test('say nothing before the sample is large enough, and nothing at the limit itself', () => {
    expect(judge({ sent: 0, failed: 99 })).toBeUndefined()
    expect(judge({ sent: 90, failed: 10 })).toBeUndefined()
    expect(judge({ sent: 98, uncertain: 2 }, 2)).toBeUndefined()
    expect(judge({})).toBeUndefined()
  })

  test('name the rule that is broken, with the rate', () => {
    expect(judge({ sent: 80, failed: 20 })).toEqual({ rule: 'failures', rate: 20, limit: 10, of: 100 })
    expect(judge({ sent: 100 }, 3)).toEqual({ rule: 'opt-outs', rate: 3, limit: 2, of: 100 })
    expect(judge({ sent: 100, skipped: 9000, cancelled: 500 })).toBeUndefined()
  })
})

describe('the life of a campaign', () => {
  test('goes by its table only', () => {
    expect(stateAfter('draft', 'approve')).toBeUndefined()
    expect(stateAfter('estimated', 'approve')).toBe('approved')
    expect(stateAfter('draft', 'schedule')).toBeUndefined()
    expect(stateAfter('running', 'edit')).toBeUndefined()
    expect(stateAfter('scheduled', 'edit')).toBeUndefined()
    expect(stateAfter('approved', 'edit')).toBe('draft')
    expect(actionsIn('done')).toEqual([])
    expect(actionsIn('stopped')).toEqual(['stop'])
  })

  test('an action that is done again stays where it is', () => {
    for (const state of CAMPAIGN_STATES)
      for (const action of actionsIn(state)) {
        const after = stateAfter(state, action)
        if (after === undefined || action === 'resume') continue
        expect(stateAfter(after, action)).toBe(after)
      }
  })
})

describe('the difference of two definitions', () => {
  test('names each field that differs, with both values', () => {
    const stored = { name: 'A', channels: ['mass'], schedule: { cron: '0 9 * * *' } }
    const given = { name: 'A', channels: ['mass', 'customer-message'], schedule: { cron: '0 10 * * *' }, holdOut: 5 }
    expect(differences(stored, given)).toEqual([
      { field: 'channels[1]', stored: undefined, given: 'customer-message' },
      { field: 'holdOut', stored: undefined, given: 5 },
      { field: 'schedule.cron', stored: '0 9 * * *', given: '0 10 * * *' },
    ])
    expect(differences(stored, structuredClone(stored))).toEqual([])
  })

  test('finds nothing in equal values and something in all others', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, two) => {
        expect(differences(one, structuredClone(one))).toEqual([])
        if (JSON.stringify(one) !== JSON.stringify(two) && differences(one, two).length === 0)
          expect(sorted(one)).toEqual(sorted(two))
      }),
    )
  })
})

/** Empty objects and lists have no field to differ in; keys have no order. */
function sorted(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
