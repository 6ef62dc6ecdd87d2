import { limits } from '../../../rules/official-account/limits.js'
import { dailyQuotas } from '../../../rules/official-account/quotas.js'
import type { Clock } from '../../core/clock.js'
import { AppError, messageOf } from '../../core/errors.js'
import type { Logger } from '../../core/log.js'
import type { PlatformName } from '../../core/update.js'
import type { Events } from '../../events/events.js'
import type { Connection } from '../../store/connect.js'
import { createLeases, type Lease } from '../../store/lease.js'
import { processName } from '../../store/process-name.js'
import type { Contacts } from '../contacts.js'
import { contactRows } from '../model.js'
import { type Compared, compareFollowers } from './compare.js'
import { type SyncConflict, type SyncRow, syncModel, syncRows } from './model.js'
import { beginRun, cleared, type SyncSummary, shanghaiDay, summaryOf, tell } from './run.js'
import { classOf, type FollowerSource, type TagSource } from './source.js'
import { changeFor, type Mirror, prepareMirror, pushTags } from './tags.js'

/** One account whose followers are kept in step. */
export interface SyncAccount {
  account: string
  platform: PlatformName
  users: FollowerSource
  tags: TagSource
  /** Which of our tags are mirrored there, both ways. Ours are unlimited, an account there has 100. */
  mirrorTags?: readonly string[]
}

/** How far a sync is, after each hundred followers. */
export interface SyncProgress {
  account: string
  phase: SyncRow['phase']
  seen: number
  total: number
}

/** Keeps contacts true to the platform's list of followers. */
export interface FollowerSync {
  /**
   * Goes through all followers of an account, or goes on where the last run stopped. Rejects when the platform or the
   * store fails; what was done stays done and the next run goes on from there.
   */
  run(account: SyncAccount, onProgress?: (progress: SyncProgress) => void): Promise<SyncSummary>
  /** How the last run stands. */
  state(account: string): Promise<SyncSummary | undefined>
}

export interface FollowerSyncDeps {
  connection: Connection
  clock: Clock
  log: Logger
  events: Pick<Events, 'append'>
  contacts: Pick<Contacts, 'resolve' | 'correctFollow' | 'merging'>
  /** Calls of the list a day; the platform's default quota unless given. */
  callsPerDay?: number
}

const LEASE_MS = 60_000
const CHUNK = 1000
const LIST = '/cgi-bin/user/get'

