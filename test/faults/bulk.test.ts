import { afterEach, describe, expect, test } from '@jest/globals'
import { chunksOf } from '../../bench/push/people.js'
import type { WorkerOrders } from '../../bench/push/worker.js'
import type { BulkPoint } from '../../src/outbox/bulk/ports.js'
import { type Field, openField, standings, type Worker } from './bulk-harness.js'

/** The long form kills 50 times over 3,000 people, the quick one 9 times over 600. */
const LONG = process.env['FAULTS'] === 'long'
const PEOPLE = LONG ? 3_000 : 600
const KILLS = LONG ? 50 : 9
const RATE = 400
/** Calls under way at once: no more can be in doubt after a kill. */
const CALLS = 16

let field: Field | undefined
afterEach(async () => {
  await field?.close()
  field = undefined
})

/** What only the platform sees. */
type PlatformPoint = 'body written' | 'answer sent'

/**
 * Where a worker is killed, and at which time that it comes there: the first write marks people, later ones also hold
 * the ends of calls. A number below 1 is that part of a life's share of calls.
 */
const POINTS: readonly (readonly [BulkPoint | PlatformPoint, number])[] = [
  ['claimed', 1],
  ['marking', 1],
  ['sending', 1],
  ['begun', 0.5],
  ['body written', 1],
  ['answer sent', 1],
  ['answered', 0.5],
  ['marking', 3],
  ['sending', 3],
]

const isPlatformPoint = (point: BulkPoint | PlatformPoint): point is PlatformPoint =>
  point === 'body written' || point === 'answer sent'

/** Notices carry a key by which the platform drops repetitions. */
const NOTICE = {
  purpose: 'service',
  channels: ['template'],
  variants: [{ kind: 'filled-notice', channel: 'template', template: 'T1', fields: { thing1: '面霜' } }],
} as const

/** Lets one worker after the other work until the source is done, killing each at the next point. */
async function killing(source: string, options: { kills: number; orders?: Partial<WorkerOrders> }): Promise<number> {
  const running = field as Field
  const share = PEOPLE / (options.kills + 4)
  for (let kills = 0; ; kills++) {
    const [point, when] = POINTS[kills % POINTS.length] ?? ['claimed', 1]
    const times = when < 1 ? Math.ceil(share * when) : when
    const own = kills < options.kills && !isPlatformPoint(point) ? { kill: { point, times } } : {}
    const worker = running.spawn({ concurrency: CALLS, ...options.orders, ...own })
    if (kills < options.kills && isPlatformPoint(point)) current = { worker, point, left: Math.ceil(share) }
    const done = await untilDoneOr(running, source, worker)
    current = undefined
    if (!done) continue
    worker.child.kill('SIGTERM')
    await worker.ended
    return kills
  }
}

let current: { worker: Worker; point: PlatformPoint; left: number } | undefined
const seen = (point: PlatformPoint) => () => {
  if (current?.point === point && --current.left <= 0) current.worker.child.kill('SIGKILL')
}

