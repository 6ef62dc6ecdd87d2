import type { Binding } from '../../contacts/bind.js'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Events } from '../../events/events.js'
import type { Fact } from '../../events/fact.js'
import type { Connection } from '../../store/connect.js'
import { DUPLICATE_KEY } from '../../store/duplicate.js'
import { insertRaw, updateRaw } from '../../store/raw-commands.js'
import type { BoughtFacts } from '../bought.js'
import { DERIVED_FROM } from '../derive.js'
import { checkItem, type ItemResult, nameOf } from '../item.js'
import { ORDERS, type OrderRow, orderRows } from '../model.js'
import { AccountMissing, claimOf } from '../person.js'
import { momentsOf, NO_ACCOUNT, staleProblem, tooLarge } from './checks.js'
import { decide, hashOf } from './decide.js'
import { orderFacts } from './facts.js'
import { type Order, orderSchema } from './schema.js'

/** Whose orders they are. */
export interface OrderSender {
  shop: string
  /** The account of openids that name none. */
  account?: string
  /** They happened long ago: nobody is to be told. */
  imported?: boolean
}

/** The orders of shops. */
export interface Orders {
  /**
   * Takes orders over, each whole. Accepted means that the order, its facts and what follows from them are durable. A
   * later revision replaces an earlier one, never the other way round. Sent again it changes nothing.
   */
  put(sender: OrderSender, orders: readonly unknown[]): Promise<ItemResult[]>
  find(shop: string, orderNo: string): Promise<OrderRow | undefined>
  /** A contact's orders, newest first; also those of contacts merged into it when their ids are given. */
  of(contacts: readonly string[], limit: number): Promise<OrderRow[]>
  /** Finishes what a crash left between an order and its facts; gives how many orders. */
  sweep(): Promise<number>
}

export interface OrdersPorts {
  connection: Connection
  clock: Clock
  events: Pick<Events, 'append'>
  binding: Pick<Binding, 'locate'>
  bought: Pick<BoughtFacts, 'refresh'>
  pepper(): Promise<Buffer>
  /** Told of facts that are durable, perhaps twice; what it rejects with keeps the order open. Not told of imports. */
  onFacts(facts: readonly Fact[]): Promise<void>
}

/** One order of a batch on its way. */
interface Incoming {
  index: number
  order: Order
  contact: string | undefined
}

interface Taken {
  row: OrderRow
  facts: Fact[]
}

const TRIES = 8
const AHEAD_MS = 300_000
/** An order that is being stored right now is not the sweep's. */
const SWEEP_AFTER_MS = 30_000

