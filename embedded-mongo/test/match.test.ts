import { Binary, DBRef, Decimal128, Long, MaxKey, MinKey, Timestamp } from 'bson'
import { compileFilter } from '../match/index.js'
import type { Doc } from '../values.js'
import { at, code, double, int, long, oid, table } from './known-answers.js'

type Row = [string, [Doc, Doc], boolean | { code: number }]
const run = ([filter, doc]: [Doc, Doc]) => compileFilter(filter)(doc)
const dec = (s: string) => Decimal128.fromString(s)

const equality: Row[] = [
  ['a number equals itself', [{ a: 1 }, { a: 1 }], true],
  ['a different number does not match', [{ a: 1 }, { a: 2 }], false],
  ['int, double, long and decimal are equal', [{ a: int(5) }, { a: long(5) }], true],
  ['a double equals a plain number', [{ a: double(5) }, { a: 5 }], true],
  ['a decimal equals the same whole number', [{ a: dec('5.00') }, { a: 5 }], true],
  ['decimal 0.1 is not double 0.1', [{ a: dec('0.1') }, { a: 0.1 }], false],
  [
    'a long beyond 2^53 is exact',
    [{ a: Long.fromString('9007199254740993') }, { a: Long.fromString('9007199254740992') }],
    false,
  ],
  [
    'a long beyond 2^53 equals itself',
    [{ a: Long.fromString('9007199254740993') }, { a: Long.fromString('9007199254740993') }],
    true,
  ],
  ['minus zero equals zero', [{ a: -0 }, { a: 0 }], true],
  ['NaN equals NaN', [{ a: Number.NaN }, { a: Number.NaN }], true],
  ['a string is not a number', [{ a: '1' }, { a: 1 }], false],
  ['a bool is not a number', [{ a: true }, { a: 1 }], false],
  ['strings compare exactly', [{ a: 'x' }, { a: 'X' }], false],
  ['ObjectIds by bytes', [{ a: oid(1) }, { a: oid(1) }], true],
  ['different ObjectIds', [{ a: oid(1) }, { a: oid(2) }], false],
  ['dates by time', [{ a: at('2024-01-01') }, { a: at('2024-01-01') }], true],
  ['a date is not its number', [{ a: 0 }, { a: new Date(0) }], false],
  [
    'binary by bytes and subtype',
    [{ a: new Binary(Buffer.from('x'), 0) }, { a: new Binary(Buffer.from('x'), 0) }],
    true,
  ],
  ['binary subtype differs', [{ a: new Binary(Buffer.from('x'), 0) }, { a: new Binary(Buffer.from('x'), 5) }], false],
  ['documents with the same fields in order', [{ a: { x: 1, y: 2 } }, { a: { x: 1, y: 2 } }], true],
  ['documents in another field order differ', [{ a: { y: 2, x: 1 } }, { a: { x: 1, y: 2 } }], false],
  ['a document is not its superset', [{ a: { x: 1 } }, { a: { x: 1, y: 2 } }], false],
  ['an empty document equals an empty document', [{ a: {} }, { a: {} }], true],
  ['an array equals the same array', [{ a: [1, 2] }, { a: [1, 2] }], true],
  ['an array in another order differs', [{ a: [2, 1] }, { a: [1, 2] }], false],
  ['an array matches as an element', [{ a: [1] }, { a: [[1], 2] }], true],
  ['an element of an array', [{ a: 2 }, { a: [1, 2] }], true],
  ['an element of an element is not reached', [{ a: 2 }, { a: [[1, 2]] }], false],
  ['the empty filter matches', [{}, { a: 1 }], true],
  [
    'two fields must both match',
    [
      { a: 1, b: 2 },
      { a: 1, b: 3 },
    ],
    false,
  ],
  ['$comment is ignored', [{ $comment: 'why', a: 1 }, { a: 1 }], true],
  ['a DBRef by its parts', [{ 'a.$id': oid(1) }, { a: new DBRef('c', oid(1)) }], true],
]

