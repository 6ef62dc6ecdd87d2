import { limits } from '../../../rules/wecom/limits.js'
import type { Clock } from '../../core/clock.js'
import type { Connection } from '../../store/connect.js'
import type { Corp, TransferState } from '../ports.js'
import { classOf, isPassing, refusalOf } from '../refusal.js'
import { type HandOverItemRow, type HandOverRow, handOverItemRows, handOverRows } from './model.js'

/** What sending needs. */
export interface SendPorts {
  connection: Connection
  clock: Clock
}

/** How an item came to its end, or goes on. */
export type ItemEnd = Pick<HandOverItemRow, 'state' | 'reason'> & { at?: Date }

/**
 * Begins what is planned, at most a hundred a call. Before a call its items are marked as `sending`: after a crash
 * `recover` asks the platform what became of them before anything is sent again. Gives the reason when the rest has to
 * wait.
 */
export async function sendPlanned(ports: SendPorts, corp: Corp, row: HandOverRow): Promise<string | undefined> {
  const rows = handOverItemRows(ports.connection)
  for (const kind of ['customer', 'group'] as const) {
    for (const to of await takers(ports, row, kind)) {
      for (;;) {
        const most = kind === 'customer' ? limits.transferCustomers.value : await groupRoom(ports, row)
        if (most === 0) return '该成员今天交接的群数已达平台上限，明天继续'
        const batch = await rows
          .find({ handOver: row._id, kind, to, state: 'planned' })
          .sort({ _id: 1 })
          .limit(most)
          .toArray()
        if (batch.length === 0) break
        const held = await sendBatch(ports, corp, row, kind, to, batch)
        if (held !== undefined) return held
      }
    }
  }
  return undefined
}

async function takers({ connection }: SendPorts, { _id }: HandOverRow, kind: HandOverItemRow['kind']) {
  const found = await handOverItemRows(connection).distinct('to', { handOver: _id, kind, state: 'planned' })
  return found.toSorted()
}

/** How many groups of this owner may still be begun today. */
async function groupRoom({ connection, clock }: SendPorts, { account, from, _id }: HandOverRow): Promise<number> {
  const eightHours = 8 * 3_600_000
  const day = Math.floor((clock.now().getTime() + eightHours) / 86_400_000) * 86_400_000 - eightHours
  const today = { account, kind: 'group' as const, sentAt: { $gte: new Date(day) } }
  const mine = await handOverItemRows(connection)
    .find(today, { projection: { handOver: 1 } })
    .toArray()
  const heads = new Set(mine.map(({ handOver }) => handOver))
  const same = await handOverRows(connection)
    .find({ _id: { $in: [...heads] }, account, from }, { projection: { _id: 1 } })
    .toArray()
  const ids = new Set([...same.map((head) => head._id), _id])
  const begun = mine.filter(({ handOver }) => ids.has(handOver)).length
  return Math.max(0, Math.min(limits.transferGroups.value, limits.transferGroupsPerDay.value - begun))
}

async function sendBatch(
  ports: SendPorts,
  corp: Corp,
  row: HandOverRow,
  kind: HandOverItemRow['kind'],
  to: string,
  batch: readonly HandOverItemRow[],
): Promise<string | undefined> {
  const { connection, clock } = ports
  const rows = handOverItemRows(connection)
  const ids = batch.map(({ _id }) => _id)
  await rows.updateMany({ _id: { $in: ids }, state: 'planned' }, { $set: { state: 'sending', sentAt: clock.now() } })
  const targets = batch.map(({ target }) => target)
  try {
    const refused =
      kind === 'customer' ? await beginCustomers(corp, row, to, targets) : await beginGroups(corp, row, to, targets)
    const begun: ItemEnd = kind === 'customer' ? { state: 'waiting' } : { state: 'done' }
    await settleItems(ports, batch, (item) => {
      const reason = refused.get(item.target)
      return reason === undefined ? begun : { state: 'failed', reason }
    })
    return undefined
  } catch (error) {
    const { reason, class: found } = refusalOf(error)
    if (found === 'uncertain' || classOf(error) === undefined) throw error
    if (isPassing(error) || found === 'quota' || found === 'permission') {
      await rows.updateMany(
        { _id: { $in: ids }, state: 'sending' },
        { $set: { state: 'planned' }, $unset: { sentAt: '' } },
      )
      return reason
    }
    await settleItems(ports, batch, () => ({ state: 'failed', reason }))
    return undefined
  }
}

async function beginCustomers(
  corp: Corp,
  { from, resigned, message }: HandOverRow,
  to: string,
  ids: readonly string[],
) {
  const { transfer } = corp
  const who = { from, to }
  const begun = resigned ? await transfer.customersOfLeft(who, ids) : await transfer.customers(who, ids, message)
  return new Map(
    begun.flatMap(({ customer, refused }) => (refused ? [[customer, refusalOf(refused).reason] as const] : [])),
  )
}

async function beginGroups(corp: Corp, { resigned }: HandOverRow, to: string, ids: readonly string[]) {
  const failed = resigned ? await corp.transfer.groupsOfLeft(ids, to) : await corp.transfer.groups(ids, to)
  return new Map(failed.map(({ group, refused }) => [group, refusalOf(refused).reason] as const))
}

/** Writes where items stand now. */
export async function settleItems(
  { connection, clock }: SendPorts,
  items: readonly HandOverItemRow[],
  endOf: (item: HandOverItemRow) => ItemEnd | undefined,
): Promise<void> {
  const writes = items.flatMap((item) => {
    const end = endOf(item)
    if (end === undefined) return []
    const { state, reason, at } = end
    const over = !['planned', 'sending', 'waiting'].includes(state)
    const $set = {
      state,
      ...(reason !== undefined && { reason }),
      ...(over && { endedAt: at ?? clock.now() }),
    }
    return [
      {
        updateOne: {
          filter: { _id: item._id, state: item.state === 'planned' ? 'sending' : item.state },
          update: { $set },
        },
      },
    ]
  })
  if (writes.length > 0) await handOverItemRows(connection).bulkWrite(writes, { ordered: false })
}

/** How all customers from one member to another stand, as the platform tells it. */
export async function resultsOf(corp: Corp, { from, resigned }: HandOverRow, to: string) {
  const found = new Map<string, TransferState>()
  for (let cursor: string | undefined; ; ) {
    const page = resigned
      ? await corp.transfer.resultsOfLeft({ from, to }, cursor)
      : await corp.transfer.results({ from, to }, cursor)
    for (const one of page.items) found.set(one.customer, one)
    if (page.next === undefined) return found
    cursor = page.next
  }
}
