import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { collect } from '../../console/src/table/collect.js'
import { csvOf } from '../../console/src/table/csv.js'
import { type ListState, PAGE_SIZES, readListState, writeListState } from '../../console/src/table/state.js'

const SPEC = { filters: ['state', 'name'], sorts: ['name', 'at'] }

describe('the state of a list in the address', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 })
  const state = fc.record(
    {
      filters: fc.record({ state: text, name: text }, { requiredKeys: [] }),
      size: fc.constantFrom(...PAGE_SIZES),
      after: text,
      sort: fc.record({ column: fc.constantFrom('name', 'at'), down: fc.boolean() }),
    },
    { requiredKeys: ['filters', 'size'] },
  )

  test('comes back as it was written, through a real address, beside what belongs to others', () => {
    fc.assert(
      fc.property(state, text, (given, tab) => {
        const search = writeListState(
          given as ListState,
          SPEC,
          new URLSearchParams({ tab, state: 'old', after: 'old' }),
        )
        const read = new URL(`http://x/?${search}`).searchParams
        expect(readListState(read, SPEC)).toEqual(given)
        expect(read.get('tab')).toBe(tab)
      }),
    )
  })

  test('what makes no sense counts as not given', () => {
    const search = new URLSearchParams('size=7&sort=-password&state=&other=1&after=')
    expect(readListState(search, SPEC)).toEqual({ filters: {}, size: 20 })
    expect(readListState(new URLSearchParams(`name=${'x'.repeat(9999)}`), SPEC).filters['name']).toHaveLength(500)
  })
})

describe('CSV', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '  =cmd|x', '＝1', '＋1'])('%j is no formula', (text) => {
    const cell = csvOf(['a'], [[text]])
      .split('\r\n')
      .slice(1)
      .join('\r\n')
    expect(cell.replace(/^"/, '').startsWith("'")).toBe(true)
  })

  test('quotes what needs it, keeps numbers as numbers, and is read by Excel as UTF-8', () => {
    const file = csvOf(
      ['名称', 'n'],
      [
        ['a,"b"\n', -5],
        [undefined, Number.NaN],
        ['好', 1.5],
      ],
    )
    expect(file).toBe('\uFEFF名称,n\r\n"a,""b""\n",-5\r\n,\r\n好,1.5\r\n')
  })

  test('a reader gets back what was written, but for the mark before formulas', () => {
    const plain = fc.string({ unit: 'grapheme' }).filter((one) => !/^\s*[=+\-@＝＋－＠]|^[\t\r]/.test(one))
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, plain), { maxLength: 5 }), (rows) => {
        expect(readCsv(csvOf(['a', 'b'], rows)).slice(1)).toEqual(rows)
      }),
    )
  })
})

describe('collecting all pages', () => {
  const pages = (count: number) => async (after: string | undefined) => {
    const at = Number(after ?? 0)
    return { rows: [at], ...(at + 1 < count && { next: String(at + 1) }) }
  }
  test('goes to the end, stops at the limit and says so, and never runs in a circle', async () => {
    expect(await collect(pages(3))).toEqual({ rows: [0, 1, 2], more: false })
    expect(await collect(pages(9), undefined, 4)).toEqual({ rows: [0, 1, 2, 3], more: true })
    const circle = await collect(async () => ({ rows: [1], next: 'same' }))
    expect(circle.rows).toEqual([1, 1])
  })
})

/** A reader of CSV as RFC 4180 has it. */
function readCsv(file: string): string[][] {
  const rows: string[][] = [[]]
  const text = file.slice(1)
  for (let at = 0; at < text.length; ) {
    let cell = ''
    if (text[at] === '"') {
      for (at++; ; at++) {
        if (text[at] === '"' && text[at + 1] === '"') cell += text[at++]
        else if (text[at] === '"') break
        else cell += text[at]
      }
      at++
    } else while (at < text.length && text[at] !== ',' && !text.startsWith('\r\n', at)) cell += text[at++]
    rows.at(-1)?.push(cell)
    if (text[at] === ',') {
      at++
      if (text.startsWith('\r\n', at)) rows.at(-1)?.push('')
    }
    if (text.startsWith('\r\n', at)) {
      at += 2
      if (at < text.length) rows.push([])
    }
  }
  return rows
}