async function untilDoneOr(running: Field, source: string, worker: Worker): Promise<boolean> {
  let over = false
  void worker.ended.then(() => {
    over = true
  })
  while (!over) {
    if ((await running.bulk.progress(source)).done) return true
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return (await running.bulk.progress(source)).done
}

function report(name: string, counts: Record<string, number>): void {
  const line = Object.entries(counts).map(([what, count]) => `${what} ${count}`)
  process.stdout.write(`  ${name}: ${line.join(', ')}\n`)
}

describe('a worker that is killed again and again', () => {
  test('loses nobody and writes to nobody twice; who is in doubt is listed, and nobody else', async () => {
    field = await openField({
      people: PEOPLE,
      latencyMs: 20,
      rate: RATE,
      arrived: seen('body written'),
      answered: seen('answer sent'),
    })
    await field.bulk.put(chunksOf('storm', PEOPLE))
    const kills = await killing('storm', { kills: KILLS })
    const { platform } = field
    const progress = await field.bulk.progress('storm')
    const people = await standings(field.bulk, 'storm')
    const uncertain = [...people].filter(([, state]) => state === 'uncertain').map(([person]) => person)
    const sent = [...people].filter(([, state]) => state === 'sent').map(([person]) => person)
    const totals = platform.totals()
    const unanswered = field.unanswered()
    const lost = sent.filter((person) => platform.delivered(person) === 0)
    report(`unkeyed, ${PEOPLE} people`, {
      kills,
      sent: sent.length,
      uncertain: uncertain.length,
      'without an answer': unanswered.size,
      'of those arrived': uncertain.filter((person) => platform.delivered(person) > 0).length,
      lost: lost.length,
      doubled: totals.doubled,
    })
    expect(kills).toBe(KILLS)
    expect(people.size).toBe(PEOPLE)
    expect(sent.length + uncertain.length).toBe(PEOPLE)
    expect(progress.states).toEqual({ sent: sent.length, ...(uncertain.length > 0 && { uncertain: uncertain.length }) })
    expect(lost).toEqual([])
    expect(totals.doubled).toBe(0)
    expect(totals.calls).toBe(totals.people)
    const listed = new Set(uncertain)
    expect([...unanswered].filter((person) => !listed.has(person))).toEqual([])
    expect(uncertain.length).toBeLessThanOrEqual(kills * CALLS)
  }, 300_000)

  test('repeats by key what may have arrived: everybody gets it, nobody twice', async () => {
    field = await openField({
      people: PEOPLE,
      latencyMs: 20,
      rate: RATE,
      arrived: seen('body written'),
      answered: seen('answer sent'),
    })
    await field.bulk.put(chunksOf('notices', PEOPLE, NOTICE as never))
    const kills = await killing('notices', { kills: LONG ? KILLS : 5 })
    const totals = field.platform.totals()
    const { states } = await field.bulk.progress('notices')
    report(`keyed, ${PEOPLE} people`, {
      kills,
      ...states,
      calls: totals.calls,
      reached: totals.people,
      doubled: totals.doubled,
    })
    expect(kills).toBe(LONG ? KILLS : 5)
    expect(states).toEqual({ sent: PEOPLE })
    expect(totals.people).toBe(PEOPLE)
    expect(totals.doubled).toBe(0)
  }, 300_000)

  test('keeps its promise without evidence too: everything that was marked is in doubt then', async () => {
    field = await openField({ people: PEOPLE, latencyMs: 20, rate: RATE, arrived: seen('body written') })
    await field.bulk.put(chunksOf('blind', PEOPLE))
    const kills = await killing('blind', { kills: LONG ? 16 : 3, orders: { evidenceDir: '' } })
    const totals = field.platform.totals()
    const { states } = await field.bulk.progress('blind')
    report(`unkeyed without evidence, ${PEOPLE} people`, { kills, ...states, doubled: totals.doubled })
    expect((states.sent ?? 0) + (states.uncertain ?? 0)).toBe(PEOPLE)
    expect(totals.people).toBeGreaterThanOrEqual(states.sent ?? 0)
    expect(totals.doubled).toBe(0)
    expect(states.uncertain ?? 0).toBeLessThanOrEqual(kills * (CALLS + 40))
  }, 300_000)
})

describe('workers beside each other', () => {
  test('three at once, one of them killed every moment: nobody lost, nobody twice', async () => {
    field = await openField({ people: PEOPLE, latencyMs: 20, rate: RATE })
    const running = field
    await running.bulk.put(chunksOf('three', PEOPLE))
    const spawn = () => running.spawn({ concurrency: CALLS })
    let workers = [spawn(), spawn(), spawn()]
    let kills = 0
    while (!(await running.bulk.progress('three')).done) {
      await new Promise((resolve) => setTimeout(resolve, 250))
      const sent = running.platform.totals().calls
      if (kills >= (LONG ? 20 : 4) || sent < ((kills + 1) * PEOPLE) / (LONG ? 25 : 6)) continue
      const pid = await running.active()
      const victim = workers.find(({ child }) => child.pid === pid)
      if (!victim) continue
      victim.child.kill('SIGKILL')
      kills++
      workers = [...workers.filter((worker) => worker !== victim), spawn()]
    }
    const { states } = await running.bulk.progress('three')
    const totals = running.platform.totals()
    report(`three workers, ${PEOPLE} people`, { kills, ...states, reached: totals.people, doubled: totals.doubled })
    expect(states.uncertain ?? 0).toBeLessThanOrEqual(kills * CALLS)
    expect((states.sent ?? 0) + (states.uncertain ?? 0)).toBe(PEOPLE)
    expect(totals.people).toBeGreaterThanOrEqual(states.sent ?? 0)
    expect(totals.doubled).toBe(0)
  }, 300_000)

  test('one that is stopped for longer than its lease, and wakes up: nobody twice, and it clears up what it was doubted for', async () => {
    field = await openField({ people: PEOPLE, latencyMs: 20, rate: RATE })
    const running = field
    await running.bulk.put(chunksOf('stopped', PEOPLE))
    const workers = [running.spawn({ concurrency: CALLS }), running.spawn({ concurrency: CALLS })]
    let stops = 0
    while (!(await running.bulk.progress('stopped')).done) {
      await new Promise((resolve) => setTimeout(resolve, 250))
      const sent = running.platform.totals().calls
      if (stops >= (LONG ? 20 : 3) || sent < ((stops + 1) * PEOPLE) / (LONG ? 25 : 5)) continue
      const pid = await running.active()
      const victim = workers.find(({ child }) => child.pid === pid)
      if (!victim) continue
      victim.child.kill('SIGSTOP')
      await new Promise((resolve) => setTimeout(resolve, 2_500))
      victim.child.kill('SIGCONT')
      stops++
    }
    await new Promise((resolve) => setTimeout(resolve, 2_000))
    while (!(await running.bulk.progress('stopped')).done) await new Promise((resolve) => setTimeout(resolve, 100))
    const { states } = await running.bulk.progress('stopped')
    const totals = running.platform.totals()
    report(`stopped beyond the lease, ${PEOPLE} people`, { stops, ...states, doubled: totals.doubled })
    expect((states.sent ?? 0) + (states.uncertain ?? 0)).toBe(PEOPLE)
    expect(states.uncertain ?? 0).toBeLessThanOrEqual(stops * CALLS)
    expect(totals.people).toBeGreaterThanOrEqual(states.sent ?? 0)
    expect(totals.doubled).toBe(0)
  }, 300_000)
})
