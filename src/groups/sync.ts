import { AppError, messageOf } from '../core/errors.js'
import { createLeases, type Lease } from '../store/lease.js'
import { processName } from '../store/process-name.js'
import { listGroups, OWNERS_AT_ONCE, ownersOf } from './listing.js'
import { type GroupDifference, type GroupRow, type GroupSyncRow, groupRows, syncRows } from './model.js'
import type { GroupCorp, GroupPorts } from './ports.js'
import type { Repair } from './repair.js'
import { beginRun, type GroupSyncSummary, reportReading, summaryOf, tell } from './sync-run.js'

/** Keeps all rosters of an account true to the platform, beside events and whatever was lost of them. */
export interface GroupSync {
  /**
   * Lists and reads every group of an account, or goes on where a run was cut short. Rejects when the platform or the
   * store fails: what was done stays done.
   */
  run(account: string, onProgress?: (summary: GroupSyncSummary) => void): Promise<GroupSyncSummary>
  /** Goes on with the runs that a crash or failure has cut short. */
  resume(): Promise<void>
  /** How the last run stands; undefined before the first. */
  state(account: string): Promise<GroupSyncSummary | undefined>
}

const LEASE_MS = 60_000
/** The platform refuses more big reads at once (45033). */
const AT_ONCE = 5
const CHUNK = 50
/** So many refusals one after the other mean that it is not the groups. */
const TOO_MANY_FAILURES = 20

/** The sync; memory holds fifty groups' rows and five groups with their members. */
export function createGroupSync(ports: GroupPorts, repair: Repair): GroupSync {
  const { connection, clock, log, corps } = ports

  const read = (account: string) => syncRows(connection).findOne({ _id: account })

  async function run(account: string, onProgress: (summary: GroupSyncSummary) => void = () => {}) {
    const corp = corps.find(account)
    if (!corp) throw new AppError('account.corp', `the account ${account} is no corporation with an app`)
    const lease = await createLeases(connection).take(`sync-groups:${account}`, processName(), LEASE_MS)
    const known = (await read(account)) ?? undefined
    if (!lease) return { ...summaryOf(account, known), state: 'busy' as const }
    const row = beginRun(account, known, lease.fence, clock.now())
    const work: Work = { account, corp, row, lease, failures: 0, renewedAt: performance.now(), onProgress }
    try {
      if (row.phase === 'list') await list(work)
      await readAll(work)
      Object.assign(row, { state: 'done', finishedAt: clock.now(), lastRunAt: row.startedAt })
      delete row.after
      await save(work)
      log.info({ account, ...row.counts }, 'groups synced')
      return summaryOf(account, row)
    } finally {
      await lease.release().catch(() => undefined)
    }
  }

  async function list(work: Work): Promise<void> {
    const { account, corp, row } = work
    const all = (await ownersOf(ports, account, corp)).filter((owner) => row.after === undefined || owner > row.after)
    for (let from = 0; from < all.length; from += OWNERS_AT_ONCE) {
      const owners = all.slice(from, from + OWNERS_AT_ONCE)
      row.counts.listed += await listGroups(ports, { account, corp, run: row.startedAt }, owners)
      row.after = owners.at(-1) ?? ''
      await save(work)
    }
    row.phase = 'read'
    delete row.after
    await save(work)
  }

  async function readAll(work: Work): Promise<void> {
    const { account, row } = work
    for (;;) {
      const after = row.after === undefined ? {} : { _id: { $gt: row.after, $lt: `${account}:\uffff` } }
      const page = await groupRows(connection)
        .find({ ...(row.after === undefined && { account }), ...after, status: 'active' })
        .sort({ _id: 1 })
        .limit(CHUNK)
        .toArray()
      if (page.length === 0) return
      for (let from = 0; from < page.length; from += AT_ONCE) {
        await Promise.all(page.slice(from, from + AT_ONCE).map((group) => readOne(work, group)))
        await keepLease(work)
      }
      row.after = page.at(-1)?._id ?? ''
      await save(work)
    }
  }

  async function readOne(work: Work, group: GroupRow): Promise<void> {
    const { account, row } = work
    const note = (kind: GroupDifference['kind'], detail: string) => tell(row, { kind, group: group.chatId, detail })
    if (+(group.listedBy ?? 0) !== +row.startedAt) note('unlisted', 'in no owner\u2019s list; it is read by its id')
    try {
      reportReading(row, group, await repair.read(account, group.chatId, row.lastRunAt))
      work.failures = 0
    } catch (error) {
      row.counts.failed += 1
      work.failures += 1
      note('refused', messageOf(error))
      if (work.failures >= TOO_MANY_FAILURES) throw error
    }
    row.counts.read += 1
  }

  async function keepLease(work: Work): Promise<void> {
    if (performance.now() - work.renewedAt < LEASE_MS / 6) return
    if (!(await work.lease.renew(LEASE_MS))) throw new AppError('sync.taken', 'another process has taken the sync over')
    work.renewedAt = performance.now()
  }

  async function save({ account, row, onProgress, lease }: Work): Promise<void> {
    const { matchedCount, upsertedCount } = await syncRows(connection).replaceOne(
      { _id: account, fence: { $lte: lease.fence } },
      row,
      { upsert: true },
    )
    if (matchedCount + upsertedCount === 0) throw new AppError('sync.taken', 'another process has taken the sync over')
    onProgress(summaryOf(account, row))
  }

  return {
    run,
    async resume() {
      for (const account of corps.ids()) {
        if ((await read(account))?.state !== 'running') continue
        await run(account).catch((error) =>
          log.error({ account, reason: messageOf(error) }, 'groups not synced, gone on with later'),
        )
      }
    },
    async state(account) {
      const row = await read(account)
      return row ? summaryOf(account, row) : undefined
    },
  }
}

interface Work {
  account: string
  corp: GroupCorp
  row: GroupSyncRow
  lease: Lease
  failures: number
  renewedAt: number
  onProgress(summary: GroupSyncSummary): void
}
