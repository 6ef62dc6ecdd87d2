import { describe, expect, test } from '@jest/globals'
import { DBRef, Decimal128, Int32, Long } from 'bson'
import { MongoError, unsupported } from '../errors.js'
import { evalExpr } from '../expr/index.js'
import { asksForTypes, compileFilter } from '../match/index.js'
import { compileProjection } from '../project.js'
import { show } from '../show.js'
import { parseSort, sortKey } from '../sort.js'
import { runPipeline } from '../stages/index.js'
import { compare, type Doc, get, isPlain, rank, typeAlias } from '../values.js'
import { oid, outcome, plain } from './known-answers.js'

const json = (text: string) => JSON.parse(text) as Doc

describe('hostile names', () => {
  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', '__defineGetter__', 'valueOf'])(
    '%s is missing unless stored',
    (name) => {
      expect(compileFilter(json(`{"${name}": {"$exists": true}}`))({ a: 1 })).toBe(false)
      expect(compileFilter(json(`{"a.${name}": {"$exists": true}}`))({ a: { b: 1 } })).toBe(false)
      expect(compileFilter(json(`{"a.${name}.name": {"$exists": true}}`))({ a: [{ b: 1 }] })).toBe(false)
      expect(evalExpr({ a: 1 }, `$${name}.name`)).toBeUndefined()
      expect(sortKey({ a: 1 }, parseSort(json(`{"${name}": 1}`)))).toEqual([undefined])
      const stored = json(`{"${name}": 5}`)
      expect(compileFilter(json(`{"${name}": 5}`))(stored)).toBe(true)
      expect(evalExpr(stored, `$${name}`)).toBe(5)
      expect(JSON.stringify(compileProjection(json(`{"${name}": 1}`), {})?.(stored))).toBe(`{"${name}":5}`)
    },
  )

  test('stages write such names as fields and leave the process alone', () => {
    for (const name of ['__proto__', 'constructor']) {
      const stages = [
        json(`{"$addFields": {"${name}.x": 1}}`),
        json(`{"$group": {"_id": null, "${name}": {"$first": "$${name}"}}}`),
      ]
      const out = [...runPipeline([{ _id: 1 }], stages, { resolve: () => [] })]
      expect(JSON.stringify(out)).toBe(`[{"_id":null,"${name}":{"x":1}}]`)
    }
    expect(({} as Doc)['x']).toBeUndefined()
  })

  test('operators named like Object members are unknown', () => {
    expect(outcome(() => evalExpr({}, json('{"$constructor": 1}')))).toEqual({ code: 168 })
    expect(outcome(() => compileFilter(json('{"a": {"$toString": 1}}')))).toEqual({ code: 2 })
  })

  test('a stored _bsontype is data, not a type', () => {
    const forged = { _bsontype: 'ObjectId', id: 'x' }
    expect(isPlain(forged)).toBe(true)
    expect(rank(forged)).toBe(40)
    expect(compileFilter({ a: forged })({ a: { ...forged } })).toBe(true)
    expect(compare({ _bsontype: 'Long' }, { _bsontype: 'Long' })).toBe(0)
  })
})

describe('values', () => {
  test('types sort in MongoDB’s order', () => {
    const inOrder = [null, 1, 'a', {}, [], oid(1), false, new Date(0), /a/]
    expect([...inOrder].reverse().sort(compare).map(rank)).toEqual(inOrder.map(rank))
  })

  test('numbers compare exactly across types', () => {
    const big = Long.fromString('9007199254740993')
    expect(compare(big, 9007199254740992)).toBe(1)
    expect(compare(Decimal128.fromString('9007199254740992.5'), big)).toBe(-1)
    expect(compare(Decimal128.fromString('1E400'), Number.POSITIVE_INFINITY)).toBe(-1)
    expect(compare(Decimal128.fromString('0.1'), 0.1)).toBe(-1)
    expect(compare(Decimal128.fromString('0.5'), 0.5)).toBe(0)
  })

  test('a plain number reads as int when it is whole', () => {
    expect(typeAlias(1)).toEqual(['int', 16])
    expect(typeAlias(1.5)).toEqual(['double', 1])
    expect(typeAlias(3_000_000_000)).toEqual(['double', 1])
  })

  test('own properties only', () => {
    expect(get({}, 'constructor')).toBeUndefined()
    expect(get(json('{"__proto__": 1}'), '__proto__')).toBe(1)
  })

  test('a DBRef is read by its fields', () => {
    const ref = new DBRef('users', oid(7))
    expect(plain(evalExpr({ ref }, '$ref.$id'))).toBe(plain(oid(7)))
    expect(compileFilter({ 'ref.$id': oid(7) })({ ref })).toBe(true)
  })
})

describe('errors', () => {
  test('carry MongoDB’s code and name', () => {
    expect(new MongoError(66, 'x')).toMatchObject({ code: 66, codeName: 'ImmutableField', message: 'x' })
    expect(new MongoError(40324, 'x').codeName).toBe('Location40324')
    expect(unsupported('$where')).toMatchObject({
      code: 115,
      codeName: 'CommandNotSupported',
      message: '$where is not supported by the embedded store',
    })
  })

  test('values are shown as the server shows them', () => {
    expect(show({ a: new Int32(1), b: [1.5, 'x'], c: null, d: oid(1), e: {} })).toBe(
      `{ a: 1, b: [ 1.5, "x" ], c: null, d: ObjectId('000000000000000000000001'), e: {} }`,
    )
  })
})

test('filters and pipelines that ask for types are known, so that whole doubles can be decoded exactly', () => {
  expect(asksForTypes({ a: { $type: 'int' } })).toBe(true)
  expect(asksForTypes([{ $project: { t: { $type: '$a' } } }])).toBe(true)
  expect(asksForTypes({ $or: [{ a: { $elemMatch: { b: { $type: 1 } } } }] })).toBe(true)
  expect(asksForTypes({ a: 1, type: 'x' })).toBe(false)
})
