import { afterEach, describe, expect, test } from '@jest/globals'
import {
  ambiguous,
  built,
  CUSTOM,
  type Field,
  type Kill,
  LEASE_MS,
  openField,
  TEMPLATE,
  unkeyed,
  type Worker,
} from './outbox-harness.js'

/** `FAULTS=long` (npm run test:faults): the numbers of RELIABILITY.md, section 10. */
const LONG = process.env['FAULTS'] === 'long'
const KILLS = LONG ? 100 : 1
const STOPS = LONG ? 50 : 2
const PEOPLE = LONG ? 440 : 24
const CONCURRENCY = 4
const suite = built ? describe : describe.skip

let field: Field
afterEach(() => field?.close())

/** What must hold whatever was done to the workers; prints the counts. */
async function invariants(what: string): Promise<void> {
  expect(await field.settled()).toBe(true)
  const tally = await field.tally()
  const { lost, doubled, poison, ...counts } = tally
  console.log(`${what}: ${JSON.stringify({ ...counts, poison, lost: lost.length, doubled: doubled.length })}`)
  const { sent = 0, uncertain = 0, failed = 0, ...others } = tally.states
  expect({ others, open: tally.open, lost, doubled }).toEqual({ others: {}, open: 0, lost: [], doubled: [] })
  expect(sent + uncertain + failed).toBe(tally.planned)
  expect({ failed, ...(KILLS === 1 && { poison }) }).toEqual({ failed: poison, ...(KILLS === 1 && { poison: 0 }) })
  const rows = await field.rows()
  const unclear = rows.filter(({ state }) => state === 'uncertain')
  expect(unclear.filter((row) => !unkeyed(row) || !ambiguous(row) || !row.attention)).toEqual([])
  expect(rows.filter((row) => unkeyed(row) && row.attempts > 1)).toEqual([])
  expect(rows.filter((row) => unkeyed(row) && ambiguous(row) && row.state === 'sent')).toEqual([])
  expect(tally.told).toBe(rows.length)
}

/** Kills the worker when the platform has read a whole request and has not answered it. */
async function killAtBody(worker: Worker, path: string): Promise<void> {
  const fault = field.simulator.control.addFault({ side: 'api', kind: 'hang', applied: true, path, times: 1, ms: 5000 })
  const hit = () => field.simulator.control.faults().some(({ id, hits }) => id === fault.id && hits > 0)
  while (!hit() && worker.child.exitCode === null) await new Promise(setImmediate)
  worker.child.kill('SIGKILL')
  await worker.ended
  field.simulator.control.removeFault(fault.id)
}

suite('F2: a worker that is killed', () => {
  test.each(['claimed', 'cleared', 'sending', 'delivered', 'ended', 'told'] as const)(
    'at "%s" loses nothing, doubles nothing, and leaves in doubt what it was sending, no more',
    async (point) => {
      field = await openField(PEOPLE)
      let kills = 0
      for (; kills < KILLS; kills++) {
        const times = 1 + (kills % CONCURRENCY)
        const worker = await field.worker({ point, times } satisfies Kill, { concurrency: CONCURRENCY })
        await Promise.race([worker.ended, field.settled(10_000)])
        if (worker.child.exitCode === null && worker.child.signalCode === null) {
          await worker.stop()
          break
        }
      }
      const last = await field.worker(undefined, { concurrency: CONCURRENCY })
      await invariants(`killed ${kills} times at ${point}`)
      const unclear = (await field.rows()).filter(({ state }) => state === 'uncertain')
      expect(unclear.length).toBeLessThanOrEqual(kills * CONCURRENCY)
      const shownAfter = unclear.map(({ sendingAt, endedAt }) => Number(endedAt) - Number(sendingAt))
      expect(shownAfter.filter((ms) => ms > LEASE_MS + 10_000)).toEqual([])
      await last.stop()
    },
    LONG ? 3_600_000 : 60_000,
  )

  test(
    'while the platform has its request in hand: in doubt without a key, once with one',
    async () => {
      field = await openField(PEOPLE)
      for (let kill = 0; kill < Math.min(KILLS * 2, 20); kill++) {
        await killAtBody(
          await field.worker(undefined, { concurrency: CONCURRENCY }),
          kill % 2 === 0 ? CUSTOM : TEMPLATE,
        )
      }
      const last = await field.worker()
      await invariants('killed with the body written')
      expect((await field.tally()).states['uncertain'] ?? 0).toBeGreaterThan(0)
      await last.stop()
    },
    LONG ? 600_000 : 60_000,
  )
})

suite('F4: a worker that sleeps beyond its lease', () => {
  test(
    'in the middle of its calls writes over nothing and sends nothing twice when it wakes up',
    async () => {
      field = await openField(0)
      const { control } = field.simulator
      for (let stop = 0; stop < STOPS; stop++) {
        control.clearFaults()
        const slow = control.addFault({ side: 'api', kind: 'slow', ms: 300, times: -1 })
        const calls = () => control.faults().find(({ id }) => id === slow.id)?.hits ?? 0
        const sleeper = await field.worker(undefined, { concurrency: CONCURRENCY })
        await field.add(CONCURRENCY * 2)
        while (calls() <= CONCURRENCY / 2) await new Promise(setImmediate)
        sleeper.child.kill('SIGSTOP')
        const other = await field.worker(undefined, { concurrency: CONCURRENCY })
        await new Promise((resolve) => setTimeout(resolve, LEASE_MS + 700))
        expect(await field.settled()).toBe(true)
        sleeper.child.kill('SIGCONT')
        await sleeper.stop()
        await other.stop()
      }
      await invariants(`stopped ${STOPS} times beyond the lease`)
      const { states } = await field.tally()
      expect(states['uncertain'] ?? 0).toBeLessThanOrEqual(STOPS * CONCURRENCY)
      expect((await field.rows()).some((row) => !unkeyed(row) && row.attempts > 1)).toBe(true)
    },
    LONG ? 900_000 : 60_000,
  )
})

suite('F16: workers at the same time', () => {
  test.each([2, 3])(
    '%d of them send everything once',
    async (count) => {
      field = await openField(PEOPLE)
      const workers = await Promise.all(Array.from({ length: count }, () => field.worker()))
      await invariants(`${count} workers`)
      const rows = await field.rows()
      expect(rows.filter(({ attempts }) => attempts !== 1)).toEqual([])
      for (const worker of workers) await worker.stop()
    },
    60_000,
  )
})
