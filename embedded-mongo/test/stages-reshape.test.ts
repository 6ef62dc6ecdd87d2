import { runPipeline } from '../stages/index.js'
import type { Doc } from '../values.js'
import { code, table } from './known-answers.js'

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

const reshape: Row[] = [
  ['$match', [ids(1, 2, 3), [{ $match: { _id: { $gt: 1 } } }]], ids(2, 3)],
  [
    '$project keeps _id first and fields in place',
    [[{ _id: 1, a: 2, b: 3 }], [{ $project: { a: 1 } }]],
    [{ _id: 1, a: 2 }],
  ],
  ['$project without _id', [[{ _id: 1, a: 2 }], [{ $project: { _id: 0, a: 1 } }]], [{ a: 2 }]],
  [
    '$project computes after what it keeps',
    [[{ _id: 1, a: 1, b: 2 }], [{ $project: { a: { $add: ['$a', 1] }, b: 1 } }]],
    [{ _id: 1, b: 2, a: 2 }],
  ],
  ['$project a missing field leaves it out', [[{ _id: 1 }], [{ $project: { a: '$x', b: 1 } }]], [{ _id: 1 }]],
  [
    '$project a new document',
    [[{ _id: 1, a: 1, b: 2 }], [{ $project: { x: { y: '$a', z: { $add: ['$a', '$b'] } } } }]],
    [{ _id: 1, x: { y: 1, z: 3 } }],
  ],
  [
    '$project excludes',
    [[{ _id: 1, a: { b: 1, c: 2 }, d: 3 }], [{ $project: { 'a.b': 0, d: 0 } }]],
    [{ _id: 1, a: { c: 2 } }],
  ],
  [
    '$project through arrays',
    [[{ _id: 1, a: [{ b: 1, c: 2 }, 5, { b: 3 }] }], [{ $project: { 'a.b': 1 } }]],
    [{ _id: 1, a: [{ b: 1 }, { b: 3 }] }],
  ],
  ['$project of nothing', [[], [{ $project: {} }]], code(51272)],
  ['$project mixes in and out', [[], [{ $project: { a: 1, b: 0 } }]], code(31254)],
  ['$project with paths that collide', [[], [{ $project: { a: 1, 'a.b': 1 } }]], code(31249)],
  [
    '$addFields',
    [[{ _id: 1, a: { b: 1 } }], [{ $addFields: { 'a.c': 2, e: { $literal: '$x' } } }]],
    [{ _id: 1, a: { b: 1, c: 2 }, e: '$x' }],
  ],
  ['$addFields with $$REMOVE', [[{ _id: 1, d: 1 }], [{ $addFields: { d: '$$REMOVE' } }]], [{ _id: 1 }]],
  [
    '$addFields keeps a replaced field in place',
    [[{ _id: 1, a: 1, b: 2 }], [{ $addFields: { a: 9 } }]],
    [{ _id: 1, a: 9, b: 2 }],
  ],
  [
    '$addFields through an array',
    [[{ _id: 1, a: [{ x: 1 }, { x: 2 }] }], [{ $addFields: { 'a.y': 5 } }]],
    [
      {
        _id: 1,
        a: [
          { x: 1, y: 5 },
          { x: 2, y: 5 },
        ],
      },
    ],
  ],
  ['$set over a scalar', [[{ _id: 1, a: 5 }], [{ $set: { 'a.b': 1 } }]], [{ _id: 1, a: { b: 1 } }]],
  [
    '$set reads the document as it was',
    [[{ _id: 1, a: 1, b: 2 }], [{ $set: { a: '$b', b: '$a' } }]],
    [{ _id: 1, a: 2, b: 1 }],
  ],
  ['$unset a list', [[{ _id: 1, a: 1, b: { c: 1, d: 2 } }], [{ $unset: ['a', 'b.c'] }]], [{ _id: 1, b: { d: 2 } }]],
  [
    '$replaceRoot',
    [[{ _id: 1, a: { x: 1 } }], [{ $replaceRoot: { newRoot: { $mergeObjects: ['$a', { y: '$_id' }] } } }]],
    [{ x: 1, y: 1 }],
  ],
  ['$replaceWith', [[{ _id: 1, a: { x: 1 } }], [{ $replaceWith: '$a' }]], [{ x: 1 }]],
  ['$replaceRoot by a number', [[{ _id: 1 }], [{ $replaceRoot: { newRoot: '$_id' } }]], code(40228)],
  [
    '$unwind',
    [[{ _id: 1, a: [1, 2] }], [{ $unwind: '$a' }]],
    [
      { _id: 1, a: 1 },
      { _id: 1, a: 2 },
    ],
  ],
  [
    '$unwind drops empty, null and missing',
    [[{ _id: 1, a: [] }, { _id: 2 }, { _id: 3, a: null }, { _id: 4, a: 'x' }], [{ $unwind: '$a' }]],
    [{ _id: 4, a: 'x' }],
  ],
  [
    '$unwind keeps them when asked',
    [
      [{ _id: 1, a: [] }, { _id: 2 }, { _id: 3, a: null }, { _id: 4, a: 'x' }, { _id: 5, a: [1, 2] }],
      [{ $unwind: { path: '$a', preserveNullAndEmptyArrays: true, includeArrayIndex: 'i' } }],
    ],
    [
      { _id: 1, i: null },
      { _id: 2, i: null },
      { _id: 3, a: null, i: null },
      { _id: 4, a: 'x', i: null },
      { _id: 5, a: 1, i: 0 },
      { _id: 5, a: 2, i: 1 },
    ],
  ],
  [
    '$unwind nested',
    [[{ _id: 1, o: { a: [1, 2], b: 1 } }], [{ $unwind: '$o.a' }]],
    [
      { _id: 1, o: { a: 1, b: 1 } },
      { _id: 1, o: { a: 2, b: 1 } },
    ],
  ],
  ['$unwind without a dollar', [[], [{ $unwind: 'a' }]], code(28818)],
]

table('stages that reshape', reshape, run)
