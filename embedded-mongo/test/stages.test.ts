import { describe, expect, test } from '@jest/globals'
import { runPipeline } from '../stages/index.js'
import type { Doc } from '../values.js'
import { at, code, double, int, plain, table, typed } from './known-answers.js'

type Input = [docs: Doc[], stages: Doc[]]
type Row = [string, Input, unknown]
const run = ([docs, stages]: Input) => [
  ...runPipeline(docs, stages, { resolve: (name) => (name === 'other' ? other : docs) }),
]
const ids = (...list: number[]) => list.map((_id) => ({ _id }))
const other: Doc[] = [
  { _id: 'x', k: 1, v: 'one' },
  { _id: 'y', k: [1, 2], v: 'both' },
  { _id: 'z', v: 'none' },
  { _id: 'w', k: null, v: 'null' },
]

const refusals: Row[] = [
  ['an unknown stage', [[], [{ $foo: {} }]], code(40324)],
  ['two stages in one object', [[], [{ $skip: 1, $limit: 1 }]], code(40323)],
  ['$setWindowFields is not supported', [[], [{ $setWindowFields: {} }]], code(115)],
  ['$merge is not supported', [[], [{ $merge: 'x' }]], code(115)],
  ['$geoNear is not supported', [[], [{ $geoNear: {} }]], code(115)],
  ['$changeStream needs a replica set', [[], [{ $changeStream: {} }]], code(40573)],
  ['$match with $where is not supported', [[], [{ $match: { $where: '1' } }]], code(115)],
  ['an unknown expression in a stage', [[], [{ $project: { a: { $nope: 1 } } }]], code(168)],
  ['constructor is no stage', [[], [{ constructor: {} }]], code(40324)],
]

table('refused stages', refusals, run)

describe('pipelines', () => {
  test('errors in a pipeline show before any document is read', () => {
    expect(() => runPipeline([], [{ $match: {} }, { $foo: {} } as Doc], { resolve: () => [] })).toThrow("'$foo'")
  })

  test('a limit reads no more than it needs', () => {
    let read = 0
    function* endless(): Iterable<Doc> {
      for (;;) yield { n: read++ }
    }
    expect([...runPipeline(endless(), [{ $match: { n: { $gte: 3 } } }, { $limit: 2 }], { resolve: () => [] })]).toEqual(
      [{ n: 3 }, { n: 4 }],
    )
    expect(read).toBe(5)
  })

  test('$sort with $limit agrees with $sort over many documents', () => {
    const docs = Array.from({ length: 3000 }, (_, i) => ({ _id: i, a: (i * 7919) % 1009 }))
    const all = run([docs, [{ $sort: { a: 1, _id: -1 } }]])
    expect(run([docs, [{ $sort: { a: 1, _id: -1 } }, { $limit: 10 }]])).toEqual(all.slice(0, 10))
  })

  test('the input documents are not changed', () => {
    const docs: Doc[] = [{ _id: 1, a: { b: [{ c: 1 }] } }]
    const before = structuredClone(docs)
    run([docs, [{ $set: { 'a.b.c': 2 } }, { $unset: 'a.b' }, { $addFields: { 'a.x': 1 } }]])
    expect(docs).toEqual(before)
  })

  test('$$NOW is one time for a whole pipeline, variables come from the command', () => {
    const vars = { NOW: at('2024-01-01'), city: '上海' }
    const out = [...runPipeline(ids(1, 2), [{ $set: { t: '$$NOW', c: '$$city' } }], { resolve: () => [], vars })]
    expect(plain(out)).toEqual(ids(1, 2).map((d) => ({ ...d, t: vars.NOW, c: '上海' })))
  })

  test('sums keep their type: ints become longs, doubles stay doubles', () => {
    const docs = [
      { a: int(0x7fffffff), b: double(1) },
      { a: int(1), b: double(2) },
    ]
    expect(
      typed(run([docs, [{ $group: { _id: null, a: { $sum: '$a' }, b: { $sum: '$b' }, c: { $avg: '$b' } } }]])),
    ).toEqual([{ _id: null, a: 'long 2147483648', b: 'double 3', c: 'double 1.5' }])
  })
})
