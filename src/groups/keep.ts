import type { GroupChanged } from '../core/corp-update.js'
import { AppError, messageOf } from '../core/errors.js'
import { isDuplicate } from '../store/duplicate.js'
import { applyChange, blankRoster } from './apply-change.js'
import {
  type EndedStayRow,
  findRoster,
  type GroupRow,
  groupRows,
  type Member,
  type OpenStayRow,
  type Past,
  packRoster,
  type RosterRow,
  rosterRows,
  type StayRow,
  stayRows,
  unpackRoster,
} from './model.js'
import type { GroupPorts } from './ports.js'

/** The rosters in the store. A change is one write of one document; what follows from it is done after, and swept up. */
export interface Keeping {
  /** Applies an event. Resolves when the roster is stored; repeating it changes nothing. */
  apply(update: GroupChanged): Promise<void>
  /** Changes a roster as long as nobody else does: `change` is asked again on what another has written meanwhile. */
  change(account: string, chatId: string, change: Change): Promise<RosterRow | undefined>
  /** Stores `next` in place of `row`; false when another was quicker. */
  put(row: RosterRow, next: RosterRow): Promise<boolean>
  /** Carries a stored change on: the group's row, ended stays, facts. */
  settle(row: RosterRow): Promise<void>
  /** Carries on what a crash has left behind. Gives how many groups. */
  sweep(): Promise<number>
}

/** Gives the roster as it shall be, or the very same when nothing is to change. */
export type Change = (row: RosterRow | undefined) => RosterRow | undefined

const ATTEMPTS = 50
const SWEEP_AFTER_MS = 30_000

/** The rosters over a connection. */
export function createKeeping(ports: Pick<GroupPorts, 'connection' | 'clock' | 'log' | 'events' | 'sizes'>): Keeping {
  const { connection, clock, log, events, sizes } = ports

  async function put(row: RosterRow, next: RosterRow): Promise<boolean> {
    Object.assign(next, { rev: row.rev + 1, changedAt: clock.now() })
    if (bringsMore(next)) next.todo = true
    else delete next.todo
    try {
      if (row.rev === 0) await rosterRows(connection).insertOne(packRoster(next))
      else {
        const { matchedCount } = await rosterRows(connection).replaceOne(
          { _id: row._id, rev: row.rev },
          packRoster(next),
        )
        if (matchedCount === 0) return false
      }
    } catch (error) {
      if (isDuplicate(error)) return false
      throw error
    }
    await settle(next)
    return true
  }

  async function change(account: string, chatId: string, work: Change): Promise<RosterRow | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const row = await findRoster(connection, account, chatId)
      const next = work(row)
      if (next === undefined || next === row) return row
      if (await put(row ?? { ...next, rev: 0 }, next)) return next
    }
    throw new AppError('group.busy', `the group ${chatId} changes too fast`, { fix: 'try again' })
  }

  async function settle(row: RosterRow): Promise<void> {
    await show(row)
    const gone = row.resumed.map((key) => `${row._id}:${key}`)
    if (gone.length > 0) await stayRows(connection).deleteMany({ _id: { $in: gone } })
    const stays: StayRow[] = [
      ...row.members.filter(({ key }) => row.begun.includes(key)).flatMap((member) => openStayOf(row, member)),
      ...row.past.filter(({ key }) => row.ended.includes(key)).map((past) => endedStayOf(row, past)),
    ]
    const statements = stays.map((stay) => ({
      replaceOne: { filter: { _id: stay._id }, replacement: stay, upsert: true },
    }))
    if (statements.length > 0) await stayRows(connection).bulkWrite(statements, { ordered: false })
    if (row.tell.length > 0) await events.append(row.tell)
    if (!row.todo) return
    await rosterRows(connection).updateOne(
      { _id: row._id, rev: row.rev },
      { $set: { tell: [], begun: [], ended: [], resumed: [] }, $unset: { todo: '' } },
    )
  }

  async function show(row: RosterRow): Promise<void> {
    const { shown, gone } = shownOf(row)
    const filter = { _id: row._id, rev: { $lt: row.rev } }
    const fresh = { hold: 'normal' as const, labels: [] }
    try {
      await groupRows(connection).updateOne(
        filter,
        { $set: shown, $setOnInsert: fresh, ...(gone && { $unset: gone }) },
        { upsert: true },
      )
    } catch (error) {
      if (!isDuplicate(error)) throw error
    }
  }

  return {
    put,
    change,
    settle,
    async apply(update) {
      const { account, from: chatId } = update
      await change(account, chatId, (row) =>
        applyChange(row ?? blankRoster(account, chatId, clock.now()), update, { now: clock.now(), sizes }),
      )
    },
    async sweep() {
      const before = new Date(clock.now().getTime() - SWEEP_AFTER_MS)
      const ids = await rosterRows(connection)
        .find({ todo: true, changedAt: { $lt: before } }, { projection: { _id: 1 } })
        .limit(1000)
        .toArray()
      for (const { _id } of ids) {
        const row = await rosterRows(connection).findOne({ _id, todo: true })
        if (row)
          await settle(unpackRoster(row)).catch((error) =>
            log.warn({ group: _id, reason: messageOf(error) }, 'not settled'),
          )
      }
      return ids.length
    },
  }
}

/** A change that only waits for a reading needs no note: the reading's own change carries everything on. */
function bringsMore({ tell, begun, ended, resumed, dirty }: RosterRow): boolean {
  return tell.length + begun.length + ended.length + resumed.length > 0 || dirty === undefined
}

function shownOf(row: RosterRow): { shown: Partial<GroupRow>; gone: Record<string, ''> | undefined } {
  const { account, chatId, rev, name, owner, notice, admins, status, full, members } = row
  const { createdAt, dismissedAt, nearlyFullAt } = row
  const shown = {
    account,
    chatId,
    rev,
    name,
    owner,
    notice,
    admins,
    status,
    full,
    count: members.length,
    customers: members.filter(({ kind }) => kind === 'customer').length,
    pending: row.dirty !== undefined,
    ...(createdAt && { createdAt }),
    ...(dismissedAt && { dismissedAt }),
    ...(nearlyFullAt !== undefined && { nearlyFullAt }),
  }
  const gone = {
    ...(!dismissedAt && { dismissedAt: '' as const }),
    ...(nearlyFullAt === undefined && { nearlyFullAt: '' as const }),
  }
  return { shown, gone: Object.keys(gone).length > 0 ? gone : undefined }
}

function openStayOf({ _id, account }: RosterRow, { key, contact }: Member): OpenStayRow[] {
  return contact === undefined ? [] : [{ _id: `${_id}:${key}`, group: _id, account, contact, open: true }]
}

function endedStayOf({ _id, account }: RosterRow, past: Past): EndedStayRow {
  const { key, id, told: _, forgotten: __, sure: ___, ...rest } = past
  return { ...rest, _id: `${_id}:${key}`, group: _id, account, member: id }
}

/** The store's number of a refusal. */
export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
