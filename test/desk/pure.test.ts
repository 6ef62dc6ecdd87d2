import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { step } from '../../src/desk/conversation.js'
import { type Due, due } from '../../src/desk/due.js'
import type { Happening } from '../../src/desk/happening.js'
import { type Calendar, isOpen, opensAt, spansFrom, workedBy } from '../../src/desk/hours.js'
import { freeNumber } from '../../src/desk/members.js'
import type { ConversationRow } from '../../src/desk/model.js'
import { type Candidate, choose, fitting } from '../../src/desk/route.js'
import { TEXTS, TIMES } from '../../src/desk/settings.js'
import { MINUTE, MORNING, settings } from './setup.js'

const rules = { times: TIMES, texts: TEXTS }
const at = (text: string) => new Date(`${text}+08:00`)

const calendar: Calendar = {
  timeZone: 'Asia/Shanghai',
  shifts: {
    day: [
      {
        days: [1, 2, 3, 4, 5],
        hours: [
          { from: 540, to: 720 },
          { from: 810, to: 1080 },
        ],
      },
      { days: [6], hours: [{ from: 600, to: 960 }] },
    ],
    night: [{ days: [1, 2, 3, 4, 5, 6, 7], hours: [{ from: 1200, to: 1560 }] }],
  },
  holidays: [
    { from: '2026-10-01', to: '2026-10-07' },
    { from: '2026-01-01', to: '2026-01-01', hours: [{ from: 600, to: 720 }] },
  ],
  workdays: [{ date: '2026-10-10', as: 5 }],
}

describe('hours', () => {
  test('several intervals a day, weekdays, holidays with and without hours, and days worked in exchange', () => {
    const open = (text: string, shift = 'day') => isOpen(calendar, [shift], at(text))
    expect(
      ['2026-03-04T09:00:00', '2026-03-04T12:00:00', '2026-03-04T13:29:59', '2026-03-04T13:30:00'].map((t) => open(t)),
    ).toEqual([true, false, false, true])
    expect([open('2026-03-07T09:30:00'), open('2026-03-07T10:00:00'), open('2026-03-08T10:00:00')]).toEqual([
      false,
      true,
      false,
    ])
    expect([
      open('2026-10-01T10:00:00'),
      open('2026-10-10T09:30:00'),
      open('2026-01-01T10:30:00'),
      open('2026-01-01T14:00:00'),
    ]).toEqual([false, true, true, false])
  })

  test('a shift over midnight belongs to the day it began on', () => {
    expect(isOpen(calendar, ['night'], at('2026-03-05T01:59:00'))).toBe(true)
    expect(isOpen(calendar, ['night'], at('2026-03-05T02:00:00'))).toBe(false)
    expect(isOpen(calendar, ['night'], at('2026-10-08T01:00:00'))).toBe(false)
    expect(isOpen(calendar, ['night'], at('2026-10-01T01:00:00'))).toBe(true)
  })

  test('the next opening and deadlines count working time only', () => {
    expect(opensAt(calendar, ['day'], at('2026-09-30T20:00:00'))).toEqual(at('2026-10-08T09:00:00'))
    expect(workedBy(calendar, ['day'], at('2026-03-04T11:30:00'), 60 * MINUTE)).toEqual(at('2026-03-04T14:00:00'))
    expect(workedBy(calendar, ['day'], at('2026-03-06T17:30:00'), 120 * MINUTE)).toEqual(at('2026-03-07T11:30:00'))
    expect(opensAt(calendar, [], at('2026-03-04T11:30:00'))).toBeUndefined()
  })

  test('spans are in order, apart, and open exactly inside them', () => {
    const day = 86_400_000
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 * 24 * 60 }),
        fc.subarray(['day', 'night'], { minLength: 1 }),
        (minutes, shifts) => {
          const now = new Date(at('2026-01-01T00:00:00').getTime() + minutes * MINUTE)
          const spans = spansFrom(calendar, shifts, now, 3)
          for (const [index, { start, end }] of spans.entries()) {
            expect(end > start && end > now).toBe(true)
            const before = spans[index - 1]
            if (before) expect(before.end < start).toBe(true)
          }
          const inside = spans.some(({ start }) => start <= now)
          expect(isOpen(calendar, shifts, now)).toBe(inside)
          const next = opensAt(calendar, shifts, now)
          expect(next !== undefined && next >= now && next.getTime() - now.getTime() < 10 * day).toBe(true)
          if (next) expect(isOpen(calendar, shifts, next)).toBe(true)
        },
      ),
      { numRuns: 60 },
    )
  })
})

