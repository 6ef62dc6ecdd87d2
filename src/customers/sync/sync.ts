import type { Contacts } from '../../contacts/contacts.js'
import type { Clock } from '../../core/clock.js'
import { messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { Events } from '../../events/events.js'
import { createLeases, type Lease } from '../../store/lease.js'
import { processName } from '../../store/process-name.js'
import type { Corp } from '../ports.js'
import { classOf } from '../refusal.js'
import { settleFollow } from '../relations/follow.js'
import { relationRows } from '../relations/model.js'
import { payFacts, writeSigns } from '../relations/write.js'
import type { Catalogue } from '../tags/catalogue.js'
import { isSuspicious, missingPage, unlisted } from './missing.js'
import type { SyncRow } from './model.js'
import { type PageDeps, type PageResult, takePage } from './page.js'
import { AT_ONCE, newRun, type SyncSummary, summaryOf, tell, unfinished } from './run.js'
import { createNotebook, LEASE_MS, type Work } from './work.js'

/** How far a sync is, after each page. */
export interface SyncProgress {
  account: string
  phase: SyncRow['phase']
  /** Pairs so far, and members who are through. */
  seen: number
  staffDone: number
  staff: number
}

/** Keeps relations and contacts true to the platform's lists. */
export interface CustomerSync {
  /**
   * Reads all customers of a corporation, or goes on where the last run stopped. Rejects when the platform or the store
   * fails; what was done stays done and the next run goes on from there. `believe` ends the pairs of members whose
   * lists became suspiciously short.
   */
  run(corp: Corp, options?: { believe?: boolean; onProgress?(progress: SyncProgress): void }): Promise<SyncSummary>
  /** How the last run stands. */
  state(account: string): Promise<SyncSummary | undefined>
}

export interface SyncDeps extends PageDeps {
  clock: Clock
  log: Logger
  catalogue: Pick<Catalogue, 'prepare'>
  contacts: Pick<Contacts, 'correctFollow' | 'merging'>
  events: Pick<Events, 'append'>
  people: PageDeps['people'] & { conflicts(): number }
}

/** The sync over a store. Memory holds five pages of a hundred; one process at a time works. */
export function createCustomerSync(deps: SyncDeps): CustomerSync {
  const { connection, clock, log, events, contacts, people } = deps
  const notes = createNotebook(connection)
  const { read, save, keepLease } = notes

  async function run(corp: Corp, options: Parameters<CustomerSync['run']>[1] = {}): Promise<SyncSummary> {
    const { account } = corp
    const lease = await createLeases(connection).take(`sync-customers:${account}`, processName(), LEASE_MS)
    if (!lease) return { ...summaryOf(account, await read(account)), state: 'busy' }
    let work: Work | undefined
    try {
      const row = await begin(corp, lease)
      const { believe = false, onProgress = () => {} } = options
      work = {
        corp,
        lease,
        row,
        renewedAt: performance.now(),
        believe,
        dirty: new Set(),
        saving: Promise.resolve(),
        onProgress,
      }
      await contacts.merging.finish()
      await payFacts(deps)
      const { conflicts } = await deps.catalogue.prepare(corp)
      for (const conflict of conflicts) tell(row, conflict)
      const before = people.conflicts()
      if (row.phase === 'pages') await pages(work)
      const more = people.conflicts() - before
      if (more > 0) tell(row, { kind: 'people', detail: `${more} customers were not joined; see the log` })
      await missing(work)
      return await finish(work)
    } catch (error) {
      if (work && classOf(error) === 'quota') return await pause(work, messageOf(error))
      if (work) await save(work).catch(() => undefined)
      throw error
    } finally {
      await lease.release().catch(() => undefined)
    }
  }

  async function begin(corp: Corp, lease: Lease): Promise<SyncRow> {
    const { account } = corp
    const known = unfinished(await read(account), lease.fence, clock.now())
    if (known) return known
    const now = clock.now()
    const staff = [...new Set(await corp.contacts.followUsers())].toSorted()
    const row = newRun(account, staff, lease.fence, now)
    await notes.begin(row)
    return row
  }

  /** First phase: every page of every batch of members, some at once. */
  async function pages(work: Work): Promise<void> {
    const queue = work.row.chunks.keys()
    const faults: unknown[] = []
    const worker = async () => {
      for (const index of queue) {
        try {
          while (faults.length === 0 && work.row.chunks[index]?.done !== true) await page(work, index)
        } catch (error) {
          faults.push(error)
        }
        if (faults.length > 0) return
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, worker))
    if (faults.length > 0) throw faults[0]
    const { row } = work
    const { withUnionid, withoutUnionid } = row.counts
    if (withoutUnionid > 0) tell(row, { kind: 'no-unionid', detail: withUnionid === 0 ? NOT_BOUND : OUT_OF_RANGE })
    row.phase = 'missing'
    delete row.after
    await save(work)
  }

  async function page(work: Work, index: number): Promise<void> {
    const { corp, row } = work
    const chunk = row.chunks[index]
    if (!chunk) return
    const readAt = clock.now()
    const found = await listed(work, index)
    if (found === undefined) return
    const cause = `sync:${row.startedAt.getTime()}`
    const taken = await takePage(deps, corp, { items: found.items, readAt, seenAt: row.startedAt, cause })
    count(row, found.items, taken)
    if (found.next === undefined || found.items.length === 0) {
      chunk.done = true
      delete chunk.cursor
    } else chunk.cursor = found.next
    work.dirty.add(index)
    await keepLease(work)
    await save(work)
    progress(work)
  }

  /** The next page; a cursor that the platform has forgotten begins the batch anew, a batch it refuses is told. */
  async function listed(work: Work, index: number) {
    const { corp, row } = work
    const chunk = row.chunks[index]
    if (!chunk) return undefined
    try {
      return await corp.contacts.batch(chunk.staff, chunk.cursor === undefined ? {} : { cursor: chunk.cursor })
    } catch (error) {
      const found = classOf(error)
      if (found === 'request' && chunk.cursor !== undefined) {
        delete chunk.cursor
        work.dirty.add(index)
        log.warn({ account: corp.account, batch: index }, 'the cursor is not taken any more; the batch begins anew')
        return undefined
      }
      if (found !== 'staff' && found !== 'relation') throw error
      if (chunk.staff.length === 1) {
        tell(row, { kind: 'staff-refused', staff: chunk.staff[0] ?? '', detail: messageOf(error) })
        chunk.done = true
        work.dirty.add(index)
      } else {
        const [first = '', ...rest] = chunk.staff
        const half = Math.floor(rest.length / 2)
        row.chunks[index] = { staff: [first, ...rest.slice(0, half)] }
        work.dirty.add(index).add(row.chunks.push({ staff: rest.slice(half) }) - 1)
      }
      await save(work)
      return undefined
    }
  }

  /** Second phase: what we think is live and no list named. */
  async function missing(work: Work): Promise<void> {
    const { corp, row } = work
    const { account } = corp
    const staff = new Set(row.chunks.flatMap((chunk) => chunk.staff))
    const refused = row.conflicts.flatMap((one) => (one.kind === 'staff-refused' ? (one.staff ?? []) : []))
    const skip = new Set(refused)
    for (const one of await unlisted(deps, account, row.startedAt)) {
      if (!staff.has(one.staff) || work.believe || !isSuspicious(one)) continue
      skip.add(one.staff)
      const detail = `${one.count} of ${one.of} customers are not listed any more; repeat with --believe if that is so`
      tell(row, { kind: 'mass-missing', staff: one.staff, detail })
    }
    const gone = new Map<string, number>()
    for (;;) {
      const { startedAt, after } = row
      const found = await missingPage(deps, corp, { startedAt, staff, skip, ...(after !== undefined && { after }) })
      if (found.after === undefined) break
      const changed = await writeSigns(deps, found.signs)
      row.counts.ended += changed.filter(({ before, after: now }) => before?.live === true && !now.live).length
      await settleFollow(
        deps,
        account,
        found.signs.map(({ customer }) => customer),
      )
      const ids = found.waiting.flatMap(({ _id, absentAt }) => (absentAt === undefined ? [_id] : []))
      const mark = { $set: { absentAt: startedAt }, $inc: { rev: 1 } }
      if (ids.length > 0) await relationRows(connection).updateMany({ _id: { $in: ids }, live: true }, mark)
      for (const one of found.waiting) gone.set(one.staff, (gone.get(one.staff) ?? 0) + 1)
      row.counts.waiting += found.waiting.length
      row.after = found.after
      await keepLease(work)
      await save(work)
      progress(work)
    }
    for (const [name, customers] of gone) {
      tell(row, { kind: 'staff-gone', staff: name, detail: `has left or is out of sight; ${customers} customers wait` })
    }
  }

  function progress({ corp, row, onProgress }: Work): void {
    const { staff } = summaryOf(corp.account, row)
    const { phase, counts } = row
    onProgress({ account: corp.account, phase, seen: counts.seen, staffDone: staff.done, staff: staff.total })
  }

  async function pause(work: Work, reason: string): Promise<SyncSummary> {
    Object.assign(work.row, { state: 'paused', reason })
    await save(work)
    log.warn({ account: work.corp.account, seen: work.row.counts.seen, reason }, 'customer sync paused')
    return summaryOf(work.corp.account, work.row)
  }

  async function finish(work: Work): Promise<SyncSummary> {
    const { row, corp } = work
    const { account } = corp
    const finishedAt = clock.now()
    Object.assign(row, { state: 'done', finishedAt })
    delete row.after
    await save(work)
    const props = { corp: account, ...row.counts, startedAt: row.startedAt.toISOString() }
    const id = `synced:${account}:${row.startedAt.getTime()}`
    const type = 'customers.synced'
    await events.append([{ source: 'customers', id, type, account, occurredAt: finishedAt, props }])
    log.info({ account, ...row.counts }, 'customers synced')
    return summaryOf(account, row)
  }

  return {
    run,
    async state(account) {
      const row = await read(account)
      return row && summaryOf(account, row)
    },
  }
}

type Items = Awaited<ReturnType<Corp['contacts']['batch']>>['items']

function count({ counts }: SyncRow, items: Items, { changed, tags }: PageResult): void {
  counts.seen += items.length
  for (const { before, after } of changed) {
    if (before === undefined) counts.added += 1
    else if (!before.live && after.live) counts.revived += 1
  }
  counts.taggedHere += tags.here
  counts.taggedThere += tags.there
  counts.tagsRefused += tags.refused
  for (const { customer } of items) {
    if (customer.unionid !== undefined) counts.withUnionid += 1
    else if (customer.kind === 'wecom') counts.wecomUsers += 1
    else counts.withoutUnionid += 1
  }
}

const NOT_BOUND =
  'no WeChat user has a unionid: bind the WeChat developer id (客户联系 > 客户 > API > 微信开发者ID, 41057), or followers and customers stay apart'
const OUT_OF_RANGE = 'some WeChat users have no unionid: their members are perhaps outside the visible range of the app'
