import { compileUpdate } from '../update/index.js'
import type { Doc } from '../values.js'
import { at, code, double, int, oid, table } from './known-answers.js'

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
  'arrays',
  [
    row('$push', { a: [1] }, { $push: { a: 2 } }, { a: [1, 2] }),
    row('$push to a missing field', {}, { $push: { a: 2 } }, { a: [2] }),
    row('$push an array is one element', { a: [] }, { $push: { a: [1, 2] } }, { a: [[1, 2]] }),
    row('$push to a scalar', { _id: 1, a: 1 }, { $push: { a: 2 } }, code(2)),
    row('$push to null', { a: null }, { $push: { a: 2 } }, code(2)),
    row('$push $each', { a: [1] }, { $push: { a: { $each: [2, 3] } } }, { a: [1, 2, 3] }),
    row('$push $each $position', { a: [1, 2] }, { $push: { a: { $each: [9], $position: 0 } } }, { a: [9, 1, 2] }),
    row(
      '$push at a negative position',
      { a: [1, 2] },
      { $push: { a: { $each: [9], $position: -1 } } },
      { a: [1, 9, 2] },
    ),
    row('$push beyond the end', { a: [1] }, { $push: { a: { $each: [9], $position: 7 } } }, { a: [1, 9] }),
    row('$push $slice keeps the first', { a: [1, 2] }, { $push: { a: { $each: [3], $slice: 2 } } }, { a: [1, 2] }),
    row('$push $slice keeps the last', { a: [1, 2] }, { $push: { a: { $each: [3], $slice: -2 } } }, { a: [2, 3] }),
    row('$push $slice 0 empties', { a: [1, 2] }, { $push: { a: { $each: [3], $slice: 0 } } }, { a: [] }),
    row('$push $sort', { a: [3, 1] }, { $push: { a: { $each: [2], $sort: 1 } } }, { a: [1, 2, 3] }),
    row(
      '$push $sort down and $slice',
      { a: [3, 1] },
      { $push: { a: { $each: [2], $sort: -1, $slice: 2 } } },
      { a: [3, 2] },
    ),
    row(
      '$push $sort by a field',
      { a: [{ x: 2 }] },
      { $push: { a: { $each: [{ x: 1 }], $sort: { x: 1 } } } },
      { a: [{ x: 1 }, { x: 2 }] },
    ),
    row('$push with an unknown clause', {}, { $push: { a: { $each: [], $foo: 1 } } }, code(2)),
    row('$push $each must be an array', {}, { $push: { a: { $each: 1 } } }, code(2)),
    row('$push $sort must be 1 or -1', {}, { $push: { a: { $each: [], $sort: 2 } } }, code(2)),
    row('$push $slice must be whole', {}, { $push: { a: { $each: [], $slice: 1.5 } } }, code(2)),
    row('$addToSet adds', { a: [1] }, { $addToSet: { a: 2 } }, { a: [1, 2] }),
    row('$addToSet keeps', { a: [1] }, { $addToSet: { a: 1 } }, { a: [1] }),
    row('$addToSet compares across number types', { a: [int(1)] }, { $addToSet: { a: double(1) } }, { a: [1] }),
    row(
      '$addToSet documents by field order',
      { a: [{ x: 1, y: 2 }] },
      { $addToSet: { a: { y: 2, x: 1 } } },
      {
        a: [
          { x: 1, y: 2 },
          { y: 2, x: 1 },
        ],
      },
    ),
    row('$addToSet $each', { a: [1] }, { $addToSet: { a: { $each: [1, 2, 2] } } }, { a: [1, 2] }),
    row('$addToSet to a missing field', {}, { $addToSet: { a: 1 } }, { a: [1] }),
    row('$addToSet to a scalar', { a: 1 }, { $addToSet: { a: 1 } }, code(2)),
    row('$addToSet $each must be an array', {}, { $addToSet: { a: { $each: 1 } } }, code(14)),
    row('$pull a value', { a: [1, 2, 1] }, { $pull: { a: 1 } }, { a: [2] }),
    row('$pull by operators', { a: [1, 5, 9] }, { $pull: { a: { $gt: 3 } } }, { a: [1] }),
    row('$pull by $in', { a: [1, 2, 3] }, { $pull: { a: { $in: [1, 3] } } }, { a: [2] }),
    row('$pull documents by a part', { a: [{ x: 1, y: 1 }, { x: 2 }] }, { $pull: { a: { x: 1 } } }, { a: [{ x: 2 }] }),
    row(
      '$pull documents by operators',
      { a: [{ x: 1 }, { x: 5 }] },
      { $pull: { a: { x: { $gte: 5 } } } },
      { a: [{ x: 1 }] },
    ),
    row(
      '$pull with $or matches element documents',
      { a: [{ x: 1 }, { x: 2 }, { x: 3 }] },
      { $pull: { a: { $or: [{ x: 1 }, { x: 2 }] } } },
      { a: [{ x: 3 }] },
    ),
    row('$pull by a regex', { a: ['ab', 'cd'] }, { $pull: { a: /^a/ } }, { a: ['cd'] }),
    row(
      '$pull with $elemMatch',
      { a: [{ b: [{ c: 1 }] }, { b: [] }] },
      { $pull: { a: { b: { $elemMatch: { c: 1 } } } } },
      { a: [{ b: [] }] },
    ),
    row('$pull null', { a: [null, 1] }, { $pull: { a: null } }, { a: [1] }),
    row('$pull an ObjectId', { a: [oid(1), oid(2)] }, { $pull: { a: oid(1) } }, { a: [oid(2)] }),
    row('$pull from nothing', {}, { $pull: { a: 1 } }, {}),
    row('$pull from a scalar', { a: 1 }, { $pull: { a: 1 } }, code(2)),
    row('$pullAll', { a: [1, 2, 1, 3] }, { $pullAll: { a: [1, 3] } }, { a: [2] }),
    row('$pullAll needs an array', {}, { $pullAll: { a: 1 } }, code(2)),
    row('$pop the last', { a: [1, 2] }, { $pop: { a: 1 } }, { a: [1] }),
    row('$pop the first', { a: [1, 2] }, { $pop: { a: -1 } }, { a: [2] }),
    row('$pop of an empty array', { a: [] }, { $pop: { a: 1 } }, { a: [] }),
    row('$pop of nothing', {}, { $pop: { a: 1 } }, {}),
    row('$pop of a scalar', { a: 1 }, { $pop: { a: 1 } }, code(14)),
    row('$pop by 2', {}, { $pop: { a: 2 } }, code(9)),
  ] as Row[],
  run,
)