const candidate = fc.record({
  userid: fc.stringMatching(/^[a-f]$/),
  skills: fc.subarray(['售前', '售后']),
  capacity: fc.integer({ min: 1, max: 4 }),
  load: fc.integer({ min: 0, max: 5 }),
  online: fc.boolean(),
  lastTakenAt: fc.option(fc.date({ min: new Date(0), max: new Date(1000), noInvalidDate: true }), { nil: undefined }),
})
const team = fc.uniqueArray(candidate, { selector: ({ userid }) => userid, maxLength: 6 })

describe('routing', () => {
  test('only staff on duty with room are chosen, by skill where somebody has it, never twice, never those tried', () => {
    fc.assert(
      fc.property(
        team,
        fc.constantFrom('售前', '售后', undefined),
        fc.subarray(['a', 'b', 'c']),
        fc.constantFrom('idle' as const, 'round-robin' as const),
        fc.integer({ min: 1, max: 4 }),
        (all, skill, tried, order, count) => {
          const chosen = choose(all, { skill, tried, last: 'b' }, { order, count })
          const who = chosen.map((id) => all.find(({ userid }) => userid === id) as Candidate)
          expect(new Set(chosen).size).toBe(chosen.length)
          expect(chosen.length).toBeLessThanOrEqual(count)
          const skilled = all.some((one) => one.online && skill !== undefined && one.skills.includes(skill))
          for (const one of who) {
            expect(one.online && one.load < one.capacity && !tried.includes(one.userid)).toBe(true)
            if (skilled) expect(one.skills).toContain(skill)
          }
          const free = fitting(all, skill).filter((one) => one.load < one.capacity && !tried.includes(one.userid))
          expect(chosen.length === 0).toBe(free.length === 0)
          if (order === 'idle' && chosen[0] !== 'b' && who[0]) {
            const least = Math.min(...free.map((one) => one.load / one.capacity))
            expect(who[0].load / who[0].capacity).toBe(least)
          }
        },
      ),
    )
  })

  test('round robin goes round: everybody is first once before anybody is twice', () => {
    const all: Candidate[] = ['a', 'b', 'c'].map((userid) => ({
      userid,
      skills: [],
      capacity: 9,
      load: 0,
      online: true,
    }))
    const first = Array.from({ length: 6 }, (_, turn) => {
      const [name = ''] = choose(all, { tried: [] }, { order: 'round-robin', count: 1 })
      const one = all.find(({ userid }) => userid === name)
      if (one) one.lastTakenAt = new Date(turn + 1)
      return name
    })
    expect(first).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
  })

  test('a short number is free, and the one given last comes again last', () => {
    expect(freeNumber({ numbers: [1, 2], lastNumber: 2 })).toBe(3)
    expect(freeNumber({ numbers: [1], lastNumber: 99 })).toBe(2)
    expect(freeNumber({ numbers: [], lastNumber: 5 })).toBe(6)
    expect(freeNumber({ numbers: Array.from({ length: 99 }, (_, index) => index + 1) })).toBeUndefined()
  })
})

const base: ConversationRow = {
  _id: 'aaaaaaaaaaaaaaaa',
  key: 'official-account:shop:ming',
  person: { platform: 'official-account', account: 'shop', externalId: 'ming' },
  contact: 'c1',
  account: 'shop',
  channel: 'official-account',
  state: 'bot',
  open: true,
  version: 0,
  seq: 0,
  createdAt: MORNING,
  priority: 0,
}

const ticket = (now: Date) => ({
  _id: 't1',
  number: 1,
  conversation: base._id,
  key: base.key,
  contact: 'c1',
  account: 'shop',
  channel: 'official-account' as const,
  state: 'open' as const,
  question: '',
  createdAt: now,
  deadline: now,
  expiresAt: now,
})

const happening: fc.Arbitrary<(now: Date) => Happening> = fc.oneof(
  fc.constant(() => ({ type: 'spoke' as const })),
  fc.constant(() => ({ type: 'asked' as const, skill: '售后' })),
  fc.constantFrom('lihua', 'wangfang').map((staff) => () => ({
    type: 'taken' as const,
    staff,
    name: staff,
    number: 1,
    slot: 1,
    how: 'accepted' as const,
  })),
  fc.constantFrom('lihua', 'wangfang').map((staff) => () => ({ type: 'answered' as const, staff })),
  fc
    .constantFrom('lihua', 'wangfang')
    .map((from) => () => ({ type: 'transferred' as const, from, to: 'wangfang', name: '王芳', number: 2, slot: 1 })),
  fc
    .constantFrom('reassigned' as const, 'left' as const, 'transferred' as const)
    .map((why) => () => ({ type: 'lost' as const, why })),
  fc.constant(() => ({ type: 'late' as const, alert: ['lihua'], place: 1 })),
  fc.constantFrom('follower' as const, 'staff' as const).map((by) => () => ({ type: 'to-bot' as const, by })),
  fc.constant((now: Date) => ({ type: 'ticketed' as const, ticket: ticket(now), asksUntil: now })),
  fc.constant((now: Date) => ({
    type: 'offered' as const,
    offer: { round: 1, staff: ['lihua'], at: now, until: new Date(now.getTime() + MINUTE) },
  })),
  fc
    .constantFrom('staff' as const, 'follower' as const, 'silence' as const, 'left' as const)
    .map((by) => () => ({ type: 'closed' as const, by })),
)

