import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { autoNumber, byName, nextNumber, type Seat, turnOf } from '../../../src/groups/ways/roll-over.js'

const seat = (chatId: string, count: number, status: Seat['status'] = 'active'): Seat => ({
  chatId,
  name: chatId,
  count,
  status,
})
const FULL = 200

const arbitrarySeats = fc.uniqueArray(
  fc.record({
    chatId: fc.integer({ min: 1, max: 40 }).map((n) => `wr${n}`),
    name: fc.constant('群'),
    count: fc.oneof(fc.integer({ min: 0, max: 500 }), fc.constantFrom(FULL - 1, FULL)),
    status: fc.constantFrom<Seat['status']>('active', 'active', 'active', 'dismissed'),
  }),
  { selector: ({ chatId }) => chatId, maxLength: 30 },
)
const arbitraryWanted = fc.array(
  fc.integer({ min: 1, max: 45 }).map((n) => `wr${n}`),
  { maxLength: 40 },
)

describe('the turn of a way', () => {
  test('takes the first groups with room, five at most, in the order they were named', () => {
    const seats = [1, 2, 3, 4, 5, 6, 7].map((n) => seat(`wr${n}`, n === 2 ? FULL : 10))
    const turn = turnOf(['wr1', 'wr2', 'wr3', 'wr4', 'wr5', 'wr6', 'wr7'], seats, FULL)
    expect(turn.groups).toEqual(['wr1', 'wr3', 'wr4', 'wr5', 'wr6'])
    expect(turn.room).toBe(true)
  })

  test('keeps the last groups while all are full, as a code must lead somewhere', () => {
    const seats = [1, 2, 3, 4, 5, 6].map((n) => seat(`wr${n}`, FULL))
    const turn = turnOf(['wr1', 'wr2', 'wr3', 'wr4', 'wr5', 'wr6'], seats, FULL)
    expect(turn).toMatchObject({ groups: ['wr2', 'wr3', 'wr4', 'wr5', 'wr6'], room: false, open: [] })
  })

  test('drops dismissed groups and tells those the roster does not know', () => {
    const turn = turnOf(['wr1', 'wr2', 'wr9'], [seat('wr1', 3, 'dismissed'), seat('wr2', 3)], FULL)
    expect(turn).toEqual({ groups: ['wr2'], open: ['wr2'], room: true, dismissed: ['wr1'], unknown: ['wr9'] })
  })

  test('never has more than five, a dismissed or unknown one, one twice, or a full one while another has room', () => {
    fc.assert(
      fc.property(arbitraryWanted, arbitrarySeats, (wanted, seats) => {
        const { groups, room } = turnOf(wanted, seats, FULL)
        const known = new Map(seats.map((each) => [each.chatId, each]))
        expect(groups.length).toBeLessThanOrEqual(5)
        expect(new Set(groups).size).toBe(groups.length)
        for (const id of groups) {
          expect(wanted).toContain(id)
          expect(known.get(id)?.status).toBe('active')
          if (room) expect(known.get(id)?.count).toBeLessThan(FULL)
        }
      }),
      { numRuns: 300 },
    )
  })

  test('loses nobody: it is empty only when no wanted group can be used, and says room exactly when one has some', () => {
    fc.assert(
      fc.property(arbitraryWanted, arbitrarySeats, (wanted, seats) => {
        const turn = turnOf(wanted, seats, FULL)
        const usable = seats.filter(({ chatId, status }) => wanted.includes(chatId) && status === 'active')
        const open = usable.filter(({ count }) => count < FULL)
        expect(turn.groups.length).toBe(Math.min(5, open.length > 0 ? open.length : usable.length))
        expect(turn.room).toBe(open.length > 0)
        expect(new Set(turn.open)).toEqual(new Set(open.map(({ chatId }) => chatId)))
        const told = [...turn.open, ...turn.dismissed, ...turn.unknown]
        for (const id of wanted) expect(told.includes(id) || usable.some(({ chatId }) => chatId === id)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('filling up group after group leads through every one of them, in order, and every joiner finds a place', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 2, max: 6 }), (groups, fullAt) => {
        const wanted = Array.from({ length: groups }, (_, n) => `wr${n}`)
        const counts = new Map(wanted.map((id) => [id, 0]))
        for (let person = 0; person < groups * fullAt; person++) {
          const turn = turnOf(
            wanted,
            wanted.map((id) => seat(id, counts.get(id) ?? 0)),
            fullAt,
          )
          expect(turn.room).toBe(true)
          const first = String(turn.groups[0])
          expect(first).toBe(`wr${Math.floor(person / fullAt)}`)
          counts.set(first, (counts.get(first) ?? 0) + 1)
        }
        expect([...counts.values()].every((count) => count === fullAt)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})

describe('groups that the platform makes', () => {
  test('are known by the name and a number', () => {
    expect(autoNumber('母婴福利12', '母婴福利')).toBe(12)
    expect(autoNumber('母婴福利 3', '母婴福利')).toBe(3)
    expect(autoNumber('母婴福利群', '母婴福利')).toBeUndefined()
    expect(autoNumber('母婴福利', '母婴福利')).toBeUndefined()
    expect(autoNumber('新母婴福利1', '母婴福利')).toBeUndefined()
  })

  test('never get a number a second time', () => {
    expect(nextNumber(['母婴福利3', '别的群9', '母婴福利10'], '母婴福利', 1)).toBe(11)
    expect(nextNumber([], '母婴福利', 4)).toBe(4)
  })

  test('fill up by number, not by letter', () => {
    const names = ['新人群10', '新人群2', '新人群1'].map((name) => ({ name, chatId: name }))
    expect(byName(names).map(({ name }) => name)).toEqual(['新人群1', '新人群2', '新人群10'])
  })
})
