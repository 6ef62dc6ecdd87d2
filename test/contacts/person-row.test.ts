import { expect, test } from '@jest/globals'
import { Binary, Decimal128, Int32, Long, ObjectId, serialize, Timestamp } from 'bson'
import fc from 'fast-check'
import { readPerson } from '../../src/contacts/person-row.js'
import { NOON } from '../outbox/reach/setup.js'

const read = (row: object) => readPerson(Buffer.from(serialize(row)))

/** Values of every type that a foreign field may have. */
const ODD = [
  1.5,
  new Int32(7),
  Long.fromNumber(2 ** 40),
  Decimal128.fromString('1.5'),
  new Timestamp({ t: 1, i: 2 }),
  new Binary(Buffer.from('bytes')),
  new ObjectId(),
  /a+/i,
  null,
  true,
  NOON,
  '文字',
  [1, { a: 'b' }],
  { deep: { deeper: [null] } },
]

test('a contact is read as it was written, whatever stands between its fields', () => {
  const word = fc.string({ unit: 'grapheme', maxLength: 12 })
  const identity = fc.record({
    key: word,
    platform: fc.constantFrom('official-account', 'mini-program', 'shop'),
    account: word,
    externalId: word,
    boundAt: fc.constant(NOON),
    follow: fc.record({ following: fc.boolean(), at: fc.constant(NOON) }),
  })
  const said = fc.record({ allowed: fc.boolean(), at: fc.constant(NOON), source: word })
  fc.assert(
    fc.property(
      fc.record({
        identities: fc.array(identity, { maxLength: 3 }),
        consents: fc.record({ marketing: said, care: said }, { requiredKeys: [] }),
        tags: fc.array(word, { maxLength: 3 }),
        odd: fc.array(fc.constantFrom(...ODD), { maxLength: 6 }),
        seen: fc.date({ min: new Date(0), max: NOON, noInvalidDate: true }),
      }),
      ({ identities, consents, odd, seen, tags }) => {
        const others = Object.fromEntries(odd.map((value, at) => [`odd${at}`, value]))
        const known = { _id: 'c1', status: 'active', consents, lastSeenAt: seen, tags }
        const row = { ...others, ...known, profile: others, identities }
        const expected = identities.map(({ boundAt: _, follow: { following }, ...one }) => ({
          ...one,
          follow: { following },
        }))
        expect(read(row)).toEqual({ ...known, identities: expected })
      },
    ),
    { numRuns: 300 },
  )
})

test('a merged contact tells where it went', () => {
  const row = { _id: 'c1', status: 'merged', merge: { at: NOON, into: 'c2', moved: [] }, identities: [] }
  expect(read(row)).toMatchObject({ status: 'merged', into: 'c2' })
})

test('fields of other types than ours are as good as absent', () => {
  expect(read({ _id: 7, identities: 'none', lastSeenAt: 'yesterday', consents: [] })).toEqual({
    _id: '',
    status: 'active',
    identities: [],
    consents: {},
    lastSeenAt: new Date(0),
    tags: [],
  })
})
