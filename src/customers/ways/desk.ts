import type { Clock } from '../../core/clock.js'
import { countsOn } from './counts.js'
import type { WayKeeping } from './keeping.js'
import type { WayDayRow } from './model.js'
import type { KeepingPorts } from './ports.js'
import { definitionOf, type WayFieldProblem } from './read-definition.js'
import { dayOf, type OnDuty, staffAt } from './slots.js'
import { viewOf, type WayView } from './view.js'

/** What putting a way led to; the way as it is after a first try on the platform. */
export type DeskPut =
  | { outcome: 'stored'; way: WayView }
  | { outcome: 'invalid'; problems: WayFieldProblem[] }
  | { outcome: 'read-only' | 'unknown-account' }
  | { outcome: 'stale'; version: number }

/** The ways as the API and the command line use them. Without an account the first one is meant. */
export interface WayDesk {
  list(query?: { account?: string; removed?: boolean }): Promise<WayView[]>
  find(slug: string, account?: string): Promise<WayView | undefined>
  put(slug: string, input: unknown, by: string, options?: { version?: number; account?: string }): Promise<DeskPut>
  remove(slug: string, by: string, account?: string): Promise<'removed' | 'unknown' | 'read-only'>
  /** Makes it anew on the platform; undefined when there is none to make anew. */
  remake(slug: string, account?: string): Promise<WayView | undefined>
  days(slug: string, options?: { account?: string; limit?: number }): Promise<WayDayRow[]>
  /** Who receives newcomers at a moment by the rota; today's caps count for today only. */
  onDuty(slug: string, at: Date, account?: string): Promise<OnDuty | undefined>
}

/** The desk over the ways. */
export function createWayDesk(
  ports: Pick<KeepingPorts, 'connection' | 'accounts' | 'timeZone'> & { ways: WayKeeping; clock: Clock },
): WayDesk {
  const { connection, ways, accounts, clock, timeZone } = ports
  const view = (row: Parameters<typeof viewOf>[0]) => viewOf(row, clock.now(), timeZone)
  const [first = ''] = accounts

  return {
    async list({ account = first, removed = false } = {}) {
      return (await ways.book.list(account, { removed })).map(view)
    },
    async find(slug, account = first) {
      const row = await ways.book.find(account, slug)
      return row && view(row)
    },
    async put(slug, input, by, { version, account = first } = {}) {
      if (!accounts.includes(account)) return { outcome: 'unknown-account' }
      const put = await ways.book.put(account, slug, input, by, version)
      if (put.outcome !== 'stored') return put
      const row = (await ways.sync(account, slug)) ?? put.row
      return { outcome: 'stored', way: view(row) }
    },
    async remove(slug, by, account = first) {
      const removed = await ways.book.remove(account, slug, by)
      if (removed === 'removed') await ways.sync(account, slug)
      return removed
    },
    async remake(slug, account = first) {
      if (!(await ways.remake(account, slug))) return undefined
      const row = await ways.book.find(account, slug)
      return row && view(row)
    },
    days: (slug, { account = first, limit = 100 } = {}) => ways.days(account, slug, limit),
    async onDuty(slug, at, account = first) {
      const row = await ways.book.find(account, slug)
      const definition = row && definitionOf(row)
      if (!row || !definition) return undefined
      const day = dayOf(at, timeZone)
      const today = day === dayOf(clock.now(), timeZone)
      return staffAt(definition, at, today ? await countsOn(connection, row._id, day) : new Map(), timeZone)
    },
  }
}
