import { Decimal128, Long } from 'bson'
import { evalExpr } from '../expr/index.js'
import type { Doc } from '../values.js'
import { at, code, double, int, long, oid, table, typed } from './known-answers.js'

type Row = [string, unknown, unknown]
const doc: Doc = {
  _id: 1,
  n: 5,
  s: 'hello',
  z: null,
  list: [3, 1, 2],
  docs: [{ x: 1 }, { x: 2 }, {}],
  o: { a: 1, b: { c: 2 } },
  t: true,
  big: Long.fromString('9007199254740993'),
  d: at('2024-03-10T18:30:15.123Z'),
}
const run = (e: unknown) => evalExpr(doc, e, { v: 7 })
const dec = (s: string) => Decimal128.fromString(s)

const strings: Row[] = [
  ['$concat', { $concat: ['a', '$s'] }, 'ahello'],
  ['$concat null', { $concat: ['a', '$nope'] }, null],
  ['$concat a number', { $concat: ['a', 1] }, code(16702)],
  ['$toUpper', { $toUpper: '$s' }, 'HELLO'],
  ['$toUpper of missing', { $toUpper: '$nope' }, ''],
  ['$toUpper leaves what is not ASCII', { $toUpper: 'äb' }, 'äB'],
  ['$toLower', { $toLower: 'ABC' }, 'abc'],
  ['$split', { $split: ['a,b', ','] }, ['a', 'b']],
  ['$split by nothing', { $split: ['a', ''] }, code(40087)],
  ['$strLenCP', { $strLenCP: '微信\u{1f600}' }, 3],
  ['$strLenBytes', { $strLenBytes: '微信' }, 6],
  ['$strLenCP of null', { $strLenCP: null }, code(34471)],
  ['$substrCP', { $substrCP: ['微信公众号', 2, 2] }, '公众'],
  ['$substrBytes', { $substrBytes: ['hello', 1, 3] }, 'ell'],
  ['$substr to the end', { $substr: ['hello', 2, -1] }, 'llo'],
  ['$substrBytes inside a character', { $substrBytes: ['微', 1, 1] }, code(28656)],
  ['$indexOfCP', { $indexOfCP: ['微信公众号', '公'] }, 2],
  ['$indexOfCP from', { $indexOfCP: ['abab', 'a', 1] }, 2],
  ['$indexOfBytes', { $indexOfBytes: ['微信', '信'] }, 3],
  ['$indexOfCP not there', { $indexOfCP: ['a', 'b'] }, -1],
  ['$trim', { $trim: { input: '  a ' } }, 'a'],
  ['$trim keeps a full-width space', { $trim: { input: '\u3000a ' } }, '\u3000a'],
  ['$ltrim characters', { $ltrim: { input: 'xxax', chars: 'x' } }, 'ax'],
  ['$rtrim', { $rtrim: { input: ' a ' } }, ' a'],
  ['$replaceOne', { $replaceOne: { input: 'aa', find: 'a', replacement: { $literal: '$&' } } }, '$&a'],
  ['$replaceAll', { $replaceAll: { input: 'a.a', find: 'a', replacement: 'b' } }, 'b.b'],
  ['$regexMatch', { $regexMatch: { input: 'Ab', regex: /a/i } }, true],
  ['$regexMatch with options', { $regexMatch: { input: 'Ab', regex: 'a', options: 'i' } }, true],
  ['$regexMatch of null', { $regexMatch: { input: null, regex: 'a' } }, false],
  ['$regexFind', { $regexFind: { input: '微abc', regex: 'b(c)(d)?' } }, { match: 'bc', idx: 2, captures: ['c', null] }],
  ['$regexFind nothing', { $regexFind: { input: 'x', regex: 'a' } }, null],
  [
    '$regexFindAll',
    { $regexFindAll: { input: 'abab', regex: 'b' } },
    [
      { match: 'b', idx: 1, captures: [] },
      { match: 'b', idx: 3, captures: [] },
    ],
  ],
  ['$strcasecmp', { $strcasecmp: ['ABC', 'abd'] }, -1],
]