/** Orders on a connection; call `shopModels` and `ensureIndexes` before. */
export function createOrders(ports: OrdersPorts): Orders {
  const { connection, clock, events, binding, bought } = ports

  async function put(sender: OrderSender, orders: readonly unknown[]): Promise<ItemResult[]> {
    const results: ItemResult[] = orders.map((order, index) => ({
      index,
      id: nameOf(order, 'orderNo'),
      result: 'rejected',
    }))
    const set = (index: number, change: Partial<ItemResult>) => Object.assign(results[index] ?? {}, change)
    let waiting = await arriving(sender, orders, set)
    const taken: Taken[] = []
    for (let attempt = 0; waiting.length > 0; attempt++) {
      if (attempt === TRIES * orders.length) throw busy()
      waiting = await wave(sender, waiting, taken, set)
    }
    await settle(taken)
    return results
  }

  /** Checks the orders and finds out whose they are. */
  async function arriving(
    sender: OrderSender,
    orders: readonly unknown[],
    set: (index: number, change: Partial<ItemResult>) => void,
  ): Promise<Incoming[]> {
    const pepper = await ports.pepper()
    const latest = clock.now().getTime() + AHEAD_MS
    const found = orders.map(async (given, index): Promise<Incoming | undefined> => {
      const checked = checkItem(orderSchema, given)
      if ('problems' in checked) {
        set(index, { problems: checked.problems })
        return undefined
      }
      const order = checked.value
      const ahead = momentsOf(order).find(([, at]) => at.getTime() > latest)
      if (ahead) {
        set(index, { problems: [{ field: ahead[0], message: 'lies in the future', fix: 'set the shop’s clock' }] })
        return undefined
      }
      try {
        const claim = order.person && claimOf(order.person, { ...sender, pepper }, order.createdAt)
        const contact = claim && (await binding.locate(claim))
        return { index, order, contact }
      } catch (error) {
        if (!(error instanceof AccountMissing)) throw error
        set(index, { problems: [NO_ACCOUNT] })
        return undefined
      }
    })
    return (await Promise.all(found)).flatMap((one) => one ?? [])
  }

  /** Judges and writes the first waiting revision of every order; gives those that must be looked at again. */
  async function wave(
    sender: OrderSender,
    waiting: readonly Incoming[],
    taken: Taken[],
    set: (index: number, change: Partial<ItemResult>) => void,
  ): Promise<Incoming[]> {
    const first = new Map<string, Incoming>()
    for (const one of waiting) if (!first.has(one.order.orderNo)) first.set(one.order.orderNo, one)
    const ids = [...first.keys()].map((orderNo) => idOf(sender.shop, orderNo))
    const rows = await orderRows(connection)
      .find({ _id: { $in: ids } })
      .toArray()
    const known = new Map(rows.map((row) => [row.orderNo, row]))
    const writes: { incoming: Incoming; row: OrderRow; before: OrderRow | undefined }[] = []
    for (const incoming of first.values()) {
      const { index, order } = incoming
      const before = known.get(order.orderNo)
      const decision = decide(before, order)
      const contact = incoming.contact ?? before?.contact
      const about = contact === undefined ? {} : { contact }
      switch (decision.result) {
        case 'duplicate':
          set(index, { result: 'duplicate', ...about })
          if (before?.pending && Boolean(before.imported) === Boolean(sender.imported))
            taken.push({ row: before, facts: orderFacts(before) })
          break
        case 'stale':
          set(index, { result: 'stale', ...about, problems: [staleProblem(decision.rev)] })
          break
        case 'rejected': {
          const { result: _, ...problem } = decision
          set(index, { problems: [problem] })
          break
        }
        default: {
          const row = rowOf(sender, incoming, before)
          const problem = tooLarge(orderFacts(row))
          if (problem) set(index, { problems: [problem] })
          else writes.push({ incoming, row, before })
        }
      }
    }
    const lost = await write(writes)
    for (const { incoming, row, before } of writes) {
      if (lost.has(row._id)) continue
      const told = new Set(before && !before.pending ? orderFacts(before).map(({ id }) => id) : [])
      taken.push({ row, facts: orderFacts(row).filter(({ id }) => !told.has(id)) })
      set(incoming.index, { result: 'accepted', ...(row.contact !== undefined && { contact: row.contact }) })
    }
    const done = new Set([...first.values()].filter(({ order }) => !lost.has(idOf(sender.shop, order.orderNo))))
    return waiting.filter((one) => !done.has(one))
  }

  function rowOf(sender: OrderSender, { order, contact }: Incoming, before: OrderRow | undefined): OrderRow {
    const { orderNo, rev, person, ...stored } = order
    const who = contact ?? before?.contact
    const account = person?.account ?? sender.account ?? before?.account
    return {
      _id: idOf(sender.shop, orderNo),
      shop: sender.shop,
      orderNo,
      rev,
      hash: hashOf(order),
      ...(who !== undefined && { contact: who }),
      ...(account !== undefined && { account }),
      order: stored,
      createdAt: order.createdAt,
      updatedAt: clock.now(),
      pending: true,
      ...(sender.imported && { imported: true }),
    }
  }

  /** Each row in one atomic step on the revision that was judged; gives those that somebody else was at. */
  async function write(writes: readonly { row: OrderRow; before: OrderRow | undefined }[]): Promise<Set<string>> {
    const fresh = writes.filter(({ before }) => !before).map(({ row }) => row)
    const lost = new Set<string>()
    if (fresh.length > 0) {
      for (const { index, code, message } of await insertRaw(connection, ORDERS, fresh)) {
        if (code !== DUPLICATE_KEY) throw new AppError('store.refused', `an order could not be stored: ${message}`)
        lost.add(fresh[index]?._id ?? '')
      }
    }
    const changed = writes.flatMap(({ row, before }) => (before ? [{ row, before }] : []))
    if (changed.length === 0) return lost
    const statements = changed.map(({ row: { _id, ...fields }, before }) => {
      const gone = before.imported && !fields.imported ? { $unset: { imported: '' } } : {}
      return { q: { _id, rev: before.rev, hash: before.hash }, u: { $set: fields, ...gone } }
    })
    const { matched } = await updateRaw(connection, ORDERS, statements)
    if (matched === changed.length) return lost
    const ids = changed.map(({ row }) => row._id)
    const now = await orderRows(connection)
      .find({ _id: { $in: ids } }, { projection: { rev: 1, hash: 1 } })
      .toArray()
    const right = new Map(now.map(({ _id, rev, hash }) => [_id, `${rev} ${hash}`]))
    for (const { row } of changed) if (right.get(row._id) !== `${row.rev} ${row.hash}`) lost.add(row._id)
    return lost
  }

  /** Facts, what is reckoned from them, who must know; only then is an order no longer open. */
  async function settle(taken: readonly Taken[]): Promise<void> {
    if (taken.length === 0) return
    const facts = taken.flatMap((one) => one.facts)
    if (facts.length > 0) await events.append(facts)
    const derived = facts.filter(({ type }) => DERIVED_FROM.some((one) => one === type))
    await bought.refresh([...new Set(derived.flatMap(({ contact }) => contact ?? []))])
    await ports.onFacts(taken.flatMap((one) => (one.row.imported ? [] : one.facts)))
    const statements = taken.map(({ row: { _id, rev } }) => ({
      q: { _id, rev, pending: true },
      u: { $unset: { pending: '' } },
    }))
    await updateRaw(connection, ORDERS, statements)
  }

  return {
    put,
    find: async (shop, orderNo) => (await orderRows(connection).findOne({ _id: idOf(shop, orderNo) })) ?? undefined,
    of: (contacts, limit) =>
      orderRows(connection)
        .find({ contact: { $in: [...contacts] } })
        .sort({ createdAt: -1 })
        .limit(Math.min(limit, 200))
        .toArray(),
    async sweep() {
      const before = new Date(clock.now().getTime() - SWEEP_AFTER_MS)
      const open = await orderRows(connection)
        .find({ pending: true, updatedAt: { $lt: before } })
        .limit(200)
        .toArray()
      await settle(open.map((row) => ({ row, facts: orderFacts(row) })))
      return open.length
    },
  }
}

const idOf = (shop: string, orderNo: string) => `${shop}:${orderNo}`

const busy = () => new AppError('conflict.order', 'an order changes too quickly', { fix: 'send it again' })
