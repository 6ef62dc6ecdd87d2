import { hash, randomUUID } from 'node:crypto'
import { limits } from '../../../rules/wecom/limits.js'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Connection } from '../../store/connect.js'
import { insertRaw } from '../../store/raw-commands.js'
import type { Corp } from '../ports.js'
import { relationRows } from '../relations/model.js'
import {
  HAND_OVER_ITEMS,
  type HandOverItemRow,
  type HandOverRow,
  handOverItemRows,
  handOverRows,
  type ItemState,
} from './model.js'

/** What is to be handed over, from whom, to whom. */
export interface HandOverAsk {
  account: string
  from: string
  /** One member, or several who take in turn. */
  to: readonly string[]
  /** All unless given; none for an empty list. */
  customers?: 'all' | readonly string[]
  groups?: 'all' | readonly string[]
  /** The member has left; found out from what we know unless given. */
  resigned?: boolean
  /** At most 200 characters; the platform takes none when the member has left. */
  message?: string
  /** Who asks. */
  by: string
  /** The same key again gives the same plan. */
  key?: string
}

/** Items of a hand-over by kind and state. */
export type ItemCounts = Record<'customer' | 'group', Partial<Record<ItemState, number>>>

const WINDOW_MS = limits.transferDays.value * 86_400_000
const CHUNK = 500

/**
 * Makes a durable plan; nothing is sent. Customers whom the platform would refuse (handed over twice within 90 days)
 * are marked so at once. Repeating it with the same key, also after a crash, completes the same plan. Throws AppError
 * for an ask that cannot be carried out.
 */
export async function planHandOver(
  ports: { connection: Connection; clock: Clock },
  corp: Corp,
  ask: HandOverAsk,
): Promise<HandOverRow> {
  const { connection, clock } = ports
  check(ask)
  const { account, from, customers = 'all', groups = 'all', message, by } = ask
  const resigned = ask.resigned ?? (await hasLeft(connection, account, from))
  if (resigned && message !== undefined) {
    throw new AppError('hand-over.message', 'customers of a member who has left get no message', {
      fix: 'leave the message out: the platform sends none',
    })
  }
  const row: HandOverRow = {
    _id: ask.key === undefined ? randomUUID() : hash('sha256', `${account}:${ask.key}`, 'base64url').slice(0, 22),
    account,
    from,
    to: [...new Set(ask.to)],
    resigned,
    ...(message !== undefined && { message }),
    state: 'planned',
    createdAt: clock.now(),
    by,
  }
  const known = await handOverRows(connection).findOne({ _id: row._id })
  if (known && known.state !== 'planned') return known
  const made = known ?? row
  await plan(ports, made, 'customer', customerPages(connection, corp, made, customers))
  await plan(ports, made, 'group', groupPages(corp, from, groups))
  if (!known) await handOverRows(connection).insertOne(row)
  return made
}

function check({ from, to, message = '' }: HandOverAsk): void {
  if (to.length === 0 || to.includes(from)) {
    throw new AppError('hand-over.to', 'nobody to hand over to', { fix: 'name one or more other members' })
  }
  const length = [...message].length
  if (length > limits.transferMessage.value) {
    const most = limits.transferMessage.value
    throw new AppError('hand-over.message', `the message has ${length} characters`, { fix: `at most ${most}` })
  }
}

async function hasLeft(connection: Connection, account: string, staff: string): Promise<boolean> {
  return (await relationRows(connection).findOne({ account, staff, live: true, absentAt: { $exists: true } })) !== null
}

interface Target {
  target: string
  contact?: string
}