const conversions: Row[] = [
  ['$type of a double', { $type: double(1) }, 'double'],
  ['$type of an array', { $type: '$list' }, 'array'],
  ['$type of an ObjectId', { $type: oid(1) }, 'objectId'],
  ['$isNumber', { $isNumber: '$n' }, true],
  ['$toString of a number', { $toString: 12 }, '12'],
  ['$toString of an ObjectId', { $toString: oid(1) }, '000000000000000000000001'],
  ['$toString of a date', { $toString: new Date(0) }, '1970-01-01T00:00:00.000Z'],
  ['$toString of a bool', { $toString: true }, 'true'],
  ['$toString of an array', { $toString: [['x']] }, code(241)],
  ['$toInt of text', { $toInt: '12' }, 12],
  ['$toInt of a fraction in text', { $toInt: '1.5' }, code(241)],
  ['$toInt truncates', { $toInt: 1.9 }, 1],
  ['$toInt beyond 32 bits', { $toInt: 3000000000 }, code(241)],
  ['$toInt of a date', { $toInt: new Date(0) }, code(241)],
  ['$toLong of a date', { $toLong: new Date(5) }, 5],
  ['$toDouble of text', { $toDouble: '1.5e3' }, 1500],
  ['$toDouble of other text', { $toDouble: 'x' }, code(241)],
  ['$toDecimal of text', { $toDecimal: '1.10' }, dec('1.10')],
  ['$toBool of an empty string', { $toBool: '' }, true],
  ['$toBool of zero', { $toBool: 0 }, false],
  ['$toBool of a document', { $toBool: '$o' }, true],
  ['$toDate of text', { $toDate: '2024-01-02T03:04:05Z' }, at('2024-01-02T03:04:05Z')],
  ['$toDate of a day', { $toDate: '2024-01-02' }, at('2024-01-02T00:00:00Z')],
  ['$toDate of a long', { $toDate: long(1500) }, new Date(1500)],
  ['$toDate of an int', { $toDate: int(1500) }, code(241)],
  ['$toDate of a wrong day', { $toDate: '2024-02-30' }, code(241)],
  ['$toDate of loose text is not supported', { $toDate: 'July 4, 2024' }, code(115)],
  ['$toObjectId', { $toObjectId: '000000000000000000000001' }, oid(1)],
  ['$toObjectId of other text', { $toObjectId: 'x' }, code(241)],
  ['$convert', { $convert: { input: '5', to: 'int' } }, 5],
  ['$convert by number', { $convert: { input: '5', to: 16 } }, 5],
  ['$convert onError', { $convert: { input: 'x', to: 'int', onError: -1 } }, -1],
  ['$convert onNull', { $convert: { input: null, to: 'int', onNull: 0 } }, 0],
  ['$convert to a type without conversion', { $convert: { input: 1, to: 'minKey', onError: 'e' } }, 'e'],
  ['$convert to an unknown type', { $convert: { input: 1, to: 'nope' } }, code(2)],
]

const types: Row[] = [
  ['int + int', { $add: [int(1), int(2)] }, 'int 3'],
  ['int + int beyond 32 bits', { $add: [int(0x7fffffff), int(1)] }, 'long 2147483648'],
  ['int + double', { $add: [int(1), double(2)] }, 'double 3'],
  ['long * int', { $multiply: [long(2), int(3)] }, 'long 6'],
  ['$divide is double', { $divide: [4, 2] }, 'double 2'],
  ['$sum of ints', { $sum: [[int(1), int(2)]] }, 'int 3'],
  ['$sum with a double', { $sum: [[int(1), double(2)]] }, 'double 3'],
  ['$avg is double', { $avg: [[int(1), int(3)]] }, 'double 2'],
  ['$floor of a double is double', { $floor: double(2.5) }, 'double 2'],
  ['$floor of an int is int', { $floor: int(2) }, 'int 2'],
  ['$toDouble', { $toDouble: 3 }, 'double 3'],
  ['$toLong', { $toLong: 3 }, 'long 3'],
  ['$size is int', { $size: '$list' }, 'int 3'],
  ['a difference of dates is long', { $subtract: [new Date(2), new Date(1)] }, 'long 1'],
  ['$pow of ints is int', { $pow: [int(2), int(3)] }, 'int 8'],
  ['$mod of ints is int', { $mod: [int(7), int(4)] }, 'int 3'],
]

table('strings', strings, run)

table('conversions', conversions, run)

table('result types', types, (e) => typed(run(e)))
