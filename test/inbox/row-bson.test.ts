import { describe, expect, test } from '@jest/globals'
import { BSON } from 'bson'
import fc from 'fast-check'
import { contactKey, type Update } from '../../src/core/update.js'
import { encodeBatch, encodeRows } from '../../src/inbox/row-bson.js'
import { type Accepted, acceptedOf, rowOf } from '../../src/inbox/rows.js'

const owner = 'b3b4c1c4-9f3c-4a44-9b21-8d1f6f0a2f11'
const lease = new Date('2026-01-01T00:00:06.789Z')

const accepted: fc.Arbitrary<Accepted> = fc
  .record({
    id: fc.string({ unit: 'grapheme' }),
    account: fc.constantFrom('shop', 'second-shop'),
    from: fc.string({ unit: 'grapheme' }),
    text: fc.string({ unit: 'grapheme', maxLength: 400 }),
    kind: fc.constantFrom('message.text' as const, 'event.unsubscribe' as const),
    mode: fc.constantFrom('plain' as const, 'compatible' as const, 'safe' as const),
    format: fc.constantFrom('xml' as const, 'json' as const),
    at: fc.date({ noInvalidDate: true, min: new Date('1960-01-01'), max: new Date('2200-01-01') }),
  })
  .map(({ id, account, from, text, kind, mode, format, at }) => {
    const update: Update = { kind, id, platform: 'official-account', account, from, at, text }
    return {
      id: `${account}:${id}`,
      contact: contactKey(update),
      update,
      envelope: { body: `<xml>${text}</xml>`, mode, format },
      receivedAt: new Date(at.getTime() + 123),
    }
  })

function split(bytes: Buffer): Buffer[] {
  const documents: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = at + bytes.readInt32LE(at)
    documents.push(bytes.subarray(at, end))
    at = end
  }
  return documents
}

describe('rows written as BSON', () => {
  test('are byte for byte what the general encoder makes of the same rows', () => {
    fc.assert(
      fc.property(fc.array(accepted, { maxLength: 12 }), (items) => {
        const expected = items.map((item) => Buffer.from(BSON.serialize(rowOf(item, owner, lease))))
        expect(split(encodeRows(items, owner, lease))).toEqual(expected)
      }),
    )
  })

  test('come behind their batch when they have one, and say nothing of where they stand', () => {
    fc.assert(
      fc.property(fc.array(accepted, { maxLength: 12 }), (items) => {
        const head = { _id: '#me:1', ids: items.map(({ id }) => id), receivedAt: lease, owner, leaseUntil: lease }
        const whole = [head, ...items.map((item) => ({ ...acceptedOf(item), batch: '#me:1' }))]
        expect(split(encodeBatch(head, items))).toEqual(whole.map((document) => Buffer.from(BSON.serialize(document))))
      }),
    )
  })

  test('may be larger than the space kept for them, and stay what they were when the next ones are written', () => {
    const [item] = fc.sample(accepted, 1)
    if (item === undefined) throw new Error('no sample')
    const large = { ...item, envelope: { ...item.envelope, body: '退货'.repeat(60_000) } }
    const items = Array.from({ length: 20 }, () => large)
    const bytes = encodeRows(items, owner, lease)
    encodeRows([item], owner, lease)
    const rows = split(bytes).map((document) => BSON.deserialize(document))
    expect(rows).toHaveLength(20)
    for (const row of rows) expect(row).toEqual(rowOf(large, owner, lease))
  })
})