const nulls: Row[] = [
  ['null matches null', [{ a: null }, { a: null }], true],
  ['null matches missing', [{ a: null }, {}], true],
  ['null does not match a value', [{ a: null }, { a: 0 }], false],
  ['null does not match an empty array', [{ a: null }, { a: [] }], false],
  ['null matches an array with null', [{ a: null }, { a: [1, null] }], true],
  ['a.b null with a missing', [{ 'a.b': null }, {}], true],
  ['a.b null with a scalar', [{ 'a.b': null }, { a: 4 }], true],
  ['a.b null with an empty document', [{ 'a.b': null }, { a: {} }], true],
  ['a.b null with an array of scalars does not match', [{ 'a.b': null }, { a: [1] }], false],
  ['a.b null with an array of nulls does not match', [{ 'a.b': null }, { a: [null] }], false],
  ['a.b null with an empty array does not match', [{ 'a.b': null }, { a: [] }], false],
  ['a.b null with an array in an array does not match', [{ 'a.b': null }, { a: [[]] }], false],
  ['a.b null with one element lacking b', [{ 'a.b': null }, { a: [{ b: 3 }, {}] }], true],
  ['a.b null with all elements having b', [{ 'a.b': null }, { a: [{ b: 1 }, { b: 3 }] }], false],
  ['$ne null with missing', [{ a: { $ne: null } }, {}], false],
  ['$ne null with an empty array', [{ a: { $ne: null } }, { a: [] }], true],
  ['$exists true with null', [{ a: { $exists: true } }, { a: null }], true],
  ['$exists true with missing', [{ a: { $exists: true } }, {}], false],
  ['$exists false with missing', [{ a: { $exists: false } }, { b: 1 }], true],
  ['$exists false with null', [{ a: { $exists: false } }, { a: null }], false],
  ['$exists 0 means false', [{ a: { $exists: 0 } }, {}], true],
  ['$exists on a path through an array', [{ 'a.b': { $exists: true } }, { a: [{}, { b: 1 }] }], true],
  ['$exists on a path through scalars', [{ 'a.b': { $exists: true } }, { a: [1] }], false],
  ['$exists with an empty array', [{ a: { $exists: true } }, { a: [] }], true],
  ['$in with null matches missing', [{ a: { $in: [null, 1] } }, {}], true],
  ['$nin with null refuses missing', [{ a: { $nin: [null] } }, {}], false],
  ['$gte null matches null and missing', [{ a: { $gte: null } }, {}], true],
  ['$gt null matches nothing', [{ a: { $gt: null } }, { a: null }], false],
]

const ranges: Row[] = [
  ['$gt', [{ a: { $gt: 1 } }, { a: 2 }], true],
  ['$gt equal', [{ a: { $gt: 2 } }, { a: 2 }], false],
  ['$gte equal', [{ a: { $gte: 2 } }, { a: 2 }], true],
  ['$lt', [{ a: { $lt: 2 } }, { a: 1 }], true],
  ['$lte equal', [{ a: { $lte: 2 } }, { a: 2 }], true],
  ['a string is not above a number', [{ a: { $gt: 1 } }, { a: 'x' }], false],
  ['a number is not below a string', [{ a: { $lt: 'x' } }, { a: 1 }], false],
  ['missing is not below a number', [{ a: { $lt: 1 } }, {}], false],
  ['null is not below a number', [{ a: { $lt: 1 } }, { a: null }], false],
  ['numbers across types', [{ a: { $gt: int(1) } }, { a: double(1.5) }], true],
  ['decimals and doubles', [{ a: { $gt: dec('1.4') } }, { a: 1.5 }], true],
  ['NaN is not below anything', [{ a: { $lt: 5 } }, { a: Number.NaN }], false],
  ['NaN is at most NaN', [{ a: { $lte: Number.NaN } }, { a: Number.NaN }], true],
  ['strings by bytes', [{ a: { $gt: 'B' } }, { a: 'a' }], true],
  ['Chinese strings', [{ a: { $gte: '微' } }, { a: '微信' }], true],
  ['a surrogate pair sorts above U+FFFD', [{ a: { $gt: '\ufffd' } }, { a: '\u{1f600}' }], true],
  ['dates', [{ a: { $lt: at('2024-02-01') } }, { a: at('2024-01-31') }], true],
  ['ObjectIds', [{ a: { $gt: oid(1) } }, { a: oid(2) }], true],
  ['false is below true', [{ a: { $lt: true } }, { a: false }], true],
  ['an array by any element', [{ a: { $gt: 5 } }, { a: [1, 9] }], true],
  ['two bounds by different elements', [{ a: { $gt: 5, $lt: 3 } }, { a: [1, 9] }], true],
  ['an array as a whole', [{ a: { $gt: [1] } }, { a: [1, 2] }], true],
  ['documents by their first difference', [{ a: { $gt: { x: 1 } } }, { a: { x: 2 } }], true],
  ['MinKey below everything', [{ a: { $gt: new MinKey() } }, { a: 1 }], true],
  ['MaxKey above everything', [{ a: { $lt: new MaxKey() } }, { a: 'x' }], true],
  ['timestamps', [{ a: { $gt: new Timestamp({ t: 1, i: 1 }) } }, { a: new Timestamp({ t: 1, i: 2 }) }], true],
  ['a regex as a bound is refused', [{ a: { $gt: /x/ } }, { a: 'x' }], code(2)],
]