async function* customerPages(
  connection: Connection,
  corp: Corp,
  { account, from, resigned }: HandOverRow,
  wanted: 'all' | readonly string[],
): AsyncIterable<Target[]> {
  if (wanted !== 'all') {
    for (let at = 0; at < wanted.length; at += CHUNK) {
      const customer = { $in: wanted.slice(at, at + CHUNK) }
      const found = await relationRows(connection).find({ account, staff: from, customer }).toArray()
      const contacts = new Map(found.map((row) => [row.customer, row.contact]))
      yield customer.$in.map((target) => targetOf(target, contacts.get(target)))
    }
    return
  }
  for (let after = ''; ; ) {
    const page = await relationRows(connection)
      .find({ account, staff: from, live: true, _id: { $gt: after } })
      .sort({ _id: 1 })
      .limit(CHUNK)
      .toArray()
    const last = page.at(-1)
    if (last === undefined) break
    after = last._id
    yield page.map(({ customer, contact }) => targetOf(customer, contact))
  }
  if (!resigned) return
  for (let cursor: string | undefined; ; ) {
    const page = await corp.transfer.unassigned(cursor === undefined ? {} : { cursor })
    yield page.items.filter(({ staff }) => staff === from).map(({ customer }) => targetOf(customer, undefined))
    if (page.next === undefined) return
    cursor = page.next
  }
}

async function* groupPages(corp: Corp, from: string, wanted: 'all' | readonly string[]): AsyncIterable<Target[]> {
  if (wanted !== 'all') {
    yield wanted.map((target) => ({ target }))
    return
  }
  for (let cursor: string | undefined; ; ) {
    const page = await corp.groups.list({ owners: [from], ...(cursor !== undefined && { cursor }) })
    yield page.items.map(({ id }) => ({ target: id }))
    if (page.next === undefined) return
    cursor = page.next
  }
}

const targetOf = (target: string, contact: string | undefined): Target => ({
  target,
  ...(contact !== undefined && { contact }),
})

async function plan(
  { connection, clock }: { connection: Connection; clock: Clock },
  row: HandOverRow,
  kind: HandOverItemRow['kind'],
  pages: AsyncIterable<Target[]>,
): Promise<void> {
  const { _id: handOver, account, to, resigned } = row
  const now = clock.now()
  let turn = 0
  for await (const page of pages) {
    if (page.length === 0) continue
    const worn = resigned ? new Set<string>() : await wornOut(connection, row, page, now)
    const takers = kind === 'customer' ? await takersOf(connection, account, page) : new Map<string, Set<string>>()
    const items = page.map(({ target, contact }): HandOverItemRow => {
      const at = turn++
      const order = to.map((_, index) => to[(at + index) % to.length] ?? '')
      const known = takers.get(target)
      const base = {
        _id: `${handOver}:${kind}:${target}`,
        handOver,
        account,
        kind,
        target,
        ...(contact !== undefined && { contact }),
        to: order.find((staff) => known?.has(staff) !== true) ?? order[0] ?? '',
        full: [],
      }
      if (!worn.has(target)) return { ...base, state: 'planned' }
      return { ...base, state: 'failed', reason: TWICE, endedAt: now }
    })
    await insertRaw(connection, HAND_OVER_ITEMS, items)
  }
}

const TWICE = `${limits.transferDays.value} 天内已交接 ${limits.transferPer90Days.value} 次，平台不再受理`

/** Who was handed over as often as the platform allows, by our own books. */
async function wornOut(connection: Connection, { account, _id }: HandOverRow, page: readonly Target[], now: Date) {
  const earlier = await handOverItemRows(connection)
    .find(
      {
        account,
        target: { $in: page.map(({ target }) => target) },
        sentAt: { $gt: new Date(now.getTime() - WINDOW_MS) },
        state: { $in: ['waiting', 'done'] },
        handOver: { $ne: _id },
      },
      { projection: { target: 1 } },
    )
    .toArray()
  const times = new Map<string, number>()
  for (const { target } of earlier) times.set(target, (times.get(target) ?? 0) + 1)
  return new Set([...times].flatMap(([target, count]) => (count >= limits.transferPer90Days.value ? [target] : [])))
}

/** Members who know these customers already. */
async function takersOf(connection: Connection, account: string, page: readonly Target[]) {
  const customers = page.map(({ target }) => target)
  const rows = relationRows(connection).find(
    { account, customer: { $in: customers }, live: true },
    { projection: { customer: 1, staff: 1 } },
  )
  const takers = new Map<string, Set<string>>()
  for (const { customer, staff } of await rows.toArray()) {
    takers.set(customer, (takers.get(customer) ?? new Set()).add(staff))
  }
  return takers
}
