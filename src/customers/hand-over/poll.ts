import type { Contacts } from '../../contacts/contacts.js'
import type { Events } from '../../events/events.js'
import type { Corp, TransferState } from '../ports.js'
import { settleFollow } from '../relations/follow.js'
import type { SignOf } from '../relations/sign.js'
import { writeSigns } from '../relations/write.js'
import { type HandOverItemRow, type HandOverRow, handOverItemRows } from './model.js'
import { type ItemEnd, resultsOf, type SendPorts, settleItems } from './send.js'

/** What polling needs. */
export interface PollPorts extends SendPorts {
  events: Pick<Events, 'append'>
  contacts: Pick<Contacts, 'correctFollow'>
}

/** The platform completes after a day; a week without a word is no result. */
const GIVEN_UP_MS = 7 * 86_400_000
/** Clocks differ; a result older than the call is of an earlier hand-over. */
const SKEW_MS = 600_000

/**
 * Finds out what became of calls that a crash cut short: what the platform knows of counts as begun, the rest is planned
 * again. Run it while nobody else sends.
 */
export async function recover(ports: PollPorts, corp: Corp, row: HandOverRow): Promise<number> {
  const rows = handOverItemRows(ports.connection)
  const open = await rows.find({ handOver: row._id, state: 'sending' }).toArray()
  for (const to of new Set(open.map((item) => item.to))) {
    const customers = open.filter((item) => item.to === to && item.kind === 'customer')
    const results = customers.length > 0 ? await resultsOf(corp, row, to) : new Map<string, TransferState>()
    await settleItems(ports, customers, (item) => {
      const result = results.get(item.target)
      return result !== undefined && isOurs(result, item) ? { state: 'waiting' } : { state: 'planned' }
    })
    const groups = open.filter((item) => item.to === to && item.kind === 'group')
    const owners = new Map<string, string | undefined>()
    for (const { target } of groups) owners.set(target, (await corp.groups.get(target))?.owner)
    await settleItems(ports, groups, ({ target }) => ({ state: owners.get(target) === to ? 'done' : 'planned' }))
  }
  return open.length
}

const isOurs = ({ state, at }: TransferState, { sentAt }: HandOverItemRow) =>
  state === 'waiting' || at === undefined || sentAt === undefined || at.getTime() >= sentAt.getTime() - SKEW_MS

/** Reads the results of what is under way and notes them: here, in relations, and as facts. */
export async function poll(ports: PollPorts, corp: Corp, row: HandOverRow): Promise<void> {
  const rows = handOverItemRows(ports.connection)
  const waiting = { handOver: row._id, kind: 'customer', state: 'waiting' } as const
  for (const to of await rows.distinct('to', waiting)) {
    const results = await resultsOf(corp, row, to)
    for (let after = ''; ; ) {
      const page = await rows
        .find({ ...waiting, to, _id: { $gt: after } })
        .sort({ _id: 1 })
        .limit(500)
        .toArray()
      const last = page.at(-1)
      if (last === undefined) break
      after = last._id
      await settle(ports, row, page, results)
    }
  }
}

async function settle(
  ports: PollPorts,
  row: HandOverRow,
  page: readonly HandOverItemRow[],
  results: ReadonlyMap<string, TransferState>,
): Promise<void> {
  const now = ports.clock.now()
  const done = page.flatMap((item) => {
    const result = results.get(item.target)
    return result?.state === 'done' && isOurs(result, item) ? [{ item, at: result.at ?? now }] : []
  })
  await transferred(ports, row, done)
  const full = page.filter(({ target }) => results.get(target)?.state === 'full')
  await settleItems(ports, page, (item): ItemEnd | undefined => {
    const end = done.find((one) => one.item === item)
    if (end) return { state: 'done', at: end.at }
    const state = results.get(item.target)?.state
    if (state === 'refused-by-customer') return { state: 'refused', reason: '客户拒绝了接替' }
    if (state === 'full') return next(row, item) === undefined ? { state: 'taker-full', reason: FULL } : undefined
    const old = item.sentAt !== undefined && now.getTime() - item.sentAt.getTime() > GIVEN_UP_MS
    return old ? { state: 'failed', reason: '平台一周内没有给出结果' } : undefined
  })
  for (const item of full) {
    const to = next(row, item)
    if (to === undefined) continue
    await handOverItemRows(ports.connection).updateOne(
      { _id: item._id, state: 'waiting', to: item.to },
      { $set: { state: 'planned', to }, $addToSet: { full: item.to } },
    )
  }
}

const FULL = '接替成员的客户数已达上限'

/** Who takes next when a taker has no room. */
const next = ({ to }: HandOverRow, item: HandOverItemRow): string | undefined =>
  to.find((staff) => staff !== item.to && !item.full.includes(staff))

/** The facts and relations first: cut short, they are written again under the same ids. */
async function transferred(
  ports: PollPorts,
  { account, from }: HandOverRow,
  done: readonly { item: HandOverItemRow; at: Date }[],
): Promise<void> {
  if (done.length === 0) return
  await ports.events.append(
    done.map(({ item, at }) => ({
      source: 'customers',
      id: `transferred:${item._id}`,
      type: 'customer.transferred',
      ...(item.contact !== undefined && { contact: item.contact }),
      account,
      occurredAt: at,
      props: { corp: account, staff: item.to, from, customer: item.target },
    })),
  )
  const signs = done.flatMap(({ item, at }): SignOf[] => {
    const about = { account, customer: item.target, ...(item.contact !== undefined && { contact: item.contact }) }
    return [
      { ...about, staff: item.to, sign: { kind: 'added', at, half: false }, refetchAt: at },
      { ...about, staff: from, sign: { kind: 'ended', at, by: 'transfer' } },
    ]
  })
  await writeSigns(ports, signs)
  await settleFollow(
    ports,
    account,
    done.map(({ item }) => item.target),
  )
}
