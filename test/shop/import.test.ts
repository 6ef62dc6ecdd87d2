import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { csvLine, readCsv } from '../../src/shop/import/csv.js'
import { type ImportOptions, importOrders } from '../../src/shop/import/import.js'
import { inspect } from '../../src/shop/import/inspect.js'
import { type OpenShop, openShop } from './open-shop.js'

let shop: OpenShop
let dir: string
beforeAll(async () => {
  shop = await openShop()
  dir = await mkdtemp(path.join(tmpdir(), 'weloop-import-'))
})
afterAll(async () => {
  await shop.close()
  await rm(dir, { recursive: true })
})

let count = 0
async function fileOf(content: string | Buffer): Promise<string> {
  count += 1
  const file = path.join(dir, `orders-${count}.csv`)
  await writeFile(file, content)
  return file
}
const ports = () => ({ connection: shop.store.connection, clock: { now: shop.now }, orders: shop.orders })
const run = (file: string, more: Partial<ImportOptions> = {}) =>
  importOrders(ports(), { file, shop: 'demo', account: 'shop', timeZone: 'Asia/Shanghai', ...more })

const HEADER = 'order_no,user,created_at,paid_at,paid_yuan,sku,name,qty,consume_days'
const line = (orderNo: string, change: Partial<Record<'user' | 'paid' | 'yuan' | 'sku' | 'qty', string>> = {}) => {
  const { user = `i-${orderNo}`, paid = '2024-05-01 10:05:00', yuan = '129.00', sku = 'milk', qty = '2' } = change
  return csvLine([orderNo, user, '2024-05-01 10:00', paid, yuan, sku, '奶粉2段', qty, '20']).trimEnd()
}
const lines = (...rows: string[]) => `${[HEADER, ...rows].join('\n')}\n`