table(
  'positional paths',
  [
    row('$ sets the matched element', { a: [1, 2, 3] }, { $set: { 'a.$': 9 } }, { a: [1, 9, 3] }, { pos: 1 }),
    row(
      '$ and a field',
      { a: [{ b: 1 }, { b: 2 }] },
      { $set: { 'a.$.b': 9 } },
      { a: [{ b: 1 }, { b: 9 }] },
      { pos: 1 },
    ),
    row(
      '$ twice on one element',
      { a: [{ b: 1 }] },
      { $set: { 'a.$.b': 9 }, $inc: { 'a.$.c': 1 } },
      { a: [{ b: 9, c: 1 }] },
      { pos: 0 },
    ),
    row('$ without a match', { a: [1] }, { $set: { 'a.$': 9 } }, code(2)),
    row('$ may not come first', {}, { $set: { '$.a': 1 } }, code(2)),
    row('$ may not come twice', {}, { $set: { 'a.$.b.$': 1 } }, code(2)),
    row('$unset with $', { a: [1, 2] }, { $unset: { 'a.$': 1 } }, { a: [1, null] }, { pos: 1 }),
    row('$[] sets all', { a: [1, 2] }, { $inc: { 'a.$[]': 10 } }, { a: [11, 12] }),
    row('$[] with a field', { a: [{ b: 1 }, { b: 2 }] }, { $mul: { 'a.$[].b': 2 } }, { a: [{ b: 2 }, { b: 4 }] }),
    row('$[] of an empty array', { a: [] }, { $set: { 'a.$[]': 1 } }, { a: [] }),
    row('$[] needs the path', {}, { $set: { 'a.$[]': 1 } }, code(2)),
    row('$[] needs an array', { a: 1 }, { $set: { 'a.$[]': 1 } }, code(2)),
    row('$[id]', { a: [1, 5, 9] }, { $set: { 'a.$[x]': 0 } }, { a: [1, 0, 0] }, { filters: [{ x: { $gte: 5 } }] }),
    row(
      '$[id] by a field',
      {
        a: [
          { s: 1, v: 1 },
          { s: 2, v: 1 },
        ],
      },
      { $inc: { 'a.$[x].v': 5 } },
      {
        a: [
          { s: 1, v: 1 },
          { s: 2, v: 6 },
        ],
      },
      { filters: [{ 'x.s': 2 }] },
    ),
    row(
      '$[id] nested',
      { a: [{ b: [1, 2] }, { b: [3] }] },
      { $inc: { 'a.$[].b.$[y]': 10 } },
      { a: [{ b: [1, 12] }, { b: [13] }] },
      { filters: [{ y: { $gt: 1 } }] },
    ),
    row('$[id] matching none', { a: [1] }, { $set: { 'a.$[x]': 0 } }, { a: [1] }, { filters: [{ x: 5 }] }),
    row(
      '$[id] with $or',
      { a: [1, 2, 3] },
      { $set: { 'a.$[x]': 0 } },
      { a: [0, 2, 0] },
      { filters: [{ $or: [{ x: 1 }, { x: 3 }] }] },
    ),
    row('an unknown identifier', { a: [] }, { $set: { 'a.$[x]': 0 } }, code(2)),
    row('an unused filter', { a: [] }, { $set: { a: 0 } }, code(9), { filters: [{ x: 1 }] }),
    row('one identifier twice', { a: [] }, { $set: { 'a.$[x]': 0 } }, code(9), { filters: [{ x: 1 }, { x: 2 }] }),
    row('two identifiers in one filter', { a: [] }, { $set: { 'a.$[x]': 0 } }, code(9), { filters: [{ x: 1, y: 2 }] }),
    row('an identifier in capitals', { a: [] }, { $set: { 'a.$[X]': 0 } }, code(2), { filters: [{ X: 1 }] }),
    row('two filters over one element conflict', { a: [5] }, { $set: { 'a.$[x]': 1, 'a.$[y]': 2 } }, code(40), {
      filters: [{ x: 5 }, { y: 5 }],
    }),
    row(
      'two filters over different elements',
      { a: [5, 6] },
      { $set: { 'a.$[x]': 1, 'a.$[y]': 2 } },
      { a: [1, 2] },
      { filters: [{ x: 5 }, { y: 6 }] },
    ),
  ] as Row[],
  run,
)