describe('states', () => {
  test('whatever happens in whatever order, a row stays whole, and something is always to come', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(happening, fc.integer({ min: 0, max: 600 })), { maxLength: 30 }), (all) => {
        let row = base
        let now = MORNING
        const ids = new Set<string>()
        for (const [make, seconds] of all) {
          now = new Date(now.getTime() + seconds * 1000)
          const made = step(row, make(now), now, rules)
          if ('refused' in made) continue
          expect(made.next.version).toBe(row.version + 1)
          for (const { id } of made.effects) {
            expect(ids.has(id)).toBe(false)
            ids.add(id)
          }
          const had = row.held ? row.staff : undefined
          row = made.next
          const has = row.held ? row.staff : undefined
          expect(row.held === true).toBe(row.state === 'staff' || row.state === 'waiting')
          if (row.held) expect([row.staff, row.number, row.slot].every((one) => one !== undefined)).toBe(true)
          else expect([row.number, row.slot]).toEqual([undefined, undefined])
          expect(row.open === true).toBe(row.state !== 'closed')
          if (had !== has) {
            const told = made.effects.map((effect) => `${effect.kind} ${'staff' in effect ? effect.staff : ''}`)
            if (had !== undefined) expect(told).toContain(`released ${had}`)
            if (has !== undefined) expect(told).toContain(`taken ${has}`)
          }
          if (row.state === 'staff') expect(row.unansweredSince).toBeDefined()
          const comes =
            row.nextAt !== undefined || row.state === 'closed' || (row.state === 'bot' && row.ticket !== undefined)
          expect([row.state, comes]).toEqual([row.state, true])
        }
      }),
      { numRuns: 300 },
    )
  })

  test('nothing is ever stuck: nobody keeps what they do not answer while somebody else could, and whoever waits is offered', () => {
    fc.assert(
      fc.property(
        team,
        fc.array(happening, { maxLength: 8 }),
        fc.constantFrom('offer' as const, 'assign' as const),
        (all, before, mode) => {
          const staff = all.map((one) => ({ ...one, load: Math.min(one.load, one.capacity), supervisor: false }))
          const own = settings({ routing: { ...settings().routing, mode } })
          let now = MORNING
          let row = base
          for (const make of before) {
            const made = step(row, make(now), now, rules)
            if (!('refused' in made)) row = made.next
          }
          for (let turn = 0; turn < 120 && row.state !== 'closed'; turn++) {
            const what = due(row, now, own, staff)
            const free = fitting(staff, row.skill).filter(({ load, capacity }) => load < capacity)
            if (what.do === 'wait') {
              expect(what.until > now).toBe(true)
              const others = free.some(({ userid }) => userid !== row.staff)
              const owed = what.until.getTime() - (row.unansweredSince ?? now).getTime()
              if (row.state === 'staff' && others) expect(owed).toBeLessThanOrEqual(TIMES.reassignAfter)
              if (row.state === 'queued' && free.length > 0)
                expect(row.offer && row.offer.until >= what.until).toBe(true)
              if (row.state === 'bot' && row.ticket !== undefined) return
              now = what.until
              continue
            }
            const made = step(row, happensBy(what, now), now, rules)
            expect('refused' in made ? [row.state, what.do, made.refused] : 'done').toBe('done')
            if (!('refused' in made)) row = made.next
          }
        },
      ),
      { numRuns: 150 },
    )
  })
})

function happensBy(what: Exclude<Due, { do: 'wait' }>, now: Date): Happening {
  switch (what.do) {
    case 'offer':
      return { type: 'offered', offer: { round: what.round, staff: what.staff, at: now, until: what.until } }
    case 'assign':
      return { type: 'taken', staff: what.staff, name: '', number: 1, slot: 1, how: 'assigned' }
    case 'alert':
      return { type: 'late', alert: what.staff }
    case 'lose':
      return { type: 'lost', why: what.why }
    case 'close':
      return { type: 'closed', by: 'silence' }
    case 'ticket':
      return { type: 'ticketed', ticket: ticket(now), asksUntil: now }
  }
}
