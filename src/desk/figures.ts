import { DateTime } from 'luxon'
import type { Clock } from '../core/clock.js'
import type { Events } from '../events/events.js'
import type { StoredFact } from '../events/fact.js'
import type { DeskRows } from './rows.js'

/** Times of one kind, in seconds. */
export interface Spread {
  count: number
  sum: number
  most: number
}

/** What one staff member did, or all of them. */
export interface Tally {
  taken: number
  /** From being asked for to the first answer. */
  firstReply: Spread
  /** From what the person wrote to the answer, later ones. */
  answers: Spread
  /** From being asked for to the end. */
  resolution: Spread
  transferred: number
  /** Taken from them, as they did not answer. */
  reassigned: number
  votes: [number, number, number]
}

/** The desk's figures over some days. */
export interface Figures extends Tally {
  requested: number
  missed: number
  tickets: number
  ticketsOverdue: number
  /** Asked for between 22:00 and 8:00. */
  night: number
  /** Requests by hour of the day, 0 to 23. */
  hours: number[]
  /** Takings by hour of the day. */
  takenByHour: number[]
  staff: Record<string, Tally>
}

const TYPES = [
  'requested',
  'taken',
  'first-reply',
  'answered',
  'closed',
  'transferred',
  'reassigned',
  'missed',
  'voted',
  'ticket',
  'ticket-overdue',
].map((word) => `desk.${word}`)

const PAGE = 1000
const MOST_DAYS = 366
/** A day that ended so long ago is counted from its row; facts may come late before that. */
const SETTLED_DAYS = 3

/** Empty figures. */
export function noFigures(): Figures {
  const own = tally()
  const day = () => Array.from({ length: 24 }, () => 0)
  return {
    ...own,
    requested: 0,
    missed: 0,
    tickets: 0,
    ticketsOverdue: 0,
    night: 0,
    hours: day(),
    takenByHour: day(),
    staff: {},
  }
}

/** Adds a fact to figures, in place. */
export function addFact(figures: Figures, { type, occurredAt, props }: StoredFact, timeZone: string): void {
  const { hour } = DateTime.fromJSDate(occurredAt, { zone: timeZone })
  const text = (name: string) => (typeof props[name] === 'string' ? (props[name] as string) : '')
  const number = (name: string) => (typeof props[name] === 'number' ? (props[name] as number) : 0)
  const name = text('staff')
  const each = (add: (one: Tally) => void) => {
    add(figures)
    if (name === '') return
    const own = figures.staff[name] ?? tally()
    figures.staff[name] = own
    add(own)
  }
  const seconds = number('seconds')
  switch (type) {
    case 'desk.requested':
      figures.requested += 1
      figures.hours[hour] = (figures.hours[hour] ?? 0) + 1
      if (hour >= 22 || hour < 8) figures.night += 1
      return
    case 'desk.taken':
      figures.takenByHour[hour] = (figures.takenByHour[hour] ?? 0) + 1
      each((one) => {
        one.taken += 1
      })
      return
    case 'desk.first-reply':
      each((one) => spread(one.firstReply, seconds))
      return
    case 'desk.answered':
      each((one) => spread(one.answers, seconds))
      return
    case 'desk.closed':
      each((one) => spread(one.resolution, seconds))
      return
    case 'desk.transferred':
      each((one) => {
        one.transferred += 1
      })
      return
    case 'desk.reassigned':
      each((one) => {
        one.reassigned += 1
      })
      return
    case 'desk.missed':
      figures.missed += 1
      return
    case 'desk.voted': {
      const at = number('choice') - 1
      each(({ votes }) => {
        votes[at] = (votes[at] ?? 0) + 1
      })
      return
    }
    case 'desk.ticket':
      figures.tickets += 1
      return
    case 'desk.ticket-overdue':
      figures.ticketsOverdue += 1
      return
  }
}

/** The figures of several days as one. */
export function sumFigures(days: readonly Figures[]): Figures {
  const sum = noFigures()
  for (const day of days) {
    for (const name of ['requested', 'missed', 'tickets', 'ticketsOverdue', 'night'] as const) sum[name] += day[name]
    for (const name of ['hours', 'takenByHour'] as const)
      for (const [hour, count] of day[name].entries()) sum[name][hour] = (sum[name][hour] ?? 0) + count
    addTally(sum, day)
    for (const [name, own] of Object.entries(day.staff)) {
      const known = sum.staff[name] ?? tally()
      sum.staff[name] = known
      addTally(known, own)
    }
  }
  return sum
}

