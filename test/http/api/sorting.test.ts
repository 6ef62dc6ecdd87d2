import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { route } from '../../../src/http/api/route.js'
import { wholeList } from '../../../src/http/api/sorting.js'
import { type ServedApi, serveApi } from '../../helpers/api.js'

const ROWS = Array.from({ length: 25 }, (_, n) => ({
  id: `k${n}`,
  name: `名 ${(n * 7) % 25}`,
  at: n % 4 === 0 ? null : n,
}))
const shape = z.object({ id: z.string(), name: z.string(), at: z.number().nullable() })
const list = wholeList<z.input<typeof shape>>()({
  values: { name: ({ name }) => name, at: ({ at }) => at },
  id: ({ id }) => id,
  search: ({ id, name }) => `${id} ${name}`,
  otherwise: 'name',
})

interface Answer {
  rows: { id: string; name: string }[]
  next?: string
  total: number
  errors?: { field: string; fix?: string }[]
}

let api: ServedApi
beforeAll(async () => {
  const routes = [
    route({
      method: 'GET',
      path: '/things',
      id: 'listThings',
      summary: 'Things',
      tag: 'things',
      scope: 'content:read',
      query: z.strictObject(list.query),
      answer: z.object({ rows: z.array(shape), ...list.answer }),
      async handle({ query }) {
        const { rows, rest } = list.page(ROWS, query)
        return { body: { rows, ...rest } }
      },
    }),
  ]
  api = await serveApi(routes, { scopes: ['content:read'] })
})
afterAll(() => api.close())

const ask = async (query: string) => {
  const { status, body } = await api.ask<Answer>('GET', `/things?${query}`)
  return { status, ...body, ids: (body.rows ?? []).map(({ id }) => id) }
}

describe('a list that a feature keeps whole', () => {
  test('comes as it is when nothing is asked', async () => {
    const { ids, total, next } = await ask('')
    expect([ids, total, next]).toEqual([ROWS.map(({ id }) => id), 25, undefined])
  })

  test.each(['name', '-name', 'at', '-at'])('in pages by %s it is the same list, sorted', async (sort) => {
    const { ids: whole } = await ask(`sort=${sort}`)
    expect(new Set(whole).size).toBe(25)
    const found: string[] = []
    for (let after: string | undefined; ; ) {
      const page = await ask(`sort=${sort}&limit=4${after === undefined ? '' : `&after=${after}`}`)
      found.push(...page.ids)
      expect(page.total).toBe(25)
      if (page.next === undefined) break
      after = page.next
    }
    expect(found).toEqual(whole)
  })

  test('names with numbers stand by the number, and what has no value before all', async () => {
    const { rows } = await ask('limit=3')
    expect(rows.map(({ name }) => name)).toEqual(['名 0', '名 1', '名 2'])
    const { rows: none } = await ask('sort=at&limit=8')
    expect(none.map((row) => ('at' in row ? row.at : undefined))).toEqual([null, null, null, null, null, null, null, 1])
  })

  test('a part of the name or the id finds, capitals or not', async () => {
    expect((await ask(`text=${encodeURIComponent(' K2 ')}`)).ids).toEqual(['k2', 'k20', 'k21', 'k22', 'k23', 'k24'])
    expect(await ask('text=.*')).toMatchObject({ rows: [], total: 0 })
  })

  test('refuses an unknown column, and a cursor of another order, with the fix', async () => {
    expect(await ask('sort=secret')).toMatchObject({ status: 400, errors: [{ field: 'sort' }] })
    const { next } = await ask('sort=name&limit=2')
    expect(await ask(`sort=-name&limit=2&after=${next}`)).toMatchObject({
      status: 400,
      errors: [{ fix: expect.any(String) }],
    })
  })
})
