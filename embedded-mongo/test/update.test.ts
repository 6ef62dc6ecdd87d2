import { describe, expect, test } from '@jest/globals'
import { Binary, BSONRegExp, Decimal128, Long, Timestamp } from 'bson'
import { compileUpdate } from '../update/index.js'
import type { Doc } from '../values.js'
import { at, code, double, int, long, table, typed } from './known-answers.js'

type Input = { doc: Doc; u: unknown; filters?: Doc[]; pos?: number; inserting?: boolean }
type Row = [string, Input, Doc | { code: number }]
const now = at('2024-05-01T00:00:00Z')
const run = ({ doc, u, filters, pos, inserting }: Input) =>
  compileUpdate(u, filters, { now }).apply(doc, {
    ...(pos === undefined ? {} : { pos }),
    ...(inserting ? { inserting } : {}),
  })
const row = (name: string, doc: Doc, u: unknown, expected: unknown, more: Partial<Input> = {}): Row => [
  name,
  { doc, u, ...more },
  expected as Doc,
]
const dec = (s: string) => Decimal128.fromString(s)

table(
  'fields',
  [
    row('$set replaces in place', { a: 1, b: 2 }, { $set: { a: 3 } }, { a: 3, b: 2 }),
    row('$set adds', { a: 1 }, { $set: { b: 2 } }, { a: 1, b: 2 }),
    row('$set creates documents on the way', {}, { $set: { 'a.b.c': 1 } }, { a: { b: { c: 1 } } }),
    row('$set through null is not viable', { a: null }, { $set: { 'a.b': 1 } }, code(28)),
    row('$set through a scalar is not viable', { a: 1 }, { $set: { 'a.b': 1 } }, code(28)),
    row('$set an array element', { a: [1, 2] }, { $set: { 'a.1': 5 } }, { a: [1, 5] }),
    row('$set beyond the end fills with null', { a: [1] }, { $set: { 'a.3': 5 } }, { a: [1, null, null, 5] }),
    row('$set far beyond the end is refused', { a: [] }, { $set: { 'a.2000000': 1 } }, code(200)),
    row('$set a name in an array is not viable', { a: [1] }, { $set: { 'a.x': 1 } }, code(28)),
    row('$set a number in a new document makes a field', {}, { $set: { 'a.0': 1 } }, { a: { 0: 1 } }),
    row('$set a field of an element', { a: [{ b: 1 }] }, { $set: { 'a.0.b': 2 } }, { a: [{ b: 2 }] }),
    row('$set of nothing', { a: 1 }, { $set: {} }, { a: 1 }),
    row('$unset', { a: 1, b: 2 }, { $unset: { a: '' } }, { b: 2 }),
    row('$unset nested', { a: { b: 1, c: 2 } }, { $unset: { 'a.b': 1 } }, { a: { c: 2 } }),
    row('$unset of an element leaves null', { a: [1, 2] }, { $unset: { 'a.0': 1 } }, { a: [null, 2] }),
    row('$unset of nothing', { a: 1 }, { $unset: { 'x.y': 1 } }, { a: 1 }),
    row('$unset through a scalar does nothing', { a: 1 }, { $unset: { 'a.b': 1 } }, { a: 1 }),
    row('$rename', { a: 1, b: 2 }, { $rename: { a: 'c' } }, { b: 2, c: 1 }),
    row('$rename replaces', { a: 1, b: 2 }, { $rename: { a: 'b' } }, { b: 1 }),
    row('$rename into a document', { a: 1 }, { $rename: { a: 'x.y' } }, { x: { y: 1 } }),
    row('$rename of nothing', { b: 1 }, { $rename: { a: 'c' } }, { b: 1 }),
    row('$rename needs a name', {}, { $rename: { a: 1 } }, code(2)),
    row('$rename to itself', {}, { $rename: { a: 'a' } }, code(2)),
    row('$rename on one path', {}, { $rename: { a: 'a.b' } }, code(2)),
    row('$rename out of an array', { a: [{ b: 1 }] }, { $rename: { 'a.0.b': 'c' } }, code(2)),
    row('$rename into an array', { a: [1], b: 1 }, { $rename: { b: 'a.0' } }, code(2)),
    row('$setOnInsert does nothing on update', { a: 1 }, { $setOnInsert: { b: 1 } }, { a: 1 }),
    row('$setOnInsert on insert', { a: 1 }, { $setOnInsert: { b: 1 } }, { a: 1, b: 1 }, { inserting: true }),
    row(
      '$set and $setOnInsert on insert',
      {},
      { $set: { b: 1 }, $setOnInsert: { a: 2 } },
      { a: 2, b: 1 },
      { inserting: true },
    ),
    row('$min lowers', { a: 5 }, { $min: { a: 3 } }, { a: 3 }),
    row('$min keeps', { a: 5 }, { $min: { a: 7 } }, { a: 5 }),
    row('$min sets what is missing', {}, { $min: { a: 7 } }, { a: 7 }),
    row('$max raises', { a: 5 }, { $max: { a: 7 } }, { a: 7 }),
    row('$max across types', { a: 5 }, { $max: { a: 'x' } }, { a: 'x' }),
    row('$min with null goes below numbers', { a: 5 }, { $min: { a: null } }, { a: null }),
    row('$max with dates', { a: at('2024-01-01') }, { $max: { a: at('2025-01-01') } }, { a: at('2025-01-01') }),
    row('$currentDate', {}, { $currentDate: { a: true } }, { a: now }),
    row('$currentDate by type', {}, { $currentDate: { a: { $type: 'date' } } }, { a: now }),
    row(
      '$currentDate timestamp',
      {},
      { $currentDate: { a: { $type: 'timestamp' } } },
      { a: new Timestamp({ t: 1714521600, i: 1 }) },
    ),
    row('$currentDate with a wrong type', {}, { $currentDate: { a: { $type: 'x' } } }, code(2)),
    row('$currentDate with text', {}, { $currentDate: { a: 'x' } }, code(2)),
    row('new fields come in path order', {}, { $set: { b: 1 }, $inc: { a: 1 } }, { a: 1, b: 1 }),
    row(
      'new numbered fields come in number order',
      { a: {} },
      { $set: { 'a.10': 1, 'a.9': 1 } },
      { a: { 9: 1, 10: 1 } },
    ),
  ] as Row[],
  run,
)