/**
 * Figures from the facts. Days that are over for long are kept as counted; every night the last ones are counted again,
 * so that facts which came late are in, and a difference is told.
 */
export function createFigures(ports: {
  rows: DeskRows
  events: Pick<Events, 'read'>
  clock: Clock
  timeZone(): Promise<string>
}) {
  const { rows, events, clock } = ports

  async function count(day: string, timeZone: string): Promise<Figures> {
    const from = DateTime.fromISO(day, { zone: timeZone })
    const end = from.plus({ days: 1 }).toJSDate()
    const figures = noFigures()
    for (const type of TYPES) {
      const seen = new Set<string>()
      for (let before = end; ; ) {
        const page = await events.read({ type, from: from.toJSDate(), before, limit: PAGE })
        for (const fact of page) {
          if (fact.source !== 'desk' || seen.has(fact.id)) continue
          seen.add(fact.id)
          addFact(figures, fact, timeZone)
        }
        const last = page.at(-1)
        if (page.length < PAGE || last === undefined) break
        const next = new Date(last.occurredAt.getTime() + 1)
        before = next < before ? next : last.occurredAt
      }
    }
    return figures
  }

  async function store(day: string, figures: Figures): Promise<boolean> {
    const text = JSON.stringify(figures)
    const known = await rows.days.findOne({ _id: day })
    if (known?.figures === text) return false
    await rows.days.updateOne({ _id: day }, { $set: { figures: text, countedAt: clock.now() } }, { upsert: true })
    return known !== null
  }

  return {
    /** Days are `yyyy-MM-dd` of the desk's time zone, both included, at most 366. */
    async read({ from, to }: { from: string; to: string }): Promise<{ total: Figures; days: Record<string, Figures> }> {
      const timeZone = await ports.timeZone()
      const settled = DateTime.fromJSDate(clock.now(), { zone: timeZone })
        .minus({ days: SETTLED_DAYS })
        .toFormat('yyyy-MM-dd')
      const stored = await rows.days.find({ _id: { $gte: from, $lte: to } }).toArray()
      const known = new Map(stored.map((row) => [row._id, JSON.parse(row.figures) as Figures]))
      const days: Record<string, Figures> = {}
      for (const day of daysOf(from, to)) {
        const kept = day < settled ? known.get(day) : undefined
        days[day] = kept ?? (await count(day, timeZone))
      }
      return { total: sumFigures(Object.values(days)), days }
    },
    /** Counts the last days; gives how many differed from what was counted before. */
    async check(): Promise<number> {
      const timeZone = await ports.timeZone()
      const today = DateTime.fromJSDate(clock.now(), { zone: timeZone })
      let changed = 0
      for (let back = 1; back <= SETTLED_DAYS + 1; back++) {
        const day = today.minus({ days: back }).toFormat('yyyy-MM-dd')
        if (await store(day, await count(day, timeZone))) changed += 1
      }
      return changed
    },
  }
}

/** The days from one to another. */
function daysOf(from: string, to: string): string[] {
  const days: string[] = []
  for (let day = DateTime.fromISO(from, { zone: 'utc' }); days.length < MOST_DAYS; day = day.plus({ days: 1 })) {
    const text = day.toFormat('yyyy-MM-dd')
    if (!day.isValid || text > to) return days
    days.push(text)
  }
  return days
}

function tally(): Tally {
  const none = (): Spread => ({ count: 0, sum: 0, most: 0 })
  return {
    taken: 0,
    firstReply: none(),
    answers: none(),
    resolution: none(),
    transferred: 0,
    reassigned: 0,
    votes: [0, 0, 0],
  }
}

function spread(one: Spread, seconds: number): void {
  one.count += 1
  one.sum += seconds
  one.most = Math.max(one.most, seconds)
}

function addTally(sum: Tally, more: Tally): void {
  for (const name of ['taken', 'transferred', 'reassigned'] as const) sum[name] += more[name]
  for (const name of ['firstReply', 'answers', 'resolution'] as const) {
    sum[name].count += more[name].count
    sum[name].sum += more[name].sum
    sum[name].most = Math.max(sum[name].most, more[name].most)
  }
  for (const at of [0, 1, 2] as const) sum.votes[at] += more.votes[at]
}
