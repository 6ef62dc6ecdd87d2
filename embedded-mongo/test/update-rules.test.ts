import { describe, expect, test } from '@jest/globals'
import { compileUpdate, seedFrom } from '../update/index.js'
import type { Doc } from '../values.js'
import { at, code, outcome, table } from './known-answers.js'

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

table(
  'refusals and replacement',
  [
    row('the same path twice', {}, { $set: { a: 1 }, $inc: { a: 1 } }, code(40)),
    row('a path and its parent', {}, { $set: { a: 1, 'a.b': 1 } }, code(40)),
    row('a parent after its child', {}, { $set: { 'a.b': 1 }, $unset: { a: 1 } }, code(40)),
    row('siblings do not conflict', {}, { $set: { 'a.b': 1, 'a.c': 2 } }, { a: { b: 1, c: 2 } }),
    row('names that begin alike do not conflict', {}, { $set: { ab: 1, 'a.b': 2 } }, { a: { b: 2 }, ab: 1 }),
    row('a rename and a set of its source', {}, { $rename: { a: 'b' }, $set: { a: 1 } }, code(40)),
    row('filtered and plain elements', { a: [] }, { $set: { 'a.$[]': 1, 'a.0': 2 } }, code(40)),
    row('an unknown operator', {}, { $foo: { a: 1 } }, code(9)),
    row('an operator mixed with a field', {}, { $set: { a: 1 }, b: 1 }, code(9)),
    row('an operator without a document', {}, { $set: 1 }, code(9)),
    row('an empty path', {}, { $set: { '': 1 } }, code(56)),
    row('an empty part of a path', {}, { $set: { 'a..b': 1 } }, code(56)),
    row('a dollar name at the top level', {}, { $set: { $x: 1 } }, code(52)),
    row('a part of a reference at the top level', {}, { $set: { $id: 1 } }, code(55)),
    row(
      'a dollar name below the top level',
      {},
      { $set: { 'a.$x': 1, 'b.$*.c': 2 } },
      { a: { $x: 1 }, b: { '$*': { c: 2 } } },
    ),
    row('a number under a dollar name', { a: { $x: 1 } }, { $inc: { 'a.$x': 2 } }, { a: { $x: 3 } }),
    row('a dollar name at the top level of a new document', {}, { $set: { $x: 1 } }, { $x: 1 }, { inserting: true }),
    row('a dollar name set to what it is', { $x: 1 }, { $set: { $x: 1 } }, { $x: 1 }),
    row('a rename to a dollar name', { a: 1 }, { $rename: { a: '$x' } }, code(52)),
    row('removing a dollar name', { $x: 1, a: 1 }, { $unset: { $x: '' } }, { a: 1 }),
    row('an array filter that is not closed', { a: [1] }, { $set: { 'a.$[x': 1 } }, code(52)),
    row('_id may not change', { _id: 1 }, { $set: { _id: 2 } }, code(66)),
    row('_id may be set to itself', { _id: 1, a: 1 }, { $set: { _id: 1, a: 2 } }, { _id: 1, a: 2 }),
    row('_id may not be removed', { _id: 1 }, { $unset: { _id: 1 } }, code(66)),
    row('_id may not be renamed', { _id: 1 }, { $rename: { _id: 'x' } }, code(66)),
    row('a part of _id may not change', { _id: { a: 1 } }, { $set: { '_id.a': 2 } }, code(66)),
    row('_id on insert', {}, { $set: { _id: 7 } }, { _id: 7 }, { inserting: true }),
    row('a replacement keeps _id', { _id: 1, a: 1 }, { b: 2 }, { _id: 1, b: 2 }),
    row('a replacement with the same _id', { _id: 1, a: 1 }, { b: 2, _id: 1 }, { _id: 1, b: 2 }),
    row('a replacement with another _id', { _id: 1 }, { _id: 2 }, code(66)),
    row('an empty replacement', { _id: 1, a: 1 }, {}, { _id: 1 }),
    row('a replacement with operators', { _id: 1 }, { a: 1, $set: { b: 1 } }, code(52)),
    row('an update must be a document', {}, 5, code(9)),
  ] as Row[],
  run,
)

