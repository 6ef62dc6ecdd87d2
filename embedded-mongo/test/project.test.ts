import { compileProjection } from '../project.js'
import type { Doc } from '../values.js'
import { code, table } from './known-answers.js'

type Row = [string, [spec: Doc, doc: Doc, pos?: number], unknown]
const run = ([spec, doc, pos]: [Doc, Doc, number?]) => (compileProjection(spec, {}) ?? ((d: Doc) => d))(doc, pos)
const doc: Doc = {
  _id: 1,
  a: 1,
  b: { c: 2, d: 3 },
  l: [1, 2, 3, 4],
  m: [
    { x: 1, y: 1 },
    { x: 2, y: 2 },
  ],
}
const row = (name: string, spec: Doc, expected: unknown, pos?: number): Row => [
  name,
  pos === undefined ? [spec, doc] : [spec, doc, pos],
  expected,
]

table(
  'find projections',
  [
    row('an empty one keeps everything', {}, doc),
    row('inclusion keeps _id', { a: 1 }, { _id: 1, a: 1 }),
    row('inclusion without _id', { a: 1, _id: 0 }, { a: 1 }),
    row('true is 1', { a: true }, { _id: 1, a: 1 }),
    row('exclusion', { b: 0, l: 0, m: 0 }, { _id: 1, a: 1 }),
    row(
      'exclusion of _id only',
      { _id: 0 },
      {
        a: 1,
        b: { c: 2, d: 3 },
        l: [1, 2, 3, 4],
        m: [
          { x: 1, y: 1 },
          { x: 2, y: 2 },
        ],
      },
    ),
    row('inclusion of _id only', { _id: 1 }, { _id: 1 }),
    row('_id may be included beside exclusions', { _id: 1, b: 0, l: 0, m: 0 }, { _id: 1, a: 1 }),
    row('a nested field', { 'b.c': 1 }, { _id: 1, b: { c: 2 } }),
    row('a nested field as a document', { b: { c: 1 } }, { _id: 1, b: { c: 2 } }),
    row('a nested field through an array', { 'm.x': 1 }, { _id: 1, m: [{ x: 1 }, { x: 2 }] }),
    row('a nested exclusion', { 'b.c': 0, l: 0, m: 0 }, { _id: 1, a: 1, b: { d: 3 } }),
    row('a nested exclusion keeps scalars', { 'a.x': 0, b: 0, l: 0, m: 0 }, { _id: 1, a: 1 }),
    row('a nested inclusion below a scalar gives nothing', { 'a.x': 1 }, { _id: 1 }),
    row('a mix', { a: 1, b: 0 }, code(31254)),
    row('a mix the other way', { a: 0, b: 1 }, code(31253)),
    row('$slice keeps other fields', { l: { $slice: 2 }, b: 0, m: 0 }, { _id: 1, a: 1, l: [1, 2] }),
    row('$slice alone keeps everything else', { l: { $slice: -1 } }, { ...doc, l: [4] }),
    row('$slice with an inclusion', { a: 1, l: { $slice: [1, 2] } }, { _id: 1, a: 1, l: [2, 3] }),
    row('$slice from the end', { _id: 1, l: { $slice: [-3, 2] }, a: 0, b: 0, m: 0 }, { _id: 1, l: [2, 3] }),
    row('$slice of what is no array', { a: { $slice: 1 }, b: 0, l: 0, m: 0 }, { _id: 1, a: 1 }),
    row('$elemMatch', { m: { $elemMatch: { x: 2 } } }, { _id: 1, m: [{ x: 2, y: 2 }] }),
    row('$elemMatch on values', { l: { $elemMatch: { $gt: 2 } } }, { _id: 1, l: [3] }),
    row('$elemMatch without a match', { m: { $elemMatch: { x: 9 } } }, { _id: 1 }),
    row(
      '$elemMatch comes after what is kept',
      { l: { $elemMatch: { $gt: 2 } }, m: 1 },
      { _id: 1, m: doc['m'], l: [3] },
    ),
    row('$elemMatch in an exclusion', { a: 0, m: { $elemMatch: { x: 1 } } }, code(31253)),
    row('$elemMatch on a nested field', { 'b.c': { $elemMatch: { x: 1 } } }, code(31275)),
    row('the positional element', { 'l.$': 1 }, { _id: 1, l: [3] }, 2),
    row('the positional element beside others', { a: 1, 'm.$': 1 }, { _id: 1, a: 1, m: [{ x: 2, y: 2 }] }, 1),
    row('the positional element without a match', { 'l.$': 1 }, code(51246)),
    row('two positional elements', { 'l.$': 1, 'm.$': 1 }, code(31276)),
    row('a positional element in an exclusion', { a: 0, 'l.$': 1 }, code(31395)),
    row('a positional element in the middle', { 'm.$.x': 1 }, code(31394)),
    row('an expression', { s: { $add: ['$a', '$b.c'] } }, { _id: 1, s: 3 }),
    row('a field as text', { s: '$a' }, { _id: 1, s: 1 }),
    row('a literal text', { s: 'x' }, { _id: 1, s: 'x' }),
    row('the $slice expression', { s: { $slice: ['$l', 1] } }, { _id: 1, s: [1] }),
    row('an expression in an exclusion', { a: 0, s: '$b' }, code(31252)),
    row('$meta is not supported', { s: { $meta: 'textScore' } }, code(115)),
    row('an empty document', { a: {} }, code(51270)),
    row('colliding paths', { b: 1, 'b.c': 1 }, code(31249)),
    row('colliding paths the other way', { 'b.c': 1, b: 1 }, code(31250)),
    row('a dollar name', { $a: 1 }, code(16410)),
    [
      'a __proto__ field',
      [{ b: 0 }, JSON.parse('{"_id": 1, "__proto__": {"x": 1}}') as Doc],
      JSON.parse('{"_id": 1, "__proto__": {"x": 1}}'),
    ],
  ] as Row[],
  run,
)