const lists: Row[] = [
  ['$in a number', [{ a: { $in: [1, 2] } }, { a: 2 }], true],
  ['$in across number types', [{ a: { $in: [int(2)] } }, { a: long(2) }], true],
  ['$in a decimal', [{ a: { $in: [dec('2.0')] } }, { a: 2 }], true],
  ['$in holds NaN', [{ a: { $in: [Number.NaN] } }, { a: Number.NaN }], true],
  ['$in an ObjectId', [{ a: { $in: [oid(1)] } }, { a: oid(1) }], true],
  ['$in a date', [{ a: { $in: [new Date(5)] } }, { a: new Date(5) }], true],
  ['$in a regex', [{ a: { $in: [/^x/] } }, { a: 'xyz' }], true],
  ['$in an array element', [{ a: { $in: [3] } }, { a: [1, 3] }], true],
  ['$in a whole array', [{ a: { $in: [[1, 3]] } }, { a: [1, 3] }], true],
  ['$in a document', [{ a: { $in: [{ x: 1 }] } }, { a: { x: 1 } }], true],
  ['$in nothing', [{ a: { $in: [] } }, { a: 1 }], false],
  ['$in true is not 1', [{ a: { $in: [true] } }, { a: 1 }], false],
  ['$nin', [{ a: { $nin: [1] } }, { a: 2 }], true],
  ['$nin with an array holding one', [{ a: { $nin: [1] } }, { a: [1, 2] }], false],
  ['$nin with missing', [{ a: { $nin: [1] } }, {}], true],
  ['$in needs an array', [{ a: { $in: 1 } }, {}], code(2)],
  ['$in may not hold operators', [{ a: { $in: [{ $gt: 1 }] } }, {}], code(2)],
  ['$all', [{ a: { $all: [1, 2] } }, { a: [2, 1, 3] }], true],
  ['$all lacking one', [{ a: { $all: [1, 4] } }, { a: [1, 2] }], false],
  ['$all on a scalar', [{ a: { $all: [1] } }, { a: 1 }], true],
  ['$all of nothing matches nothing', [{ a: { $all: [] } }, { a: [] }], false],
  ['$all with a whole array', [{ a: { $all: [[1, 2]] } }, { a: [1, 2] }], true],
  ['$all with regexes', [{ a: { $all: [/^x/, /y$/] } }, { a: ['xa', 'by'] }], true],
  [
    '$all with $elemMatch',
    [{ a: { $all: [{ $elemMatch: { x: 1 } }, { $elemMatch: { x: 2 } }] } }, { a: [{ x: 1 }, { x: 2 }] }],
    true,
  ],
  ['$all with other operators is refused', [{ a: { $all: [{ $gt: 1 }] } }, {}], code(2)],
  ['$size', [{ a: { $size: 2 } }, { a: [1, 2] }], true],
  ['$size of a scalar', [{ a: { $size: 1 } }, { a: 1 }], false],
  ['$size does not look into elements', [{ a: { $size: 2 } }, { a: [[1, 2]] }], false],
  ['$size 0', [{ a: { $size: 0 } }, { a: [] }], true],
  ['$size through an array', [{ 'a.b': { $size: 1 } }, { a: [{ b: [1] }] }], true],
  ['$size may not be negative', [{ a: { $size: -1 } }, {}], code(2)],
  ['$size must be whole', [{ a: { $size: 1.5 } }, {}], code(2)],
  ['$elemMatch on values', [{ a: { $elemMatch: { $gt: 5, $lt: 8 } } }, { a: [1, 7] }], true],
  ['$elemMatch wants one element for all', [{ a: { $elemMatch: { $gt: 5, $lt: 3 } } }, { a: [1, 9] }], false],
  [
    '$elemMatch on documents',
    [
      { a: { $elemMatch: { x: 1, y: 2 } } },
      {
        a: [
          { x: 1, y: 1 },
          { x: 1, y: 2 },
        ],
      },
    ],
    true,
  ],
  ['$elemMatch needs an array', [{ a: { $elemMatch: { x: 1 } } }, { a: { x: 1 } }], false],
  ['$elemMatch with $or', [{ a: { $elemMatch: { $or: [{ x: 1 }, { x: 2 }] } } }, { a: [{ x: 2 }] }], true],
  ['$elemMatch on arrays in arrays', [{ a: { $elemMatch: { $elemMatch: { $gt: 4 } } } }, { a: [[5]] }], true],
  ['$elemMatch with $ne', [{ a: { $elemMatch: { $ne: 1 } } }, { a: [1, 1] }], false],
  ['$elemMatch with an index', [{ a: { $elemMatch: { 0: 5 } } }, { a: [[5]] }], true],
  ['$elemMatch must be a document', [{ a: { $elemMatch: 1 } }, {}], code(2)],
  ['$elemMatch refuses $expr', [{ a: { $elemMatch: { $expr: true } } }, {}], code(2)],
]

