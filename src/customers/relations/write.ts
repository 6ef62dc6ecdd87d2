import { randomUUID } from 'node:crypto'
import { AppError } from '../../core/errors.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import { insertRaw, type UpdateStatement, updateRaw } from '../../store/raw-commands.js'
import { RELATIONS, type RelationRow, relationId, relationRows } from './model.js'
import { applySign, type SignOf } from './sign.js'

/** A pair before and after its signs. */
export interface Changed {
  before: RelationRow | undefined
  after: RelationRow
}

const TRIES = 10

/**
 * Writes signs of up to some hundred pairs in a handful of commands; two processes that write the same pair both
 * count, as each writes on the version it read. The facts that follow are written too, or by `payFacts` after a crash.
 */
export async function writeSigns(
  ports: { connection: Connection; events: Pick<Events, 'append'> },
  signs: readonly SignOf[],
): Promise<Changed[]> {
  const { connection } = ports
  const done: Changed[] = []
  let open = [...signs]
  for (let attempt = 0; open.length > 0; attempt++) {
    if (attempt === TRIES) throw new AppError('customers.busy', 'relations change too quickly')
    open = await writeOnce(connection, open, done)
  }
  await writeOwed(
    ports,
    done.map(({ after }) => after),
  )
  return done
}

/** One round; gives the signs that somebody else's writing kept out. */
async function writeOnce(connection: Connection, signs: readonly SignOf[], done: Changed[]): Promise<SignOf[]> {
  const known = await read(connection, [...new Set(signs.map(idOf))])
  const changed = new Map<string, Changed>()
  for (const one of signs) {
    const id = idOf(one)
    const before = known.get(id)
    const after = applySign(changed.get(id)?.after ?? before, one)
    changed.set(id, { before, after })
  }
  const fresh: RelationRow[] = []
  const old: RelationRow[] = []
  for (const { before, after } of changed.values()) {
    if (before === undefined) fresh.push(after)
    else if (after !== before) old.push(after)
  }
  const writer = randomUUID()
  const lost = new Set<string>()
  if (fresh.length > 0) {
    for (const { index } of await insertRaw(connection, RELATIONS, fresh)) lost.add(fresh[index]?._id ?? '')
  }
  if (old.length > 0) {
    const { matched } = await updateRaw(
      connection,
      RELATIONS,
      old.map((row) => statementOf(row, writer)),
    )
    if (matched < old.length) for (const id of await notWritten(connection, old, writer)) lost.add(id)
  }
  for (const [id, change] of changed) {
    if (lost.has(id)) continue
    const written = old.includes(change.after) ? { ...change.after, rev: change.after.rev + 1 } : change.after
    done.push({ before: change.before, after: written })
  }
  return signs.filter((one) => lost.has(idOf(one)))
}

/** Rows that another writer changed before, or after: for these the signs are applied again, which changes nothing. */
async function notWritten(connection: Connection, rows: readonly RelationRow[], writer: string): Promise<string[]> {
  const now = await read(
    connection,
    rows.map(({ _id }) => _id),
  )
  return rows.filter(({ _id }) => now.get(_id)?.writer !== writer).map(({ _id }) => _id)
}

function statementOf(row: RelationRow, writer: string): UpdateStatement {
  const { _id, rev, ...fields } = row
  const gone = FIELDS.filter((name) => row[name] === undefined)
  const unset = gone.length === 0 ? {} : { $unset: Object.fromEntries(gone.map((name) => [name, ''])) }
  return { q: { _id, rev }, u: { $set: { ...fields, rev: rev + 1, writer }, ...unset } }
}

/** Fields that may go again. */
const FIELDS = ['half', 'absentAt', 'refetchAt', 'refetchTries', 'owed', 'owesAt'] as const

async function writeOwed(
  { connection, events }: { connection: Connection; events: Pick<Events, 'append'> },
  rows: readonly RelationRow[],
): Promise<number> {
  const owing = rows.filter(({ owed }) => owed !== undefined && owed.length > 0)
  if (owing.length === 0) return 0
  const facts = owing.flatMap(({ owed = [] }) => owed)
  await events.append(facts)
  await updateRaw(
    connection,
    RELATIONS,
    owing.map(({ _id, rev }) => ({ q: { _id, rev }, u: { $unset: { owed: '', owesAt: '' }, $inc: { rev: 1 } } })),
  )
  for (const row of owing) {
    delete row.owed
    delete row.owesAt
    row.rev += 1
  }
  return facts.length
}

/** Writes the facts that a crash left owed; gives how many. */
export async function payFacts(ports: { connection: Connection; events: Pick<Events, 'append'> }): Promise<number> {
  let paid = 0
  for (;;) {
    const rows = await relationRows(ports.connection)
      .find({ owesAt: { $exists: true } })
      .limit(500)
      .toArray()
    const written = await writeOwed(ports, rows)
    paid += written
    if (rows.length < 500 || written === 0) return paid
  }
}

async function read(connection: Connection, ids: readonly string[]): Promise<Map<string, RelationRow>> {
  const rows = await relationRows(connection)
    .find({ _id: { $in: [...ids] } })
    .toArray()
  return new Map(rows.map((row) => [row._id, row]))
}

const idOf = ({ account, staff, customer }: SignOf) => relationId(account, staff, customer)
