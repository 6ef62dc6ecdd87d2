import { hash } from 'node:crypto'
import { CONTACTS, type ContactRow, contactRows } from '../../contacts/model.js'
import type { Clock } from '../../core/clock.js'
import { AppError } from '../../core/errors.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import { type UpdateStatement, updateRaw } from '../../store/raw-commands.js'
import type { Corp } from '../ports.js'
import { isPassing, refusalOf } from '../refusal.js'
import { RELATIONS, type RelationRow, relationRows } from '../relations/model.js'
import { agree, type TagPlan } from './agree.js'
import type { Catalogue, Mirror } from './catalogue.js'

/** What was changed about tags. */
export interface TagCounts {
  here: number
  there: number
  refused: number
}

/** Keeps mirrored tags of contacts and of the platform's pairs in agreement. */
export interface Mirroring {
  /** Settles these customers. `cause` makes the ids of the facts: the same cause and change is told once. */
  settle(corp: Corp, customers: readonly string[], cause: string): Promise<TagCounts>
  /** Goes through everybody whom a mirrored tag may concern; for after many changes here. */
  all(corp: Corp, onPage?: (seen: number) => Promise<void>): Promise<TagCounts>
}

const PAGE = 200
/** Calls at once; the platform refuses more of one corporation (45033). */
const AT_ONCE = 4

/** Mirroring over a store. */
export function createMirroring(ports: {
  connection: Connection
  clock: Clock
  events: Pick<Events, 'append'>
  catalogue: Pick<Catalogue, 'mirror'>
}): Mirroring {
  const { connection, clock, events, catalogue } = ports
  const relations = () => relationRows(connection)

  async function settle(corp: Corp, customers: readonly string[], cause: string): Promise<TagCounts> {
    const counts = { here: 0, there: 0, refused: 0 }
    const mirror = await catalogue.mirror(corp)
    if (mirror.byName.size === 0 || customers.length === 0) return counts
    const rows = await relations()
      .find({ account: corp.account, customer: { $in: [...new Set(customers)] }, live: true })
      .toArray()
    const people = await contactsOf(rows)
    const work: { row: RelationRow; pair: TagPlan['pairs'][number] }[] = []
    const agreed: UpdateStatement[] = []
    const ours: Ours[] = []
    for (const [contact, { tags, pairs }] of group(rows, people)) {
      const plan = agree(mirror, tags, pairs.map(tagsOfPair))
      if (plan.addHere.length + plan.removeHere.length > 0) ours.push({ contact, plan, pairs })
      counts.here += plan.addHere.length + plan.removeHere.length
      for (const pair of plan.pairs) {
        const row = pairs.find(({ _id }) => _id === pair.id)
        if (!row || !needed(row, pair)) continue
        if (pair.add.length + pair.remove.length > 0) work.push({ row, pair })
        else agreed.push(agreement(pair))
      }
    }
    await here(corp, ours, cause)
    if (agreed.length > 0) await updateRaw(connection, RELATIONS, agreed)
    await inTurns(work, async ({ row, pair }) => {
      const done = await there(corp, mirror, row, pair)
      counts.there += done.made
      counts.refused += done.refused
    })
    return counts
  }

  /** The contacts' side, with the facts that members changed it; the facts first, as each is told once only. */
  async function here({ account }: Corp, ours: readonly Ours[], cause: string): Promise<void> {
    if (ours.length === 0) return
    const occurredAt = clock.now()
    const facts = ours.map(({ contact, plan: { addHere, removeHere }, pairs }) => {
      const first = pairs[0]
      const props = {
        corp: account,
        ...(first && { customer: first.customer }),
        ...(first && pairs.length === 1 && { staff: first.staff }),
        added: addHere,
        removed: removeHere,
      }
      const change = hash('sha256', JSON.stringify([addHere, removeHere]), 'base64url').slice(0, 12)
      const id = `tagged:${contact}:${cause}:${change}`
      return { source: 'customers', id, type: 'customer.tagged', contact, account, occurredAt, props }
    })
    await events.append(facts)
    const statements = ours.flatMap(({ contact, plan: { addHere, removeHere } }): UpdateStatement[] => {
      const q = { _id: contact, status: 'active' }
      return [
        ...(addHere.length > 0 ? [{ q, u: { $addToSet: { tags: { $each: addHere } } } }] : []),
        ...(removeHere.length > 0 ? [{ q, u: { $pull: { tags: { $in: removeHere } } } }] : []),
      ]
    })
    await updateRaw(connection, CONTACTS, statements)
  }

  /** The platform's side of one pair. What it refuses stays here only, with the reason, and is tried again later. */
  async function there(corp: Corp, mirror: Mirror, row: RelationRow, pair: TagPlan['pairs'][number]) {
    const { add, remove, agreed } = pair
    const { _id } = row
    const names = add.flatMap((id) => mirror.byId.get(id) ?? [])
    const at = clock.now()
    const refused = async (why: { class: string; reason: string }, more: object = {}) => {
      const mirrored = [...agreed.filter((id) => !add.includes(id)), ...remove].toSorted()
      const kept = { mirrored, tagRefusal: { ...why, at, tags: names }, ...more }
      await relations().updateOne({ _id }, { $set: kept, $inc: { rev: 1 } })
      return { made: 0, refused: add.length + remove.length }
    }
    if (row.half === true) return refused({ class: 'relation', reason: HALF })
    await relations().updateOne({ _id }, { $set: { markedAt: at }, $inc: { rev: 1 } })
    try {
      await corp.tags.mark(row.staff, row.customer, { add, remove })
    } catch (error) {
      if (isPassing(error)) throw error
      const why = refusalOf(error)
      return refused(why, why.class === 'relation' ? { refetchAt: at } : {})
    }
    const tags = [...new Set([...row.tags.filter((id) => !remove.includes(id)), ...add])].toSorted()
    await relations().updateOne(
      { _id },
      { $set: { tags, mirrored: agreed }, $unset: { tagRefusal: '' }, $inc: { rev: 1 } },
    )
    return { made: add.length + remove.length, refused: 0 }
  }

  async function contactsOf(rows: readonly RelationRow[]): Promise<Map<string, Pick<ContactRow, 'tags'>>> {
    const ids = [...new Set(rows.flatMap(({ contact }) => contact ?? []))]
    const found = await contactRows(connection)
      .find({ _id: { $in: ids }, status: 'active' }, { projection: { tags: 1 } })
      .toArray()
    return new Map(found.map((row) => [row._id, row]))
  }

  async function all(corp: Corp, onPage: (seen: number) => Promise<void> = async () => undefined) {
    const counts = { here: 0, there: 0, refused: 0 }
    const cause = `all:${clock.now().getTime()}`
    let seen = 0
    for (let after = ''; ; ) {
      const page = await relations()
        .find({ account: corp.account, live: true, _id: { $gt: after } }, { projection: { customer: 1 } })
        .sort({ _id: 1 })
        .limit(PAGE)
        .toArray()
      const last = page.at(-1)
      if (last === undefined) return counts
      const customers = page.map(({ customer }) => customer)
      const done = await settle(corp, customers, `${cause}:${seen}`)
      for (const side of ['here', 'there', 'refused'] as const) counts[side] += done[side]
      after = last._id
      seen += page.length
      await onPage(seen)
    }
  }

  return { settle, all }
}

