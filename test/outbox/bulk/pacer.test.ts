import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createGate } from '../../../src/outbox/bulk/gate.js'
import { concurrencyFor, createLatency } from '../../../src/outbox/bulk/latency.js'
import { createPacer, type Pacer } from '../../../src/outbox/bulk/pacer.js'

interface Stall {
  at: number
  ms: number
}

const SERVICE_MS = 50

/**
 * Makes calls as fast as the pacer lets them, with stalls of the process in between; gives when they arrived. `late`
 * is how much a call loses on its way to the platform; its answer comes 50 ms after it arrived.
 */
function calls(pacer: Pacer, forMs: number, stalls: readonly Stall[] = [], late: (nth: number) => number = () => 0) {
  const times: number[] = []
  const answers: { at: number; call: number; took: number }[] = []
  let now = 0
  let next = 0
  while (now < forMs) {
    const stall = stalls[next]
    if (stall && now >= stall.at) {
      now += stall.ms
      next++
    }
    for (const due of answers.filter(({ at }) => at <= now)) {
      pacer.answered(due.call, due.took)
      answers.splice(answers.indexOf(due), 1)
    }
    const wait = pacer.wait(now)
    if (wait > 0) {
      now += Math.min(Math.max(wait, 0.01), 1)
      continue
    }
    const call = pacer.take(now)
    const arrives = now + late(call)
    times.push(arrives)
    answers.push({ at: arrives + SERVICE_MS, call, took: arrives + SERVICE_MS - now })
  }
  return times.sort((a, b) => a - b)
}

function mostWithin(times: readonly number[], ms: number): number {
  let most = 0
  for (let first = 0, last = 0; last < times.length; last++) {
    while ((times[last] ?? 0) - (times[first] ?? 0) >= ms) first++
    most = Math.max(most, last - first + 1)
  }
  return most
}

describe('a pacer', () => {
  test('uses its rate to 95 % and more, evenly', () => {
    for (const rate of [10, 200, 1000]) {
      const times = calls(createPacer(rate), 10_000)
      expect(times.length / (rate * 10)).toBeGreaterThan(0.95)
      expect(mostWithin(times, 100)).toBeLessThanOrEqual(Math.ceil(rate / 10) + 1)
    }
  })

  test('never lets more through in any second than its rate, whatever stalls the process', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 400 }),
        fc.array(fc.record({ at: fc.integer({ min: 0, max: 5000 }), ms: fc.integer({ min: 1, max: 1500 }) }), {
          maxLength: 8,
        }),
        (rate, stalls) => {
          const times = calls(
            createPacer(rate),
            6_000,
            stalls.toSorted((a, b) => a.at - b.at),
          )
          return mostWithin(times, 1000) <= rate
        },
      ),
      { numRuns: 60 },
    )
  })

  test('loses little where answers take different times by nature', () => {
    const times = calls(createPacer(200), 10_000, [], (nth) => (nth * 7) % 60)
    expect(times.length / 2000).toBeGreaterThan(0.9)
    expect(mostWithin(times, 1000)).toBeLessThanOrEqual(200)
  })

  test('makes up for a short stall, and only for that', () => {
    const without = calls(createPacer(100), 10_000).length
    const withStall = calls(createPacer(100), 10_000, [{ at: 3000, ms: 200 }]).length
    expect(without - withStall).toBeLessThan(3)
    expect(without - calls(createPacer(100), 10_000, [{ at: 3000, ms: 2000 }]).length).toBeGreaterThan(150)
  })

  test('halves once for complaints that come together, and wins the rate back', () => {
    const pacer = createPacer(100)
    for (let n = 0; n < 20; n++) pacer.slow(n)
    expect(Math.round(pacer.rate(10))).toBe(49)
    pacer.slow(2_000)
    expect(Math.round(pacer.rate(2_000))).toBe(25)
    expect(Math.round(pacer.rate(32_000))).toBe(54)
    expect(Math.round(pacer.rate(120_000))).toBe(98)
    expect(mostWithin(calls(pacer, 5_000), 1000)).toBeLessThanOrEqual(100)
  })

  test('takes less than one a second', () => {
    expect(calls(createPacer(0.5), 20_000).length).toBe(10)
    expect(() => createPacer(0)).toThrow(RangeError)
  })
})

describe('a gate', () => {
  test('shuts after five calls in a row without an answer, and opens by one that has one', () => {
    const gate = createGate(1000)
    for (let n = 0; n < 5; n++) {
      expect(gate.wait(n * 10)).toBe(0)
      gate.end(n * 10 + 5, gate.begin(n * 10), 5, true)
    }
    expect(gate.wait(100)).toBeGreaterThan(900)
    expect(gate.wait(1_100)).toBe(0)
    const second = gate.begin(1_100)
    expect(gate.wait(1_200)).toBe(Number.POSITIVE_INFINITY)
    gate.end(1_300, second, 200, true)
    expect(gate.wait(2_400)).toBeGreaterThan(0)
    expect(gate.wait(3_400)).toBe(0)
    gate.end(3_450, gate.begin(3_400), 50, false)
    expect(gate.wait(3_460)).toBe(0)
  })

  test('an answer in between begins the count anew', () => {
    const gate = createGate(1000)
    for (let n = 0; n < 40; n++) {
      gate.end(n * 10 + 5, gate.begin(n * 10), 5, n % 5 !== 0)
    }
    expect(gate.wait(1_000)).toBe(0)
  })
})

describe('how many calls are under way', () => {
  test('follows rate x latency within its limits', () => {
    const limits = { least: 8, most: 600 }
    expect(concurrencyFor(200, 50, limits)).toBe(12)
    expect(concurrencyFor(1000, 150, limits)).toBe(180)
    expect(concurrencyFor(10, 50, limits)).toBe(8)
    expect(concurrencyFor(100_000, 150, limits)).toBe(600)
  })

  test('is not guessed before there are answers', () => {
    const latency = createLatency()
    expect(latency.high).toBe(0)
    for (let n = 0; n < 200; n++) latency.note(n % 2 === 0 ? 48 : 52)
    expect(latency.high).toBeGreaterThan(48)
    expect(latency.high).toBeLessThan(62)
  })
})
