import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Fact } from '../../src/events/fact.js'
import { openPeople, type People } from '../contacts/people.js'

const START = new Date('2026-03-04T04:00:00Z')
const at = (seconds: number) => new Date(START.getTime() + seconds * 1000)
const fact = (id: string, change: Partial<Fact> = {}): Fact => ({
  source: 'shop',
  id,
  type: 'order.paid',
  contact: 'c1',
  occurredAt: START,
  ...change,
})

let people: People
beforeAll(async () => {
  people = await openPeople(() => at(60))
})
afterAll(() => people.close())

describe('appending', () => {
  test('stores a fact once, whoever says it again', async () => {
    expect(await people.events.append([fact('a', { props: { fen: 100 } })])).toEqual(['new'])
    expect(await people.events.append([fact('a', { props: { fen: 999 } }), fact('b')])).toEqual(['known', 'new'])
    expect(await people.another().events.append([fact('a')])).toEqual(['known'])
    expect(await people.events.append([fact('a', { source: 'erp' })])).toEqual(['new'])
    const stored = await people.events.read({ contact: 'c1' })
    expect(stored.filter(({ id, source }) => id === 'a' && source === 'shop')).toEqual([
      { ...fact('a'), props: { fen: 100 }, receivedAt: at(60) },
    ])
  })

  test('one call with the same fact twice stores it once', async () => {
    expect(await people.events.append([fact('twice'), fact('twice')])).toEqual(['new', 'known'])
  })

  test('facts that are appended together share a write', async () => {
    const before = people.requests()
    const ends = await Promise.all(
      Array.from({ length: 200 }, (_, index) => people.events.append([fact(`together${index}`)])),
    )
    expect(ends.flat()).toEqual(Array.from({ length: 200 }, () => 'new'))
    expect(people.requests() - before).toBe(1)
  })

  test.each([
    ['source', { source: 'Shop!' }],
    ['type', { type: 'Order Paid' }],
    ['type', { type: `x.${'y'.repeat(64)}` }],
    ['id', { id: '' }],
    ['occurredAt', { occurredAt: new Date('never') }],
    ['props', { props: { text: 'x'.repeat(9000) } }],
  ])('a bad %s is refused before anything is written', async (field, change) => {
    const good = fact(`good-${field}-${JSON.stringify(change).length}`)
    await expect(people.events.append([good, fact('bad', change)])).rejects.toThrow(`the ${field} of fact`)
    expect(await people.events.append([good])).toEqual(['new'])
  })
})

describe('reading', () => {
  test('is by contact, type and time, newest first, page by page', async () => {
    const visits = Array.from({ length: 5 }, (_, index) =>
      fact(`v${index}`, { type: 'visit', contact: 'c2', occurredAt: at(index) }),
    )
    await people.events.append([
      ...visits,
      fact('v-other', { type: 'visit', contact: 'c3' }),
      fact('p', { contact: 'c2' }),
    ])
    const ids = async (query: Parameters<typeof people.events.read>[0]) =>
      (await people.events.read(query)).map(({ id }) => id)
    expect(await ids({ contact: 'c2', type: 'visit' })).toEqual(['v4', 'v3', 'v2', 'v1', 'v0'])
    expect(await ids({ contact: 'c2', type: 'visit', limit: 2, before: at(3) })).toEqual(['v2', 'v1'])
    expect(await ids({ contact: 'c2', type: 'visit', from: at(3) })).toEqual(['v4', 'v3'])
    expect((await ids({ type: 'visit' })).toSorted()).toEqual(['v-other', 'v0', 'v1', 'v2', 'v3', 'v4'])
    expect(await ids({ contact: 'nobody' })).toEqual([])
  })

  test('a source may use colons in its ids', async () => {
    await people.events.append([fact('x:y:z', { contact: 'c4' })])
    expect(await people.events.read({ contact: 'c4' })).toMatchObject([{ source: 'shop', id: 'x:y:z' }])
  })
})

test('scrubbing empties the properties and keeps the count', async () => {
  await people.events.append([fact('s1', { contact: 'c5', props: { phone: '1' } }), fact('s2', { contact: 'c5' })])
  await people.events.scrub('c5')
  expect((await people.events.read({ contact: 'c5' })).map(({ props }) => props)).toEqual([{}, {}])
})
