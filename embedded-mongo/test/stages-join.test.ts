import { runPipeline } from '../stages/index.js'
import type { Doc } from '../values.js'
import { code, oid, table } from './known-answers.js'

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

const order: Row[] = [
  ['$sort', [ids(2, 1, 3), [{ $sort: { _id: -1 } }]], ids(3, 2, 1)],
  [
    '$sort keeps equals in order',
    [
      [
        { _id: 1, a: 1 },
        { _id: 2, a: 0 },
        { _id: 3, a: 1 },
      ],
      [{ $sort: { a: 1 } }, { $project: { _id: 1 } }],
    ],
    ids(2, 1, 3),
  ],
  [
    '$sort by types',
    [
      [{ _id: 1, a: 'x' }, { _id: 2, a: 1 }, { _id: 3 }, { _id: 4, a: [] }, { _id: 5, a: null }, { _id: 6, a: true }],
      [{ $sort: { a: 1 } }, { $project: { _id: 1 } }],
    ],
    ids(4, 3, 5, 2, 1, 6),
  ],
  [
    '$sort an array by its least',
    [
      [
        { _id: 1, a: [5, 1] },
        { _id: 2, a: [3] },
      ],
      [{ $sort: { a: 1 } }, { $project: { _id: 1 } }],
    ],
    ids(1, 2),
  ],
  [
    '$sort an array by its greatest',
    [
      [
        { _id: 1, a: [5, 1] },
        { _id: 2, a: [7, 0] },
      ],
      [{ $sort: { a: -1 } }, { $project: { _id: 1 } }],
    ],
    ids(2, 1),
  ],
  [
    '$sort by two fields of one element',
    [
      [
        {
          _id: 1,
          a: [
            { x: 1, y: 5 },
            { x: 2, y: 0 },
          ],
        },
        { _id: 2, a: [{ x: 1, y: 3 }] },
      ],
      [{ $sort: { 'a.x': 1, 'a.y': 1 } }, { $project: { _id: 1 } }],
    ],
    ids(2, 1),
  ],
  [
    '$sort by two arrays is refused',
    [
      [
        { a: [1], b: [1] },
        { a: [2], b: [2] },
      ],
      [{ $sort: { a: 1, b: 1 } }],
    ],
    code(2),
  ],
  ['$sort and $limit', [ids(3, 1, 2), [{ $sort: { _id: 1 } }, { $limit: 2 }]], ids(1, 2)],
  ['$skip', [ids(1, 2, 3), [{ $skip: 1 }]], ids(2, 3)],
  ['$limit', [ids(1, 2, 3), [{ $limit: 2 }]], ids(1, 2)],
  ['$limit 0', [[], [{ $limit: 0 }]], code(15958)],
  ['$skip below 0', [[], [{ $skip: -1 }]], code(5107200)],
  ['$sort by 2', [[], [{ $sort: { a: 2 } }]], code(15975)],
  ['$sort by text', [[], [{ $sort: { a: 'x' } }]], code(15974)],
  ['$sort of nothing', [[], [{ $sort: {} }]], code(15976)],
  ['$sort by $meta', [[], [{ $sort: { a: { $meta: 'textScore' } } }]], code(115)],
]

