import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import type { ApiFault } from '../../simulator/faults.js'
import type { Message } from '../../src/core/message.js'
import type { NewDelivery } from '../../src/outbox/delivery.js'
import { movableClock } from '../inbox/setup.js'
import { CUSTOM, type Field, openField, TEMPLATE } from './outbox-harness.js'

const LONG = process.env['FAULTS'] === 'long'
const PEOPLE = LONG ? 200 : 16
const MINUTE = 60_000

let field: Field
let clock: ReturnType<typeof movableClock>
beforeEach(async () => {
  field = await openField(0)
  clock = movableClock()
})
afterEach(() => field.close())

const fault = (kind: ApiFault['kind'], about: Partial<ApiFault> = {}) =>
  field.simulator.control.addFault({ side: 'api', kind, path: '/cgi-bin/message/*', ...about })

/** How often the platform was asked at a path. */
const calls = async (path: string) =>
  (await field.simulator.control.calls({ waitMs: 0 })).filter((call) => call.path === path).length

/** Lets minutes pass until nothing waits any more; gives how many passed. */
async function passMinutes(most: number): Promise<number> {
  for (let minutes = 0; minutes < most; minutes++) {
    if (await field.settled(300)) return minutes
    clock.pass(MINUTE)
  }
  return most
}

/** Nobody got it twice, nothing is counted as sent that did not arrive, and nothing waits; prints the counts. */
async function kept(what: string) {
  const tally = await field.tally()
  const { lost, doubled, ...counts } = tally
  console.log(`${what}: ${JSON.stringify({ ...counts, lost: lost.length, doubled: doubled.length })}`)
  expect({ lost, doubled, open: tally.open }).toEqual({ lost: [], doubled: [], open: 0 })
  expect(Object.values(tally.states).reduce((sum, count) => sum + count, 0)).toBe(tally.planned)
  return tally
}

describe('F6: a platform that breaks', () => {
  const half = PEOPLE / 2
  const UNCLEAR = { sent: half, uncertain: half }
  test.each<[string, ApiFault['kind'], Partial<ApiFault>, Record<string, number>]>([
    ['resets the connection before it has read the request', 'reset-head', {}, UNCLEAR],
    ['resets the connection before it has done anything', 'reset-before', {}, UNCLEAR],
    ['resets the connection when it has done it', 'reset-after', {}, UNCLEAR],
    ['breaks its answer off in the middle', 'truncated', { applied: true }, UNCLEAR],
    ['answers 502 and does nothing', 'status', { status: 502 }, UNCLEAR],
    ['answers 500 having done it', 'status', { status: 500, applied: true }, UNCLEAR],
    ['answers with a page of HTML having done it', 'html', { applied: true }, UNCLEAR],
    ['never answers having done it', 'hang', { applied: true, ms: 2000 }, UNCLEAR],
    ['answers prettily', 'pretty', {}, { sent: PEOPLE }],
  ])('that %s: once with a key, in doubt without one', async (what, kind, about, ends) => {
    fault(kind, { ...about, times: -1 })
    await field.add(PEOPLE)
    field.here({ clock, leaseClock: clock })
    while ((await field.rows()).some(({ tries }) => tries?.['1']?.end === undefined)) await new Promise(setImmediate)
    field.simulator.control.clearFaults()
    expect(await passMinutes(8)).toBeLessThan(8)
    expect((await kept(what)).states).toEqual(ends)
  })

  test('for longer than it knows the keys: in doubt, never sent later', async () => {
    fault('reset-after', { times: -1 })
    await field.add(PEOPLE)
    field.here({ clock, leaseClock: clock })
    expect(await passMinutes(15)).toBeLessThan(15)
    expect((await kept('broken for good')).states).toEqual({ uncertain: PEOPLE })
  })
})

