import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { RelationRow } from '../../src/customers/relations/model.js'
import { applySign, SETTLED_MS, type Sign } from '../../src/customers/relations/sign.js'

const T = Date.parse('2026-03-01T00:00:00Z')
const at = (seconds: number) => new Date(T + seconds * 1000)
const pairAt = (addedAt: Date) => ({ staff: 'li', remark: '', description: '', addedAt, tagIds: [], way: 1 })
const take = (signs: readonly Sign[], from?: RelationRow) =>
  signs.reduce<RelationRow | undefined>(
    (row, sign) => applySign(row, { account: 'corp', staff: 'li', customer: 'wm1', contact: 'c1', sign }),
    from,
  )
const typesOf = (row: RelationRow | undefined) =>
  (row?.owed ?? []).map(({ type, id }) => `${type} ${id.split(':').at(-1)}`)
const added = (seconds: number): Sign => ({ kind: 'added', at: at(seconds), half: false })
const ended = (seconds: number, by: 'staff' | 'customer' | 'transfer' | 'unseen' = 'staff'): Sign => ({
  kind: 'ended',
  at: at(seconds),
  by,
})
const listed = (readAt: number, addedAt = 0): Sign => ({
  kind: 'listed',
  pair: pairAt(at(addedAt)),
  readAt: at(readAt),
})

describe('a pair of member and customer', () => {
  test('is live or over by the latest event, in whatever order and however often events come', () => {
    const event = fc.record({ kind: fc.constantFrom('added', 'staff', 'customer', 'transfer'), second: fc.nat(500) })
    const history = fc.uniqueArray(event, { selector: ({ second }) => second, minLength: 1, maxLength: 8 })
    const shuffled = history.chain((events) =>
      fc.tuple(
        fc.constant(events),
        fc.shuffledSubarray([...events, ...events, ...events], { minLength: events.length * 3 }),
      ),
    )
    fc.assert(
      fc.property(shuffled, ([events, order]) => {
        const signs = order.map(({ kind, second }) =>
          kind === 'added' ? added(second) : ended(second, kind as 'staff' | 'customer' | 'transfer'),
        )
        const last = events.toSorted((a, b) => a.second - b.second).at(-1)
        const row = take(signs)
        expect(row?.live).toBe(last?.kind === 'added')
        if (last?.kind !== 'added') expect(row?.ended?.by).toBe(last?.kind)
      }),
      { numRuns: 300 },
    )
  })

  test('stays lost although the platform still lists it, until the customer adds the member again', () => {
    const lost = take([added(0), ended(100, 'customer'), listed(5000)])
    expect(lost?.live).toBe(false)
    expect(take([listed(9000, 8000)], lost)?.live).toBe(true)
    expect(take([added(8000)], lost)?.live).toBe(true)
  })

  test('lives again when a list names it well after a member removed it, and a late repetition of the removal changes nothing', () => {
    const back = take([added(0), ended(100), listed(500), ended(100)])
    expect(back?.live).toBe(true)
    expect(take([added(0), ended(100), listed(100 + SETTLED_MS / 1000)])?.live).toBe(false)
  })

  test('owes each fact once', () => {
    const row = take([added(0), added(0), listed(300, 2), ended(400, 'customer'), ended(400, 'customer'), added(0)])
    expect(typesOf(row)).toEqual([`customer.added ${at(0).getTime()}`, `customer.lost ${at(400).getTime()}`])
    expect(row?.owed?.[1]).toMatchObject({ contact: 'c1', props: { corp: 'corp', staff: 'li', customer: 'wm1' } })
  })

  test('told late who ended it says so without ending anything else', () => {
    const row = take([added(0), ended(1000, 'unseen'), ended(700, 'customer')])
    expect(row).toMatchObject({ live: false, ended: { by: 'customer', at: at(1000) } })
    expect(typesOf(row).at(-1)).toBe(`customer.lost ${at(700).getTime()}`)
    expect(take([added(2000)], row)?.live).toBe(true)
  })

  test('keeps its tags against a read that was asked for before we changed them', () => {
    const row = take([listed(100)])
    const marked = { ...(row as RelationRow), tags: ['et1'], markedAt: at(200) }
    expect(take([listed(150)], marked)?.tags).toEqual(['et1'])
    expect(take([listed(300)], marked)?.tags).toEqual([])
  })
})