const joins: Row[] = [
  [
    '$lookup',
    [
      [{ _id: 1, k: 1 }],
      [{ $lookup: { from: 'other', localField: 'k', foreignField: 'k', as: 'r' } }, { $project: { r: '$r.v' } }],
    ],
    [{ _id: 1, r: ['one', 'both'] }],
  ],
  [
    '$lookup: missing meets missing and null',
    [
      [{ _id: 1 }],
      [{ $lookup: { from: 'other', localField: 'k', foreignField: 'k', as: 'r' } }, { $project: { r: '$r.v' } }],
    ],
    [{ _id: 1, r: ['none', 'null'] }],
  ],
  [
    '$lookup: an empty array counts as null',
    [
      [{ _id: 1, k: [] }],
      [{ $lookup: { from: 'other', localField: 'k', foreignField: 'k', as: 'r' } }, { $project: { r: '$r.v' } }],
    ],
    [{ _id: 1, r: ['none', 'null'] }],
  ],
  [
    '$lookup by an array',
    [
      [{ _id: 1, ks: [2, 9] }],
      [{ $lookup: { from: 'other', localField: 'ks', foreignField: 'k', as: 'r' } }, { $project: { r: '$r.v' } }],
    ],
    [{ _id: 1, r: ['both'] }],
  ],
  [
    '$lookup through an array of documents',
    [
      [{ _id: 1, a: [{ k: 2 }, { k: 1 }] }],
      [{ $lookup: { from: 'other', localField: 'a.k', foreignField: 'k', as: 'r' } }, { $project: { r: '$r.v' } }],
    ],
    [{ _id: 1, r: ['one', 'both'] }],
  ],
  [
    '$lookup with let and a pipeline',
    [
      [{ _id: 1, w: 'both' }],
      [
        {
          $lookup: {
            from: 'other',
            let: { w: '$w' },
            pipeline: [{ $match: { $expr: { $eq: ['$v', '$$w'] } } }, { $project: { v: 1, _id: 0 } }],
            as: 'r',
          },
        },
      ],
    ],
    [{ _id: 1, w: 'both', r: [{ v: 'both' }] }],
  ],
  [
    '$lookup by fields and a pipeline',
    [
      [{ _id: 1, k: 1 }],
      [
        {
          $lookup: { from: 'other', localField: 'k', foreignField: 'k', pipeline: [{ $match: { v: 'one' } }], as: 'r' },
        },
        { $project: { r: '$r.v' } },
      ],
    ],
    [{ _id: 1, r: ['one'] }],
  ],
  [
    '$lookup let differs from document to document',
    [
      ids(1, 2),
      [
        {
          $lookup: {
            from: 'self',
            let: { i: '$_id' },
            pipeline: [{ $match: { $expr: { $gt: ['$_id', '$$i'] } } }],
            as: 'r',
          },
        },
      ],
    ],
    [
      { _id: 1, r: [{ _id: 2 }] },
      { _id: 2, r: [] },
    ],
  ],
  [
    '$lookup by ObjectId',
    [
      [{ _id: oid(1), p: oid(1) }],
      [
        { $lookup: { from: 'self', localField: 'p', foreignField: '_id', as: 'r' } },
        { $project: { _id: 0, n: { $size: '$r' } } },
      ],
    ],
    [{ n: 1 }],
  ],
  [
    '$lookup into a path',
    [[{ _id: 1, k: 9 }], [{ $lookup: { from: 'other', localField: 'k', foreignField: 'k', as: 'a.b' } }]],
    [{ _id: 1, k: 9, a: { b: [] } }],
  ],
  ['$lookup with half of its fields', [[], [{ $lookup: { from: 'other', localField: 'k', as: 'r' } }]], code(9)],
  [
    '$lookup with an unknown argument',
    [[], [{ $lookup: { from: 'other', localField: 'k', foreignField: 'k', as: 'r', x: 1 } }]],
    code(9),
  ],
  [
    '$unionWith',
    [ids(1), [{ $unionWith: { coll: 'other', pipeline: [{ $match: { v: 'one' } }] } }, { $project: { _id: 1 } }]],
    [{ _id: 1 }, { _id: 'x' }],
  ],
  ['$unionWith by name', [ids(1), [{ $unionWith: 'other' }, { $count: 'n' }]], [{ n: 5 }]],
  [
    '$graphLookup',
    [
      [
        { _id: 1, p: null },
        { _id: 2, p: 1 },
        { _id: 3, p: 2 },
      ],
      [
        { $match: { _id: 3 } },
        {
          $graphLookup: {
            from: 'self',
            startWith: '$p',
            connectFromField: 'p',
            connectToField: '_id',
            as: 'r',
            depthField: 'd',
          },
        },
        { $project: { r: 1 } },
      ],
    ],
    [
      {
        _id: 3,
        r: [
          { _id: 2, p: 1, d: 0 },
          { _id: 1, p: null, d: 1 },
        ],
      },
    ],
  ],
  [
    '$graphLookup ends in a circle',
    [
      [
        { _id: 1, p: 2 },
        { _id: 2, p: 1 },
      ],
      [
        { $match: { _id: 1 } },
        { $graphLookup: { from: 'self', startWith: '$p', connectFromField: 'p', connectToField: '_id', as: 'r' } },
        { $project: { n: { $size: '$r' } } },
      ],
    ],
    [{ _id: 1, n: 2 }],
  ],
  [
    '$graphLookup to a depth',
    [
      [{ _id: 1 }, { _id: 2, p: 1 }, { _id: 3, p: 2 }],
      [
        { $match: { _id: 3 } },
        {
          $graphLookup: {
            from: 'self',
            startWith: '$p',
            connectFromField: 'p',
            connectToField: '_id',
            as: 'r',
            maxDepth: 0,
          },
        },
        { $project: { n: { $size: '$r' } } },
      ],
    ],
    [{ _id: 3, n: 1 }],
  ],
  ['$facet', [ids(1), [{ $facet: { a: [{ $count: 'n' }], b: [{ $match: { x: 1 } }] } }]], [{ a: [{ n: 1 }], b: [] }]],
  ['$facet in $facet', [[], [{ $facet: { a: [{ $facet: { b: [] } }] } }]], code(40600)],
  ['$documents', [[], [{ $documents: [{ a: 1 }, { a: { $add: [1, 1] } }] }]], [{ a: 1 }, { a: 2 }]],
  ['$sample of all', [ids(1, 2), [{ $sample: { size: 5 } }, { $sort: { _id: 1 } }]], ids(1, 2)],
]

table('stages that order', order, run)

table('stages that join', joins, run)
