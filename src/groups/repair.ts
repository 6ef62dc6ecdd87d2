import { AppError, messageOf } from '../core/errors.js'
import { blankRoster } from './apply-change.js'
import type { Keeping } from './keep.js'
import { findRoster, groupRows, type RosterRow, rosterRows } from './model.js'
import type { Detail, GroupPorts } from './ports.js'
import { type Reconciled, reconcile } from './reconcile.js'
import { mark } from './versions.js'

/** What a reading of one group came to; `overtaken`: it changed meanwhile and is read again in some seconds. */
export type Reading = Omit<Reconciled, 'row' | 'outcome'> & { outcome: Reconciled['outcome'] | 'overtaken' }

/** Reads groups from the platform and makes the rosters agree. */
export interface Repair {
  /** Reads one group now. `tellFrom`: of a group unknown so far, joins since then become facts. Rejects when the platform does. */
  read(account: string, chatId: string, tellFrom?: Date): Promise<Reading>
  /** Reads the groups that are due, oldest first; gives how many. One that the platform refuses is tried again later. */
  due(): Promise<number>
}

const CLAIM_MS = 60_000
const AT_ONCE = 5
const BATCH = 100
const LEARN_AT_ONCE = 1000

/** The repair of rosters. */
export function createRepair(ports: GroupPorts, keeping: Keeping): Repair {
  const { connection, clock, log, corps, sizes } = ports

  async function read(account: string, chatId: string, tellFrom?: Date): Promise<Reading> {
    const corp = corps.find(account)
    if (!corp) throw new AppError('account.corp', `the account ${account} is no corporation with an app`)
    const found = await findRoster(connection, account, chatId)
    const row = found ?? {
      ...blankRoster(account, chatId, clock.now()),
      ...(tellFrom && { tellFrom }),
    }
    const detail = await corp.groups.get(chatId)
    if (detail === undefined && found === undefined) {
      await groupRows(connection).updateOne(
        { _id: row._id, rev: 0 },
        { $set: { status: 'dismissed', dismissedAt: clock.now() } },
      )
      return { outcome: 'dismissed', joined: 0, left: 0, fields: [] }
    }
    const known = detail ? await contactsOf(row, detail) : new Map<string, string>()
    const done = reconcile(row, detail, known, { now: clock.now(), sizes })
    if (done.row !== row && !(await keeping.put(row, done.row))) {
      await keeping.change(account, chatId, again)
      return { ...done, outcome: 'overtaken' }
    }
    if (done.outcome !== 'again') await seen(row._id)
    return done
  }

  /** A reading that was overtaken by an event says nothing; the group is read once more. */
  function again(row: RosterRow | undefined): RosterRow | undefined {
    if (!row || row.dirty) return row
    const next = { ...row }
    mark(next, clock.now(), clock.now())
    return next
  }

  async function contactsOf(row: RosterRow, detail: Detail): Promise<Map<string, string>> {
    const linked = new Map(row.members.map((member) => [member.id, member]))
    const strangers = detail.members.filter(({ id, kind }) => {
      const member = linked.get(id)
      return kind === 'customer' && member?.contact === undefined && !member?.forgotten
    })
    const found = new Map<string, string>()
    for (let from = 0; from < strangers.length; from += LEARN_AT_ONCE) {
      const batch = strangers.slice(from, from + LEARN_AT_ONCE).map(({ id, unionid, name, joinedAt }) => ({
        account: row.account,
        externalId: id,
        at: joinedAt,
        ...(unionid !== undefined && { unionid }),
        ...(name !== '' && { name }),
      }))
      for (const [id, contact] of await ports.learn(batch)) found.set(id, contact)
    }
    return found
  }

  async function seen(_id: string): Promise<void> {
    await groupRows(connection).updateOne({ _id }, { $set: { readAt: clock.now() } })
  }

  /** Takes a due group for a minute; undefined when another process has it. */
  async function claim(row: { _id: string }): Promise<boolean> {
    const { matchedCount } = await rosterRows(connection).updateOne(
      { _id: row._id, 'dirty.dueAt': { $lte: clock.now() } },
      { $set: { 'dirty.dueAt': new Date(clock.now().getTime() + CLAIM_MS) } },
    )
    return matchedCount === 1
  }

  async function one(row: Pick<RosterRow, '_id' | 'account' | 'chatId'>): Promise<void> {
    if (!(await claim(row))) return
    try {
      await read(row.account, row.chatId)
    } catch (error) {
      log.warn({ account: row.account, group: row.chatId, reason: messageOf(error) }, 'group not read, tried again')
      await keeping.change(row.account, row.chatId, (now) =>
        now?.dirty ? { ...now, dirty: { ...now.dirty, dueAt: new Date(clock.now().getTime() + CLAIM_MS) } } : now,
      )
    }
  }

  return {
    read,
    async due() {
      const rows = await rosterRows(connection)
        .find(
          { 'dirty.dueAt': { $lte: clock.now() } },
          { projection: { account: 1, chatId: 1 }, sort: { 'dirty.dueAt': 1 }, limit: BATCH },
        )
        .toArray()
      for (let from = 0; from < rows.length; from += AT_ONCE) {
        await Promise.all(rows.slice(from, from + AT_ONCE).map(one))
      }
      return rows.length
    },
  }
}
