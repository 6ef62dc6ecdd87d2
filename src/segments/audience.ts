import { setImmediate as turn } from 'node:timers/promises'
import { deserialize } from 'bson'
import { type ContactRow, type ContactRows, contactRows } from '../contacts/model.js'
import { readPerson } from '../contacts/person-row.js'
import type { Connection } from '../store/connect.js'
import { type RawCursor, rawDate, rawDocument, rawName, rawText } from '../store/raw-row.js'
import type { FactReader } from './facts.js'
import { type Candidate, createJudge, type Judge } from './judge.js'
import { leavesOf, type Node } from './node.js'
import { prefilter, residue } from './prefilter.js'
import type { AudienceQuery, AudienceRow, Member } from './segment.js'
import type { Moment } from './time.js'

/** What audiences are read with. */
export interface AudiencePorts {
  connection: Connection
  reader: FactReader
  /** Of so many candidates facts are looked up one by one; for tests. */
  lookUp?: number | undefined
}

const MOST = 1000
const BATCH = 2000
const FIELDS = ['identities', 'consents', 'lastSeenAt', 'tags', 'mergedFrom']

/** The people of a rule, page by page in the order of their ids; every page but the last is full. */
export async function* pagesOf(
  ports: AudiencePorts,
  node: Node,
  moment: Moment,
  query: Omit<AudienceQuery, 'asOf'>,
): AsyncGenerator<AudienceRow[]> {
  const { signal, size: wanted = MOST } = query
  const size = Math.min(Math.max(Math.trunc(wanted), 1), MOST)
  const { filter, judge } = planOf(ports, node, moment, signal)
  const rows = contactRows(ports.connection)
  const limit = Math.min(Math.max(size * 4, 200), MOST)
  const roots = judge ? [...leavesOf(node)].flatMap((leaf) => (leaf.kind === 'field' ? leaf.field.path[0] : [])) : []
  const projection = Object.fromEntries([...FIELDS, ...roots].map((name) => [name, 1]))
  const ready: AudienceRow[] = []
  let after = query.after
  for (let more = true; more; ) {
    signal?.throwIfAborted()
    const behind = after === undefined ? {} : { _id: { $gt: after } }
    const cursor = rows.find(
      { ...filter, ...behind },
      {
        sort: { _id: 1 },
        limit,
        hint: { _id: 1 },
        raw: true,
        batchSize: limit + 1,
        projection,
      },
    ) as unknown as RawCursor
    const found = await wholeOf(cursor)
    more = found.length === limit
    const last = found.at(-1)
    after = last === undefined ? after : rawText(last, ID)
    const meant = await judge?.judge(
      found.map((row) => toSeen(row, judge.needsRow)),
      more,
    )
    for (const [index, row] of found.entries()) if (meant?.[index] !== false) ready.push(readPerson(row))
    while (ready.length >= size) yield ready.splice(0, size)
  }
  if (ready.length > 0) yield ready
}

/** How many a rule means, and the ids of those of them who were here last. */
export async function countOf(
  ports: AudiencePorts,
  node: Node,
  moment: Moment,
  sample: number,
  signal?: AbortSignal,
): Promise<{ count: number; latest: string[] }> {
  const { filter, judge } = planOf(ports, node, moment, signal)
  const rows = contactRows(ports.connection)
  if (judge === undefined) {
    const [count, found] = [await rows.countDocuments(filter), await latestOf(rows, filter, sample)]
    return { count, latest: found }
  }
  let count = 0
  let latest: { id: string; seen: number }[] = []
  for await (const { candidates, more } of batchesOf(ports, filter, judge)) {
    signal?.throwIfAborted()
    const meant = await judge.judge(candidates, more)
    for (const [index, candidate] of candidates.entries()) {
      if (meant[index] !== true) continue
      count++
      const worst = latest.at(-1)
      if (latest.length >= sample && worst && !isLater(candidate, worst)) continue
      latest = [...latest, { id: candidate.id, seen: candidate.seen }].toSorted((a, b) => (isLater(a, b) ? -1 : 1))
      latest.length = Math.min(latest.length, sample)
    }
  }
  return { count, latest: latest.map(({ id }) => id) }
}