table(
  'arithmetic',
  [
    row('$inc', { a: 1 }, { $inc: { a: 2 } }, { a: 3 }),
    row('$inc by a negative', { a: 1 }, { $inc: { a: -2 } }, { a: -1 }),
    row('$inc what is missing', {}, { $inc: { 'a.b': 2 } }, { a: { b: 2 } }),
    row('$inc null', { a: null }, { $inc: { a: 1 } }, code(14)),
    row('$inc text', { a: '1' }, { $inc: { a: 1 } }, code(14)),
    row('$inc by text', { a: 1 }, { $inc: { a: '1' } }, code(14)),
    row('$inc a long beyond 64 bits', { a: Long.MAX_VALUE }, { $inc: { a: 1 } }, code(2)),
    row('$inc decimals exactly', { a: dec('0.1') }, { $inc: { a: dec('0.2') } }, { a: dec('0.3') }),
    row('$inc a decimal by an int', { a: dec('1.10') }, { $inc: { a: int(2) } }, { a: dec('3.10') }),
    row(
      '$inc a decimal by a double takes 15 digits',
      { a: dec('1') },
      { $inc: { a: double(0.1) } },
      { a: dec('1.100000000000000') },
    ),
    row('$inc a decimal beyond 34 digits is refused', { a: dec('1E+34') }, { $inc: { a: dec('0.1') } }, code(115)),
    row('$mul', { a: 3 }, { $mul: { a: 4 } }, { a: 12 }),
    row('$mul what is missing gives 0', {}, { $mul: { a: 4 } }, { a: 0 }),
    row('$mul by a fraction', { a: 3 }, { $mul: { a: 0.5 } }, { a: 1.5 }),
    row('$mul text', { a: 'x' }, { $mul: { a: 2 } }, code(14)),
    row('$bit and', { a: 13 }, { $bit: { a: { and: 10 } } }, { a: 8 }),
    row('$bit or', { a: 3 }, { $bit: { a: { or: 5 } } }, { a: 7 }),
    row('$bit xor', { a: 1 }, { $bit: { a: { xor: 5 } } }, { a: 4 }),
    row('$bit twice', { a: 0 }, { $bit: { a: { or: 6, and: 3 } } }, { a: 2 }),
    row('$bit on a missing field', {}, { $bit: { a: { or: 5 } } }, { a: 5 }),
    row('$bit of a double', { a: double(1) }, { $bit: { a: { or: 5 } } }, code(2)),
    row('$bit by a double', { a: 1 }, { $bit: { a: { or: 1.5 } } }, code(2)),
    row('$bit unknown', { a: 1 }, { $bit: { a: { not: 1 } } }, code(2)),
  ] as Row[],
  run,
)

describe('number types survive updates', () => {
  const rows: [string, Doc, Doc, Doc][] = [
    ['int + int is int', { a: int(1) }, { $inc: { a: int(2) } }, { a: 'int 3' }],
    ['int + int beyond 32 bits is long', { a: int(0x7fffffff) }, { $inc: { a: int(1) } }, { a: 'long 2147483648' }],
    ['int + long is long', { a: int(1) }, { $inc: { a: long(2) } }, { a: 'long 3' }],
    ['long + int is long', { a: long(1) }, { $inc: { a: int(2) } }, { a: 'long 3' }],
    ['int + double is double', { a: int(1) }, { $inc: { a: double(2) } }, { a: 'double 3' }],
    ['double + int is double', { a: double(1) }, { $inc: { a: int(2) } }, { a: 'double 3' }],
    ['half and half is a whole double', { a: 0.5 }, { $inc: { a: 0.5 } }, { a: 'double 1' }],
    [
      'long beyond 2^53 is exact',
      { a: Long.fromString('9007199254740993') },
      { $inc: { a: int(2) } },
      { a: 'long 9007199254740995' },
    ],
    ['int * int beyond 32 bits is long', { a: int(65536) }, { $mul: { a: int(65536) } }, { a: 'long 4294967296' }],
    ['$mul of a missing field by long is long 0', {}, { $mul: { a: long(3) } }, { a: 'long 0' }],
    ['$mul of a missing field by double is double 0', {}, { $mul: { a: double(3) } }, { a: 'double 0' }],
    ['$inc of a missing field keeps the type', {}, { $inc: { a: double(3) } }, { a: 'double 3' }],
    ['$set keeps the type', {}, { $set: { a: double(3), b: long(4) } }, { a: 'double 3', b: 'long 4' }],
    ['untouched fields keep theirs', { a: double(3), b: 1 }, { $set: { b: int(2) } }, { a: 'double 3', b: 'int 2' }],
    ['$bit with long is long', { a: int(1) }, { $bit: { a: { or: long(2) } } }, { a: 'long 3' }],
  ]
  for (const [name, doc, u, expected] of rows) test(name, () => expect(typed(run({ doc, u }))).toEqual(expected))

  test('binary subtypes and regex options survive', () => {
    const bin = new Binary(Buffer.from('x'), 4)
    const re = new BSONRegExp('a', 'sx')
    expect(run({ doc: { a: bin }, u: { $set: { b: re } } })).toEqual({ a: bin, b: re })
  })
})
