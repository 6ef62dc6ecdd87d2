import { Long } from 'bson'
import { evalExpr } from '../expr/index.js'
import type { Doc } from '../values.js'
import { at, code, table } from './known-answers.js'

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

const arrays: Row[] = [
  ['$size', { $size: '$list' }, 3],
  ['$size of what is no array', { $size: '$nope' }, code(17124)],
  ['$isArray', { $isArray: '$list' }, true],
  ['$isArray of an array of one', { $isArray: [['x']] }, true],
  ['$concatArrays', { $concatArrays: ['$list', [9]] }, [3, 1, 2, 9]],
  ['$concatArrays with null', { $concatArrays: ['$list', null] }, null],
  ['$reverseArray', { $reverseArray: '$list' }, [2, 1, 3]],
  ['$arrayElemAt', { $arrayElemAt: ['$list', 0] }, 3],
  ['$arrayElemAt from the end', { $arrayElemAt: ['$list', -1] }, 2],
  ['$arrayElemAt beyond is missing', { $type: { $arrayElemAt: ['$list', 9] } }, 'missing'],
  ['$first', { $first: '$list' }, 3],
  ['$last', { $last: '$list' }, 2],
  ['$last of nothing is missing', { $type: { $last: [[]] } }, 'missing'],
  ['$firstN', { $firstN: { n: 2, input: '$list' } }, [3, 1]],
  ['$lastN', { $lastN: { n: 2, input: '$list' } }, [1, 2]],
  ['$maxN', { $maxN: { n: 2, input: '$list' } }, [3, 2]],
  ['$minN', { $minN: { n: 2, input: '$list' } }, [1, 2]],
  ['$slice', { $slice: ['$list', 2] }, [3, 1]],
  ['$slice from the end', { $slice: ['$list', -2] }, [1, 2]],
  ['$slice in the middle', { $slice: ['$list', 1, 1] }, [1]],
  ['$slice of null', { $slice: [null, 1] }, null],
  ['$indexOfArray', { $indexOfArray: ['$list', 1] }, 1],
  ['$indexOfArray not there', { $indexOfArray: ['$list', 9] }, -1],
  ['$range', { $range: [0, 6, 2] }, [0, 2, 4]],
  ['$range downwards', { $range: [3, 0, -1] }, [3, 2, 1]],
  ['$range by zero', { $range: [0, 1, 0] }, code(34449)],
  ['$map', { $map: { input: '$list', as: 'x', in: { $multiply: ['$$x', 2] } } }, [6, 2, 4]],
  ['$map with $$this', { $map: { input: '$docs', in: '$$this.x' } }, [1, 2, null]],
  ['$map of null', { $map: { input: null, in: 1 } }, null],
  ['$filter', { $filter: { input: '$list', cond: { $gt: ['$$this', 1] } } }, [3, 2]],
  ['$filter with a limit', { $filter: { input: '$list', cond: true, limit: 2 } }, [3, 1]],
  ['$filter without cond', { $filter: { input: '$list' } }, code(9)],
  ['$reduce', { $reduce: { input: '$list', initialValue: 0, in: { $add: ['$$value', '$$this'] } } }, 6],
  [
    '$reduce strings',
    { $reduce: { input: ['a', 'b'], initialValue: '', in: { $concat: ['$$value', '$$this'] } } },
    'ab',
  ],
  [
    '$zip',
    {
      $zip: {
        inputs: [
          [1, 2],
          ['a', 'b'],
        ],
      },
    },
    [
      [1, 'a'],
      [2, 'b'],
    ],
  ],
  [
    '$zip the longest',
    { $zip: { inputs: [[1], [2, 3]], useLongestLength: true, defaults: [0, 0] } },
    [
      [1, 2],
      [0, 3],
    ],
  ],
  ['$sortArray', { $sortArray: { input: '$list', sortBy: 1 } }, [1, 2, 3]],
  ['$sortArray by a field', { $sortArray: { input: [{ a: 2 }, { a: 1 }], sortBy: { a: 1 } } }, [{ a: 1 }, { a: 2 }]],
  ['$let', { $let: { vars: { x: '$n' }, in: { $add: ['$$x', 1] } } }, 6],
  ['$let with a capital', { $let: { vars: { X: 1 }, in: 1 } }, code(16867)],
  [
    'variables of an outer scope stay',
    { $map: { input: [1], as: 'x', in: { $map: { input: [2], as: 'y', in: ['$$x', '$$y'] } } } },
    [[[1, 2]]],
  ],
  [
    '$setUnion',
    {
      $setUnion: [
        [2, 1],
        [2, 3],
      ],
    },
    [1, 2, 3],
  ],
  [
    '$setIntersection',
    {
      $setIntersection: [
        [1, 2],
        [2, 3],
      ],
    },
    [2],
  ],
  ['$setDifference', { $setDifference: [[1, 2, 2], [2]] }, [1]],
  [
    '$setEquals',
    {
      $setEquals: [
        [1, 2],
        [2, 1, 1],
      ],
    },
    true,
  ],
  ['$setIsSubset', { $setIsSubset: [[2], [1, 2]] }, true],
  ['$anyElementTrue', { $anyElementTrue: [[0, 1]] }, true],
  ['$allElementsTrue', { $allElementsTrue: [[0, 1]] }, false],
  ['$setUnion with null', { $setUnion: [[1], null] }, null],
]

const objects: Row[] = [
  ['$mergeObjects', { $mergeObjects: ['$o', { a: 9 }, null] }, { a: 9, b: { c: 2 } }],
  ['$mergeObjects of a number', { $mergeObjects: ['$n'] }, code(40400)],
  ['$objectToArray', { $objectToArray: { a: 1 } }, [{ k: 'a', v: 1 }]],
  ['$arrayToObject of pairs', { $arrayToObject: [[['k', 2]]] }, { k: 2 }],
  ['$arrayToObject of k and v', { $arrayToObject: [[{ k: 'a', v: 1 }]] }, { a: 1 }],
  ['$arrayToObject of something else', { $arrayToObject: [[1]] }, code(40398)],
  ['$getField', { $getField: 'n' }, 5],
  ['$getField with a dot in the name', { $getField: { field: 'a.b', input: { $literal: { 'a.b': 3 } } } }, 3],
  ['$getField of missing', { $type: { $getField: 'nope' } }, 'missing'],
  ['$setField', { $setField: { field: 'x', input: '$o.b', value: 5 } }, { c: 2, x: 5 }],
  ['$setField with $$REMOVE', { $setField: { field: 'c', input: '$o.b', value: '$$REMOVE' } }, {}],
  ['$unsetField', { $unsetField: { field: 'c', input: '$o.b' } }, {}],
]

table('arrays', arrays, run)

table('documents', objects, run)