const paths: Row[] = [
  ['a nested field', [{ 'a.b': 1 }, { a: { b: 1 } }], true],
  ['a field of array elements', [{ 'a.b': 2 }, { a: [{ b: 1 }, { b: 2 }] }], true],
  ['an array index', [{ 'a.1': 5 }, { a: [4, 5] }], true],
  ['an array index and a field', [{ 'a.0.b': 1 }, { a: [{ b: 1 }] }], true],
  ['a wrong index', [{ 'a.0': 5 }, { a: [4, 5] }], false],
  ['a numeric field name', [{ 'a.0': 5 }, { a: { 0: 5 } }], true],
  ['a numeric field name in elements', [{ 'a.0': 5 }, { a: [{ 0: 5 }] }], true],
  ['an indexed element that is an array is taken whole', [{ 'a.1': 4 }, { a: [5, [2, 4]] }], false],
  ['an indexed element equals an array', [{ 'a.1': [2, 4] }, { a: [5, [2, 4]] }], true],
  ['an array at the end of a path', [{ 'a.b': 2 }, { a: { b: [1, 2] } }], true],
  ['arrays twice on the way', [{ 'a.b.c': 3 }, { a: [{ b: [{ c: 3 }] }] }], true],
  ['an array in an array is not entered', [{ 'a.b': 1 }, { a: [[{ b: 1 }]] }], false],
  ['an array in an array by index', [{ 'a.0.b': 1 }, { a: [[{ b: 1 }]] }], true],
  ['an index beyond the end is missing', [{ 'a.5': { $exists: true } }, { a: [1] }], false],
]

table('equality', equality, run)

table('null and missing', nulls, run)

table('ranges', ranges, run)

table('lists and arrays', lists, run)

table('paths', paths, run)

const position = ([filter, doc]: [Doc, Doc]) => {
  const hit: { pos?: number } = {}
  return compileFilter(filter)(doc, hit) ? hit.pos : 'no match'
}

const positions: [string, [Doc, Doc], unknown][] = [
  ['the element that equals', [{ a: 2 }, { a: [1, 2] }], 1],
  ['a scalar has no index', [{ a: 2 }, { a: 2 }], undefined],
  ['a whole array has no index', [{ a: [1, 2] }, { a: [1, 2] }], undefined],
  ['the element whose field equals', [{ 'a.b': 2 }, { a: [{ b: 1 }, { b: 2 }] }], 1],
  ['the outermost array counts', [{ 'a.b': 2 }, { a: [{ b: [1] }, { b: [0, 2] }] }], 1],
  ['an array below a document', [{ 'a.b': 2 }, { a: { b: [1, 2] } }], 1],
  ['$elemMatch', [{ a: { $elemMatch: { x: 2 } } }, { a: [{ x: 1 }, { x: 2 }] }], 1],
  ['$elemMatch below an array', [{ 'a.b': { $elemMatch: { $gt: 5 } } }, { a: [{ b: [1] }, { b: [9] }] }], 1],
  ['$exists reports an index', [{ 'a.b': { $exists: true } }, { a: [{}, { b: 1 }] }], 1],
  ['$in', [{ a: { $in: [3] } }, { a: [1, 2, 3] }], 2],
  ['$and', [{ $and: [{ x: 1 }, { a: 3 }] }, { x: 1, a: [1, 2, 3] }], 2],
  ['$or by the branch that matched', [{ $or: [{ a: 9 }, { a: 2 }] }, { a: [1, 2] }], 1],
  ['a failed branch leaves nothing', [{ $or: [{ a: 2, x: 9 }, { x: 1 }] }, { x: 1, a: [1, 2] }], undefined],
  ['$ne reports none', [{ a: { $ne: 9 } }, { a: [1, 2] }], undefined],
  [
    'fields without arrays do not disturb',
    [
      { a: 2, _id: 1 },
      { _id: 1, a: [1, 2] },
    ],
    1,
  ],
]

table('the positional index', positions, position)