/** The sync over a store. Memory holds one page of ids (10,000) and a thousand people; one process at a time works. */
export function createFollowerSync(deps: FollowerSyncDeps): FollowerSync {
  const { connection, clock, log, events, contacts } = deps
  const callsPerDay = deps.callsPerDay ?? dailyQuotas[LIST] ?? 500
  syncModel(connection)

  async function run(account: SyncAccount, onProgress: (progress: SyncProgress) => void = () => {}) {
    const leases = createLeases(connection)
    const lease = await leases.take(`sync-followers:${account.account}`, processName(), LEASE_MS)
    if (!lease) return { ...summaryOf(account.account, await read(account.account)), state: 'busy' as const }
    const row = beginRun(account.account, await read(account.account), lease.fence, clock.now())
    const work = { account, lease, row, onProgress, renewedAt: performance.now() }
    try {
      const finished = await contacts.merging.finish()
      if (finished > 0) log.info({ merges: finished }, 'merges finished that were cut short')
      const mirror = await prepareMirror(account.tags, account.mirrorTags ?? [], (conflict) => tell(row, conflict))
      if (row.phase === 'followers' && !(await listed(work, mirror)))
        return pause(work, 'list calls of the day used up')
      await missing(work, mirror)
      return await finish(work)
    } catch (error) {
      if (classOf(error) === 'quota-day') return await pause(work, messageOf(error))
      await save(work).catch(() => undefined)
      throw error
    } finally {
      await lease.release().catch(() => undefined)
    }
  }

  interface Work {
    account: SyncAccount
    lease: Lease
    row: SyncRow
    onProgress(progress: SyncProgress): void
    renewedAt: number
  }

  /** First phase: everybody the platform lists. False when the day's calls are used up. */
  async function listed(work: Work, mirror: Mirror): Promise<boolean> {
    const { account, row } = work
    for (;;) {
      if (!(await countCall(work))) return false
      const page = await account.users.list(row.after)
      row.total = page.total
      for (let from = 0; from < page.openids.length; from += CHUNK) {
        const openids = page.openids.slice(from, from + CHUNK)
        const compared = await chunk(work, openids)
        await mirrorChunk(work, mirror, compared)
        row.counts.seen += openids.length
        row.after = openids.at(-1) ?? row.after ?? ''
        await save(work)
      }
      if (page.next === undefined || page.openids.length === 0) break
    }
    row.phase = 'missing'
    delete row.after
    await save(work)
    return true
  }

  /** Second phase: those we think follow and whom the list did not name. Each is asked for before it is believed. */
  async function missing(work: Work, mirror: Mirror): Promise<void> {
    const { account, row } = work
    const { platform } = account
    for (;;) {
      const unseen = {
        platform,
        account: account.account,
        'follow.following': true,
        boundAt: { $lt: row.startedAt },
        syncedAt: { $not: { $gte: row.startedAt } },
      }
      const after = row.after === undefined ? {} : { _id: { $gt: row.after } }
      const page = await contactRows(connection)
        .find({ ...after, identities: { $elemMatch: unseen } }, { projection: { identities: 1 } })
        .sort({ _id: 1 })
        .limit(CHUNK)
        .toArray()
      if (page.length === 0) return
      const openids = page.flatMap(({ identities }) =>
        identities
          .filter((one) => one.account === account.account && one.platform === platform && one.follow.following)
          .filter(({ syncedAt }) => syncedAt === undefined || syncedAt < row.startedAt)
          .map(({ externalId }) => externalId),
      )
      await mirrorChunk(work, mirror, await chunk(work, openids))
      row.after = page.at(-1)?._id ?? ''
      await save(work)
    }
  }

  /** Compares a thousand people, a hundred a call. */
  async function chunk(work: Work, openids: readonly string[]): Promise<Compared[]> {
    const { account, row } = work
    const all: Compared[] = []
    for (let from = 0; from < openids.length; from += limits.batchUsers.value) {
      const batch = openids.slice(from, from + limits.batchUsers.value)
      const about = { ...deps, ...account, runAt: row.startedAt, tell: (conflict: SyncConflict) => tell(row, conflict) }
      all.push(...(await compareFollowers(about, batch, row.counts)))
      await keepLease(work)
      const seen = row.counts.seen + (row.phase === 'followers' ? from + batch.length : 0)
      work.onProgress({ account: account.account, phase: row.phase, seen, total: row.total })
    }
    return all
  }

  async function mirrorChunk({ account, row }: Work, mirror: Mirror, compared: readonly Compared[]): Promise<void> {
    if (mirror.byName.size === 0) return
    const report = (conflict: SyncConflict) => tell(row, conflict)
    const changes = compared.flatMap((one) => changeFor(mirror, one, one.tagIds, report) ?? [])
    if (changes.length === 0) return
    row.counts.taggedThere += await pushTags(account.tags, mirror, changes, report)
    const statements = changes.flatMap(({ key, contact, addHere, removeHere, agreed }) => [
      ...(addHere.length > 0
        ? [{ updateOne: { filter: { _id: contact }, update: { $addToSet: { tags: { $each: addHere } } } } }]
        : []),
      ...(removeHere.length > 0
        ? [{ updateOne: { filter: { _id: contact }, update: { $pull: { tags: { $in: removeHere } } } } }]
        : []),
      {
        updateOne: {
          filter: { 'identities.key': key },
          update: { $set: { 'identities.$.mirrored': agreed } },
        },
      },
    ])
    await contactRows(connection).bulkWrite(statements, { ordered: true })
    row.counts.taggedHere += changes.reduce((sum, one) => sum + one.addHere.length + one.removeHere.length, 0)
  }

  /** Counts a call of the list before it is made; false when the day has none left. */
  async function countCall(work: Work): Promise<boolean> {
    const { row } = work
    const day = shanghaiDay(clock.now())
    if (row.day !== day) Object.assign(row, { day, calls: 0 })
    if (row.calls >= callsPerDay) return false
    row.calls += 1
    await save(work)
    return true
  }

  async function keepLease(work: Work): Promise<void> {
    if (performance.now() - work.renewedAt < LEASE_MS / 6) return
    if (!(await work.lease.renew(LEASE_MS))) throw lost(work.account.account)
    work.renewedAt = performance.now()
  }

  async function save({ row, account }: Work): Promise<void> {
    const { _id, ...fields } = row
    const known = await syncRows(connection).updateOne(
      { _id, fence: { $lte: row.fence } },
      { $set: fields, ...cleared(row) },
    )
    if (known.matchedCount === 1) return
    try {
      await syncRows(connection).insertOne(row)
    } catch {
      throw lost(account.account)
    }
  }

  async function pause(work: Work, reason: string): Promise<SyncSummary> {
    Object.assign(work.row, { state: 'paused', reason })
    await save(work)
    log.warn({ account: work.account.account, seen: work.row.counts.seen, reason }, 'follower sync paused')
    return summaryOf(work.account.account, work.row)
  }

  async function finish(work: Work): Promise<SyncSummary> {
    const { row, account } = work
    const finishedAt = clock.now()
    Object.assign(row, { state: 'done', finishedAt })
    delete row.after
    await save(work)
    const id = `${account.account}:${row.startedAt.getTime()}`
    const props = { ...row.counts, total: row.total, startedAt: row.startedAt.toISOString() }
    await events.append([
      { source: 'sync', id, type: 'followers.synced', account: account.account, occurredAt: finishedAt, props },
    ])
    log.info({ account: account.account, ...row.counts, total: row.total }, 'followers synced')
    return summaryOf(account.account, row)
  }

  async function read(account: string): Promise<SyncRow | undefined> {
    return (await syncRows(connection).findOne({ _id: account })) ?? undefined
  }

  return {
    run,
    async state(account) {
      const row = await read(account)
      return row && summaryOf(account, row)
    },
  }
}

const lost = (account: string) =>
  new AppError('sync.lost', `another process has taken over the sync of ${account}`, { fix: 'let it finish' })
