import type { PersonalData } from '../../contacts/privacy.js'
import type { Spend } from '../../contacts/windows.js'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import { createBatch } from '../../store/batch.js'
import type { Connection } from '../../store/connect.js'
import type { Reason } from '../channel.js'
import { businessDay } from './days.js'
import { createJournal } from './journal.js'
import { barOf, type Entry, entryOf, type LedgerQuestion, type LedgerView, reckon, viewOf } from './ledger.js'
import type { BookLine } from './model.js'
import { packIds } from './pack.js'
import type { Booking, ReachPolicy, Touch } from './reach.js'

/** What is known of one person's messages. */
export interface PersonView extends LedgerView {
  blockedAt?: Date
}

/** Who got what lately. */
export interface Touches {
  /** What the books say about these people, as a function of the id. */
  read(ids: readonly string[], question: LedgerQuestion): Promise<(id: string) => PersonView>
  /** One person's messages, the newest first, as evidence. */
  of(id: string): Promise<Touch[]>
  /** Customer messages of campaigns to one person on one account. */
  spends(id: string, account: string, since: Date): Promise<Spend[]>
  book(ids: readonly string[], booking: Booking, policy: ReachPolicy): Promise<(Reason | undefined)[]>
  /** The same answer as `book`, and nothing is written. */
  check(ids: readonly string[], booking: Booking, policy: ReachPolicy): Promise<(Reason | undefined)[]>
  release(bookings: readonly { ids: readonly string[]; source: string }[]): Promise<void>
  block(ids: readonly string[], account: string, at: Date): Promise<void>
  join(gone: string, into: string): Promise<void>
  readonly personalData: PersonalData
}

/** What touches are made of. */
export interface TouchPorts {
  connection: Connection
  clock: Clock
  timeZone: string
  /** How old what other processes booked may be when nothing is booked, in ms. */
  refreshMs?: number
}

/** Something to be written, once it is known what the books say. */
interface Ask {
  now: Date
  ids: readonly string[]
  /** The lines to write, and the answer by person. `seen` gives a person's touches, also of this very row. */
  draft(seen: (id: string) => readonly Entry[]): { lines: BookLine[]; answer: (Reason | undefined)[]; added?: Added }
}

/** What a draft adds, for the asks behind it in the same row. */
interface Added {
  touch: Entry
  ids: readonly string[]
}

/** Rows that others may write before this process gets its turn. */
const TRIES = 200
const AT_ONCE = 100

/** The books of who got what; call `reachModels` before `ensureIndexes`. */
export function createTouches(ports: TouchPorts): Touches {
  const { connection, clock, timeZone, refreshMs = 1000 } = ports
  const journal = createJournal({ connection, clock, timeZone })

  /**
   * Everything that is booked at the same time goes into one row. It is written only if nobody wrote since the books
   * were read; else they are read and everything is judged again. So no two writers together exceed a cap.
   */
  const write = createBatch<Ask, (Reason | undefined)[]>(async (asks) => {
    const now = new Date(Math.max(...asks.map((ask) => ask.now.getTime())))
    for (let attempt = 0; attempt < TRIES; attempt++) {
      const shelf = await journal.read(attempt === 0 ? refreshMs : 0)
      const found = shelf.gather(asks.flatMap(({ ids }) => ids))
      const lines: BookLine[] = []
      const answers = asks.map((ask) => {
        const { lines: own, answer, added } = ask.draft((id) => found.get(id) ?? [])
        for (const line of own) lines.push(ask.now.getTime() === now.getTime() ? line : { ...line, at: ask.now })
        for (const id of added?.ids ?? []) found.set(id, [...(found.get(id) ?? []), ...(added ? [added.touch] : [])])
        return answer
      })
      if (lines.length === 0 || (await journal.append(now, lines))) return answers
    }
    throw new AppError('reach.busy', 'messages could not be booked', { fix: 'try again' })
  }, AT_ONCE)

  const plain = (lines: BookLine[], now: Date) => write({ now, ids: [], draft: () => ({ lines, answer: [] }) })

  async function of(id: string): Promise<Touch[]> {
    const shelf = await journal.read(refreshMs)
    const mine = shelf.gather([id]).get(id) ?? []
    return mine
      .toSorted((a, b) => b.at.getTime() - a.at.getTime())
      .map(({ capped: _, campaign: __, ...touch }) => touch)
  }

  return {
    async read(ids, question) {
      const asked = reckon(question, timeZone)
      const shelf = await journal.read(refreshMs)
      const found = shelf.gather(ids)
      return (id) => {
        const blockedAt = shelf.blockedAt(question.account, id)
        const view = viewOf(found.get(id), asked)
        return blockedAt ? { ...view, blockedAt } : view
      }
    },
    of,
    async spends(id, account, since) {
      const touches = await of(id)
      return touches
        .filter((one) => one.account === account && one.channel === 'customer-message' && !one.single)
        .filter(({ at }) => at >= since)
        .map(({ at }) => ({ at }))
    },
    async book(ids, booking, policy) {
      const { account, channel, purpose, source, single, now } = booking
      const asked = reckon(booking, timeZone)
      const about = { account, channel, purpose, source, ...(single && { single }) }
      const touch = entryOf({ at: now, day: businessDay(now, timeZone), ...about })
      return write({
        now,
        ids,
        draft(seen) {
          const added: string[] = []
          const answer = ids.map((id) => {
            const view = viewOf(seen(id), asked)
            const bar = barOf(view, booking, policy, timeZone)
            if (bar === undefined && !view.reserved) added.push(id)
            return bar
          })
          const people = [...new Set(added)]
          const line = {
            kind: 'touch' as const,
            people: packIds(people),
            ...about,
            ...(single && { single: true as const }),
          }
          return { lines: people.length > 0 ? [line] : [], answer, added: { touch, ids: people } }
        },
      })
    },
    async check(ids, booking, policy) {
      const asked = reckon(booking, timeZone)
      const found = (await journal.read(refreshMs)).gather(ids)
      return ids.map((id) => barOf(viewOf(found.get(id), asked), booking, policy, timeZone))
    },
    async release(bookings) {
      const ids = bookings.flatMap((one) => one.ids)
      if (ids.length === 0) return
      await write({
        now: clock.now(),
        ids,
        draft(seen) {
          const lines = bookings.flatMap(({ ids, source }): BookLine[] => {
            const booked = ids.filter((id) => seen(id).some((touch) => touch.source === source))
            return booked.length > 0 ? [{ kind: 'undo', people: packIds(booked), source }] : []
          })
          return { lines, answer: [] }
        },
      })
    },
    async block(ids, account, at) {
      if (ids.length > 0) await plain([{ kind: 'block', people: packIds(ids), account }], at)
    },
    async join(gone, into) {
      await plain([{ kind: 'join', people: packIds([gone]), into }], clock.now())
    },
    personalData: {
      name: 'touches',
      async export(contact) {
        return of(contact)
      },
      /** The books hold our own ids only, and every line leaves after 40 days. */
      async erase() {},
    },
  }
}
