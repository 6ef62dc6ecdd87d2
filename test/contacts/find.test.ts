import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createFinder, type FindQuery, MOST_LOOKED } from '../../src/contacts/find/find.js'
import { type ContactRow, contactRows, newContactId } from '../../src/contacts/model.js'
import { openPeople, type People } from './people.js'

const NOW = new Date('2026-03-04T04:00:00Z')
const MANY = 130
let people: People
let find: ReturnType<typeof createFinder>
const id: Record<string, string> = {}
let segment: string[] = []

beforeAll(async () => {
  people = await openPeople(() => NOW)
  const rows: ContactRow[] = [
    contact('lin', 1, { profile: { nickname: '林小雨' }, tags: ['vip', 'mother'] }),
    contact('bob', 2, { profile: { name: 'Bob Smith' }, tags: ['vip'] }),
    contact('left', 3, { tags: ['mother'], following: false, scene: 'poster' }),
    contact('gone', 4, { profile: { nickname: '林小雨' }, status: 'merged' }),
    ...Array.from({ length: MANY }, (_, index) =>
      contact(`m${index}`, 100, { tags: ['common', ...(index % 50 === 0 ? ['odd'] : [])] }),
    ),
  ]
  await contactRows(people.store.connection).insertMany(rows)
  find = createFinder({
    connection: people.store.connection,
    few: 20,
    exact: async (text) => new Map(text === '13800138000' ? [[id['bob'] ?? '', 'phone' as const]] : []),
    remarked: async (text) => ({ ids: new Set('张姐'.startsWith(text) ? [id['left'] ?? ''] : []), cut: text === '张' }),
    segment: async (_, { after = '', size }) => segment.filter((one) => one > after).slice(0, size),
  })
})
afterAll(() => people.close())

function contact(
  name: string,
  minutes: number,
  more: Partial<Pick<ContactRow, 'profile' | 'tags' | 'status'>> & { following?: boolean; scene?: string },
): ContactRow {
  const { following = true, scene, ...rest } = more
  const at = new Date(NOW.getTime() - minutes * 60_000)
  id[name] = newContactId()
  return {
    ...{ _id: id[name] ?? '', status: 'active', tags: [], profile: {}, consents: {}, firstSeenAt: at, lastSeenAt: at },
    ...rest,
    identities: [
      {
        ...{ key: `official-account:shop:${name}`, platform: 'official-account', account: 'shop', externalId: name },
        ...{ boundAt: at, follow: { following, at }, ...(scene !== undefined && { firstScene: { scene, at } }) },
      },
    ],
  }
}

const names = async (query: FindQuery) => (await find(query)).people.map((one) => nameOf(one.id))
const nameOf = (wanted: string) => Object.keys(id).find((name) => id[name] === wanted)

async function all(query: FindQuery): Promise<string[]> {
  const found: string[] = []
  for (let after: string | undefined, round = 0; round < 500; round++) {
    const page = await find({ ...query, ...(after !== undefined && { after }) })
    expect(page.looked).toBeLessThanOrEqual(MOST_LOOKED)
    found.push(...page.people.map((one) => one.id))
    after = page.next
    if (after === undefined) return found
  }
  throw new Error('pages do not end')
}

test('a name is found from its beginning, capitals or not; merged contacts and the middle of names are not', async () => {
  expect(await names({ text: '林小' })).toEqual(['lin'])
  expect(await names({ text: 'bob s' })).toEqual(['bob'])
  expect(await names({ text: 'BOB' })).toEqual(['bob'])
  expect(await names({ text: 'Bob' })).toEqual(['bob'])
  expect(await names({ text: '小雨' })).toEqual([])
  expect(await names({ text: '$gt' })).toEqual([])
})

test('numbers, ids and remarks of staff find too, and say by what', async () => {
  expect((await find({ text: '13800138000' })).people).toMatchObject([{ id: id['bob'], by: 'phone' }])
  expect((await find({ text: '张姐' })).people).toMatchObject([{ id: id['left'], by: 'staff-remark' }])
  expect(await find({ text: '张' })).toMatchObject({ cut: true })
  expect((await find({ text: '林' })).people).toMatchObject([{ name: '林小雨', by: 'name' }])
})

test('tags: any, all, none, together with the rest', async () => {
  expect(await names({ tags: { all: ['vip', 'mother'] } })).toEqual(['lin'])
  expect(await names({ tags: { any: ['vip', 'mother'] } })).toEqual(['lin', 'bob', 'left'])
  expect(await names({ tags: { any: ['vip'], none: ['mother'] } })).toEqual(['bob'])
  expect(await names({ tags: { any: ['mother'] }, follow: 'not-following' })).toEqual(['left'])
  expect(await names({ channel: 'poster' })).toEqual(['left'])
  expect(await names({ account: 'other' })).toEqual([])
  expect(await names({ seenFrom: new Date(NOW.getTime() - 150_000) })).toEqual(['lin', 'bob'])
})

test('many of one moment are paged without loss or repetition, the last seen first', async () => {
  const everybody = await all({ limit: 40 })
  expect(everybody.slice(0, 3).map(nameOf)).toEqual(['lin', 'bob', 'left'])
  expect(new Set(everybody).size).toBe(MANY + 3)
  expect(everybody).toHaveLength(MANY + 3)
  expect(await all({ tags: { all: ['common'] }, limit: 30 })).toHaveLength(MANY)
  expect(await all({ tags: { all: ['common', 'odd'] }, limit: 2 })).toHaveLength(3)
  expect(await all({ tags: { all: ['common'], none: ['common'] } })).toEqual([])
})

test('in a segment the order is that of ids, and the other conditions hold too', async () => {
  segment = Object.values(id).toSorted()
  expect(await all({ segment: 'all', limit: 60 })).toHaveLength(MANY + 3)
  expect((await all({ segment: 'all', tags: { any: ['vip'] }, limit: 1 })).map(nameOf)).toEqual(['lin', 'bob'])
})

test('a cursor that is none begins anew', async () => {
  expect(await names({ after: 'x~$where', limit: 1 })).toEqual(['lin'])
})