interface Ours {
  contact: string
  plan: TagPlan
  pairs: readonly RelationRow[]
}

function agreement({ id, agreed }: TagPlan['pairs'][number]): UpdateStatement {
  return { q: { _id: id }, u: { $set: { mirrored: agreed }, $unset: { tagRefusal: '' }, $inc: { rev: 1 } } }
}

const HALF = '成员尚未通过该客户的申请，平台暂不接受标签'

function group(rows: readonly RelationRow[], people: ReadonlyMap<string, Pick<ContactRow, 'tags'>>) {
  const all = new Map<string, { tags: readonly string[]; pairs: RelationRow[] }>()
  for (const row of rows) {
    const person = row.contact === undefined ? undefined : people.get(row.contact)
    if (!person || row.contact === undefined) continue
    const known = all.get(row.contact) ?? { tags: person.tags, pairs: [] }
    known.pairs.push(row)
    all.set(row.contact, known)
  }
  return all
}

function tagsOfPair({ _id, staff, tags, mirrored, half, absentAt }: RelationRow) {
  const open = half !== true && absentAt === undefined
  return { id: _id, staff, there: tags, ...(mirrored && { base: mirrored }), open }
}

/** Members who have left take no tags; pairs that agree and know it need nothing. */
function needed(row: RelationRow, { add, remove, agreed }: TagPlan['pairs'][number]): boolean {
  if (row.absentAt !== undefined) return false
  if (add.length + remove.length > 0 || row.tagRefusal !== undefined) return true
  return row.mirrored === undefined ? agreed.length > 0 : row.mirrored.join() !== agreed.join()
}

async function inTurns<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const faults: unknown[] = []
  const worker = async () => {
    for (const item of queue) {
      try {
        await run(item)
      } catch (error) {
        faults.push(error)
        return
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, items.length) }, worker))
  if (faults.length > 0) throw faults[0] instanceof Error ? faults[0] : new AppError('customers.tags', 'not settled')
}
