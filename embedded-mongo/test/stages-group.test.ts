import { runPipeline } from '../stages/index.js'
import type { Doc } from '../values.js'
import { code, double, int, oid, table } from './known-answers.js'

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

const grouping: Row[] = [
  [
    '$group puts null and missing together',
    [[{ _id: 1 }, { _id: 2, a: null }], [{ $group: { _id: '$a', n: { $sum: 1 } } }]],
    [{ _id: null, n: 2 }],
  ],
  [
    '$group keeps the order of fields',
    [[{ _id: 1, a: 1 }], [{ $group: { _id: '$a', z: { $sum: 1 }, b: { $max: '$a' } } }]],
    [{ _id: 1, z: 1, b: 1 }],
  ],
  [
    '$group by a document',
    [
      [
        { _id: 1, a: 1, b: 2 },
        { _id: 2, a: 1, b: 2 },
      ],
      [{ $group: { _id: { a: '$a', b: '$b' }, n: { $sum: 1 } } }],
    ],
    [{ _id: { a: 1, b: 2 }, n: 2 }],
  ],
  [
    '$group by date',
    [
      [
        { _id: 1, d: new Date(5) },
        { _id: 2, d: new Date(5) },
      ],
      [{ $group: { _id: '$d', n: { $sum: 1 } } }],
    ],
    [{ _id: new Date(5), n: 2 }],
  ],
  [
    '$group by ObjectId',
    [
      [
        { _id: 1, o: oid(1) },
        { _id: 2, o: oid(1) },
        { _id: 3, o: oid(2) },
      ],
      [{ $group: { _id: '$o', n: { $sum: 1 } } }],
    ],
    [
      { _id: oid(1), n: 2 },
      { _id: oid(2), n: 1 },
    ],
  ],
  [
    '$group holds number types equal',
    [
      [
        { _id: 1, a: int(5) },
        { _id: 2, a: double(5) },
      ],
      [{ $group: { _id: '$a', n: { $sum: 1 } } }],
    ],
    [{ _id: 5, n: 2 }],
  ],
  ['$group all', [ids(1, 2), [{ $group: { _id: null, n: { $count: {} } } }]], [{ _id: null, n: 2 }]],
  [
    '$sum and $avg ignore text',
    [
      [
        { _id: 1, a: 'x' },
        { _id: 2, a: 4 },
      ],
      [{ $group: { _id: null, v: { $avg: '$a' }, s: { $sum: '$a' } } }],
    ],
    [{ _id: null, v: 4, s: 4 }],
  ],
  [
    '$avg of nothing is null',
    [[{ _id: 1, a: 'x' }], [{ $group: { _id: null, v: { $avg: '$a' } } }]],
    [{ _id: null, v: null }],
  ],
  [
    '$first, $last and $push of missing',
    [
      [{ _id: 1 }, { _id: 2, a: 2 }],
      [{ $group: { _id: null, f: { $first: '$a' }, l: { $last: '$a' }, p: { $push: '$a' } } }],
    ],
    [{ _id: null, f: null, l: 2, p: [2] }],
  ],
  [
    '$addToSet of documents',
    [
      [
        { _id: 1, a: { x: 1 } },
        { _id: 2, a: { x: 1 } },
      ],
      [{ $group: { _id: null, s: { $addToSet: '$a' } } }],
    ],
    [{ _id: null, s: [{ x: 1 }] }],
  ],
  [
    '$max and $min of mixed types',
    [
      [
        { _id: 1, a: 'z' },
        { _id: 2, a: 5 },
        { _id: 3, a: null },
      ],
      [{ $group: { _id: null, M: { $max: '$a' }, m: { $min: '$a' } } }],
    ],
    [{ _id: null, M: 'z', m: 5 }],
  ],
  [
    '$sum of an expression',
    [ids(1, 3), [{ $group: { _id: null, c: { $sum: { $cond: [{ $gt: ['$_id', 1] }, 1, 0] } } } }]],
    [{ _id: null, c: 1 }],
  ],
  ['$stdDevPop', [ids(1, 3), [{ $group: { _id: null, s: { $stdDevPop: '$_id' } } }]], [{ _id: null, s: 1 }]],
  [
    '$mergeObjects',
    [
      [
        { _id: 1, o: { a: 1 } },
        { _id: 2, o: { b: 2 } },
      ],
      [{ $group: { _id: null, m: { $mergeObjects: '$o' } } }],
    ],
    [{ _id: null, m: { a: 1, b: 2 } }],
  ],
  [
    '$top',
    [ids(1, 2, 3), [{ $group: { _id: null, t: { $top: { output: '$_id', sortBy: { _id: -1 } } } } }]],
    [{ _id: null, t: 3 }],
  ],
  [
    '$bottomN',
    [ids(3, 1, 2), [{ $group: { _id: null, t: { $bottomN: { n: 2, output: '$_id', sortBy: { _id: 1 } } } } }]],
    [{ _id: null, t: [2, 3] }],
  ],
  [
    '$firstN and $maxN',
    [
      ids(1, 2, 3),
      [{ $group: { _id: null, f: { $firstN: { input: '$_id', n: 2 } }, m: { $maxN: { input: '$_id', n: 2 } } } }],
    ],
    [{ _id: null, f: [1, 2], m: [3, 2] }],
  ],
  ['$group without _id', [[], [{ $group: { n: { $sum: 1 } } }]], code(15955)],
  ['an unknown accumulator', [[], [{ $group: { _id: 1, n: { $foo: 1 } } }]], code(15952)],
  ['$percentile is not supported', [[], [{ $group: { _id: 1, n: { $percentile: {} } } }]], code(115)],
  ['a dot in a group field', [[], [{ $group: { _id: 1, 'a.b': { $sum: 1 } } }]], code(40235)],
  [
    '$sortByCount',
    [[{ t: 'a' }, { t: 'b' }, { t: 'a' }], [{ $sortByCount: '$t' }]],
    [
      { _id: 'a', count: 2 },
      { _id: 'b', count: 1 },
    ],
  ],
  ['$count', [ids(1, 2), [{ $count: 'n' }]], [{ n: 2 }]],
  ['$count of nothing', [[], [{ $count: 'n' }]], []],
  [
    '$bucket leaves empty buckets out',
    [[{ _id: 1, n: 3 }], [{ $bucket: { groupBy: '$n', boundaries: [0, 2, 10] } }]],
    [{ _id: 2, count: 1 }],
  ],
  [
    '$bucket default',
    [
      [
        { _id: 1, n: 30 },
        { _id: 2, n: 1 },
      ],
      [{ $bucket: { groupBy: '$n', boundaries: [0, 2], default: 'other', output: { ids: { $push: '$_id' } } } }],
    ],
    [
      { _id: 0, ids: [2] },
      { _id: 'other', ids: [1] },
    ],
  ],
  ['$bucket without a place', [[{ n: 30 }], [{ $bucket: { groupBy: '$n', boundaries: [0, 2] } }]], code(40066)],
  ['$bucket out of order', [[], [{ $bucket: { groupBy: '$n', boundaries: [2, 0] } }]], code(40194)],
  [
    '$bucketAuto',
    [[1, 2, 3, 4].map((n) => ({ n })), [{ $bucketAuto: { groupBy: '$n', buckets: 2 } }]],
    [
      { _id: { min: 1, max: 3 }, count: 2 },
      { _id: { min: 3, max: 4 }, count: 2 },
    ],
  ],
]

table('stages that group', grouping, run)
