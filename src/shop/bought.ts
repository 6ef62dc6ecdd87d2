import { CONTACTS, type ContactRow, contactRows } from '../contacts/model.js'
import { AppError } from '../core/errors.js'
import { type EventRow, eventRows } from '../events/model.js'
import type { Connection } from '../store/connect.js'
import { type UpdateStatement, updateRaw } from '../store/raw-commands.js'
import { addFact, DERIVED_FROM, type Purchases, summarise } from './derive.js'

/** Keeps `contacts.shop` true to the order facts. */
export interface BoughtFacts {
  /** Reckons these contacts anew; resolves when what every stored fact says is stored. Gives how many changed. */
  refresh(contacts: readonly string[]): Promise<number>
  /** Those whose facts came or went with a merge. */
  refreshStale(): Promise<number>
  /** Every contact; gives how many were wrong, which should be none. */
  reconcile(onPage?: (contacts: number) => void): Promise<{ contacts: number; corrected: number }>
}

type Holder = Pick<ContactRow, '_id' | 'status' | 'merge' | 'mergedFrom' | 'shop' | 'shopStale'>

const PAGE = 500
const TRIES = 8
const FIELDS = { status: 1, merge: 1, mergedFrom: 1, shop: 1, shopStale: 1 }

/**
 * The reckoning over the facts. It is always made anew from all order facts of a person (hundreds at most), so that it
 * cannot drift; a write is taken only when nobody wrote since the facts were read, so that the newest reckoning stays.
 */
export function createBoughtFacts({ connection }: { connection: Connection }): BoughtFacts {
  const rows = () => contactRows(connection)

  /** The contacts that hold these people now, also those merged into others. */
  async function holders(ids: readonly string[]): Promise<Holder[]> {
    const found = new Map<string, Holder>()
    let sought = [...new Set(ids)]
    for (let depth = 0; sought.length > 0 && depth < TRIES; depth++) {
      const page = await rows()
        .find({ _id: { $in: sought } }, { projection: FIELDS })
        .toArray()
      for (const row of page) if (row.status === 'active') found.set(row._id, row)
      const into = page.flatMap(({ merge }) => (merge ? [merge.into] : []))
      sought = [...new Set(into)].filter((id) => !found.has(id))
    }
    return [...found.values()]
  }

  async function purchasesOf(people: readonly Holder[]): Promise<Map<string, Purchases>> {
    const owner = new Map(people.flatMap(({ _id, mergedFrom = [] }) => [_id, ...mergedFrom].map((id) => [id, _id])))
    const found = new Map<string, Purchases>()
    const cursor = eventRows(connection).find(
      { contact: { $in: [...owner.keys()] }, type: { $in: [...DERIVED_FROM] } },
      { projection: { source: 1, type: 1, contact: 1, occurredAt: 1, props: 1 } },
    )
    for await (const fact of cursor as AsyncIterable<EventRow>) {
      const contact = owner.get(fact.contact ?? '')
      if (contact !== undefined) found.set(contact, addFact(found.get(contact) ?? new Map(), fact))
    }
    return found
  }

  /** One pass; gives the changed and those that somebody else was at. */
  async function pass(ids: readonly string[]): Promise<{ changed: number; again: string[] }> {
    const people = await holders(ids)
    const purchases = await purchasesOf(people)
    const open = people.flatMap((row) => {
      const next = summarise(purchases.get(row._id) ?? new Map())
      const { version = 0, ...before } = row.shop ?? {}
      const same = JSON.stringify(next ?? {}) === JSON.stringify(before)
      return same && !row.shopStale ? [] : [{ row, next, version: version + 1, same }]
    })
    if (open.length === 0) return { changed: 0, again: [] }
    const statements: UpdateStatement[] = open.map(({ row, next, version }) => {
      const gone = { ...(row.shopStale && { shopStale: '' }), ...(!next && row.shop && { shop: '' }) }
      return {
        q: {
          _id: row._id,
          status: 'active',
          'shop.version': row.shop?.version ?? { $exists: false },
          mergedFrom: row.mergedFrom ?? { $exists: false },
          shopStale: row.shopStale ?? { $exists: false },
        },
        u: {
          ...(next && { $set: { shop: { ...next, version } } }),
          ...(Object.keys(gone).length > 0 && { $unset: gone }),
        },
      }
    })
    const { matched } = await updateRaw(connection, CONTACTS, statements)
    const changed = open.filter(({ same }) => !same)
    if (matched === open.length) return { changed: changed.length, again: [] }
    return { changed: changed.length, again: open.map(({ row }) => row._id) }
  }

  async function refresh(contacts: readonly string[]): Promise<number> {
    let changed = 0
    for (let from = 0; from < contacts.length; from += PAGE) {
      let ids: readonly string[] = contacts.slice(from, from + PAGE)
      for (let attempt = 0; ids.length > 0; attempt++) {
        if (attempt === TRIES)
          throw new AppError('contact.busy', 'contacts change too quickly', { fix: 'send it again' })
        const done = await pass(ids)
        if (attempt === 0) changed += done.changed
        ids = done.again
      }
    }
    return changed
  }

  return {
    refresh,
    async refreshStale() {
      const stale = await rows()
        .find({ shopStale: true }, { projection: { _id: 1 } })
        .limit(PAGE)
        .toArray()
      return refresh(stale.map(({ _id }) => _id))
    },
    async reconcile(onPage = () => {}) {
      const total = { contacts: 0, corrected: 0 }
      for (let after = ''; ; ) {
        const page = await rows()
          .find({ _id: { $gt: after }, status: 'active' }, { projection: { _id: 1 } })
          .sort({ _id: 1 })
          .limit(PAGE)
          .toArray()
        const last = page.at(-1)
        if (!last) return total
        total.contacts += page.length
        total.corrected += await refresh(page.map(({ _id }) => _id))
        onPage(total.contacts)
        after = last._id
      }
    },
  }
}