describe('F7: errcodes', () => {
  const TEXT: Message = { kind: 'text', text: '已发货' }
  const fields = { character_string1: 'SO1', thing2: '顺丰速运', time3: '2026年1月1日 10:00' }
  const NOTICE: Message = { kind: 'filled-notice', channel: 'template', template: 'TPL_SHIP_demo', fields }
  const template = (): Partial<NewDelivery> => ({ message: NOTICE, alternatives: [TEXT] })
  const text = (): Partial<NewDelivery> => ({ message: TEXT, alternatives: [NOTICE] })

  test.each([
    [43004, TEMPLATE, template, PEOPLE],
    [43019, TEMPLATE, template, PEOPLE],
    [40037, TEMPLATE, template, PEOPLE],
    [47003, TEMPLATE, template, PEOPLE],
    [48001, TEMPLATE, template, 4],
    [45009, TEMPLATE, template, 4],
    [45011, TEMPLATE, template, 4],
    [45015, CUSTOM, text, PEOPLE],
    [45047, CUSTOM, text, PEOPLE],
  ])(
    '%d on %s: everybody is reached another way, after at most so many calls',
    async (errcode, path, message, most) => {
      fault('errcode', { errcode, path, times: -1 })
      await field.add(PEOPLE, message)
      field.here({ clock, leaseClock: clock })
      expect(await field.settled()).toBe(true)
      expect((await kept(`${errcode}`)).states).toEqual({ sent: PEOPLE })
      expect(await calls(path)).toBeLessThanOrEqual(most)
      const rows = await field.rows()
      expect(rows.every(({ option, reasons }) => option === 1 && (reasons?.length ?? 0) > 0)).toBe(true)
    },
  )

  test.each([45009, 45011, 40164])(
    '%d without another way is asked about once a minute at most, and sent when it ends',
    async (errcode) => {
      const lasting = fault('errcode', { errcode, path: TEMPLATE, times: -1 })
      await field.add(PEOPLE, () => ({ message: NOTICE }))
      field.here({ clock, leaseClock: clock })
      for (let minute = 0; minute < 10; minute++) {
        await field.settled(120)
        clock.pass(MINUTE + 1)
      }
      expect(await calls(TEMPLATE)).toBeLessThanOrEqual(4 + 10)
      field.simulator.control.removeFault(lasting.id)
      for (let hour = 0; hour < 30 && !(await field.settled(120)); hour++) clock.pass(60 * MINUTE)
      expect((await kept(`${errcode} for a while`)).states).toEqual({ sent: PEOPLE })
    },
  )

  test('all of them by chance, on both ways: everything ends, nothing twice', async () => {
    const codes = [-1, 45011, 45015, 45047, 43004, 40003, 43117]
    for (const errcode of codes) fault('errcode', { errcode, probability: 0.12, times: -1 })
    await field.add(PEOPLE, (at) => (at % 2 === 0 ? template() : text()))
    field.here({ clock, leaseClock: clock })
    expect(await passMinutes(600)).toBeLessThan(600)
    const { states } = await kept('by chance')
    expect(Object.keys(states).filter((state) => !['sent', 'skipped', 'failed'].includes(state))).toEqual([])
    const rows = await field.rows()
    for (const row of rows.filter(({ state }) => state !== 'sent')) expect(row.reasons).toHaveLength(2)
  })
})

describe('F8: a token that somebody else takes away every second', () => {
  test('does not keep anything from being sent, and is fetched anew once each time', async () => {
    fault('slow', { ms: 120, times: -1 })
    await field.add(PEOPLE * 2)
    const { client } = field.here({ config: { concurrency: 2, expireAfter: 86_400_000 } })
    await client.tokens.get()
    const startedAt = Date.now()
    field.simulator.control.invalidateTokensEvery(1000)
    expect(await field.settled()).toBe(true)
    field.simulator.control.invalidateTokensEvery(0)
    const { states } = await kept('token taken away every second')
    expect(states).toEqual({ sent: PEOPLE * 2 })
    const taken = Math.ceil((Date.now() - startedAt) / 1000)
    expect(await calls('/cgi-bin/stable_token')).toBeLessThanOrEqual(taken + 2)
  })
})
