import { DateTime } from 'luxon'
import { messageOf } from '../core/errors.js'
import { type Connection, database } from '../store/connect.js'
import { defineModel } from '../store/schema.js'
import { OWNERS_AT_ONCE, ownersOf } from './listing.js'
import { plain } from './model.js'
import type { GroupCorp, GroupPorts, OwnerFigures } from './ports.js'

/** The platform's figures of all groups of one owner on one day; it gives none for a single group. */
export interface OwnerDay extends Omit<OwnerFigures, 'owner'> {
  account: string
  owner: string
  /** `2026-03-04`. */
  day: string
}

/** The platform's statistics, kept: it forgets them after 180 days. */
export interface OwnerDays {
  /** Fetches the days that are missing up to yesterday, at most the last 30. */
  fetch(): Promise<void>
  /** From and to a day, inclusive. */
  read(account: string, query: { from: string; to: string; owner?: string }): Promise<OwnerDay[]>
}

const OWNER_DAYS = 'groupOwnerDays'
/** Refreshed by the platform once a day; a new installation fetches this many. */
const BACK_DAYS = 30

/** The statistics over a connection; make them before `ensureIndexes`. */
export function createOwnerDays(
  ports: Pick<GroupPorts, 'connection' | 'clock' | 'corps' | 'log' | 'timeZone'>,
): OwnerDays {
  const { connection, clock, corps, log, timeZone } = ports
  ownerDayModel(connection)
  const rows = () => database(connection).collection<OwnerDay & { _id: string }>(OWNER_DAYS)

  async function fetchAccount(account: string, corp: GroupCorp): Promise<void> {
    const today = DateTime.fromJSDate(clock.now(), { zone: timeZone }).startOf('day')
    const last = (await rows().find({ account }).sort({ day: -1 }).limit(1).toArray())[0]
    const oldest = today.minus({ days: BACK_DAYS })
    const next = last ? DateTime.fromISO(last.day, { zone: timeZone }).plus({ days: 1 }) : oldest
    const owners = await ownersOf(ports, account, corp)
    for (let day = next > oldest ? next : oldest; day < today; day = day.plus({ days: 1 })) {
      for (let from = 0; from < owners.length; from += OWNERS_AT_ONCE) {
        await fetchDay(account, corp, day, owners.slice(from, from + OWNERS_AT_ONCE))
      }
    }
  }

  async function fetchDay(account: string, corp: GroupCorp, at: DateTime, owners: readonly string[]): Promise<void> {
    const day = at.toFormat('yyyy-MM-dd')
    for (let offset = 0; ; ) {
      const page = await corp.groups.statistics(at.toJSDate(), owners, { offset })
      const statements = page.rows.map(({ owner = '', ...figures }) => ({
        replaceOne: {
          filter: { _id: `${account}:${day}:${owner}` },
          replacement: { ...figures, account, owner, day },
          upsert: true,
        },
      }))
      if (statements.length > 0) await rows().bulkWrite(statements, { ordered: false })
      if (page.rows.length === 0 || page.nextOffset <= offset || page.nextOffset >= page.total) return
      offset = page.nextOffset
    }
  }

  return {
    async fetch() {
      for (const account of corps.ids()) {
        const corp = corps.find(account)
        if (!corp) continue
        await fetchAccount(account, corp).catch((error) =>
          log.warn({ account, reason: messageOf(error) }, 'group statistics not fetched, tried again tomorrow'),
        )
      }
    },
    async read(account, { from, to, owner }) {
      const filter = { account, day: { $gte: from, $lte: to }, ...(owner !== undefined && { owner }) }
      const found = await rows().find(filter).sort({ day: 1, owner: 1 }).limit(20_000).toArray()
      return found.map(({ _id, ...row }) => row)
    },
  }
}

function ownerDayModel(connection: Connection): void {
  const schema = plain(OWNER_DAYS)
  schema.index({ account: 1, day: 1 }, { name: 'day' })
  defineModel(connection, 'GroupOwnerDay', schema)
}