table(
  'pipelines',
  [
    row('$set from another field', { _id: 1, a: 2 }, [{ $set: { b: { $add: ['$a', 1] } } }], { _id: 1, a: 2, b: 3 }),
    row('two stages', { _id: 1, a: 2 }, [{ $set: { b: '$a' } }, { $unset: 'a' }], { _id: 1, b: 2 }),
    row('$replaceWith keeps _id', { _id: 1, a: { x: 1 } }, [{ $replaceWith: '$a' }], { _id: 1, x: 1 }),
    row('$project', { _id: 1, a: 1, b: 2 }, [{ $project: { a: 1 } }], { _id: 1, a: 1 }),
    row('$$NOW is the time of the update', { _id: 1 }, [{ $set: { t: '$$NOW' } }], { _id: 1, t: now }),
    row('_id may not change', { _id: 1 }, [{ $set: { _id: 2 } }], code(66)),
    row('other stages are refused', { _id: 1 }, [{ $match: {} }], code(72)),
    row('unknown stages', { _id: 1 }, [{ $foo: {} }], code(40324)),
    row('array filters do not go with it', { _id: 1 }, [{ $set: { a: 1 } }], code(9), { filters: [{ x: 1 }] }),
  ] as Row[],
  run,
)

table(
  'the document an upsert starts from',
  [
    ['an equality', { a: 1, b: 'x' }, { a: 1, b: 'x' }],
    ['$eq', { a: { $eq: 1 } }, { a: 1 }],
    ['other operators give nothing', { a: { $gt: 1 }, b: 2 }, { b: 2 }],
    ['$in with one value', { a: { $in: [3] } }, { a: 3 }],
    ['$in with two values', { a: { $in: [3, 4] } }, {}],
    ['$all with one value', { a: { $all: [3] } }, { a: 3 }],
    ['nested paths', { 'a.b': 1, 'a.c': 2 }, { a: { b: 1, c: 2 } }],
    ['$and', { $and: [{ a: 1 }, { b: 2 }] }, { a: 1, b: 2 }],
    ['$or with one branch', { $or: [{ a: 1 }] }, { a: 1 }],
    ['$or with two branches', { $or: [{ a: 1 }, { b: 2 }] }, {}],
    ['a regex gives nothing', { a: /x/ }, {}],
    ['_id comes first', { a: 1, _id: 5 }, { _id: 5, a: 1 }],
    ['null', { a: null }, { a: null }],
    ['one path twice', { a: 1, $and: [{ a: 1 }] }, code(54)],
    ['a path and its parent', { a: { x: 1 }, 'a.b': 1 }, code(54)],
  ] as [string, Doc, Doc][],
  seedFrom,
)

describe('updates and hostile names', () => {
  test('paths through __proto__ and constructor stay in the document', () => {
    const hostile = [
      '__proto__.polluted',
      'constructor.prototype.polluted',
      'a.__proto__.polluted',
      'toString.polluted',
    ]
    for (const path of hostile) {
      const out = run({ doc: { _id: 1 }, u: { $set: JSON.parse(`{${JSON.stringify(path)}: 1}`) } })
      expect(Object.hasOwn(out, path.split('.')[0] ?? '')).toBe(true)
    }
    expect(({} as Doc)['polluted']).toBeUndefined()
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  test('a __proto__ field is set, read, renamed and removed like any other', () => {
    const doc = JSON.parse('{"_id": 1, "__proto__": {"x": 1}}') as Doc
    const out = run({ doc, u: { $set: JSON.parse('{"__proto__.x": 2}') } })
    expect(JSON.stringify(out)).toBe('{"_id":1,"__proto__":{"x":2}}')
    expect(JSON.stringify(run({ doc, u: { $rename: JSON.parse('{"__proto__": "y"}') } }))).toBe('{"_id":1,"y":{"x":1}}')
    expect(JSON.stringify(run({ doc, u: { $unset: JSON.parse('{"__proto__": 1}') } }))).toBe('{"_id":1}')
    expect(Object.getPrototypeOf(out)).toBe(Object.prototype)
  })

  test('$inc of constructor starts at the operand, not at a function', () => {
    expect(run({ doc: { _id: 1 }, u: { $inc: { constructor: 1 } } })).toEqual({ _id: 1, constructor: 1 })
  })

  test('a stored _bsontype field is data', () => {
    expect(run({ doc: { a: { _bsontype: 'Int32', value: 5 } }, u: { $set: { 'a.value': 6 } } })).toEqual({
      a: { _bsontype: 'Int32', value: 6 },
    })
    expect(outcome(() => run({ doc: { a: { _bsontype: 'Int32', value: 5 } }, u: { $inc: { a: 1 } } }))).toEqual({
      code: 14,
    })
  })

  test('the original is never changed', () => {
    const doc = { _id: 1, a: { b: [1, { c: 1 }] } }
    const before = structuredClone(doc)
    run({ doc, u: { $set: { 'a.b.1.c': 2, 'a.x': 1 }, $push: { 'a.y': 1 } } })
    run({ doc, u: [{ $set: { 'a.b.c': 5 } }] })
    expect(doc).toEqual(before)
  })
})