interface Seen extends Candidate {
  seen: number
}

const isLater = (a: { id: string; seen: number }, b: { id: string; seen: number }) =>
  a.seen > b.seen || (a.seen === b.seen && a.id < b.id)

async function latestOf(rows: ContactRows, filter: object, sample: number): Promise<string[]> {
  if (sample === 0) return []
  const found = await rows.find(filter, { projection: { _id: 1 }, sort: { lastSeenAt: -1 }, limit: sample }).toArray()
  return found.map(({ _id }) => _id)
}

/** Some contacts as lists show them, in the order of the ids. */
export async function membersOf(connection: Connection, ids: readonly string[]): Promise<Member[]> {
  if (ids.length === 0) return []
  const projection = { profile: 1, lastSeenAt: 1, tags: 1 }
  const found = await contactRows(connection)
    .find({ _id: { $in: [...ids] } }, { projection })
    .toArray()
  const byId = new Map(found.map((row) => [row._id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    return row === undefined ? [] : [toMember(row)]
  })
}

function toMember({
  _id,
  profile,
  lastSeenAt,
  tags,
}: Pick<ContactRow, '_id' | 'profile' | 'lastSeenAt' | 'tags'>): Member {
  const name = profile['nickname']
  const [first] = typeof name === 'string' ? [...name.trim()] : []
  return { contact: _id, ...(first !== undefined && { name: `${first}**` }), lastSeenAt, tags }
}

/** The filter of a rule, and a judge of what it lets through where it says too little. */
function planOf(
  { reader, lookUp }: AudiencePorts,
  node: Node,
  moment: Moment,
  signal: AbortSignal | undefined,
): { filter: object; judge: Judge | undefined } {
  const { filter } = prefilter(node, moment)
  const left = residue(node, moment)
  const judge = left && createJudge({ node: left, moment, reader, signal, ...(lookUp !== undefined && { lookUp }) })
  return { filter: { status: 'active', ...(Object.keys(filter).length > 0 && { $and: [filter] }) }, judge }
}

const ID = rawName('_id')
const MERGED = rawName('mergedFrom')
const LAST_SEEN = rawName('lastSeenAt')

/** The contacts of a filter, a batch at a time; of each no more is decoded than the judge needs. */
async function* batchesOf(
  { connection }: AudiencePorts,
  filter: object,
  judge: Judge,
): AsyncGenerator<{ candidates: Seen[]; more: boolean }> {
  const lean = { projection: { mergedFrom: 1, lastSeenAt: 1 } }
  const cursor = contactRows(connection).find(filter, {
    raw: true,
    batchSize: BATCH,
    ...(!judge.needsRow && lean),
  }) as unknown as RawCursor
  try {
    for (let more = await cursor.hasNext(); more; ) {
      const rows = cursor.readBufferedDocuments()
      const next = cursor.hasNext()
      await turn()
      const candidates = rows.map((row) => toSeen(row, judge.needsRow))
      more = await next
      yield { candidates, more }
    }
  } finally {
    await cursor.close()
  }
}

function toSeen(row: Buffer, whole: boolean): Seen {
  const id = rawText(row, ID) ?? ''
  const merged = Object.values(rawDocument(row, MERGED) ?? {}).map(String)
  const seen = rawDate(row, LAST_SEEN) ?? 0
  return { id, merged, seen, ...(whole && { row: deserialize(row) as ContactRow }) }
}

/** Everything of a cursor whose rows fit one answer, or nearly. */
async function wholeOf(cursor: RawCursor): Promise<Buffer[]> {
  const found: Buffer[] = []
  try {
    while (await cursor.hasNext()) found.push(...cursor.readBufferedDocuments())
  } finally {
    await cursor.close()
  }
  return found
}
