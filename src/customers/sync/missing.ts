import type { Clock } from '../../core/clock.js'
import type { Connection } from '../../store/connect.js'
import type { Corp } from '../ports.js'
import { type RelationRow, relationRows } from '../relations/model.js'
import { tellOf } from '../relations/refetch.js'
import { type SignOf, settledAt } from '../relations/sign.js'
import { AT_ONCE } from './run.js'

/** Half relations are in no list; such an old one is taken for over. */
const HALF_KEPT_MS = 30 * 86_400_000
const PAGE = 200
/** More of one member's customers gone at once is believed only when an operator says so. */
const MANY = 20

/** Pairs of one member that the lists did not name. */
export interface Unlisted {
  staff: string
  count: number
  of: number
}

/** Pairs that are live by what we know and were not seen by the run that began at `startedAt`. */
function unseen(account: string, startedAt: Date, now: Date) {
  const since = settledAt(startedAt)
  return {
    account,
    live: true,
    seenAt: { $not: { $gte: startedAt } },
    addedAt: { $not: { $gte: since } },
    $or: [{ half: { $ne: true } }, { addedAt: { $lt: new Date(now.getTime() - HALF_KEPT_MS) } }],
  }
}

/** How many pairs of each member would end; for the guard against a list that is suddenly empty. */
export async function unlisted(
  ports: { connection: Connection; clock: Clock },
  account: string,
  startedAt: Date,
): Promise<Unlisted[]> {
  const rows = relationRows(ports.connection)
  const group = (match: object) =>
    rows
      .aggregate<{ _id: string; count: number }>([{ $match: match }, { $group: { _id: '$staff', count: { $sum: 1 } } }])
      .toArray()
  const missing = await group(unseen(account, startedAt, ports.clock.now()))
  if (missing.length === 0) return []
  const all = new Map((await group({ account, live: true })).map(({ _id, count }) => [_id, count]))
  return missing.map(({ _id, count }) => ({ staff: _id, count, of: all.get(_id) ?? count }))
}

/** True when so many are missing at once that the list itself is doubted. */
export const isSuspicious = ({ count, of }: Unlisted) => count > MANY && count * 2 > of

/**
 * One page of pairs that the lists did not name. Each customer is asked for before it is believed. Members who are not
 * among `staff` have left, or the app may not see them: their customers wait for another member and stay ours.
 */
export async function missingPage(
  ports: { connection: Connection; clock: Clock },
  corp: Corp,
  run: { startedAt: Date; after?: string; staff: ReadonlySet<string>; skip: ReadonlySet<string> },
): Promise<{ signs: SignOf[]; waiting: RelationRow[]; after?: string }> {
  const { account } = corp
  const now = ports.clock.now()
  const page = await relationRows(ports.connection)
    .find({
      ...unseen(account, run.startedAt, now),
      ...(run.after !== undefined && { _id: { $gt: run.after } }),
    })
    .sort({ _id: 1 })
    .limit(PAGE)
    .toArray()
  const waiting: RelationRow[] = []
  const asked = new Map<string, RelationRow[]>()
  for (const row of page) {
    if (run.skip.has(row.staff)) continue
    if (run.staff.has(row.staff)) asked.set(row.customer, [...(asked.get(row.customer) ?? []), row])
    else waiting.push(row)
  }
  const signs = [...(await asks(ports, corp, [...asked])), ...(await takenOver(ports.connection, account, waiting))]
  const last = page.at(-1)?._id
  return { signs, waiting, ...(last !== undefined && { after: last }) }
}

/** Customers who waited for another member and have one meanwhile. */
async function takenOver(connection: Connection, account: string, waiting: readonly RelationRow[]): Promise<SignOf[]> {
  const customers = waiting.flatMap(({ customer, absentAt }) => (absentAt === undefined ? [] : [customer]))
  if (customers.length === 0) return []
  const others = await relationRows(connection)
    .find({ account, customer: { $in: customers }, live: true, absentAt: { $exists: false } })
    .toArray()
  return waiting.flatMap(({ staff, customer, contact, absentAt }): SignOf[] => {
    const taker = others.find((one) => one.customer === customer && absentAt && one.addedAt && one.addedAt > absentAt)
    if (taker?.addedAt === undefined) return []
    const sign = { kind: 'ended', at: taker.addedAt, by: 'transfer' } as const
    return [{ account, staff, customer, ...(contact !== undefined && { contact }), sign }]
  })
}

async function asks(ports: { clock: Clock }, corp: Corp, all: [string, RelationRow[]][]): Promise<SignOf[]> {
  const signs: SignOf[] = []
  const queue = all.values()
  const worker = async () => {
    for (const [customer, rows] of queue) {
      const readAt = ports.clock.now()
      const told = await tellOf(corp, customer)
      for (const { account, staff, contact } of rows) {
        const about = { account, staff, customer, ...(contact !== undefined && { contact }) }
        const pair = told?.relations.find((one) => one.staff === staff)
        if (pair) signs.push({ ...about, sign: { kind: 'listed', pair, readAt } })
        else signs.push({ ...about, sign: { kind: 'ended', at: settledAt(readAt), by: 'unseen' } })
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, all.length) }, worker))
  return signs
}
