import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { remarkOf, stateOf, type WayInput, waySchema } from '../../../src/customers/ways/definition.js'
import { covers, dayOf, momentOf, staffAt, validityAt, without } from '../../../src/customers/ways/slots.js'
import { isOpen } from '../../../src/library/window.js'

const ZONE = 'Asia/Shanghai'
const wayOf = (input: Partial<WayInput>) => waySchema.parse({ name: '包裹卡', ...input })
const at = (text: string) => new Date(`${text}:00+08:00`)
const nobody = new Map<string, number>()

const shifts = wayOf({
  slots: [
    { when: { days: '工作日', hours: ['09:00-12:00', '13:30-18:00'] }, staff: ['wangfang', 'lihua'] },
    { when: { days: ['周五'], hours: '22:00-06:00' }, staff: ['zhangwei'] },
  ],
  holidays: [
    { when: { from: '2026-10-01', until: '2026-10-03' }, staff: [] },
    { when: { from: '2026-10-04', until: '2026-10-07', hours: '10:00-17:00' }, staff: ['lihua'] },
  ],
  spare: ['zhaomin'],
  dailyCap: 2,
})
const onDuty = (text: string, counts = nobody) => staffAt(shifts, at(text), counts, ZONE)

describe('the rota', () => {
  test.each([
    ['2026-03-02T09:00', ['lihua', 'wangfang'], 'slot'],
    ['2026-03-02T12:00', ['zhaomin'], 'spare'],
    ['2026-03-02T13:30', ['lihua', 'wangfang'], 'slot'],
    ['2026-03-07T10:00', ['zhaomin'], 'spare'],
    ['2026-03-06T23:00', ['zhangwei'], 'slot'],
    ['2026-03-07T05:59', ['zhangwei'], 'slot'],
    ['2026-10-01T10:00', ['zhaomin'], 'spare'],
    ['2026-10-05T10:00', ['lihua'], 'holiday'],
    ['2026-10-05T09:59', ['zhaomin'], 'spare'],
    ['2026-10-08T10:00', ['lihua', 'wangfang'], 'slot'],
  ])('at %s has %j on duty', (moment, staff, by) => {
    expect(onDuty(moment)).toEqual({ staff, by })
  })

  test('leaves out who has taken the cap today, and calls the spare when all have', () => {
    expect(onDuty('2026-03-02T09:00', new Map([['lihua', 2]]))).toEqual({ staff: ['wangfang'], by: 'slot' })
    const all = new Map([
      ['lihua', 2],
      ['wangfang', 3],
      ['zhaomin', 900],
    ])
    expect(onDuty('2026-03-02T09:00', all)).toEqual({ staff: ['zhaomin'], by: 'spare' })
  })

  test('changes at midnight in Shanghai, where the business day ends', () => {
    expect(dayOf(new Date('2026-03-01T15:59:59Z'))).toBe('2026-03-01')
    expect(dayOf(new Date('2026-03-01T16:00:00Z'))).toBe('2026-03-02')
  })

  const staffIds = ['a', 'b', 'c', 'd', 'e']
  const some = fc.uniqueArray(fc.constantFrom(...staffIds), { minLength: 1, maxLength: 3 })
  const minute = (value: number) =>
    `${String(Math.floor(value / 60)).padStart(2, '0')}:${String(value % 60).padStart(2, '0')}`
  const hours = fc
    .tuple(fc.integer({ min: 0, max: 1439 }), fc.integer({ min: 0, max: 1439 }))
    .filter(([from, until]) => from !== until)
    .map(([from, until]) => `${minute(from)}-${minute(until)}`)
  const days = fc.uniqueArray(fc.constantFrom('周一', '周二', '周三', '周四', '周五', '周六', '周日'), { minLength: 1 })
  const slot = fc.record({
    when: fc.record({ days, hours: fc.array(hours, { minLength: 1, maxLength: 3 }) }),
    staff: some,
  })
  const instant = fc.date({ min: new Date('2026-01-01'), max: new Date('2027-01-01'), noInvalidDate: true })
  const counted = fc.array(fc.tuple(fc.constantFrom(...staffIds), fc.nat(6))).map((pairs) => new Map(pairs))
  const rota = fc.record({
    slots: fc.array(slot, { minLength: 1, maxLength: 4 }),
    spare: some,
    dailyCap: fc.integer({ min: 1, max: 5 }),
  })

  test('never leaves newcomers to nobody, to a stranger, or to somebody over the cap who is not spare', () => {
    fc.assert(
      fc.property(rota, instant, counted, (input, now, counts) => {
        const way = wayOf(input)
        const { staff, by } = staffAt(way, now, counts, ZONE)
        expect(staff.length).toBeGreaterThan(0)
        expect(new Set(staff).size).toBe(staff.length)
        if (by === 'spare') expect(staff).toEqual([...input.spare].sort())
        for (const one of by === 'slot' ? staff : []) {
          expect(counts.get(one) ?? 0).toBeLessThan(input.dailyCap)
          const open = (way.slots ?? []).filter(({ when }) => isOpen(when, now, ZONE))
          expect(open.some((each) => each.staff.includes(one))).toBe(true)
        }
      }),
      { numRuns: 200 },
    )
  })

  test('does not depend on the order of slots, and one newcomer more never brings anybody back', () => {
    fc.assert(
      fc.property(rota, instant, counted, fc.constantFrom(...staffIds), (input, now, counts, member) => {
        const turned = wayOf({ ...input, slots: input.slots.toReversed() })
        expect(staffAt(turned, now, counts, ZONE)).toEqual(staffAt(wayOf(input), now, counts, ZONE))
        const before = staffAt(wayOf(input), now, counts, ZONE)
        const after = staffAt(wayOf(input), now, new Map(counts).set(member, (counts.get(member) ?? 0) + 1), ZONE)
        if (before.by === 'slot' && after.by === 'slot')
          for (const one of after.staff) expect(before.staff).toContain(one)
      }),
      { numRuns: 200 },
    )
  })

  test('without members has none of them', () => {
    expect(staffAt(without(shifts, ['lihua']), at('2026-03-02T09:00'), nobody, ZONE).staff).toEqual(['wangfang'])
    expect(staffAt(without(shifts, ['lihua', 'wangfang']), at('2026-03-02T09:00'), nobody, ZONE).by).toBe('spare')
  })

  test('is known to cover the week exactly when it is open at every minute', () => {
    const plain = fc.array(slot, { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(plain, (slots) => {
        const way = wayOf({ slots, spare: ['z'] })
        const whens = (way.slots ?? []).map(({ when }) => when)
        const monday = Date.UTC(2026, 0, 5)
        let open = true
        for (let step = 0; step < 7 * 24 * 4 && open; step += 1) {
          open = whens.some((when) => isOpen(when, new Date(monday + step * 900_000), 'UTC'))
        }
        if (!open) expect(covers(way.slots ?? [])).toBe(false)
      }),
      { numRuns: 20 },
    )
    expect(covers([{}])).toBe(true)
    const halves = wayOf({ slots: [{ when: { hours: ['00:00-12:00', '12:00-24:00'] }, staff: ['a'] }] })
    expect(covers(halves.slots ?? [])).toBe(true)
    const nights = wayOf({ slots: [{ when: { hours: ['08:00-20:00', '20:00-08:00'] }, staff: ['a'] }] })
    expect(covers(nights.slots ?? [])).toBe(true)
  })
})

describe('a definition', () => {
  const faults = (input: unknown) =>
    (waySchema.safeParse(input).error?.issues ?? []).map(({ path }) => path.map(String).join('.'))

  test('without anybody for the hours outside of its slots, or for when all are full, is refused', () => {
    const slots = [{ when: { hours: '09:00-18:00' }, staff: ['a'] }]
    expect(faults({ name: '码', slots })).toEqual(['spare'])
    expect(faults({ name: '码', staff: ['a'], dailyCap: 3 })).toEqual(['spare'])
    expect(faults({ name: '码', staff: ['a'] })).toEqual([])
    expect(faults({ name: '码', slots, spare: 'b' })).toEqual([])
  })

  test('says which field is wrong', () => {
    expect(faults({ name: '码', staff: ['a'], slots: [{ staff: ['a'] }] })).toEqual(['staff'])
    expect(faults({ name: '码', staff: ['李 华'] })).toEqual(['staff.0'])
    expect(faults({ name: '码', staff: ['a'], state: '渠道' })).toEqual(['state'])
    expect(faults({ name: '码', staff: ['a'], welcome: [{ text: '您好 {nick}' }] })).toEqual(['welcome.0.text'])
    expect(faults({ name: '码', staff: ['a'], welcome: [{ text: 'a', image: 'a.png' }] })).toEqual(['welcome.0'])
    expect(faults({ name: '码', staff: ['a'], welcome: [{ text: '汉'.repeat(1299) }] })).toEqual(['welcome'])
    expect(faults({ name: '码', staff: ['a'], from: '2026-05-02', until: '2026-05-01' })).toEqual(['until'])
    expect(faults({ name: '码', staff: Array.from({ length: 101 }, (_, n) => `s${n}`) })).toContain('staff')
  })

  test('has a channel of at most 30 characters, its own for every name', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9]{1,64}$/), fc.stringMatching(/^[a-z0-9]{1,64}$/), (a, b) => {
        expect(stateOf(a).length).toBeLessThanOrEqual(30)
        expect(stateOf(a) === stateOf(b)).toBe(a === b)
      }),
    )
  })

  test('gives a remark that the platform takes, the channel kept and the name shortened', () => {
    expect(remarkOf('{name}-包裹卡', { name: '小雨', staff: 'a' })).toBe('小雨-包裹卡')
    const long = remarkOf('{name}-包裹卡', { name: '👨‍👩‍👧名字很长很长很长很长很长很长很长', staff: 'a' })
    expect([...long]).toHaveLength(20)
    expect(long.endsWith('-包裹卡')).toBe(true)
  })

  test('is valid from the beginning of its first day to the end of its last', () => {
    const term = { from: '2026-05-01', until: '2026-05-02' }
    const whereAt = (text: string) => validityAt(term, at(text), ZONE)
    expect(['2026-04-30T23:59', '2026-05-01T00:00', '2026-05-02T23:59', '2026-05-03T00:00'].map(whereAt)).toEqual([
      'not-yet',
      'valid',
      'valid',
      'over',
    ])
    expect(momentOf('2026-02-30', ZONE)).toBeUndefined()
  })
})