describe('an import of orders', () => {
  test('makes orders of lines, with their facts and what follows, and tells nobody', async () => {
    shop.told.length = 0
    const file = await fileOf(
      lines(line('A1'), line('A1', { sku: 'gift', qty: '1' }), '', line('A2', { yuan: '1,299.5' })),
    )
    const progress: number[] = []
    const summary = await run(file, { onProgress: ({ done, bytes }) => progress.push(done / bytes) })
    expect(summary).toMatchObject({
      state: 'done',
      counts: { orders: 2, accepted: 2, known: 0, rejected: 0 },
      resumedAt: 0,
    })
    expect(summary.rejects).toBeUndefined()
    expect(progress).toEqual([1])
    expect(shop.told).toEqual([])
    const row = await shop.orders.find('demo', 'A1')
    expect(row).toMatchObject({ rev: 0, imported: true, createdAt: new Date('2024-05-01T02:00:00Z') })
    expect(row?.order.items.map(({ sku, qty }) => [sku, qty])).toEqual([
      ['milk', 2],
      ['gift', 1],
    ])
    expect((await shop.orders.find('demo', 'A2'))?.order.paidFen).toBe(129_950)
    expect((await shop.contacts.get(row?.contact ?? ''))?.shop).toMatchObject({ orderCount: 1, paidFen: 12_900 })
    expect(await run(file)).toMatchObject({ counts: { orders: 2, accepted: 0, known: 2, rejected: 0 } })
  })

  test('understands the headers and the encoding of a Chinese spreadsheet', async () => {
    const bytes = Buffer.concat([
      // 订单编号,手机号,下单时间,付款时间,实付金额,商品编码,商品名称,数量,快递公司,运单号,发货时间 in GB 18030
      Buffer.from(
        'b6a9b5a5b1e0bac52ccad6bbfabac52ccfc2b5a5cab1bce42cb8b6bfeecab1bce42ccab5b8b6bdf0b6ee2cc9ccc6b7b1e0c2eb2cc9ccc6b7c3fbb3c62ccafdc1bf2cbfecb5ddb9abcbbe2cd4cbb5a5bac52cb7a2bbf5cab1bce40d0a',
        'hex',
      ),
      Buffer.from('G1,13800138000,2024/5/1 9:30,2024/5/1 9:31,'),
      Buffer.from('a3a43939', 'hex'),
      Buffer.from(',m2,'),
      Buffer.from('c4ccb7db', 'hex'),
      Buffer.from(',1,'),
      Buffer.from('cbb3b7e1', 'hex'),
      Buffer.from(',SF1,2024/5/2 8:00\r\n'),
    ])
    const summary = await run(await fileOf(bytes))
    expect(summary).toMatchObject({ state: 'done', counts: { accepted: 1 }, unknownColumns: [] })
    expect((await shop.orders.find('demo', 'G1'))?.order).toMatchObject({
      paidFen: 9900,
      items: [{ sku: 'm2', name: '奶粉' }],
      shipments: [{ carrier: '顺丰', trackingNo: 'SF1', shippedAt: new Date('2024-05-02T00:00:00Z') }],
    })
  })

  test('writes every line it cannot take to a file, with field and fix, and half an order is never taken', async () => {
    const file = await fileOf(
      `${HEADER},注释\n${[
        `${line('B1')},ok`,
        `${line('B2')},`,
        `${line('B2', { sku: 'x', qty: 'zwei' })},Umlaut ü`,
        `${line('B2', { sku: 'y' })},`,
        `${line('B3', { paid: 'gestern' })},`,
        `${line('1.23457E+17')},`,
        'B4,too,few',
        `${line('B5', { yuan: '' })},`,
        `${line('B6')},`,
        `${line('B6', { user: 'somebody-else' })},`,
        `${line('B7')},`,
        `B8,"never closed`,
      ].join('\n')}\n`,
    )
    const summary = await run(file)
    expect(summary).toMatchObject({
      counts: { orders: 9, accepted: 2, known: 0, rejected: 7 },
      rejects: `${file}.rejects.csv`,
      unknownColumns: ['注释'],
    })
    const rejects = await records(`${file}.rejects.csv`)
    expect(rejects.map((fields) => [fields.at(0), ...fields.slice(-4)])).toEqual([
      ['order_no', '_line', '_field', '_message', '_fix'],
      ['B2', '3', '', 'belongs to line 4', ''],
      ['B2', '4', 'qty', "'zwei' is no whole number", 'write digits only'],
      ['B2', '5', '', 'belongs to line 4', ''],
      ['B3', '6', 'paid_at', "'gestern' is no time", expect.stringContaining('2026-03-04')],
      ['1.23457E+17', '7', 'order_no', expect.stringContaining('spreadsheet'), 'export the column as text'],
      ['B4,too,few', '8', '', 'has 3 fields where the header has 10', expect.any(String)],
      ['B5', '9', 'paidFen', 'is missing although paidAt is there', expect.any(String)],
      ['B6', '10', '', 'belongs to line 11', ''],
      ['B6', '11', 'user', 'differs from an earlier line of the order', expect.any(String)],
      ['B8,"never closed', '13', '', 'a quote is never closed', expect.any(String)],
    ])
    expect(rejects[2]?.[9]).toBe('Umlaut ü')
    for (const orderNo of ['B2', 'B6']) expect(await shop.orders.find('demo', orderNo)).toBeUndefined()
    const mended = (await readFile(`${file}.rejects.csv`, 'utf8'))
      .split('\n')
      .filter((_, index) => index < 4)
      .join('\n')
    const again = await fileOf(`${mended.replace('zwei', '3')}\n`)
    expect(await run(again)).toMatchObject({ counts: { accepted: 1, rejected: 0 }, unknownColumns: ['注释'] })
  })

  test('goes on where it was stopped, also after a crash between the orders and the note of them', async () => {
    const rows = Array.from({ length: 450 }, (_, index) => line(`C${index}`, index % 100 === 50 ? { qty: '0' } : {}))
    const file = await fileOf(lines(...rows))
    const stop = new AbortController()
    const first = await run(file, { signal: stop.signal, onProgress: () => stop.abort() })
    expect(first).toMatchObject({ state: 'paused', counts: { orders: 200, accepted: 198, rejected: 2 } })
    let calls = 0
    const crashing = {
      ...ports(),
      orders: {
        async put(...args: Parameters<typeof shop.orders.put>) {
          calls += 1
          const results = await shop.orders.put(...args)
          await writeFile(`${file}.rejects.csv`, 'torn', { flag: 'a' })
          if (calls === 1) throw new Error('killed')
          return results
        },
      },
    }
    const options = { file, shop: 'demo', account: 'shop', timeZone: 'Asia/Shanghai' }
    await expect(importOrders(crashing, options)).rejects.toThrow('killed')
    const last = await run(file)
    expect(last).toMatchObject({ state: 'done', counts: { orders: 450, accepted: 248, known: 198, rejected: 4 } })
    expect(last.resumedAt).toBe(first.done)
    const rejects = await records(`${file}.rejects.csv`)
    expect(rejects.slice(1).map((fields) => fields[0])).toEqual(['C50', 'C150', 'C250', 'C350'])
  })

  test('is done by one process at a time', async () => {
    const file = await fileOf(lines(line('D1')))
    const ends = await Promise.all([run(file), run(file)])
    expect(ends.map(({ state }) => state).toSorted()).toEqual(['busy', 'done'])
  })

  test('never overwrites what the shop itself told later', async () => {
    await shop.orders.put({ shop: 'demo' }, [
      { orderNo: 'E1', rev: 5, createdAt: '2024-05-01T02:00:00Z', items: [{ sku: 'live', qty: 1 }] },
    ])
    expect(await run(await fileOf(lines(line('E1'))))).toMatchObject({ counts: { known: 1, accepted: 0 } })
    expect((await shop.orders.find('demo', 'E1'))?.order.items[0]?.sku).toBe('live')
  })

  test.each([
    ['order_no,user,sku\nA,b,c\n', 'import.columns', 'created_at, qty'],
    ['order_no,订单号,created_at,sku,qty\nA,A,2024-01-01,x,1\n', 'import.columns', 'mean the same'],
    ['', 'import.file', 'no header'],
  ])('of %j is refused before anything is taken', async (content, code, words) => {
    const refused = run(await fileOf(content))
    await expect(refused).rejects.toMatchObject({ code, message: expect.stringContaining(words) })
  })

  test('of a file that is not there says so', async () => {
    await expect(run(path.join(dir, 'nothing.csv'))).rejects.toMatchObject({ code: 'import.file' })
  })
})

async function records(file: string): Promise<string[][]> {
  const { form } = await inspect(file)
  const found: string[][] = []
  for await (const record of readCsv(file, form)) found.push(record.fields ?? [])
  const [first] = found
  if (first?.[0] !== undefined) first[0] = first[0].replace(/^\uFEFF/, '')
  return found
}

describe('a CSV file', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '中', ',', '"', '\n', '\r', ';', '😀', ' x') })
  const table = fc.array(
    fc.array(
      cell.map((text) => text.trim()),
      { minLength: 2, maxLength: 4 },
    ),
    { minLength: 1, maxLength: 6 },
  )

  test('is read as it was written, from any record on', async () => {
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const file = path.join(dir, 'property.csv')
        await writeFile(file, rows.map(csvLine).join(''))
        const form = { encoding: 'utf-8', delimiter: ',' } as const
        const read: { fields: string[] | undefined; end: number; nextLine: number }[] = []
        for await (const { fields, end, nextLine } of readCsv(file, form)) read.push({ fields, end, nextLine })
        expect(read.map(({ fields }) => fields)).toEqual(rows)
        for (const [index, { end, nextLine }] of read.entries()) {
          const rest: (string[] | undefined)[] = []
          for await (const record of readCsv(file, form, { offset: end, line: nextLine })) rest.push(record.fields)
          expect(rest).toEqual(rows.slice(index + 1))
        }
      }),
      { numRuns: 40 },
    )
  })

  test('with a quote that is never closed loses one line, not the rest', async () => {
    const file = await fileOf(`a,b\n"open,1\n${'x,y\n'.repeat(40_000)}`)
    let good = 0
    const bad: number[] = []
    for await (const record of readCsv(file, { encoding: 'utf-8', delimiter: ',' })) {
      if (record.problem === undefined) good += 1
      else bad.push(record.line)
    }
    expect([good, bad]).toEqual([40_001, [2]])
  })
})
